"""Durations as Python has them: a timedelta is written as the sandbox reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from os import PathLike, fspath
from typing import Any, NamedTuple

from understudy.client.admin_api import Refused, hidden
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


__tracebackhide__ = hidden

_TEXT = "text"  # what the sandbox calls a text's file in the places that it tells


class Told(NamedTuple):
    """A scenario, and the file that it was read from."""

    value: str | Mapping[str, Any]
    file: str = ""

    @property
    def is_name(self) -> bool:
        """A text has a line break or a colon; a shipped name has neither."""
        return isinstance(self.value, str) and "\n" not in self.value and ":" not in self.value


def read(scenario: str | PathLike[str] | Mapping[str, Any]) -> Told:
    """The scenario, its file read if it names one."""
    if isinstance(scenario, Mapping):
        return Told(written(scenario))
    said = fspath(scenario)
    if isinstance(scenario, str) and ("\n" in said or not said.endswith((".yaml", ".yml"))):
        return Told(said)
    try:
        with open(said, encoding="utf-8") as file:
            return Told(f"{file.read()}\n", said)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise InputError(f"the scenario cannot be read: {why}", where=said) from None


@contextmanager
def of_session(told: Told | None) -> Iterator[dict[str, Any]]:
    """The field of a new session's body; refusals inside tell the file."""
    with _in_file(told):
        yield {} if told is None else {"scenario": told.value}


@contextmanager
def carried(told: Told) -> Iterator[dict[str, Any]]:
    """The body that carries it into a running session; refusals inside tell the file."""
    text = "name" if told.is_name else _TEXT
    with _in_file(told):
        yield {"scenario" if isinstance(told.value, Mapping) else text: told.value}


@contextmanager
def _in_file(told: Told | None) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        if told is not None and told.file and refused.where.startswith(f"{_TEXT}:"):
            refused.where = told.file + refused.where.removeprefix(_TEXT)
        raise
