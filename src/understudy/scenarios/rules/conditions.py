"""What a rule or a verification looks at in a call, compiled against the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.language.body_fields import BodyFields
from understudy.scenarios.language.fields import Field, as_declared, field
from understudy.scenarios.language.matching import Mismatch, Pattern, pattern
from understudy.scenarios.language.operations import ANYTHING, Named, known
from understudy.scenarios.language.source import Source
from understudy.scenarios.language.values import ABSENT, as_text
from understudy.scenarios.rules.call_fields import (
    RawCall,
    Read,
    View,
    after,
    at_gate,
    body,
    body_field,
    record,
)
from understudy.simulation.secrets import names_secret
from understudy.vendor import Request
from understudy.yaml import escape


class Key(NamedTuple):
    """What a condition can be found by: something in a call that must be that text or number."""

    label: str
    read: Read
    value: str | int


class Condition(NamedTuple):
    """One thing that must be as wanted."""

    label: str
    read: Read
    pattern: Pattern
    key: Key | None = None
    secret: bool = False  # what came is nobody's to read

    def mismatch(self, call: RawCall | Request, view: View) -> Mismatch | None:
        """What keeps the call from matching; None: nothing."""
        return self.pattern.mismatch(self.read(call, view))

    def describe(self, wrong: Mismatch) -> str:
        """A mismatch with the name it is about."""
        if self.secret and wrong.got is not ABSENT:
            return f"{self.label}: expected another"
        return f"{self.label}{wrong.pointer}: {Mismatch('', wrong.expected, wrong.got)}"


def conditions(
    contract: Contract | None,
    operation: Operation | None,
    when: Mapping[str, Any],
    source: Source,
    pointer: str,
    *,
    gate: bool = False,
    counts: bool = False,
    kept: bool = False,
    named: Named = ANYTHING,
) -> tuple[Condition, ...]:
    """Compiles a `when`; ScenarioError with the place for what no call could meet.

    What counts against a quota may hang on the body, though nobody has looked at it yet; what is
    asked of a journal (`kept`) may not hang on secrets.
    """
    made: list[Condition] = []
    for name, value in when.items():
        place = f"{pointer}/{escape(name)}"
        try:
            if name in ("body", "record"):
                early = gate and not (counts and name == "body")
                made.append(
                    _inside(contract, operation, name, value, place, gate=early, named=named)
                )
            elif name == "headers":
                made.extend(_headers(contract, operation, value, source, place, gate=gate))
            else:
                found = field(contract, operation, name, place)
                made.append(_parameter(contract, found, name, value, source, place, gate=gate))
            if kept:
                _check_kept(made, place)
        except InputError as error:
            raise source.refuse(error.what, error.where or place, error.fix) from None
    return tuple(made)


def _check_kept(made: Sequence[Condition], pointer: str) -> None:
    """Refuses what hangs on a secret: whoever asks a journal would wait for it in vain."""
    for each in made:
        source = each.pattern.source
        if each.secret and not (isinstance(source, Mapping) and source.keys() == {"$absent"}):
            name = each.label.rpartition("/")[2]
            what = f"nothing could match `{name}`, for a journal keeps no secrets"
            raise InputError(what, where=pointer, fix="Say `as:` and a credential's name")


def _headers(
    contract: Contract | None,
    operation: Operation | None,
    value: Any,
    source: Source,
    pointer: str,
    *,
    gate: bool,
) -> Iterator[Condition]:
    if not isinstance(value, Mapping):
        raise InputError("`headers` is a mapping", where=pointer, fix="{x-api-key: ...}")
    for name, each in value.items():
        place = f"{pointer}/{escape(name)}"
        found = field(contract, operation, f"header.{name}", place)
        label = f"headers/{name.lower()}"
        yield _parameter(contract, found, label, each, source, place, gate=gate)


def _parameter(
    contract: Contract | None,
    found: Field,
    label: str,
    value: Any,
    source: Source,
    pointer: str,
    *,
    gate: bool,
) -> Condition:
    wanted = pattern(typed(value, found.schema, source, pointer), pointer)
    read = at_gate(contract, found) if gate else after(found)
    plain = wanted.source if type(wanted.source) is int else wanted.text
    key = None if plain is None else Key(label, read, plain)
    return Condition(label, read, wanted, key, _is_secret(contract, found))


def _is_secret(contract: Contract | None, found: Field) -> bool:
    """Whether a field is a credential, or named like one and no parameter of the operation."""
    schemes = () if contract is None or found.place != "header" else contract.schemes.values()
    if any(scheme.header == found.name.lower() for scheme in schemes):
        return True
    return found.parameter is None and names_secret(found.name)


def _inside(
    contract: Contract | None,
    operation: Operation | None,
    name: str,
    value: Any,
    pointer: str,
    *,
    gate: bool,
    named: Named,
) -> Condition:
    if gate:
        raise InputError(
            f"a rule that strikes at the gate cannot look at the {name}",
            where=pointer,
            fix="There it sees path, query and header only",
        )
    if name == "body":
        if operation is not None and operation.body is None:
            raise InputError(f"{operation.id} takes no body", where=pointer, fix="Remove it")
        if contract is not None and operation is not None:
            BodyFields(contract, operation).check(value, pointer)
        return Condition("body", body, pattern(value, pointer), _body_key(value))
    if not isinstance(value, Mapping):
        raise InputError("`record` is a mapping of its fields", where=pointer, fix="{state: ...}")
    for key in value:
        if named.fields and not key.startswith("$") and key not in named.fields:
            there = ", ".join(sorted(named.fields))
            place = f"{pointer}/{escape(key)}"
            raise InputError(f"no record has a `{key}`", where=place, fix=f"There are {there}")
    if "state" in value:
        _check_state(operation, value["state"], f"{pointer}/state", named)
    return Condition("record", record, pattern(value, pointer))


def _check_state(operation: Operation | None, wanted: Any, pointer: str, named: Named) -> None:
    """Refuses a state in which no record can be that a call of the operation names."""
    if named.kinds is None or operation is None:
        return
    if not named.kinds:
        what = f"a call of {operation.id} names no record"
        raise InputError(what, where=pointer, fix="Say what its parameters are")
    found = pattern(wanted, pointer)
    if any(found.mismatch(state) is None for state in named.states):
        return
    there = [state for state in named.states if state]
    kinds = " or ".join(named.kinds)
    if not there:
        raise InputError(f"the {kinds} have no states", where=pointer, fix="Say another field")
    what = f"none of the {kinds} is ever {as_text(wanted)}"
    raise InputError(what, where=pointer, fix=known(str(wanted), there))


def _body_key(value: Any) -> Key | None:
    """The first field of a body that must be one text."""
    for name, each in value.items() if isinstance(value, Mapping) else ():
        text = pattern(each).text if isinstance(each, str) and not name.startswith("$") else None
        if text is not None:
            return Key(f"body/{name}", body_field(name), text)
    return None


def typed(value: Any, schema: Mapping[str, Any], source: Source, pointer: str) -> Any:
    """The value with its scalars as the schema wants them: texts stay as they were written."""
    if isinstance(value, Mapping):
        operators = ("$absent", "$matches", "$type")
        return {
            key: each if key in operators else typed(each, schema, source, f"{pointer}/{key}")
            for key, each in value.items()
        }
    if isinstance(value, list):
        items = schema.get("items", schema)
        return [typed(each, items, source, f"{pointer}/{n}") for n, each in enumerate(value)]
    return as_declared(value, schema, source.written.get(pointer))
