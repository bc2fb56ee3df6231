"""What a scalar without quotes means in YAML 1.2 core."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

DIGITS = 400  # digits of a number: beyond it no JSON reader keeps it

_CONSTANTS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_START = frozenset("0123456789+-.")
_NUMBER = re.compile(
    r"(?P<whole>[-+]?[0-9]+)|(?P<based>0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|(?P<decimal>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def core(text: str) -> Any:
    """What a plain scalar means in YAML 1.2 core; ValueError for a number that JSON has not."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_START:
        return str(text)
    found = _NUMBER.fullmatch(text)
    if found is None:
        return str(text)
    if len(text) > DIGITS:
        raise ValueError(f"a number of {len(text)} digits, at most {DIGITS}")
    if found["whole"] or found["based"]:
        return int(text, 10 if found["whole"] else 0)
    if found["decimal"] and isfinite(number := float(text)):
        return number
    raise ValueError(f"{text} is no number of JSON")


def core_or_text(text: str) -> Any:
    """What a plain scalar means in YAML 1.2 core; a number that JSON has not stays a text."""
    try:
        return core(text)
    except ValueError:
        return text
