"""JSON pointers: their steps, and what stands there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote

NOTHING: Final = object()


def steps_of(pointer: str) -> list[str] | None:
    """The steps of a pointer as it stands behind `#`; None if it is none."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        return None
    return [unquote(step).replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]


def at(value: Any, steps: Iterable[str]) -> Any:
    """What stands there; NOTHING if nothing does."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step, NOTHING)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 10:
            value = value[int(step)] if int(step) < len(value) else NOTHING
        else:
            return NOTHING
    return value
