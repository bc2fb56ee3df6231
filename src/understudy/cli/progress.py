"""A line on stderr that says how far something long has come; stdout stays as it is."""

from __future__ import annotations

import sys
from time import monotonic

import click

LIVE = 0.1  # seconds between two states of a terminal's line
EVERY = 5.0  # seconds between two lines where nobody looks at a terminal
CLEAR = "\r\033[K"


class Alive:
    """Says something only when it is due, so that whoever is quick is not held up by it."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._every = LIVE if self._terminal else EVERY
        self._due = monotonic() + self._every
        self._shown = False

    def say(self, line: str) -> None:
        """The line, on a terminal in the place of the one before."""
        now = monotonic()
        if now < self._due:
            return
        self._due = now + self._every
        click.echo(f"{CLEAR}{line}" if self._terminal else line, err=True, nl=not self._terminal)
        self._shown = self._terminal

    def clear(self) -> None:
        """Takes a terminal's line away, before something else is written."""
        if self._shown:
            click.echo(CLEAR, err=True, nl=False)
            self._shown = False
