"""`--report FILE`: a page to hand on, or Markdown for a CI summary, by the file's suffix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from understudy.cli.usage_errors import writable
from understudy.errors import InputError

OPTION = "--report"

report_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    OPTION,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A page to hand on (.html), or Markdown (.md).",
)


def check_report(file: Path | None) -> None:
    """InputError for a file that cannot be written: told before the work, not after it."""
    if file is not None:
        from understudy.checks.report_files import form

        form(file, OPTION)
        writable(file, OPTION)


def write_report(file: Path | None, page: Callable[[], str], markdown: Callable[[], str]) -> None:
    """Writes what the file's name asks for; InputError where that cannot be."""
    if file is not None:
        from understudy.checks.report_files import form

        write_text(file, page() if form(file, OPTION) == "html" else markdown(), OPTION)


def write_text(file: Path, text: str, option: str) -> None:
    """Writes a whole file; InputError names the option that asked for it."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}", where=option) from None
