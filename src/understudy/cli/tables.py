"""Columns for people. rich is imported only here, and only when something is printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

PIPED = 200  # columns when the output is no terminal: nothing is folded that grep looks for


def console() -> Console:
    """Standard output as rich writes to it."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Prints rows under their heads; long cells fold within their column."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for name in head:
        shown.add_column(name, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    console().print(shown)
