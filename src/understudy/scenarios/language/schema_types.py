"""What a JSON Schema wants at each place of a value: for conversion, and to say what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Nodes = tuple[Mapping[str, Any], ...]

_BRANCHES = ("anyOf", "oneOf", "allOf")
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


class Shape:
    """A schema, walked by the keys of a value; every alternative is followed at once."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._root = schema
        self._expanded: dict[tuple[int, ...], Nodes] = {}
        self._steps: dict[tuple[int, str | None], Nodes] = {}
        self._wanted: dict[int, frozenset[str] | None] = {}
        self.root = self._nodes([schema])

    def at(self, path: Sequence[str]) -> Nodes:
        """The alternatives at that path."""
        nodes = self.root
        for key in path:
            inside = self.item(nodes) if key.isdigit() and self.item(nodes) else ()
            nodes = inside or self.field(nodes, key)
        return nodes

    def field(self, nodes: Nodes, key: str) -> Nodes:
        """The alternatives below a key of a mapping."""
        step = (id(nodes), key)
        if step not in self._steps:
            self._steps[step] = self._nodes(
                found for node in nodes if (found := _field(node, key)) is not None
            )
        return self._steps[step]

    def item(self, nodes: Nodes) -> Nodes:
        """The alternatives of a list's items."""
        step = (id(nodes), None)
        if step not in self._steps:
            self._steps[step] = self._nodes(
                node["items"] for node in nodes if isinstance(node.get("items"), Mapping)
            )
        return self._steps[step]

    def types(self, nodes: Nodes) -> frozenset[str] | None:
        """The types that are wanted; None: whatever comes."""
        if id(nodes) not in self._wanted:
            self._wanted[id(nodes)] = _types(nodes)
        return self._wanted[id(nodes)]

    def _nodes(self, schemas: Iterable[Any]) -> Nodes:
        found: list[Mapping[str, Any]] = []
        for schema in schemas:
            if isinstance(schema, Mapping):
                self._expand(schema, found, 0)
        return self._expanded.setdefault(tuple(id(each) for each in found), tuple(found))

    def _expand(
        self, schema: Mapping[str, Any], found: list[Mapping[str, Any]], depth: int
    ) -> None:
        if depth > 32:
            return
        found.append(schema)
        target = schema.get("$ref")
        if isinstance(target, str) and target.startswith("#/"):
            named: Any = self._root
            for token in target[2:].split("/"):
                named = named.get(token, {})
            self._expand(named, found, depth + 1)
        for keyword in _BRANCHES:
            for branch in schema.get(keyword, ()):
                if isinstance(branch, Mapping):
                    self._expand(branch, found, depth + 1)


def _field(node: Mapping[str, Any], key: str) -> Any:
    own = node.get("properties", {})
    if key in own:
        return own[key]
    others = node.get("additionalProperties")
    return others if isinstance(others, Mapping) else None


def _types(nodes: Nodes) -> frozenset[str] | None:
    wanted: set[str] = set()
    for node in nodes:
        kind = node.get("type")
        if isinstance(kind, str):
            wanted.add(kind)
        elif kind is not None:
            wanted.update(kind)
        elif "const" in node:
            wanted.add(kind_of(node["const"]))
        elif "enum" in node:
            wanted.update(kind_of(each) for each in node["enum"])
        elif "properties" in node:
            wanted.add("object")
        elif not any(keyword in node for keyword in (*_BRANCHES, "$ref")):
            return None
    return frozenset(wanted) or None


def kind_of(value: Any) -> str:
    """The JSON type of a value."""
    return _TYPES.get(type(value), "object" if isinstance(value, Mapping) else "array")
