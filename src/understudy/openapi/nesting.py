"""How deep a decoded value nests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MAX_DEPTH = 128  # no vendor's body nests so deep, and whatever walks it later stays safe


def too_deep(value: Any) -> bool:
    """Whether a value nests deeper than anything that walks it should go."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for each in level for child in _children(each) if type(child) in _NESTING]
        if not level:
            return False
    return True


def _children(value: Any) -> Iterable[Any]:
    return value.values() if type(value) is dict else value if type(value) is list else ()


_NESTING = (dict, list)
