"""One text and one value: strict both ways, by the JSON types a schema lets through."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Convert = Callable[[str], Any]
WRONG = object()  # what a converter returns for a text that is no value of its types

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
# What a lenient framework takes for a number, too: `+1`, `01`, `1.0`, `1_000`.
LENIENT = {
    "integer": re.compile(r"[+-]?[0-9]+(?:_[0-9]+)*(?:\.0+)?"),
    "number": re.compile(
        r"[+-]?(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
    ),
}
DIGITS = 400  # longer numbers are nobody's; Python itself refuses 4,300 digits
SCALARS = ("boolean", "integer", "number", "null")  # tried in this order, text last


def write(value: Any) -> str:
    """A value as a parameter's text."""
    return value if isinstance(value, str) else json.dumps(value)


def converter(types: frozenset[str]) -> Convert:
    """From one text to a value of one of the types; `WRONG`: it is none of them."""
    attempts = [_CONVERTERS[kind] for kind in SCALARS if kind in types]
    if "string" in types or not types:
        attempts.append(str)
    if len(attempts) == 1:
        return attempts[0]

    def convert(text: str) -> Any:
        for attempt in attempts:
            value = attempt(text)
            if value is not WRONG:
                return value
        return WRONG

    return convert


def _boolean(text: str) -> Any:
    return True if text == "true" else False if text == "false" else WRONG


def _integer(text: str) -> Any:
    return int(text) if len(text) <= DIGITS and INTEGER.fullmatch(text) else WRONG


def _number(text: str) -> Any:
    if len(text) > DIGITS or not NUMBER.fullmatch(text):
        return WRONG
    if INTEGER.fullmatch(text):
        return int(text)
    value = float(text)
    return value if abs(value) != float("inf") else WRONG


def _null(text: str) -> Any:
    return None if text == "null" else WRONG


_CONVERTERS: dict[str, Convert] = {
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "null": _null,
}
