"""Durations as Python has them: a timedelta is written as the sandbox reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from understudy.client.door import hidden
from understudy.errors import InputError

__tracebackhide__ = hidden

MILLISECOND = timedelta(milliseconds=1)
UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}


def duration(by: str | timedelta | float) -> str:
    """The duration as text; a number alone is refused, for nobody knows of what."""
    if isinstance(by, int | float):
        raise InputError(f"{by!r} is no duration", fix=f'Write "60s" or timedelta(seconds={by})')
    return _text(by) if isinstance(by, timedelta) else by


def written(value: Any) -> Any:
    """A value for the admin API, with each timedelta in it as text."""
    if isinstance(value, timedelta):
        return _text(value)
    if isinstance(value, Mapping):
        return {name: written(each) for name, each in value.items()}
    return [written(each) for each in value] if isinstance(value, list | tuple) else value


def _text(length: timedelta) -> str:
    """In the largest unit that it is a whole number of."""
    count, rest = divmod(length, MILLISECOND)
    if rest:
        raise InputError(f"{length} is no whole number of milliseconds", fix="Round it")
    unit = next(name for name, size in UNITS.items() if count % size == 0)
    return f"{count // UNITS[unit]}{unit}"
