"""Types of expressions, and those that JSON Schemas say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from understudy.modeled.names import plain
from understudy.modeled.schemas import Node, Schemas, is_type

NUMBERS = ("int", "double")
SPOKEN = {
    "any": "anything",
    "bool": "true or false",
    "int": "a whole number",
    "double": "a number",
    "string": "a text",
    "timestamp": "an instant",
    "duration": "a duration",
    "list": "a list",
    "map": "an object",
    "null": "null",
}
_KINDS = {
    "boolean": "bool",
    "integer": "int",
    "number": "double",
    "string": "string",
    "array": "list",
    "object": "map",
    "null": "null",
}


class Type(NamedTuple):
    """What an expression gives: a kind, and what is known of what is inside."""

    kind: str
    item: Type | None = None  # of a list
    node: Node | None = None  # of an object that a schema describes
    fields: Mapping[str, Type] | None = None  # of an object whose names are these and no others
    collection: str = ""  # of a record: where it belongs; of a list: that it is all of them
    loose: bool = False  # names are compared without case and signs

    def __str__(self) -> str:
        return SPOKEN[self.kind]


ANY = Type("any")
BOOL, INT, DOUBLE, STRING = Type("bool"), Type("int"), Type("double"), Type("string")
TIMESTAMP, DURATION, NULL = Type("timestamp"), Type("duration"), Type("null")
BY_KIND = {
    each.kind: each
    for each in (ANY, BOOL, INT, DOUBLE, STRING, TIMESTAMP, DURATION, NULL, Type("list"))
}


def fixed(fields: Mapping[str, Type], *, loose: bool = False) -> Type:
    """An object that has these names and no others."""
    return Type("map", fields=fields, loose=loose)


class Types:
    """The types that the schemas of one document say."""

    def __init__(self, schemas: Schemas, children: Mapping[str, Mapping[str, Type]]) -> None:
        self._schemas = schemas
        self._children = children  # of a collection: what else its records are asked for

    def of(self, node: Node | None, collection: str = "") -> Type:
        """The type of what a schema describes."""
        if node is None:
            return ANY
        kind = self._kind(node)
        if kind == "list":
            inside = self._schemas.items(node)
            return Type("list", None if inside is None else self.of(inside))
        if kind == "map":
            return Type("map", node=node, collection=collection)
        return BY_KIND[kind]

    def field(self, of: Type, name: str) -> Type | None:
        """The type of a property; None: there is none of that name."""
        if of.kind != "map":
            return ANY if of.kind == "any" else None
        children = self._children.get(of.collection, {})
        if of.fields is not None:
            return self._fixed(of, name)
        if of.node is None:
            return ANY
        known = self._schemas.properties(of.node)
        if name in known:
            return self.of(known[name])
        if name in children:
            return children[name]
        return ANY if not known or self._is_open(of.node) else None

    def names(self, of: Type) -> list[str]:
        """The names of the properties there are."""
        if of.fields is not None:
            return list(of.fields)
        known = [] if of.node is None else [*self._schemas.properties(of.node)]
        return [*known, *(each for each in self._children.get(of.collection, {}))]

    def _fixed(self, of: Type, name: str) -> Type | None:
        assert of.fields is not None, "only asked where there are"
        if of.loose:
            return {plain(each): kind for each, kind in of.fields.items()}.get(plain(name))
        return of.fields.get(name)

    def _is_open(self, node: Node) -> bool:
        return node.schema.get("additionalProperties", False) not in (False, {})

    def _kind(self, node: Node) -> str:
        schema = node.schema
        said = schema.get("type")
        kinds = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        real = [each for each in kinds if each != "null"]
        if not real:
            return self._unsaid(node)
        if len(real) > 1:
            return "double" if {*real} == {"integer", "number"} else "any"
        if real[0] == "string" and schema.get("format") in ("date-time", "date"):
            return "timestamp"
        return _KINDS.get(str(real[0]), "any")

    def _unsaid(self, node: Node) -> str:
        """The kind of a schema that says no type."""
        if self._schemas.is_object(node):
            return "map"
        if "items" in node.schema or is_type(node.schema, "array"):
            return "list"
        values = node.schema.get("enum")
        if isinstance(values, list) and values and all(isinstance(each, str) for each in values):
            return "string"
        return "any"


def common(types: Iterable[Type]) -> Type:
    """The one type of several values; anything where they differ."""
    found = [each for each in types if each.kind != "null"]
    if not found or any(each.kind == "any" for each in found):
        return ANY
    kinds = {each.kind for each in found}
    if kinds == {*NUMBERS}:
        return DOUBLE
    return found[0] if len(kinds) == 1 else ANY


def fits(given: Type, wanted: Type) -> bool:
    """Whether a value of one type may be one of the other."""
    if "any" in (given.kind, wanted.kind) or given.kind in (wanted.kind, "null"):
        return True
    if wanted.kind == "double":
        return given.kind == "int"
    return given.kind == "timestamp" and wanted.kind in ("string", "int")
