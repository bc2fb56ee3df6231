"""Invented numbers: between their bounds, a multiple of their step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, floor
from typing import Any


def number(schema: Mapping[str, Any], choose: Callable[[int], int], *, whole: bool) -> float:
    """A number between the bounds; `choose` gives one below its argument."""
    step = schema.get("multipleOf", 1)
    low, high = schema.get("minimum"), schema.get("maximum")
    if "exclusiveMinimum" in schema:
        least = schema["exclusiveMinimum"]
        low = max(least if low is None else low, least + step / 1000)
    if "exclusiveMaximum" in schema:
        most = schema["exclusiveMaximum"]
        high = min(most if high is None else high, most - step / 1000)
    if low is None:
        low = 0 if high is None or high >= 0 else high - 100 * step
    try:
        first = ceil(low / step)
        last = first + 100 if high is None else floor(high / step)
    except (OverflowError, ZeroDivisionError):
        return low  # beyond what can be divided: the bound itself
    if first > last:
        return low if not whole else ceil(low)
    value: float = (first + choose(last - first + 1)) * step
    return value
