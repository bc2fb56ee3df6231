"""The files that `replay` writes for others: JUnit for a CI server, a report to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from understudy.cli.report_file import check_report, write_report, write_text
from understudy.cli.usage_errors import writable
from understudy.scenarios.stories.report import Report


def check_files(junit: Path | None, report: Path | None) -> None:
    """InputError for a file that cannot be written: told before the work, not after it."""
    if junit is not None:
        writable(junit, "--junit")
    check_report(report)


def write(reports: Sequence[Report], junit: Path | None, report: Path | None) -> None:
    """Writes what was asked for; InputError where that cannot be."""
    if junit is not None:
        from understudy.checks.junit import junit as as_junit

        write_text(junit, as_junit(reports), "--junit")
    if report is not None:
        from understudy.checks.report_files import about, story_markdown, story_page
        from understudy.checks.story_report import stories

        made, meta = stories(reports), about()
        write_report(report, lambda: story_page(made, meta), lambda: story_markdown(made, meta))
