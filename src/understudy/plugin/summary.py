"""What one run of a suite counted, over all its tests and workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, convert, json

from understudy.checks.coverage import Coverage, Mistake, added, read, written
from understudy.checks.coverage_report import enough, mistakes, table, verdict
from understudy.scenarios.rules.rulebook import RuleStatus
from understudy.server.admin.coverage import Tally, coverage
from understudy.server.admin.past_calls import PastCalls
from understudy.server.admin.rules import nearest_request
from understudy.server.sessions.catalog import Catalog
from understudy.server.sessions.session import Session

if TYPE_CHECKING:
    import pytest


MISTAKES_AT_ONCE = 500  # mistakes that are reason before alike ones are put together


class Run:
    """Counts of the sessions of this process, and coverages that workers handed over."""

    def __init__(self) -> None:
        self.counts = Tally(Counter(), Counter())
        self.vendors: set[str] = set()  # those that tests named: they are measured though unasked
        self.unused: list[UnusedRule] = []  # rules that no call met, in tests that passed
        self._mistakes: list[Mistake] = []
        self._parts: list[Coverage] = []
        self._sandbox: Catalog | None = None

    def add(self, sandbox: Catalog, counts: Tally, mistakes: Iterable[Mistake]) -> None:
        """What a session was asked since it was last added."""
        self._sandbox = sandbox
        self.counts.asked.update(counts.asked)
        self.counts.moved.update(counts.moved)
        self._mistakes.extend(mistakes)
        if len(self._mistakes) > MISTAKES_AT_ONCE:
            self._mistakes = list(added([Coverage((), tuple(self._mistakes))]).mistakes)

    def add_part(self, part: Coverage) -> None:
        """What was counted elsewhere, in a server that runs already."""
        self._parts = [added([*self._parts, part])]

    def coverage(self) -> Coverage:
        """All of it."""
        return added([*self._parts, self._own()])

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

    def _own(self) -> Coverage:
        if self._sandbox is None:
            return Coverage()
        names = {name for name, *_ in self.counts.asked} | self.vendors
        vendors = [name for name in self._sandbox.vendors if name in names]
        told = {"vendors": list(coverage(self._sandbox, self.counts, vendors))}
        return added([read(told), Coverage((), tuple(self._mistakes))])


ADDED_BY_TEST = "admin"  # where a rule comes from that no scenario brought


class UnusedRule(Struct, frozen=True):
    """A rule that never acted: whose it is, what it does, and what came nearest."""

    test: str
    rule: str
    reason: str


def unused_rules(session: Session, test: str) -> list[UnusedRule]:
    """Those of a session, as they stand; a quota that was counted against has acted."""
    unused = [each for each in session.rules.listing(magic=False) if _never_acted(each)]
    if not unused:
        return []
    calls = PastCalls(session)
    return [_unused_rule(each, calls, test) for each in unused]


def _never_acted(standing: RuleStatus) -> bool:
    fault = standing.rule.fault
    if standing.origin != ADDED_BY_TEST or standing.acted:
        return False
    return not standing.matched or fault is None or fault.limit is None


def _unused_rule(standing: RuleStatus, calls: PastCalls, test: str) -> UnusedRule:
    near = nearest_request(standing, calls)
    if near is None:
        count = "1 call matched" if standing.matched == 1 else f"{standing.matched} calls matched"
        reason = f"{count}, and for none it was its turn"
    else:
        reason = f"{near['request']}: {near['note']}" if near["request"] else near["note"]
    return UnusedRule(test, f"{standing.id} {standing.rule.name}", reason)


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
