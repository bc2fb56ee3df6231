"""A contract as its vendor reads it: for a check that must not take a lenient spelling for wrong.

Only what a client sends is widened; what is answered is held against the contract's own schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from understudy.checks.allowances import followed, operations
from understudy.openapi.inputs import READS, WAYS

UUID = (
    "^([0-9A-Fa-f]{32}|[{][0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}[}]"
    "|urn:uuid:[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$"
)
MOMENT = (
    "^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([Tt _]([01][0-9]|2[0-3]):[0-5][0-9]"
    "(:[0-5][0-9]([.,][0-9]{1,9})?)?([Zz]|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?)?"
    "|[+-]?[0-9]{1,9})$"
)
NINE = 999_999_999  # the greatest number of nine digits
FIRST, LAST = -62_135_596_800_000, 253_402_300_799_999  # of a Unix time: the years 1 to 9999
FORMATS: Mapping[str, list[dict[str, Any]]] = {
    "uuid": [{"type": "string", "pattern": UUID}],
    "date-time": [
        {"type": "string", "pattern": MOMENT},
        {"type": "number", "minimum": FIRST, "maximum": LAST},
    ],
}
SCALARS: Mapping[str, list[dict[str, Any]]] = {
    "integer": [{"type": "string", "pattern": "^[+-]?[0-9]{1,9}(\\.0)?$"}, {"type": "boolean"}],
    "number": [{"type": "string", "pattern": "^[+-]?[0-9]{1,9}$"}, {"type": "boolean"}],
    "boolean": [{"enum": [0, 1, "true", "false", "yes", "no", "on", "off", "t", "f", "y", "n"]}],
}


def as_read(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the document with all in its requests that a lenient vendor takes."""
    made = deepcopy(dict(document))
    if made.get(READS) != WAYS[1]:
        return made
    for _, _, operation, _ in operations(made):
        found = (followed(each, made) for each in operation.get("parameters", ()))
        operation["parameters"] = [
            {**each, "schema": _widened(each["schema"], made, texts=True)} for each in found
        ]
        if "requestBody" in operation:
            body = operation["requestBody"] = deepcopy(followed(operation["requestBody"], made))
            for media in body["content"].values():
                media["schema"] = _widened(media["schema"], made, texts=False)
    return made


def _widened(schema: Mapping[str, Any], document: Mapping[str, Any], *, texts: bool) -> Any:
    """The schema with the other spellings beside its own; a text of a number is one by itself."""
    node = dict(followed(schema, document))
    if "properties" in node:
        node["properties"] = {
            name: _widened(each, document, texts=texts) for name, each in node["properties"].items()
        }
    if "items" in node:
        node["items"] = _widened(node["items"], document, texts=texts)
    kinds = node.get("type")
    kind = next((each for each in _listed(kinds) if each != "null"), "")
    more = FORMATS.get(str(node.get("format")), ())
    if not more and not texts and _unbounded(node):
        more = SCALARS.get(kind, ())
    return {"anyOf": [node, *more]} if more else node


def _unbounded(node: Mapping[str, Any]) -> bool:
    """Whether every number of nine digits is one: of a text no schema can say more."""
    low, high = node.get("minimum", -NINE), node.get("maximum", NINE)
    return bool(low <= -NINE and high >= NINE)


def _listed(kinds: Any) -> list[Any]:
    return kinds if isinstance(kinds, list) else [kinds]
