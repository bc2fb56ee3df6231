"""How a call is read: at the gate, where nobody has looked at it yet, and after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.openapi import request as reading
from understudy.openapi.operation import Contract, Miss, Operation, Violation
from understudy.openapi.request import decode_json, split_query
from understudy.scenarios.language.fields import Field, field
from understudy.scenarios.language.values import ABSENT
from understudy.vendor import Call, Request

View = Callable[[], Mapping[str, Any] | None]  # the fields of the record that the call names
Read = Callable[[Any, View], Any]  # of an RawCall at the gate, of a Request after it


def no_record() -> None:
    """The view of a call that names no record."""
    return


class RawCall:
    """A call at the gate: nobody has looked at it yet."""

    __slots__ = ("_body", "_values", "call")

    def __init__(self, call: Call) -> None:
        self.call = call
        self._values: dict[str, Any] | None = None
        self._body: Any = None

    @property
    def body(self) -> Any:
        """The body as JSON, ABSENT where it is none."""
        if self._body is None:
            content = self.call.body
            found = decode_json(content) if content else ABSENT
            self._body = ABSENT if isinstance(found, Violation) else found
        return self._body

    def values(self, contract: Contract) -> Mapping[str, Any]:
        """The parameters that can be read of it, typed; wrong ones are absent."""
        if self._values is None:
            call = self.call
            found = contract.find(call.method, call.path)
            if isinstance(found, Miss):
                self._values = {}
            else:
                operation, raw = found.operation, found.values
                asked = reading.read(operation, raw, call.query, call.headers, b"")
                self._values = asked.values
        return self._values


def body(request: RawCall | Request, view: View) -> Any:
    """The body, ABSENT where there is none."""
    return ABSENT if request.body is None and not request.call.body else request.body


def reads(contract: Contract | None, operation: Operation | None, name: str, pointer: str) -> Read:
    """What a call at the gate says under a name; InputError with the names there are."""
    return at_gate(contract, field(contract, operation, name, pointer))


def reads_credential(contract: Contract) -> Read:
    """What a call at the gate says of who it is, true or not."""
    headers = sorted({scheme.header.lower() for scheme in contract.schemes.values()})
    return lambda call, view: "\n".join(call.call.headers.get(name, "") for name in headers)


def record(request: Request, view: View) -> Any:
    """The fields of the record that the call names, ABSENT where it names none."""
    fields = view()
    return ABSENT if fields is None else fields


def after(found: Field) -> Read:
    """How a field is read of a valid call."""
    name = found.name
    if found.parameter is not None:
        return lambda request, view: request.values.get(name, ABSENT)
    return _raw(found)


def at_gate(contract: Contract | None, found: Field) -> Read:
    """How a field is read of a call at the gate."""
    name = found.name
    if found.parameter is not None and contract is not None:
        return lambda raw, view: raw.values(contract).get(name, ABSENT)
    return _raw(found)


def _raw(found: Field) -> Read:
    """Of what the contract does not declare: the text as it came."""
    name = found.name
    if found.place == "path":
        return lambda call, view: call.call.path
    if found.place == "header":
        return lambda call, view: call.call.headers.get(name, ABSENT)
    return lambda call, view: _query(call.call.query, name)


def _query(query: str, name: str) -> Any:
    texts = [value for key, value in split_query(query) if key == name]
    if len(texts) > 1:
        return texts
    return texts[0] if texts else ABSENT


def body_field(name: str) -> Read:
    """How a field of a body is read, where the body is an object."""

    def read(request: RawCall | Request, view: View) -> Any:
        body = request.body
        return body.get(name, ABSENT) if isinstance(body, Mapping) else ABSENT

    return read
