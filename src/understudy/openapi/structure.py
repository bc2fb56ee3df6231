"""Which keys of an OpenAPI document hold which kind of object; what is not named here is data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

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
# What a visitor makes of one object; the path is where it stands, and changes as the walk goes on.
Visit = Callable[[dict[str, Any], Kind, Path], dict[str, Any]]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# In these objects any name may be an extension.
EXTENDED: frozenset[Kind] = frozenset(("pathItem", "response", "callback"))


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


def rewrite(node: Any, kind: Kind, visit: Visit, path: Path) -> Any:
    """The object with all below it as `visit` wants it; whatever stays the same is shared."""
    if type(node) is not dict:
        return node
    before = visit(node, kind, path)
    if kind == "callback" and "$ref" not in before:
        return _by_name(before, "pathItem", visit, path)
    children, made = CHILDREN[kind], before
    for key, value in before.items():
        child = children.get(key)
        if child is None:
            continue
        path.append(key)
        new = _below(value, child, visit, path)
        path.pop()
        if new is not value:
            made = dict(before) if made is before else made
            made[key] = new
    return made


def _below(value: Any, child: Child, visit: Visit, path: Path) -> Any:
    if type(value) is list:
        return _listed(value, child.kind, visit, path)
    if child.by_name and type(value) is dict:
        return _by_name(value, child.kind, visit, path)
    return rewrite(value, child.kind, visit, path)


def _by_name(value: dict[str, Any], kind: Kind, visit: Visit, path: Path) -> dict[str, Any]:
    made = value
    for name, each in value.items():
        if type(each) is not dict or (kind in EXTENDED and name.startswith("x-")):
            continue
        path.append(name)
        new = rewrite(each, kind, visit, path)
        path.pop()
        if new is not each:
            made = dict(value) if made is value else made
            made[name] = new
    return made


def _listed(value: list[Any], kind: Kind, visit: Visit, path: Path) -> list[Any]:
    made = value
    for index, each in enumerate(value):
        path.append(str(index))
        new = rewrite(each, kind, visit, path)
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
