"""Columns for people. rich is imported only here, and only when something is printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

BETWEEN = 3  # columns from one cell to the next
PIPED = 200  # columns of prose when the output is no terminal
WIDEST = 60  # columns that a cell is filled up to there; a longer one pushes the others on
RULE = 100  # columns of the line below the heads there, at most
LONG = 120  # columns from which the last cell stands below its row there, in lines of as many
BELOW = 5  # columns that such a cell begins later than its row


def console() -> Console:
    """Standard output as rich writes to it."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED)


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], title: str = "", *, whole: bool = False
) -> None:
    """Prints rows under their heads. Where a terminal is too narrow, long cells fold within their
    column; `whole` leaves out the last columns instead, so that ids can be copied. Where there is
    none, a row is one line, so that grep finds it; only a very long last cell stands below it."""
    if not sys.stdout.isatty():
        sys.stdout.write("".join(f"{line}\n" for line in _listed(head, rows, title)))
        return
    from rich.console import Console

    shown = Console(highlight=False)
    cells = [list(row) for row in rows]
    fit = _fitting(head, cells, shown.width) if whole else len(head)
    shown.print(_made(head[:fit], (row[:fit] for row in cells), title, folds=not whole))


def _listed(head: Sequence[str], rows: Iterable[Sequence[str]], title: str) -> Iterator[str]:
    """The rows line by line: no longer than what they say, but for short cells being aligned."""
    cells = [[" ".join(cell.splitlines()) for cell in row] for row in (head, *rows)]
    widths = [min(WIDEST, max(map(len, column))) for column in zip(*cells, strict=True)]
    yield from [title, ""] if title else [""]
    for number, row in enumerate(cells):
        below = wrap(row[-1], LONG, break_long_words=False) if len(row[-1]) > LONG else []
        shown = [*row[:-1], ""] if below else row
        yield f" {(BETWEEN * ' ').join(map(str.ljust, shown, widths))}".rstrip()
        yield from (f"{BELOW * ' '}{line}" for line in below)
        if number == 0:
            yield " " + "\u2500" * min(RULE, sum(widths) + BETWEEN * (len(widths) - 1))
    yield ""


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
