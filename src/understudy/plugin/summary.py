"""What one run of a suite counted, over all its tests and workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, convert, json

from understudy.checks.coverage import Coverage, added, read, written
from understudy.checks.coverage_report import enough, mistakes, table, verdict

if TYPE_CHECKING:
    import pytest


MISTAKES_AT_ONCE = 500  # mistakes that are reason before alike ones are put together


class Run:
    """What the tests of this process counted, and coverages that others handed over."""

    def __init__(self) -> None:
        self.vendors: set[str] = set()  # those that tests named: they are measured though unasked
        self.unused: list[UnusedRule] = []  # rules that no call met, in tests that passed
        self.sources: list[Callable[[], Coverage]] = []  # what servers of this process counted
        self._parts: list[Coverage] = []

    def add_part(self, part: Coverage) -> None:
        """What was counted elsewhere, in a server that runs already."""
        self._parts = [added([*self._parts, part])]

    def coverage(self) -> Coverage:
        """All of it."""
        return added([*self._parts, *(count() for count in self.sources)])

    def enough(self, least: float | None) -> bool:
        """Whether so many percent were exercised; nothing is wanted where nobody said so."""
        return least is None or enough(self.coverage(), least)

    def packed(self) -> str:
        """What this worker counted, as a text."""
        return json.encode({"coverage": written(self.coverage()), "unused": self.unused}).decode()

    def unpack(self, text: str) -> None:
        """What another worker counted."""
        told = json.decode(text)
        self._parts.append(read(told["coverage"]))
        self.unused += convert(told["unused"], list[UnusedRule])


class UnusedRule(Struct, frozen=True):
    """A rule that never acted: whose it is, what it does, and what came nearest."""

    test: str
    rule: str
    reason: str


def lines(idle: Iterable[UnusedRule]) -> Iterator[str]:
    """Each rule with its test and the nearest miss, test by test."""
    test = None
    for each in idle:
        if each.test != test:
            test = each.test
            yield each.test
        yield f"  {each.rule}"
        yield f"    {each.reason}"


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
        terminal.write_sep("=", "sandbox: what your client may have got wrong")
        for line in mistakes(coverage):
            terminal.write_line(line)
    if run.unused:
        terminal.write_sep("=", "sandbox: rules that no call met")
        for line in lines(run.unused):
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
