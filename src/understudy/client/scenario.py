"""A scenario as Python names it: shipped, in a file, as text, as a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import PathLike, fspath
from typing import Any, NamedTuple

from understudy.client.door import Refused, hidden
from understudy.client.durations import written
from understudy.errors import InputError

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
