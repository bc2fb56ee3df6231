"""The names that an object of a declared body may have, and those of a value that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.openapi.operation import Unread
from understudy.openapi.shapes import Refs

MOST = 20  # unread names that are noted of one request
ITEMS = 100  # of a list that are looked at
KEPT, LONGEST = 32, 100  # sets of names that are remembered of one schema, and their size
_DEEPEST = 16  # references and branches that are followed for one object
_EITHER = ("oneOf", "anyOf")
_TOGETHER = ("allOf", "prefixItems")
_MAYBE = ("if", "then", "else")
_KEYED = ("patternProperties", "additionalProperties", "unevaluatedProperties")


class Members:
    """The names below one schema, gathered when first asked."""

    __slots__ = ("_refs", "_schemas", "_seen", "below", "items", "names", "open")

    def __init__(self, refs: Refs, *schemas: Any) -> None:
        self._refs = refs
        self._schemas: tuple[Any, ...] | None = schemas
        self._seen: dict[tuple[str, tuple[str, ...]], tuple[Unread, ...]] = {}
        self.names: frozenset[str] = frozenset()
        self.below: dict[str, Members] = {}
        self.items: Members | None = None
        self.open = True  # its names are the caller's own

    def unread(self, value: Any, at: str, found: list[Unread]) -> None:
        """Adds the names of a value that nothing reads, with those known beside them."""
        kind = type(value)
        if kind is not dict and kind is not list:
            return
        if self._schemas is not None:
            self._gather(self._schemas)
        if kind is dict:
            self._of_object(value, at, found)
        elif self.items is not None:
            for index, each in enumerate(value[:ITEMS]):
                self.items.unread(each, f"{at}/{index}", found)

    def _of_object(self, value: dict[str, Any], at: str, found: list[Unread]) -> None:
        if not self.open and not value.keys() <= self.names:
            found += self._told(at, tuple(value))[: MOST - len(found)]
        for name, members in self.below.items():
            if name in value:
                members.unread(value[name], f"{at}/{name}", found)

    def _told(self, at: str, given: tuple[str, ...]) -> tuple[Unread, ...]:
        """Those of the names given that nothing reads; clients send the same ones over and over."""
        told = self._seen.get((at, given))
        if told is None:
            strange = [name for name in given if name not in self.names][:MOST]
            known = tuple(sorted(self.names - set(given)))
            told = tuple([Unread("body", name, at, known) for name in strange])
            if len(given) <= LONGEST:
                if len(self._seen) >= KEPT:
                    self._seen.clear()
                self._seen[at, given] = told
        return told

    def _gather(self, schemas: tuple[Any, ...]) -> None:
        self._schemas = None
        parts = [each for schema in schemas for each in _parts(schema, self._refs)]
        below: dict[str, list[Any]] = {}
        for part in parts:
            for name, schema in _mapped(part, "properties").items():
                below.setdefault(name, []).append(schema)
        items = [part["items"] for part in parts if isinstance(part.get("items"), Mapping)]
        self.names = frozenset(below)
        self.below = {
            name: Members(self._refs, *each)
            for name, each in below.items()
            if any(map(_nests, each))
        }
        self.items = Members(self._refs, *items) if items else None
        self.open = not below or any(_is_open(part) for part in parts)


def _parts(schema: Any, refs: Refs, depth: int = 0) -> Iterator[Any]:
    """Every schema that one object is held against, as far as names are concerned."""
    if schema is True or schema == {}:
        yield {"additionalProperties": {}}
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    yield schema
    if isinstance(schema.get("$ref"), str):
        yield from _parts(refs(schema["$ref"]), refs, depth + 1)
    for key in _TOGETHER:
        for each in _listed(schema, key):
            yield from _parts(each, refs, depth + 1)
    for key in _MAYBE:
        yield from _parts(schema.get(key), refs, depth + 1)
    for each in _mapped(schema, "dependentSchemas").values():
        yield from _parts(each, refs, depth + 1)
    for key in _EITHER:
        for each in _listed(schema, key):
            yield from _branch(each, refs, depth + 1)


def _branch(schema: Any, refs: Refs, depth: int) -> Iterator[Any]:
    """One of several that an object may keep to: an object without names allows all of them."""
    parts = list(_parts(schema, refs, depth))
    yield from parts
    if any(part.get("type") == "object" for part in parts) and not any(
        "properties" in part for part in parts
    ):
        yield {"additionalProperties": {}}


def _is_open(part: Mapping[str, Any]) -> bool:
    return any(isinstance(part.get(key), Mapping) for key in _KEYED)


def _listed(schema: Mapping[str, Any], key: str) -> list[Any]:
    """What a keyword lists; a user's document may say anything there."""
    value = schema.get(key)
    return value if isinstance(value, list) else []


def _mapped(schema: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = schema.get(key)
    return value if isinstance(value, Mapping) else {}


def _nests(schema: Any) -> bool:
    """Whether there may be names below."""
    keys = ("properties", "items", "$ref", *_EITHER, *_TOGETHER)
    return isinstance(schema, Mapping) and any(key in schema for key in keys)
