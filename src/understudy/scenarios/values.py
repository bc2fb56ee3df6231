"""JSON values as a scenario compares and says them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any


class _Absent:
    """What stands where nothing is."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT: Any = _Absent()

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool))
        or (isinstance(value, float) and value.is_integer())
    ),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list | tuple),
}


def said(value: Any, limit: int = 120) -> str:
    """A value as a person reads it, shortened."""
    if value is ABSENT:
        return "nothing"
    text = _json(value)
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def _json(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Mapping():
            return "{" + ", ".join(f"{_json(str(k))}: {said(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(said(each) for each in value) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False)  # on one line, whatever is in it
        case _:
            return str(value)


def unescaped(text: str) -> str:
    """The text with `$${` as the literal `${`."""
    return text.replace("$${", "${") if "$${" in text else text


def same(left: Any, right: Any) -> bool:
    """Whether two values are one in JSON: 1 is 1.0, and neither is true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)
