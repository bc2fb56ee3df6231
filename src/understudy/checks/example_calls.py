"""One vendor in a sandbox that nobody else uses, and valid calls from its contract's examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from understudy.checks import allowances as documents
from understudy.openapi.media_types import FORM, is_json
from understudy.openapi.operation import Body, Contract, Operation
from understudy.server.app import create_app
from understudy.server.inprocess import Answered, InProcess
from understudy.settings import FROZEN, Settings
from understudy.simulation.journal import Entry
from understudy.vendor import Credential, Vendor, parted

JSON = "application/json"
BOUNDARY = "understudy"


class Content(NamedTuple):
    """A body as it is sent."""

    media_type: str
    content: bytes
    fields: tuple[tuple[str, str], ...] = ()  # of a form


def media_type_of(body: Body | None) -> str:
    """The media type in which an example is sent: JSON where it is one of several."""
    types = () if body is None else body.media_types
    found = next((each for each in types if is_json(each)), next(iter(types), JSON))
    return JSON if "*" in found else found


def encode(value: Any, media_type: str) -> Content:
    """A value in that media type."""
    if media_type == FORM:
        fields = tuple(_fields(value))
        return Content(media_type, urlencode(fields).encode(), fields)
    if media_type.startswith("multipart/"):
        fields = tuple(_fields(value))
        return Content(f"{media_type}; boundary={BOUNDARY}", b"".join(_parts(fields)), fields)
    text = value if isinstance(value, str) and not is_json(media_type) else json.dumps(value)
    return Content(media_type, text.encode())


def _fields(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The fields of a form; what is inside stands in brackets, lists repeat their name."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _fields(each, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            deep = isinstance(each, Mapping | list)
            yield from _fields(each, f"{name}[{number}]" if deep else name)
    elif value is not None:
        yield name, value if isinstance(value, str) else json.dumps(value)


def _parts(fields: tuple[tuple[str, str], ...]) -> Iterator[bytes]:
    for name, text in fields:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        yield f"{head}{text}\r\n".encode()
    yield f"--{BOUNDARY}--\r\n".encode()


BODY_BYTES = 64 * 1024  # small, so that a body too large is quickly made


@dataclass(frozen=True)
class ExampleCall:
    """A call before it is sent, and what is wrong with it on purpose."""

    operation: str
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any = None
    raw: bytes | None = None  # sent instead of the body
    method: str | None = None  # instead of the operation's
    caller: str | None = "default"  # a credential of the world; None: nobody

    def with_values(self, **values: Any) -> ExampleCall:
        """The same call with other parameters; None leaves one out, a body is replaced."""
        call = self
        for name, value in values.items():
            if name == "body":
                call = replace(call, body=value)
            elif name in self.path:
                call = replace(call, path={**call.path, name: value})
            elif name in self.headers:
                call = replace(call, headers=_without_none({**call.headers, name: value}))
            else:
                call = replace(call, query=_without_none({**call.query, name: value}))
        return call

    def with_headers(self, **headers: str) -> ExampleCall:
        """The same call with these headers, too."""
        return replace(self, headers={**self.headers, **headers})


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


class ExampleSandbox:
    """A vendor's base world on a frozen clock; every reply is held against the contract."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor.name
        settings = Settings(clock=FROZEN, verify_replies=True, body_bytes=BODY_BYTES)
        self.app = create_app(settings, (vendor,))
        self.client = InProcess(self.app)

    def close(self) -> None:
        """Gives back its event loop."""
        self.client.close()

    @cached_property
    def contract(self) -> Contract:
        contract: Contract = self.app.sandbox.contract(self.vendor)
        return contract

    @cached_property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """Every operation of the document, by operationId."""
        return {
            operation["operationId"]: {**operation, "parameters": self._parameters(operation, item)}
            for _, _, operation, item in documents.operations(self.contract.document)
        }

    def _parameters(self, operation: Mapping[str, Any], item: Mapping[str, Any]) -> list[Any]:
        every = (*item.get("parameters", ()), *operation.get("parameters", ()))
        return [documents.followed(each, self.contract.document) for each in every]

    def reset(self) -> None:
        """Begins again from the base world."""
        self.app.sandbox.session("default").reset()

    def advance(self, by: int) -> None:
        self.app.sandbox.session("default").advance(by)

    def valid(self, operation: str) -> ExampleCall:
        """The operation's call with the examples of what it requires, as the first credential.

        An optional header with an example is sent, too: some are required with some credentials.
        """
        declared = self.declared[operation]
        places: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        for parameter in declared["parameters"]:
            value, needed = next(documents.examples_of(parameter), None), parameter.get("required")
            assert value is not None or not needed, f"{operation}: give {parameter['name']} one"
            if needed or (parameter["in"] == "header" and value is not None):
                places[parameter["in"]][parameter["name"]] = value
        body = self._body(declared)
        return ExampleCall(operation, places["path"], places["query"], places["header"], body)

    def own_mistakes(self, operation: str) -> Iterator[tuple[str, ExampleCall]]:
        """Calls that are wrong in ways that this vendor is known to refuse, with words for each."""
        return iter(())

    def _body(self, declared: Mapping[str, Any]) -> Any:
        body = documents.followed(declared.get("requestBody", {}), self.contract.document)
        for content in body.get("content", {}).values():
            return next(documents.examples_of(content), None)
        return None

    def ask(self, call: ExampleCall, **headers: str) -> tuple[Answered, Entry]:
        """Sends it; what came back, and what the journal says of it."""
        operation = self.contract.operations[call.operation]
        content, media_type = call.raw or b"", media_type_of(operation.body)
        if call.raw is None and call.body is not None:
            media_type, content, _ = encode(call.body, media_type)
        sent = {**self.headers(call), **headers}
        if content:
            sent.setdefault("content-type", media_type)
        method = call.method or operation.method
        reply = self.client.ask(method, self.url(call), sent.items(), content)
        session, _, number = dict(reply.headers)["x-understudy-request"].rpartition(".")
        entry: Entry | None = self.app.sandbox.session(session).journal.get(int(number))
        assert entry is not None
        return reply, entry

    def headers(self, call: ExampleCall) -> dict[str, str]:
        """The headers of a call, those of its credential among them."""
        operation = self.contract.operations[call.operation]
        signed, _ = parted(self._credential(call.caller, operation))
        return {**call.headers, **signed}

    def url(self, call: ExampleCall) -> str:
        """The path that a call asks for, with its query."""
        operation = self.contract.operations[call.operation]
        path = operation.path
        _, keys = parted(self._credential(call.caller, operation))
        for name, value in call.path.items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        query = urlencode({**call.query, **keys}, doseq=True)
        return f"/{self.vendor}{path}" + (f"?{query}" if query else "")

    def _credential(self, name: str | None, operation: Operation) -> Mapping[str, str]:
        if name is None:
            return {}
        sandbox = self.app.sandbox
        found = sandbox.session("default").world(self.vendor)["credentials"].get(name)
        assert isinstance(found, Credential), f"{self.vendor} has no credential {name!r}"
        signed: Mapping[str, str] = sandbox.vendors[self.vendor].signed(found, operation)
        return signed
