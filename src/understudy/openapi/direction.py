"""What only travels one way: readOnly properties are no duty of a request, writeOnly none of an
answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import is_
from typing import Any, Literal

from understudy.openapi.schema import FORMATS
from understudy.openapi.shapes import Refs, parts, resolved

Hidden = Literal["readOnly", "writeOnly"]
_MAPS = frozenset(("properties", "patternProperties", "$defs", "dependentSchemas"))
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_SINGLE = frozenset(("items", "additionalProperties", "if", "then", "else", "contains"))
_MERGED = frozenset(("allOf", "anyOf", "oneOf"))


class OneWay(Mapping[str, Any]):
    """The component schemas with nothing required that does not travel that way, made when asked
    for."""

    def __init__(self, schemas: Mapping[str, Any], refs: Refs, hidden: Hidden) -> None:
        self._schemas = schemas
        self._refs = refs
        self._hidden = hidden
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = one_way(self._schemas[name], self._refs, self._hidden)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._schemas)

    def __len__(self) -> int:
        return len(self._schemas)

    def __contains__(self, name: object) -> bool:
        return name in self._schemas


def one_way(schema: Any, refs: Refs, hidden: Hidden, names: frozenset[str] = frozenset()) -> Any:
    """The schema without those of its required properties that do not travel that way; the same
    one where that is all of them."""
    if not isinstance(schema, Mapping):
        return schema
    if not _MERGED.isdisjoint(schema) or "properties" in schema:
        names |= _hidden_names(schema, refs, hidden)
    made = {
        key: _below(key, value, refs, hidden, names)
        for key, value in schema.items()
        if key != "format" or value in FORMATS  # what nobody checks is an annotation
    }
    if len(made) == len(schema) and all(made[key] is value for key, value in schema.items()):
        return schema
    return made


def _below(key: str, value: Any, refs: Refs, hidden: Hidden, names: frozenset[str]) -> Any:
    """What a keyword says of one way; the same value where it is that already."""
    if key == "required" and isinstance(value, list):
        return (
            value
            if names.isdisjoint(map(str, value))
            else [each for each in value if each not in names]
        )
    if key in _LISTS and isinstance(value, list):
        inner = names if key in _MERGED else frozenset()
        listed = [one_way(each, refs, hidden, inner) for each in value]
        return value if all(map(is_, listed, value)) else listed
    if key in _MAPS and isinstance(value, Mapping):
        named = {name: one_way(each, refs, hidden) for name, each in value.items()}
        return value if all(map(is_, named.values(), value.values())) else named
    return one_way(value, refs, hidden) if key in _SINGLE else value


def _hidden_names(schema: Mapping[str, Any], refs: Refs, hidden: Hidden) -> frozenset[str]:
    found = set()
    for part in parts(schema, refs):
        properties = part.get("properties")
        for name, each in properties.items() if isinstance(properties, Mapping) else ():
            if isinstance(each, Mapping) and (
                each.get(hidden) is True or resolved(each, refs).get(hidden) is True
            ):
                found.add(name)
    return frozenset(found)
