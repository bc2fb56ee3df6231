"""What the sessions of the run's own server counted, and rules of theirs that no call met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from understudy.checks.coverage import Coverage, Mistake, added, read
from understudy.plugin.summary import UnusedRule
from understudy.scenarios.rules.status import RuleStatus
from understudy.server.admin.coverage import Tally, coverage
from understudy.server.admin.past_calls import PastCalls
from understudy.server.admin.rules import nearest_request
from understudy.server.sessions.catalog import Catalog
from understudy.server.sessions.session import Session

MISTAKES_AT_ONCE = 500  # mistakes that are kept before alike ones are put together
ADDED_BY_TEST = "admin"  # where a rule comes from that no scenario brought


class Counts:
    """Counts of the sessions of this process."""

    def __init__(self, catalog: Catalog, vendors: set[str]) -> None:
        self._catalog = catalog
        self._vendors = vendors  # those that are measured though nobody asked them
        self._counts = Tally(Counter(), Counter())
        self._mistakes: list[Mistake] = []

    def add(self, counts: Tally, mistakes: Iterable[Mistake]) -> None:
        """What a session was asked since it was last added."""
        self._counts.asked.update(counts.asked)
        self._counts.moved.update(counts.moved)
        self._mistakes.extend(mistakes)
        if len(self._mistakes) > MISTAKES_AT_ONCE:
            self._mistakes = list(added([Coverage((), tuple(self._mistakes))]).mistakes)

    def coverage(self) -> Coverage:
        """All of it."""
        names = {name for name, *_ in self._counts.asked} | self._vendors
        vendors = [name for name in self._catalog.vendors if name in names]
        told = {"vendors": list(coverage(self._catalog, self._counts, vendors))}
        return added([read(told), Coverage((), tuple(self._mistakes))])


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
