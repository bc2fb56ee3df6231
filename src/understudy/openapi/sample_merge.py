"""What several schemas ask for at once, as one schema: allOf joined, references followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.schema import Checker
from understudy.openapi.schemas import Schemas

Schema = dict[str, Any]
NULL = {"type": "null"}


def joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> Schema:
    """A schema that asks for what both do; where a keyword cannot be joined the first one's."""
    made = {**second, **first}
    for key in first.keys() & second.keys():
        join = _JOINS.get(key)
        if join is not None:
            made[key] = join(first[key], second[key])
    return made


def _properties(first: Any, second: Any) -> Any:
    """Those of both; one that both declare must be as both want it."""
    if not isinstance(first, Mapping) or not isinstance(second, Mapping):
        return first
    both = {
        name: {"allOf": [first[name], second[name]]}
        for name in first.keys() & second.keys()
        if first[name] != second[name]
    }
    return {**second, **first, **both}


def _either_list(first: Any, second: Any) -> Any:
    return [*dict.fromkeys((*first, *second))]


def _options(first: Any, second: Any) -> Any:
    return [each for each in first if each in second] or second


def _types(first: Any, second: Any) -> Any:
    ours, theirs = kinds(first), kinds(second)
    both = [each for each in ours if each in theirs or (each == "integer" and "number" in theirs)]
    if "number" in ours and "integer" in theirs:
        both.append("integer")
    return both or first


def _closed(first: Any, second: Any) -> Any:
    return False if first is False or second is False else first


def _most(first: Any, second: Any) -> Any:
    return max(first, second)


def _least(first: Any, second: Any) -> Any:
    return min(first, second)


_JOINS: dict[str, Callable[[Any, Any], Any]] = {
    "properties": _properties,
    "required": _either_list,
    "enum": _options,
    "type": _types,
    "additionalProperties": _closed,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), _most),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), _least),
}


def kinds(said: Any) -> list[str]:
    """The types of a schema as a list."""
    return [said] if isinstance(said, str) else list(said or ())


def implied(schema: Mapping[str, Any]) -> str:
    """The type that the keywords speak of."""
    for kind, keywords in _IMPLIED.items():
        if any(keyword in schema for keyword in keywords):
            return kind
    return "string"


_IMPLIED = {
    "object": ("properties", "required", "additionalProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


def given(schema: Mapping[str, Any]) -> list[Any]:
    """The schema's own values, the most telling first; those of another type are no help."""
    found = [schema["example"]] if "example" in schema else []
    examples = schema.get("examples")
    if isinstance(examples, list):
        found.extend(examples)
    if "default" in schema:
        found.append(schema["default"])
    return [each for each in found if _fits(schema, each)]


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value is of the schema's type and options, and holds what an object must hold."""
    wanted = kinds(schema.get("type"))
    if wanted and not any(_is(value, kind) for kind in wanted):
        return False
    if isinstance(value, dict) and not set(schema.get("required", ())) <= value.keys():
        return False
    if isinstance(value, str) and not all(
        keyword not in schema or _check(keyword, schema[keyword])(value)
        for keyword in ("format", "pattern")
    ):
        return False
    return "enum" not in schema or value in schema["enum"]


@lru_cache(maxsize=1_000)
def _check(keyword: str, said: str) -> Callable[[Any], bool]:
    """Whether a text keeps to one keyword; to one that nobody can check it does."""
    try:
        return Checker({keyword: said}, Schemas({})).compile()
    except ContractError:
        return lambda _: True


def _is(value: Any, kind: str) -> bool:
    if kind in ("integer", "number") and isinstance(value, bool):
        return False
    return isinstance(value, _TYPES.get(kind, object)) or (
        kind == "integer" and isinstance(value, float) and value.is_integer()
    )


_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def size(value: Any, most: int) -> int:
    """The values inside a value, itself counted; no further than `most`."""
    count, waiting = 0, [value]
    while waiting and count <= most:
        each = waiting.pop()
        count += 1 + (len(each) // 64 if isinstance(each, str) else 0)
        if isinstance(each, dict | list):
            waiting.extend(each.values() if isinstance(each, dict) else each)
    return count
