"""A step's `with` as a request, built from the contract: also a wrong one, on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from msgspec import json

from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.language.fields import Field, as_declared, field
from understudy.vendor import parted
from understudy.yaml import escape

RESERVED = frozenset(("body", "raw", "headers"))


class StepRequest(NamedTuple):
    """One request: the vendor's whole path with its query, headers and body."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    shown: str  # the path without keys: what may be told


def build_request(
    contract: Contract,
    operation: Operation,
    arguments: Mapping[str, Any],
    signature: Mapping[str, str],
    written: Mapping[str, str],
) -> StepRequest:
    """The request of an operation with these arguments, signed by these headers."""
    fields = {name: field(contract, operation, name) for name in arguments if name not in RESERVED}
    paths: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    signed, keys = parted(signature)
    headers = {name.lower(): value for name, value in signed.items()}
    for name, found in fields.items():
        value = as_declared(arguments[name], found.schema, written.get(f"/{escape(name)}"))
        if value is None:
            continue
        for key, text in _texts(found, value):
            if found.place == "path":
                paths[found.name] = text
            elif found.place == "header":
                headers[key.lower()] = text
            else:
                query.append((key, text))
    body, media_type = _body(operation, arguments)
    if media_type:
        headers.setdefault("content-type", media_type)
    for name, value in arguments.get("headers", {}).items():
        headers.pop(name.lower(), None)
        if value is not None:
            headers[name.lower()] = _text(value)
    path = _path(shortest(contract, operation, paths), paths)
    shown = _asked(path, query)
    query += [each for each in keys.items() if each[0] not in dict(query)]
    return StepRequest(operation.method, _asked(path, query), tuple(headers.items()), body, shown)


def _asked(path: str, query: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query, quote_via=quote)}" if query else path


def shortest(contract: Contract, operation: Operation, given: Mapping[str, Any]) -> Operation:
    """The operation, or its variant without the optional segments that are not given."""
    if all(each.name in given for each in operation.path_parameters):
        return operation
    for other in contract.operations.values():
        if other.variant_of == operation.id and all(
            each.name in given for each in other.path_parameters
        ):
            return other
    missing = [each.name for each in operation.path_parameters if each.name not in given]
    raise InputError(
        f"{operation.id} needs `{missing[0]}` in its path", fix=f"Say {missing[0]}: in `with`"
    )


def _texts(found: Field, value: Any) -> list[tuple[str, str]]:
    if found.parameter is not None and not isinstance(value, Mapping):
        return found.parameter.encode(value)
    values = value if isinstance(value, list) else [value]
    return [(found.name, _text(each)) for each in values]


def _path(operation: Operation, values: Mapping[str, str]) -> str:
    path = operation.path
    for each in operation.path_parameters:
        path = path.replace("{" + each.name + "}", quote(values[each.name], safe=""))
    return path


def _body(operation: Operation, arguments: Mapping[str, Any]) -> tuple[bytes, str]:
    declared = "" if operation.body is None else operation.body.media_types[0]
    if "raw" in arguments:
        return str(arguments["raw"]).encode(), declared
    if "body" in arguments:
        return json.encode(arguments["body"]), declared or "application/json"
    return b"", ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.encode(value).decode()
