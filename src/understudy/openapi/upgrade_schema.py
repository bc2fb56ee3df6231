"""A schema of OpenAPI 2.0 or 3.0 becomes one of 3.1, which is JSON Schema 2020-12."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]

# What may stand beside a `$ref` before 3.1; all else there is to be ignored.
BESIDE = frozenset(
    [
        "$ref",
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "nullable",
        "x-nullable",
    ]
)
# What stays outside where a schema is wrapped to let null in.
OUTSIDE = BESIDE - {"$ref", "nullable", "x-nullable"}


def upgrade_schema(schema: Schema, *, strict: bool) -> Schema:
    """One schema without those inside it; `strict` is JSON Schema already (3.1)."""
    found = [key for key in schema if key in _MENDERS and _MENDERS[key][0](schema[key])]
    if "enum" in schema and "items" in schema and isinstance(schema["enum"], list):
        schema = dict(schema)
        _enum_of_items(schema)
    beside = not strict and len(schema) > 1 and isinstance(schema.get("$ref"), str)
    if not found and not beside:
        return schema
    made = dict(schema)
    if beside:
        made = {key: value for key, value in made.items() if _may_stand_beside(key)}
    for key in found:
        if key in made and _MENDERS[key][0](made[key]):
            _MENDERS[key][1](made)
    return _nullable(made)


def _may_stand_beside(key: str) -> bool:
    return key in BESIDE or key.startswith("x-")


def _nullable(schema: Schema) -> Schema:
    """`nullable` said as JSON Schema says it."""
    said = [schema.pop("nullable", False), schema.pop("x-nullable", False)]
    if True not in said:
        return schema
    kind = schema.get("type")
    if "$ref" in schema or not isinstance(kind, str | list):
        return _or_null(schema)
    kinds = [kind] if isinstance(kind, str) else kind
    schema["type"] = [*dict.fromkeys((*kinds, "null"))]
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema


def _or_null(schema: Schema) -> Schema:
    """The schema or null; what only describes it stays where readers look for it."""
    inside = {key: value for key, value in schema.items() if key not in OUTSIDE}
    if not inside:
        return schema  # anything: null is let in already
    outside = {key: value for key, value in schema.items() if key in OUTSIDE}
    return {**outside, "anyOf": [inside, {"type": "null"}]}


def _bound(plain: str, exclusive: str) -> Callable[[Schema], None]:
    def mend(schema: Schema) -> None:
        if schema.pop(exclusive) and plain in schema:
            schema[exclusive] = schema.pop(plain)

    return mend


def _file(schema: Schema) -> None:
    schema.update(type="string", format="binary")


def _tuple(schema: Schema) -> None:
    """`items: [a, b]` and what may follow."""
    first = schema.pop("items")
    if first:
        schema["prefixItems"] = first
    if "additionalItems" in schema:
        schema["items"] = schema.pop("additionalItems")


def _required(schema: Schema) -> None:
    """No name twice; `required: true` is said by the object around it."""
    names = schema.pop("required")
    if isinstance(names, list):
        schema["required"] = [*dict.fromkeys(each for each in names if isinstance(each, str))]


def _required_inside(schema: Schema) -> None:
    names = [name for name, each in schema["properties"].items() if _says_required(each)]
    own = schema.get("required")
    schema["required"] = [*dict.fromkeys((*(own if isinstance(own, list) else ()), *names))]


def _says_required(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("required") is True


def _enum(schema: Schema) -> None:
    options: dict[str, Any] = {}
    for each in schema.pop("enum"):
        options.setdefault(json.dumps(each, sort_keys=True), each)
    if options:
        schema["enum"] = [*options.values()]


def _enum_of_items(schema: Schema) -> None:
    """Options beside `type: array` of which none is a list are those of its items."""
    options, items = schema["enum"], schema.get("items", {})
    said = schema.get("type")
    if "array" not in ([said] if isinstance(said, str) else said or ()) or "enum" in items:
        return
    if isinstance(items, dict) and not any(isinstance(each, list) for each in options):
        schema["items"] = {**items, "enum": options}
        del schema["enum"]


def _repeats(options: Any) -> bool:
    if not isinstance(options, list):
        return False
    if all(type(each) is str for each in options):
        return len(set(options)) < len(options) or not options
    return len({json.dumps(each, sort_keys=True) for each in options}) < len(options)


def _discriminator(schema: Schema) -> None:
    schema["discriminator"] = {"propertyName": schema["discriminator"]}


def _example(schema: Schema) -> None:
    example = schema.pop("example")
    if not isinstance(schema.get("examples"), list | dict):
        schema["examples"] = [example]


def _examples(schema: Schema) -> None:
    """Named ones, as a media type has them."""
    named = schema["examples"].values()
    schema["examples"] = [
        each["value"] if isinstance(each, dict) and "value" in each else each for each in named
    ]


def _drop(key: str) -> Callable[[Schema], None]:
    def mend(schema: Schema) -> None:
        schema.pop(key)

    return mend


def _always(_: Any) -> bool:
    return True


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


# A keyword: whether its value is of an older version, and what is done about it.
_MENDERS: dict[str, tuple[Callable[[Any], bool], Callable[[Schema], None]]] = {
    "properties": (
        lambda value: isinstance(value, dict) and any(map(_says_required, value.values())),
        _required_inside,
    ),
    "required": (
        lambda value: not isinstance(value, list) or len(set(map(str, value))) < len(value),
        _required,
    ),
    "items": (lambda value: isinstance(value, list), _tuple),
    "type": (lambda value: value == "file", _file),
    "enum": (_repeats, _enum),
    "exclusiveMinimum": (_is_bool, _bound("minimum", "exclusiveMinimum")),
    "exclusiveMaximum": (_is_bool, _bound("maximum", "exclusiveMaximum")),
    "discriminator": (lambda value: isinstance(value, str), _discriminator),
    "example": (_always, _example),
    "examples": (lambda value: isinstance(value, dict), _examples),
    "nullable": (_always, lambda schema: None),
    "x-nullable": (_always, lambda schema: None),
    # What a schema calls itself would move the base of every reference below it.
    "$schema": (_always, _drop("$schema")),
    "$id": (_always, _drop("$id")),
    "id": (lambda value: isinstance(value, str), _drop("id")),
}
