"""What one run of a suite counted, over all its tests and workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import convert, json

from understudy.checks.coverage import Coverage, Mistake, added, read, written
from understudy.checks.coverage_report import enough
from understudy.plugin.unmet import Unmet
from understudy.server.admin.coverage import Tally, coverage
from understudy.server.sessions import Sandbox

AT_ONCE = 500  # mistakes that are kept before alike ones are put together


class Run:
    """Counts of the sessions of this process, and coverages that workers handed over."""

    def __init__(self) -> None:
        self.counts = Tally(Counter(), Counter())
        self.vendors: set[str] = set()  # those that tests named: they are measured though unasked
        self.unmet: list[Unmet] = []  # rules that no call met, in tests that passed
        self._mistakes: list[Mistake] = []
        self._parts: list[Coverage] = []
        self._sandbox: Sandbox | None = None

    def add(self, sandbox: Sandbox, counts: Tally, mistakes: Iterable[Mistake]) -> None:
        """What a session was asked since it was last added."""
        self._sandbox = sandbox
        self.counts.asked.update(counts.asked)
        self.counts.moved.update(counts.moved)
        self._mistakes.extend(mistakes)
        if len(self._mistakes) > AT_ONCE:
            self._mistakes = list(added([Coverage((), tuple(self._mistakes))]).mistakes)

    def coverage(self) -> Coverage:
        """All of it."""
        return added([*self._parts, self._own()])

    def enough(self, least: float | None) -> bool:
        """Whether so many percent were exercised; nothing is wanted where nobody said so."""
        return least is None or enough(self.coverage(), least)

    def packed(self) -> str:
        """What this worker counted, as a text."""
        return json.encode({"coverage": written(self._own()), "unmet": self.unmet}).decode()

    def unpack(self, text: str) -> None:
        """What another worker counted."""
        told = json.decode(text)
        self._parts.append(read(told["coverage"]))
        self.unmet += convert(told["unmet"], list[Unmet])

    def _own(self) -> Coverage:
        if self._sandbox is None:
            return Coverage()
        names = {name for name, *_ in self.counts.asked} | self.vendors
        vendors = [name for name in self._sandbox.vendors if name in names]
        told = {"vendors": list(coverage(self._sandbox, self.counts, vendors))}
        return added([read(told), Coverage((), tuple(self._mistakes))])
