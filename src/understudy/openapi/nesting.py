"""How deep a decoded value nests."""

from __future__ import annotations

from typing import Any

MAX_DEPTH = 128  # no vendor's body nests so deep, and whatever walks it later stays safe


def too_deep(value: Any) -> bool:
    """Whether a value nests deeper than anything that walks it should go."""
    level: list[Any] = [value] if type(value) is dict or type(value) is list else []
    for _ in range(MAX_DEPTH):
        if not level:
            return False
        level = [
            child
            for each in level
            for child in (each.values() if type(each) is dict else each)
            if type(child) is dict or type(child) is list
        ]
    return bool(level)
