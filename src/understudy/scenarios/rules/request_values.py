"""The request's values in what a rule replies: `${body.x}`, `${path.x}`, `${query.x}`,
`${header.x}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.language.body_fields import BodyFields
from understudy.scenarios.language.captures import captures, filled, follow
from understudy.scenarios.language.fields import WHOLE_PATH, declared, field
from understudy.scenarios.language.operations import known
from understudy.scenarios.language.source import Source
from understudy.scenarios.language.values import ABSENT
from understudy.scenarios.rules.call_fields import RawCall, Read, after, at_gate, no_record
from understudy.simulation.secrets import names_secret
from understudy.vendor import Request

ROOTS = ("body", "header", "path", "query")
MOST = 20  # values of one reply: each may be as large as a request
WHERE = ("/reply/body", "/reply/headers")  # of a rule

Reads = Mapping[tuple[str, ...], Read]


def of_request(names: tuple[str, ...], place: str) -> bool:
    """Whether a capture at a place of a rule means a value of the request."""
    return names[0] in request_roots(place)


def request_roots(place: str) -> tuple[str, ...]:
    """What a capture at a place of a rule may begin with beside the names of entries."""
    return ROOTS if any(f"{place}/".startswith(f"{each}/") for each in WHERE) else ()


def reads_of(
    contract: Contract | None,
    operation: Operation | None,
    value: Any,
    source: Source,
    pointer: str,
    *,
    gate: bool,
) -> Reads:
    """How each value that a reply takes of the request is read; ScenarioError for a wrong name."""
    found: dict[tuple[str, ...], Read] = {}
    for place, names in captures(value, pointer):
        if names[0] not in ROOTS:
            fix = f"{known(names[0], ROOTS)}; a literal one is written `$${{`"
            raise source.refuse(f"`${{{'.'.join(names)}}}` names nothing", place, fix)
        try:
            found[names] = _read(contract, operation, names, gate=gate)
        except InputError as error:
            raise source.refuse(error.what, place, error.fix) from None
        if len(found) > MOST:
            raise source.refuse(f"more than {MOST} values of the request", place, "Say fewer")
    return found


def with_values(value: Any, reads: Reads, call: RawCall | Request) -> Any:
    """The value with what the request says filled in; null where it says nothing."""

    def lookup(names: tuple[str, ...]) -> Any:
        read = reads[names](call, no_record)
        return None if read is ABSENT else read

    return filled(value, lookup, literal=True)


def header_values(
    headers: Mapping[str, str], reads: Reads, call: RawCall | Request
) -> Iterator[tuple[str, str]]:
    """The headers with the request's values, as a head can carry them; empty without one."""
    for name, value in headers.items():
        made = with_values(value, reads, call)
        text = made if isinstance(made, str) else "" if made is None else str(made)
        yield name, "".join(each for each in text if each.isprintable() and each <= "\xff")[:1_000]


def _read(
    contract: Contract | None, operation: Operation | None, names: tuple[str, ...], *, gate: bool
) -> Read:
    root, rest = names[0], names[1:]
    if root == "body":
        if contract is not None and operation is not None:
            if operation.body is None:
                raise InputError(f"{operation.id} takes no body", fix="Say another value")
            BodyFields(contract, operation).check_path(rest, "")
        return partial(_inside, rest)
    name = ".".join(rest)
    if not name:
        if root == WHOLE_PATH and operation is None:
            return lambda call, view: call.call.path
        raise InputError(f"`${{{root}}}` names no value", fix=f"Say ${{{root}.name}}")
    if contract is not None and operation is not None:
        _check_declared(contract, operation, root, name)
    schemes = () if contract is None else contract.schemes.values()
    if root == "header" and (
        names_secret(name) or any(each.header.lower() == name.lower() for each in schemes)
    ):
        raise InputError(f"`{name}` is a credential", fix="No answer repeats one")
    found = field(contract, operation, f"{root}.{name}")
    return at_gate(contract, found) if gate else after(found)


def _check_declared(contract: Contract, operation: Operation, root: str, name: str) -> None:
    there = [each.name for (place, _), each in declared(contract, operation).items()
             if place == root]  # fmt: skip
    if root != "header" and name not in there:
        what = f"{operation.id} has no {root} parameter `{name}`"
        raise InputError(what, fix=known(name, there))


def _inside(names: tuple[str, ...], call: RawCall | Request, view: Any) -> Any:
    try:
        return follow(call.body, names)
    except LookupError:
        return ABSENT
