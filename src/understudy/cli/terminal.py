"""What commands leave in a terminal: exit codes, counts, tables, and a line of progress."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from shutil import get_terminal_size
from textwrap import wrap
from time import monotonic
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

FINDINGS = 1  # the exit code of a command that found something wrong
REFUSED = 2  # of one that could not be carried out

LIVE = 0.1  # seconds between two states of a terminal's line
EVERY = 5.0  # seconds between two lines where nobody looks at a terminal
CLEAR = "\r\033[K"

BETWEEN = 3  # columns from one cell to the next
PIPED = 200  # columns of prose when the output is no terminal
WIDEST = 60  # columns that a cell is filled up to there; a longer one pushes the others on
RULE = 100  # columns of the line below the heads there, at most
LONG = 120  # columns from which the last cell stands below its row there, in lines of as many
ALIGNED = 48  # columns that a cell of a terminal is filled up to, where ids stay whole
BELOW = 5  # columns that such a cell begins later than its row


def did_you_mean(said: str, known: Sequence[str]) -> str:
    """What to type instead: the nearest name if one is near, and all there are."""
    from difflib import get_close_matches

    near = get_close_matches(said.lower(), known, n=1)
    guess = f"Did you mean {near[0]}? " if near else ""
    return f"{guess}There are {', '.join(known)}"


def plural(count: int, word: str) -> str:
    """A count with its word: `1 rule`, `2 rules`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def printable(text: str) -> str:
    """A client's text without what would move the cursor, or read as another text."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


class ProgressLine:
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


def say_error(text: str) -> None:
    """What is wrong, on stderr: in lines that fit where a person reads it, else in one."""
    line = f"Error: {text}"
    if sys.stderr.isatty():
        width = get_terminal_size().columns
        made = wrap(line, width, subsequent_indent="  ", break_long_words=False)
        line = "\n".join(made)
    click.echo(line, err=True)


def console() -> Console:
    """Standard output as rich writes to it."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED)


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    title: str = "",
    *,
    whole: bool = False,
    keep: Collection[str] = (),
) -> None:
    """Prints rows under their heads. Where a terminal is too narrow, long cells fold within their
    column; `whole` leaves out the last columns instead, so that ids can be copied, but those to
    `keep`, and says so. Where there is no terminal, a row is one line, so that grep finds it; only
    a very long last cell stands below it."""
    if not sys.stdout.isatty():
        sys.stdout.write("".join(f"{line}\n" for line in _listed(head, rows, title)))
        return
    from rich.console import Console

    cells = [list(row) for row in rows]
    if whole:
        for line in _aligned(head, cells, title, get_terminal_size().columns, keep):
            click.echo(line)
        return
    Console(highlight=False).print(_made(head, cells, title))


def _aligned(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    title: str,
    width: int,
    keep: Collection[str],
) -> Iterator[str]:
    """The rows with as many columns as there is room for, no cell of them broken: one that is
    longer than most pushes the others of its row on."""
    widths = [
        min(ALIGNED, max([len(name), *(len(row[at]) for row in rows)]))
        for at, name in enumerate(head)
    ]
    fit = _fitting(head, widths, width, keep)
    yield from [title, ""] if title else [""]
    heads = _row(head, widths, fit)
    yield heads if os.environ.get("NO_COLOR") else click.style(heads, bold=True)
    yield " " + "\u2500" * min(width - 2, sum(widths[at] + BETWEEN for at in fit) - BETWEEN)
    yield from (_row(row, widths, fit) for row in rows)
    yield ""
    if len(fit) < len(head):
        left = ", ".join(name for at, name in enumerate(head) if at not in fit)
        yield from wrap(f"Left out for want of room: {left}", width - 1)


def _row(cells: Sequence[str], widths: Sequence[int], fit: Sequence[int]) -> str:
    return f" {(BETWEEN * ' ').join(cells[at].ljust(widths[at]) for at in fit)}".rstrip()


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


def _fitting(
    head: Sequence[str], widths: Sequence[int], width: int, keep: Collection[str]
) -> list[int]:
    """The columns that there is room for: the first and those to keep, then what fits."""
    chosen = [at for at, name in enumerate(head) if at == 0 or name in keep]
    taken = 1 + sum(widths[at] + BETWEEN for at in chosen) - BETWEEN
    for at in range(len(head)):
        if at in chosen:
            continue
        taken += BETWEEN + widths[at]
        if taken > width:
            break
        chosen.append(at)
    return sorted(chosen)


def _made(head: Sequence[str], rows: Iterable[Sequence[str]], title: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    made = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for name in head:
        made.add_column(name, overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    return made


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def open_streams() -> None:
    """Streams that were closed lead nowhere: else what is opened first would be one of them."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this
    if sys.stdout is None:
        sys.stdout = _nowhere(1)
    if sys.stderr is None:
        sys.stderr = _nowhere(2)


def discard(stream: TextIO) -> None:
    """What is still to be written to it leads nowhere: nobody takes it."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _nowhere(number: int) -> TextIO:
    return open(number, "w", encoding="utf-8", closefd=False)
