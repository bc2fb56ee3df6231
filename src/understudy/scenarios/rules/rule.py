"""One rule, compiled against the contracts: when this call comes, answer that or fail so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from understudy.scenarios.rules.call_fields import Read
from understudy.scenarios.rules.conditions import Condition
from understudy.scenarios.rules.faults import Fault
from understudy.scenarios.rules.replies import Forced
from understudy.simulation.progress import Progress

ANY = "*"


class Rule(Struct, frozen=True, eq=False):
    """Immutable, shared by sessions; its counters are kept by each session's rule book."""

    name: str
    vendor: str | None  # None: any
    operation: str  # the id of the handler's operation, or "*"; of several: all of them
    conditions: tuple[Condition, ...]
    skip: int
    times: int | None
    every: int
    reply: Forced | None
    fault: Fault | None
    gate: bool
    where: str
    source: Mapping[str, Any]  # as it was written, as JSON
    then: str | None = None  # the event that befalls the record the call names
    change: Mapping[str, Any] | None = None  # what becomes of that record, as an entry's fields
    progress: Progress | None = None  # of the work that the call begins or names
    by: tuple[tuple[str, Read], ...] = ()  # what its quota is counted by, and how it is read
    each: tuple[Rule, ...] = ()  # of several operations: the rule of each

    @property
    def singles(self) -> tuple[Rule, ...]:
        """The rule of each of its operations; they share its counters."""
        return self.each or (self,)

    @property
    def target(self) -> str:
        """`vendor.operation`, as journal and listings write it."""
        if self.each:
            return ", ".join(each.target for each in self.each)
        return self.operation if self.vendor is None else f"{self.vendor}.{self.operation}"

    def written(self) -> dict[str, Any]:
        """The rule as it was written, its operations with their vendors."""
        said = self.source["operation"]
        if not self.each:
            return {**self.source, "operation": self.target}
        named = [
            {**item, "operation": each.target} if isinstance(item, Mapping) else each.target
            for item, each in zip(said, self.each, strict=True)
        ]
        return {**self.source, "operation": named}

    def acts(self, matched: int, acted: int) -> bool:
        """Whether it acts on that matching call, having acted so often before."""
        if matched <= self.skip or (matched - self.skip) % self.every:
            return False
        return self.times is None or acted < self.times

    def why_not(self, matched: int, acted: int) -> str:
        """Why it does not act on that matching call."""
        if self.times is not None and acted >= self.times:
            return f"it matched, but has acted {_times(acted)} and is spent"
        if matched <= self.skip:
            return f"it matched, but skips its first {self.skip}: this was call {matched}"
        return f"it matched, but acts on every {self.every}th call: this was call {matched}"


class FiredRule(NamedTuple):
    """A rule that acts on a call: which, and the how-manieth call it was that matched."""

    id: str
    rule: Rule
    hit: int
    early: int = 0  # milliseconds too early for its quota
    refusals: int = 0  # how many calls in a row it refused before this one
    whose: str = ""  # whose quota it is, where each has one


class RuleSet(Protocol):
    """Rules that come together, such as a scenario's."""

    @property
    def title(self) -> str:
        """Where the rules come from."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order they are asked."""


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
