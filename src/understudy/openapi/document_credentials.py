"""Parameters that say again what an operation's security says: a call may leave them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.openapi.structure import METHODS

TOKENS = frozenset(("token", "access_token", "auth_token", "api_token", "api_key", "apikey"))
PLACES = ("header", "query")

Eased = list[tuple[str, str, str]]  # path, method and name of each parameter


def ease_credentials(document: dict[str, Any]) -> tuple[dict[str, Any], Eased]:
    """The document with none of them required, and which those are.

    Clients send a credential by one of the ways; the security that stands beside is still checked.
    """
    eased: Eased = []
    paths = {
        path: {name: _operation(document, item, str(path), name, eased) for name in item}
        if isinstance(item, dict)
        else item
        for path, item in document["paths"].items()
    }
    return ({**document, "paths": paths}, eased) if eased else (document, eased)


def _operation(
    document: Mapping[str, Any], item: Mapping[str, Any], path: str, name: str, eased: Eased
) -> Any:
    raw = item[name]
    if name not in METHODS or not isinstance(raw, dict) or not _is_secured(document, raw):
        return raw
    listed = raw.get("parameters")
    if not isinstance(listed, list) or not (again := [*_again(listed)]):
        return raw
    eased.extend((path, name, each["name"]) for each in again)
    made = [{**each, "required": False} if each in again else each for each in listed]
    return {**raw, "parameters": made}


def _is_secured(document: Mapping[str, Any], operation: Mapping[str, Any]) -> bool:
    said = operation.get("security", document.get("security"))
    return isinstance(said, list) and bool(said) and all(isinstance(e, dict) and e for e in said)


def _again(parameters: list[Any]) -> Iterator[dict[str, Any]]:
    for each in parameters:
        if (
            isinstance(each, dict)
            and each.get("required") is True
            and each.get("in") in PLACES
            and str(each.get("name", "")).lower() in TOKENS
        ):
            yield each
