"""Swagger 2.0's parameters, forms and headers, as OpenAPI 3 writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from understudy.openapi.structure import listed

Node = dict[str, Any]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
# What a parameter of 2.0 says of its value; in 3.x its schema does.
OF_SCHEMA = frozenset(
    [
        "type",
        "format",
        "items",
        "default",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "enum",
        "multipleOf",
        "x-nullable",
    ]
)
# How a list is written: style and explode. Tabs have no style of their own.
STYLES: dict[str, tuple[str, bool]] = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}


def media_types(node: Node, key: str, default: list[str] | None = None) -> list[str]:
    """What `consumes` or `produces` says; else what the document says."""
    said = [each for each in listed(node, key) if isinstance(each, str)]
    return said if said or key in node else default or []


def by_name(parameters: Iterable[Any], shared: Node) -> list[Node]:
    """The parameters; of two with one name and place the last."""
    found: dict[Any, Node] = {}
    for index, each in enumerate(parameters):
        if isinstance(each, dict):
            meant = _meant(each, shared)
            named = (meant.get("name"), meant.get("in"))
            found[index if None in named else str(named)] = each
    return [*found.values()]


def is_form(parameter: Any, shared: Node) -> bool:
    """Whether it is the body or a field of it."""
    return isinstance(parameter, dict) and _meant(parameter, shared).get("in") in (
        "body",
        "formData",
    )


def _meant(parameter: Node, shared: Node) -> Node:
    ref = parameter.get("$ref")
    found = shared.get(ref.rpartition("/")[2]) if isinstance(ref, str) else parameter
    return found if isinstance(found, dict) else parameter


def upgrade_parameter(raw: Any) -> Any:
    """One in path, query or header."""
    if not isinstance(raw, dict) or "$ref" in raw or "schema" in raw:
        return raw
    made = _with_schema(raw)
    if raw.get("type") == "array":
        style, explode = STYLES.get(str(raw.get("collectionFormat")), STYLES["csv"])
        if raw.get("in") != "query":
            style = "simple"
        made |= {"style": style, "explode": explode and style == "form"}
    return made


def upgrade_header(raw: Node) -> Node:
    """One of a response."""
    return raw if "$ref" in raw or "schema" in raw else _with_schema(raw)


def _with_schema(raw: Node) -> Node:
    gone = OF_SCHEMA | {"collectionFormat", "x-example"}
    made = {key: value for key, value in raw.items() if key not in gone}
    if "x-example" in raw and "example" not in raw:
        made["example"] = raw["x-example"]
    return {**made, "schema": _schema(raw)}


def _schema(raw: Node) -> Node:
    return {key: value for key, value in raw.items() if key in OF_SCHEMA}


def request_body(raw: Node, consumes: list[str]) -> Node:
    """A whole body, in each media type that is taken."""
    kinds = [each for each in consumes if each not in (FORM, MULTIPART)] or consumes or [JSON]
    schema = raw.get("schema", {})
    made = {key: value for key, value in raw.items() if key not in ("name", "in", "schema")}
    return {**made, "content": {kind: {"schema": schema} for kind in kinds}}


def form_body(fields: list[Node], consumes: list[str]) -> Node:
    """The fields of a form as the properties of one object."""
    has_file = any(each.get("type") == "file" for each in fields)
    said = [each for each in consumes if each in (FORM, MULTIPART)]
    kinds = [MULTIPART] if has_file else said or [FORM]
    properties, encoding, required = {}, {}, []
    for each in fields:
        name = str(each.get("name"))
        properties[name] = _schema(each) | {
            key: each[key] for key in ("description", "example") if key in each
        }
        if each.get("required") is True:
            required.append(name)
        if each.get("type") == "array" and each.get("collectionFormat") != "multi":
            style, explode = STYLES.get(str(each.get("collectionFormat")), STYLES["csv"])
            encoding[name] = {"style": style, "explode": explode}
    schema: Node = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    media: Node = {"schema": schema} | ({"encoding": encoding} if encoding else {})
    return {"required": bool(required), "content": dict.fromkeys(kinds, media)}
