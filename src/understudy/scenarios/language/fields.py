"""The names that `with` and `when` use: parameters by contract name, wherever they travel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation, Parameter

Place = Literal["path", "query", "header"]
PLACES: tuple[Place, ...] = ("path", "query", "header")


WHOLE_PATH = "path"  # in a rule for all operations: the vendor's whole path, as it was sent
REFERENCES = 16  # references to references that are followed
TEXT: Mapping[str, Any] = {"type": "string"}


class Field(NamedTuple):
    """One name of a call: where it travels, and the parameter if the contract declares one."""

    place: Place
    name: str
    parameter: Parameter | None
    schema: Mapping[str, Any] = TEXT  # of its value; what is not declared is text, as headers are


def field(
    contract: Contract | None, operation: Operation | None, name: str, where: str = ""
) -> Field:
    """What a name means; InputError with the names there are.

    `query.x`, `header.x` and `path.x` are always understood, so that what the contract does not
    declare can be sent and looked at; a bare name must be declared, and only once.
    """
    prefix, dot, rest = name.partition(".")
    if dot and prefix in PLACES and rest:
        place: Place = prefix
        known = {} if operation is None or contract is None else declared(contract, operation)
        return known.get((place, _key(place, rest))) or _undeclared(place, rest, where)
    if operation is None and name == WHOLE_PATH:
        return Field("path", name, None)
    if operation is None or contract is None:
        raise InputError(
            f"`{name}` is the parameter of one operation, and this rule is for all",
            where=where,
            fix=f"Say header.{name} or query.{name}, or path for the whole path",
        )
    known = declared(contract, operation)
    found = [each for (place, key), each in known.items() if key == _key(place, name)]
    if len(found) == 1:
        return found[0]
    if found:
        ways = " or ".join(f"{each.place}.{each.name}" for each in found)
        raise InputError(f"`{name}` stands in several places", where=where, fix=f"Say {ways}")
    raise _unknown(contract, operation, known, name, where)


def declared(contract: Contract, operation: Operation) -> dict[tuple[Place, str], Field]:
    """Every field the contract declares for an operation, credentials included."""
    found: dict[tuple[Place, str], Field] = {}
    for each in operation.path_parameters:
        schema = resolved(contract, each.schema)
        found["path", each.name] = Field("path", each.name, each, schema)
    for name, each in operation.query_parameters.items():
        found["query", name] = Field("query", name, each, resolved(contract, each.schema))
    for name, each in operation.header_parameters.items():
        found["header", name.lower()] = Field("header", each.name, each)
    for names in operation.security:
        for scheme in names:
            header = contract.schemes[scheme].header
            found.setdefault(("header", header), Field("header", header, None))
    return found


def resolved(contract: Contract, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a `$ref` to a component means."""
    for _ in range(REFERENCES):
        target = schema.get("$ref")
        if not isinstance(target, str):
            break
        found: Any = contract.document
        for token in target.removeprefix("#/").split("/"):
            found = found.get(token, {})
        schema = found
    return schema


def as_declared(value: Any, schema: Mapping[str, Any], written: str | None) -> Any:
    """A scalar as its schema types it: the text that was written where only texts are wanted."""
    if schema.get("type") == "string" and isinstance(value, bool | int | float):
        return written if written is not None else _text(value)
    return value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key(place: str, name: str) -> str:
    return name.lower() if place == "header" else name


def _undeclared(place: Place, name: str, where: str) -> Field:
    if place == "path":
        raise InputError(f"the path has no `{name}`", where=where, fix="Look at its template")
    return Field(place, _key(place, name), None)


def _parts(contract: Contract, schema: Mapping[str, Any]) -> Collection[str]:
    found: Collection[str] = resolved(contract, schema).get("properties", {})
    return found


def _unknown(
    contract: Contract,
    operation: Operation,
    known: Mapping[tuple[Place, str], Field],
    name: str,
    where: str,
) -> InputError:
    if operation.body is not None and name in _parts(contract, operation.body.schema):
        return InputError(
            f"`{name}` is a part of {operation.id}'s body",
            where=where,
            fix=f"Say body: {{{name}: ...}}",
        )
    names = [each.name for each in known.values()]
    close = get_close_matches(name, names, 1)
    hint = f"Did you mean `{close[0]}`? It has" if close else "It has"
    there = ", ".join([*names, *(["body"] if operation.body is not None else [])]) or "none"
    return InputError(
        f"{operation.id} has no parameter `{name}`", where=where, fix=f"{hint} {there}"
    )
