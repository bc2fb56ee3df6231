"""What a schema says of a value's shape, as far as texts must be told apart by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Refs = Callable[[str], Any]  # what a `$ref` points to; None: nothing
DEPTH = 8  # references and branches that are followed for the shape alone
PARTS = ("allOf", "anyOf", "oneOf")


def types_of(schema: Any, refs: Refs, depth: int = DEPTH) -> frozenset[str]:
    """The JSON types a schema lets through as far as texts must tell them; empty: any text."""
    if not isinstance(schema, Mapping) or depth == 0:
        return frozenset()
    ref = schema.get("$ref")
    if isinstance(ref, str):
        return types_of(refs(ref), refs, depth - 1)
    kind = schema.get("type")
    if kind is not None:
        kinds = [each for each in [kind, *_list(kind)] if isinstance(each, str)]
        return frozenset([*kinds, "null"] if schema.get("nullable") is True else kinds)
    if "const" in schema:
        return frozenset((_type_of(schema["const"]),))
    if "enum" in schema:
        return frozenset(_type_of(each) for each in _list(schema["enum"]))
    for key in ("anyOf", "oneOf", "allOf"):
        parts = [types_of(each, refs, depth - 1) for each in _list(schema.get(key))]
        if parts:
            open_branch = key != "allOf" and frozenset() in parts
            return frozenset() if open_branch else frozenset().union(*parts)
    return frozenset(("object",)) if isinstance(schema.get("properties"), Mapping) else frozenset()


def resolved(schema: Any, refs: Refs) -> Mapping[str, Any]:
    """The schema with its references followed; empty where they lead nowhere."""
    depth = DEPTH
    while isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str) and depth:
        schema, depth = refs(schema["$ref"]), depth - 1
    return schema if isinstance(schema, Mapping) else {}


def parts(schema: Any, refs: Refs, depth: int = DEPTH) -> Iterator[Mapping[str, Any]]:
    """The schema and all it is put together from, references followed."""
    here = resolved(schema, refs)
    yield here
    for key in PARTS if depth else ():
        for each in _list(here.get(key)):
            yield from parts(each, refs, depth - 1)


def items_of(schema: Any, refs: Refs) -> Any:
    """The schema of an array's items; empty: any."""
    return next((part["items"] for part in parts(schema, refs) if "items" in part), {})


def properties_of(schema: Any, refs: Refs) -> dict[str, Any]:
    """The schemas of an object's properties by name, those of all its parts."""
    found: dict[str, Any] = {}
    for part in parts(schema, refs):
        properties = part.get("properties")
        for name, each in properties.items() if isinstance(properties, Mapping) else ():
            found.setdefault(name, each)
    return found


def additional_of(schema: Any, refs: Refs) -> Any:
    """The schema of an object's other properties; empty: any, False: there are none."""
    said = [
        part["additionalProperties"]
        for part in parts(schema, refs)
        if "additionalProperties" in part
    ]
    if not said:
        return {}
    return next((each for each in said if isinstance(each, Mapping)), all(said) and {})


def _list(value: Any) -> list[Any]:
    """A keyword's list; a schema that is broken there is told when it is compiled."""
    return value if isinstance(value, list) else []


def _type_of(value: Any) -> str:
    """The JSON type of a plain value."""
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else kinds.get(type(value), "object")
