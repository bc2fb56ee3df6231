"""What the end of a run says: coverage of the contracts, and what clients got wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import json

from understudy.checks.coverage import Coverage, written
from understudy.checks.coverage_report import enough, mistakes, table, verdict
from understudy.plugin.unmet import lines

if TYPE_CHECKING:
    import pytest

    from understudy.plugin.run import Run


def write(
    terminal: pytest.TerminalReporter,
    run: Run,
    form: str | None,
    least: float | None,
    lost: Sequence[str],
) -> None:
    """Coverage in the form that was asked for, mistakes, and the verdict as the last line."""
    coverage = run.coverage()
    if form is not None:
        terminal.write_sep("=", "sandbox coverage")
        _coverage(terminal, coverage, form)
    if coverage.mistakes:
        terminal.write_sep("=", "sandbox: what clients got wrong")
        for line in mistakes(coverage):
            terminal.write_line(line)
    if run.unmet:
        terminal.write_sep("=", "sandbox: rules that no call met")
        for line in lines(run.unmet):
            terminal.write_line(line)
    for worker in lost:
        terminal.write_line(f"what {worker} counted is lost: it ended early", red=True)
    if form is not None or least is not None:
        met = least is None or enough(coverage, least)
        terminal.write_line(verdict(coverage, least), green=met, red=not met)


def _coverage(terminal: pytest.TerminalReporter, coverage: Coverage, form: str) -> None:
    _, colon, file = form.partition(":")
    if form == "table":
        for line in table(coverage):
            terminal.write_line(line)
    elif not colon:
        terminal.write_line(json.encode(written(coverage)).decode())
    else:
        text = json.format(json.encode(written(coverage)), indent=2)
        try:
            Path(file).write_bytes(text + b"\n")
        except OSError as error:
            terminal.write_line(f"cannot write {file}: {error.strerror}", red=True)
        else:
            terminal.write_line(f"written to {file}")
