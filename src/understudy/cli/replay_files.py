"""The files that `replay` writes for others: JUnit for a CI server, a page or Markdown to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from understudy.cli.usage_errors import writable
from understudy.errors import InputError
from understudy.scenarios.stories.report import Report


def check_files(junit: Path | None, report: Path | None) -> None:
    """InputError for a file that cannot be written: told before the work, not after it."""
    if junit is not None:
        writable(junit, "--junit")
    if report is not None:
        from understudy.checks.report_files import form

        form(report, "--report")
        writable(report, "--report")


def write(reports: Sequence[Report], junit: Path | None, report: Path | None) -> None:
    """Writes what was asked for; InputError where that cannot be."""
    if junit is not None:
        from understudy.checks.junit import junit as as_junit

        _write(junit, as_junit(reports), "--junit")
    if report is not None:
        _write(report, _read(reports, report), "--report")


def _read(reports: Sequence[Report], file: Path) -> str:
    from understudy.checks.report_files import about, form, story_markdown, story_page
    from understudy.checks.story_report import stories

    made = stories(reports)
    if form(file, "--report") == "html":
        return story_page(made, about())
    return story_markdown(made, about())


def _write(file: Path, text: str, option: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}", where=option) from None
