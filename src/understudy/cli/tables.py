"""Columns for people. rich is imported only here, and only when something is printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

BETWEEN = 3  # columns from one cell to the next
PIPED = 200  # columns of prose when the output is no terminal
ENDLESS = 100_000  # columns of a table there: no line of it is folded, so that grep finds all


def console() -> Console:
    """Standard output as rich writes to it."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED)


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], title: str = "", *, whole: bool = False
) -> None:
    """Prints rows under their heads. Where a terminal is too narrow, long cells fold within their
    column; `whole` leaves out the last columns instead, so that ids can be copied."""
    from rich.console import Console

    if not sys.stdout.isatty():
        wide = Console(highlight=False, width=ENDLESS)
        with wide.capture() as text:
            wide.print(_made(head, rows, title))
        sys.stdout.write("".join(f"{line.rstrip()}\n" for line in text.get().splitlines()))
        return
    shown = Console(highlight=False)
    cells = [list(row) for row in rows]
    fit = _fitting(head, cells, shown.width) if whole else len(head)
    shown.print(_made(head[:fit], (row[:fit] for row in cells), title, folds=not whole))


def _fitting(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> int:
    """How many columns a terminal has room for, at least the first."""
    taken = 0
    for at, name in enumerate(head):
        taken += max(len(name), *(len(row[at]) for row in rows)) + BETWEEN
        if at and taken > width:
            return at
    return len(head)


def _made(
    head: Sequence[str], rows: Iterable[Sequence[str]], title: str, *, folds: bool = True
) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    made = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for name in head:
        made.add_column(name, overflow="fold", no_wrap=not folds)
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    return made
