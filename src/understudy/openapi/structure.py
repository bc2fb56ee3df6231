"""Which keys of an OpenAPI document hold which kind of object; what is not named here is data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from msgspec import Struct

Kind = Literal[
    "document",
    "components",
    "pathItem",
    "operation",
    "parameter",
    "header",
    "requestBody",
    "response",
    "mediaType",
    "encoding",
    "callback",
    "example",
    "link",
    "securityScheme",
    "schema",
]
Path = list[str]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# In these objects any name may be an extension.
EXTENDED: frozenset[Kind] = frozenset(("pathItem", "response", "callback"))


GONE: Final[dict[str, Any]] = {}  # what a visitor makes of an object that shall not be there


class Visitor:
    """What is made of each object; the path is where it stands, and changes as the walk goes on."""

    def visit(self, node: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        """The object as it shall be; what is below it comes afterwards."""
        return node

    def spread(self, names: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        """The objects by name that `{"$ref": ...}` stands for, where names are wanted."""
        return names


class Child(Struct, frozen=True):
    """What stands below a key: one object, objects by name, or a list of them."""

    kind: Kind
    by_name: bool = False


def _one(kind: Kind, *keys: str) -> dict[str, Child]:
    return {key: Child(kind) for key in keys}


def _named(kind: Kind, *keys: str) -> dict[str, Child]:
    return {key: Child(kind, by_name=True) for key in keys}


SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMA_SINGLE = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "additionalItems",
)
_described = {
    **_one("schema", "schema", "items"),
    **_named("mediaType", "content"),
    **_named("example", "examples"),
}
# Both 2.0 and 3.x: no key means one thing here and another there.
CHILDREN: dict[Kind, dict[str, Child]] = {
    "document": {
        **_named("pathItem", "paths", "webhooks"),
        **_one("components", "components"),
        **_named("schema", "definitions"),
        **_named("parameter", "parameters"),
        **_named("response", "responses"),
        **_named("securityScheme", "securityDefinitions"),
    },
    "components": {
        **_named("schema", "schemas"),
        **_named("parameter", "parameters"),
        **_named("response", "responses"),
        **_named("header", "headers"),
        **_named("example", "examples"),
        **_named("requestBody", "requestBodies"),
        **_named("securityScheme", "securitySchemes"),
        **_named("link", "links"),
        **_named("callback", "callbacks"),
        **_named("pathItem", "pathItems"),
    },
    "pathItem": {**_one("operation", *METHODS), **_one("parameter", "parameters")},
    "operation": {
        **_one("parameter", "parameters"),
        **_one("requestBody", "requestBody"),
        **_named("response", "responses"),
        **_named("callback", "callbacks"),
    },
    "parameter": _described,
    "header": _described,
    "requestBody": _named("mediaType", "content"),
    "response": {
        **_named("header", "headers"),
        **_named("mediaType", "content"),
        **_named("link", "links"),
        **_one("schema", "schema"),
    },
    "mediaType": {
        **_one("schema", "schema", "itemSchema"),
        **_named("example", "examples"),
        **_named("encoding", "encoding"),
    },
    "encoding": _named("header", "headers"),
    "callback": {},  # its keys are expressions: each holds a path item
    "example": {},
    "link": {},
    "securityScheme": {},
    "schema": {
        **_named("schema", *SCHEMA_MAPS),
        **_one("schema", *SCHEMA_LISTS, *SCHEMA_SINGLE),
    },
}
# The section of `components` where a kind has its names.
SECTIONS: dict[Kind, str] = {
    child.kind: section for section, child in CHILDREN["components"].items()
}


def rewrite(node: Any, kind: Kind, visitor: Visitor, path: Path) -> Any:
    """The object with all below it as the visitor wants it; whatever stays the same is shared."""
    if type(node) is not dict:
        return node
    before = visitor.visit(node, kind, path)
    if before is GONE:
        return GONE
    if kind == "callback" and "$ref" not in before:
        return spread(before, "pathItem", visitor, path)
    children, made = CHILDREN[kind], before
    for key, value in before.items():
        child = children.get(key)
        if child is None:
            continue
        path.append(key)
        new = _below(value, child, visitor, path)
        path.pop()
        if new is not value:
            made = dict(before) if made is before else made
            made[key] = new
    return made


def _below(value: Any, child: Child, visitor: Visitor, path: Path) -> Any:
    if type(value) is list:
        return _listed(value, child.kind, visitor, path)
    if child.by_name and type(value) is dict:
        return spread(value, child.kind, visitor, path)
    return rewrite(value, child.kind, visitor, path)


def spread(value: dict[str, Any], kind: Kind, visitor: Visitor, path: Path) -> dict[str, Any]:
    """The objects by name with all below them as the visitor wants it."""
    if type(value.get("$ref")) is str:
        value = visitor.spread(value, kind, path)
    made = value
    for name, each in value.items():
        if type(each) is not dict or (kind in EXTENDED and name.startswith("x-")):
            continue
        path.append(name)
        new = rewrite(each, kind, visitor, path)
        path.pop()
        if new is not each:
            made = dict(value) if made is value else made
            made[name] = new
        if new is GONE:
            del made[name]
    return made


def _listed(value: list[Any], kind: Kind, visitor: Visitor, path: Path) -> list[Any]:
    made = value
    for index, each in enumerate(value):
        path.append(str(index))
        new = rewrite(each, kind, visitor, path)
        path.pop()
        if new is not each:
            made = list(value) if made is value else made
            made[index] = new
    return made


def mapping(node: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object below a key; empty if there is none or it is no object."""
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def listed(node: Mapping[str, Any], key: str) -> list[Any]:
    """The list below a key; empty if there is none or it is no list."""
    value = node.get(key)
    return value if isinstance(value, list) else []
