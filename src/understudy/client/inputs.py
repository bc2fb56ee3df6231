"""What Python hands in, as the admin API reads it: durations, and scenarios of any kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from os import PathLike, fspath
from typing import Any, NamedTuple

from understudy.client.admin_api import Refused, hide_traceback
from understudy.errors import InputError

__tracebackhide__ = hide_traceback

MILLISECOND = timedelta(milliseconds=1)
UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}


def duration(by: str | timedelta | float) -> str:
    """The duration as text; a number alone is refused, for nobody knows of what."""
    if isinstance(by, int | float):
        raise InputError(f"{by!r} is no duration", fix=f'Write "60s" or timedelta(seconds={by})')
    return _text(by) if isinstance(by, timedelta) else by


def to_json(value: Any) -> Any:
    """A value for the admin API, with each timedelta in it as text."""
    if isinstance(value, timedelta):
        return _text(value)
    if isinstance(value, Mapping):
        return {name: to_json(each) for name, each in value.items()}
    return [to_json(each) for each in value] if isinstance(value, list | tuple) else value


def _text(length: timedelta) -> str:
    """In the largest unit that it is a whole number of."""
    count, rest = divmod(length, MILLISECOND)
    if rest:
        raise InputError(f"{length} is no whole number of milliseconds", fix="Round it")
    unit = next(name for name, size in UNITS.items() if count % size == 0)
    return f"{count // UNITS[unit]}{unit}"


_TEXT = "text"  # what the sandbox calls a text's file in the places that it tells


class ScenarioSource(NamedTuple):
    """A scenario, and the file that it was read from."""

    value: str | Mapping[str, Any]
    file: str = ""

    @property
    def is_name(self) -> bool:
        """A text has a line break or a colon; a shipped name has neither."""
        return isinstance(self.value, str) and "\n" not in self.value and ":" not in self.value


def read(scenario: str | PathLike[str] | Mapping[str, Any]) -> ScenarioSource:
    """The scenario, its file read if it names one."""
    if isinstance(scenario, Mapping):
        return ScenarioSource(to_json(scenario))
    said = fspath(scenario)
    if isinstance(scenario, str) and ("\n" in said or not said.endswith((".yaml", ".yml"))):
        return ScenarioSource(said)
    try:
        with open(said, encoding="utf-8") as file:
            return ScenarioSource(f"{file.read()}\n", said)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise InputError(f"the scenario cannot be read: {why}", where=said) from None


@contextmanager
def session_body(scenario: ScenarioSource | None) -> Iterator[dict[str, Any]]:
    """The field of a new session's body; refusals inside tell the file."""
    with _in_file(scenario):
        yield {} if scenario is None else {"scenario": scenario.value}


@contextmanager
def load_body(scenario: ScenarioSource) -> Iterator[dict[str, Any]]:
    """The body that carries it into a running session; refusals inside tell the file."""
    text = "name" if scenario.is_name else _TEXT
    with _in_file(scenario):
        yield {"scenario" if isinstance(scenario.value, Mapping) else text: scenario.value}


@contextmanager
def _in_file(scenario: ScenarioSource | None) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        if scenario is not None and scenario.file and refused.where.startswith(f"{_TEXT}:"):
            refused.where = scenario.file + refused.where.removeprefix(_TEXT)
        raise
