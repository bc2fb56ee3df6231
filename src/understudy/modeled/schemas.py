"""Schemas as inference sees them: where they stand, what properties they have, what is inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote

from understudy.modeled.names import plain
from understudy.openapi.reference import LIMIT
from understudy.openapi.schemas import Schemas as Registry
from understudy.yaml import escape

DEEP = 6  # levels of allOf, oneOf and anyOf that are looked into
NOTHING: Mapping[str, Any] = {}


class Node(NamedTuple):
    """A schema and where it stands; two of one place are the same."""

    schema: Mapping[str, Any]
    at: str


class Schemas:
    """The schemas of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._properties: dict[str, Mapping[str, Node]] = {}
        self._plain: dict[str, Mapping[str, str]] = {}

    @cached_property
    def registry(self) -> Registry:
        """The component schemas, from which any schema of the document is compiled."""
        components = self.document.get("components")
        named = components.get("schemas") if isinstance(components, Mapping) else None
        return Registry(named if isinstance(named, Mapping) else {})

    def node(self, raw: Any, at: str) -> Node:
        """The schema itself: references followed, an allOf of one reference is that reference."""
        for _ in range(LIMIT):
            if not isinstance(raw, Mapping):
                return Node(NOTHING, at)
            ref = raw.get("$ref")
            if isinstance(ref, str):
                raw, at = self.resolve(ref), ref
                continue
            inner = _only(raw)
            if inner is None:
                break
            raw, at = raw[inner[0]][inner[1]], f"{at}/{inner[0]}/{inner[1]}"
        return Node(raw, at)

    def resolve(self, pointer: str) -> Any:
        """What a local pointer means; None: nothing."""
        node: Any = self.document
        if not pointer.startswith("#/"):
            return None
        for step in pointer[2:].split("/"):
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            if isinstance(node, Mapping):
                node = node.get(key)
            elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            else:
                return None
        return node

    def follow(self, raw: Any, at: str) -> tuple[Mapping[str, Any], str]:
        """An object that is no schema, references followed."""
        for _ in range(LIMIT):
            if not isinstance(raw, Mapping):
                break
            ref = raw.get("$ref")
            if not isinstance(ref, str):
                return raw, at
            raw, at = self.resolve(ref), ref
        return NOTHING, at

    def properties(self, node: Node) -> Mapping[str, Node]:
        """All properties it may have, those of its parts and branches included."""
        found = self._properties.get(node.at)
        if found is None:
            found = self._properties[node.at] = dict(self._collect(node, DEEP))
        return found

    def names(self, node: Node) -> Mapping[str, str]:
        """Its properties' names as they are compared, with how they are written."""
        found = self._plain.get(node.at)
        if found is None:
            found = self._plain[node.at] = {plain(each): each for each in self.properties(node)}
        return found

    def items(self, node: Node) -> Node | None:
        """What a list holds; None: it is no list."""
        schema = node.schema
        if "items" not in schema and not is_type(schema, "array"):
            return None
        return self.node(schema.get("items"), f"{node.at}/items")

    def is_object(self, node: Node) -> bool:
        """Whether it has properties and is no list."""
        return "items" not in node.schema and bool(self.properties(node))

    def is_scalar(self, node: Node) -> bool:
        """Whether it may be a text or a number."""
        schema = node.schema
        if "items" in schema or "properties" in schema:
            return False
        return not (is_type(schema, "object") or is_type(schema, "array"))

    def raw_property(self, node: Node, name: str) -> Any:
        """A property's schema as it is written, references not followed."""
        properties = node.schema.get("properties")
        if isinstance(properties, Mapping) and name in properties:
            return properties[name]
        for keyword in ("allOf", "oneOf", "anyOf"):
            parts = node.schema.get(keyword)
            for index, part in enumerate(parts if isinstance(parts, list) else ()):
                inner = self.node(part, f"{node.at}/{keyword}/{index}")
                found = self.raw_property(inner, name)
                if found is not None:
                    return found
        return None

    def may_be_null(self, raw: Any) -> bool:
        """Whether a schema lets null through by its type or one of its branches."""
        if not isinstance(raw, Mapping):
            return False
        if is_type(raw, "null") or raw.get("nullable") is True:
            return True
        parts = [*raw.get("oneOf", ()), *raw.get("anyOf", ())]
        if any(_is_null(each) for each in parts):
            return True
        ref = raw.get("$ref")
        target = self.resolve(ref) if isinstance(ref, str) else None
        return isinstance(target, Mapping) and "$ref" not in target and self.may_be_null(target)

    def _collect(self, node: Node, deep: int) -> Iterator[tuple[str, Node]]:
        schema = node.schema
        for keyword in ("allOf", "oneOf", "anyOf"):
            parts = schema.get(keyword)
            for index, part in enumerate(parts if isinstance(parts, list) and deep else ()):
                inner = self.node(part, f"{node.at}/{keyword}/{index}")
                yield from self._collect(inner, deep - 1)
        properties = schema.get("properties")
        if isinstance(properties, Mapping):
            for name, raw in properties.items():
                yield str(name), self.node(raw, f"{node.at}/properties/{escape(str(name))}")


def is_type(schema: Mapping[str, Any], kind: str) -> bool:
    """Whether a schema says that type, alone or among others."""
    said = schema.get("type")
    return said == kind or (isinstance(said, list) and kind in said)


def _only(raw: Mapping[str, Any]) -> tuple[str, int] | None:
    """Where a schema that only dresses up another has it."""
    if "properties" in raw:
        return None
    if raw.get("prefixItems") and not raw.keys() & {"type", "items"}:
        return "prefixItems", 0  # `items: [a, b]` of no list: written for one of them
    for keyword in ("allOf", "anyOf", "oneOf"):
        parts = raw.get(keyword)
        if isinstance(parts, list):
            real = [index for index, each in enumerate(parts) if not _is_null(each)]
            return (keyword, real[0]) if len(real) == 1 else None
    return None


def _is_null(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == "null"
