"""How much is left of the quotas that rules set, for vendors that tell it with every answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from understudy.scenarios.conditions import Arrival, no_record
from understudy.scenarios.faults import Limit
from understudy.scenarios.rule import ANY
from understudy.scenarios.shelf import Entry, Shelf
from understudy.simulation.clock import Instant
from understudy.vendor import Call, Quota


def limiting(shelves: Iterable[Shelf], vendor: str) -> tuple[Entry, ...]:
    """The rules that limit calls to a vendor."""
    plans = [plan for shelf in shelves for plan in shelf.gates(vendor).values()]
    entries = {each.id: each for plan in plans for each in plan.entries}
    return tuple(each for each in entries.values() if _limit(each) is not None)


def _limit(entry: Entry) -> Limit | None:
    return None if entry.rule.fault is None else entry.rule.fault.limit


def tightest(
    limited: Iterable[Entry],
    used: Mapping[str, tuple[int, int]],
    operation_id: str | None,
    call: Call,
    now: Instant,
) -> Quota | None:
    """The quota with the fewest calls left of those that a call counts against, if any."""
    found: Quota | None = None
    arrival = Arrival(call)
    for entry in limited:
        rule, limit = entry.rule, _limit(entry)
        if limit is None or rule.operation not in (operation_id, ANY):
            continue
        if any(each.mismatch(arrival, no_record) is not None for each in rule.conditions):
            continue
        left, whole = limit.left(used.get(entry.id, (0, 0))[0], now)
        if found is None or left < found.left:
            found = Quota(limit.requests, limit.per, left, whole)
    return found
