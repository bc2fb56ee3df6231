"""The rules that strike a call at the gate: latency, quotas, and what stops it there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping

from understudy.scenarios.arrival import Arrival, no_record
from understudy.scenarios.quotas import PASSES, Quotas, limit_of
from understudy.scenarios.rule import Rule, Struck
from understudy.scenarios.shelf import Entry, Plan
from understudy.simulation.clock import Instant

Counts = MutableMapping[str, tuple[int, int]]  # by rule: calls that matched, calls it acted on
NEVER = (0, 0)


def strike(
    plans: Iterable[Plan], counts: Counts, quotas: Quotas, call: Arrival, now: Instant
) -> list[Struck]:
    """The rules that act on a call, in the order they are asked, up to one that stops it; a call
    that one quota refuses uses up no other."""
    met = [
        entry
        for plan in plans
        for entry in plan.candidates(call, no_record)
        if all(each.mismatch(call, no_record) is None for each in entry.rule.conditions)
    ]
    refusing = quotas.refusing(_limiting(met, counts), call, now)
    struck: list[Struck] = []
    stopped = False
    for entry in met:
        rule, taken = entry.rule, PASSES
        matched, acted = counts.get(entry.id, NEVER)
        matched += 1
        acts = not stopped and rule.acts(matched, acted)
        if acts and limit_of(rule) is not None:
            if refusing in (None, entry):
                taken = quotas.take(entry, call, now)
            acts = taken.early > 0
        if acts:
            struck.append(Struck(entry.id, rule, matched, *taken))
            acted += 1
            stopped = _stops(rule)
        counts[entry.id] = (matched, acted)
    return struck


def _limiting(met: Iterable[Entry], counts: Mapping[str, tuple[int, int]]) -> Iterator[Entry]:
    """The rules whose quotas a call gets to, of those it matches."""
    for entry in met:
        matched, acted = counts.get(entry.id, NEVER)
        if not entry.rule.acts(matched + 1, acted):
            continue
        if limit_of(entry.rule) is not None:
            yield entry
        elif _stops(entry.rule):
            return


def _stops(rule: Rule) -> bool:
    """Whether a call that the rule strikes goes no further."""
    return rule.fault is None or rule.fault.latency is None
