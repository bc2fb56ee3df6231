"""The rules that strike a call at the gate: latency, quotas, and what stops it there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from understudy.scenarios.language.values import ABSENT
from understudy.scenarios.rules.call_fields import RawCall, no_record
from understudy.scenarios.rules.faults import CREDENTIAL, Limit
from understudy.scenarios.rules.index import Entry, Plan, RuleIndex
from understudy.scenarios.rules.magic import ShippedMagic
from understudy.scenarios.rules.rule import ANY, FiredRule, Rule
from understudy.simulation.clock import Duration, Instant
from understudy.vendor import Call, Quota

Counts = MutableMapping[str, tuple[int, int]]  # by rule: calls that matched, calls it acted on
NEVER = (0, 0)


def fire(
    plans: Iterable[Plan], counts: Counts, quotas: Quotas, call: RawCall, now: Instant
) -> list[FiredRule]:
    """The rules that act on a call, in the order they are asked, up to one that stops it; a call
    that one quota refuses uses up no other."""
    met = [
        entry
        for plan in plans
        for entry in plan.candidates(call, no_record)
        if all(each.mismatch(call, no_record) is None for each in entry.rule.conditions)
    ]
    refusing = quotas.refusing(_limiting(met, counts), call, now)
    fired: list[FiredRule] = []
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
            fired.append(FiredRule(entry.id, rule, matched, *taken))
            acted += 1
            stopped = _stops(rule)
        counts[entry.id] = (matched, acted)
    return fired


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


ROOM = 1_000  # quotas in use before those that are untouched again are forgotten
# Quotas in use at once in one session, 10 MB: beyond it those that end first are forgotten.
MOST = 25_000

Place = tuple[str, str]  # a rule's id, and whose quota: empty where there is only one


class QuotaUse(NamedTuple):
    """What is used of one quota."""

    free: int = 0  # when it is untouched again, in 1/requests of a millisecond
    refusals: int = 0  # calls in a row that were refused
    until: Instant = 0  # nothing passes before
    idle: Instant = 0  # from here on it is as if nobody had called


class QuotaCheck(NamedTuple):
    """What becomes of a call that counts against a quota."""

    early: Duration = 0  # how much too early it is; 0: it passes
    refusals: int = 0  # how many calls in a row were refused before it
    whose: str = ""  # who exceeded it, where each has a quota of its own


PASSES = QuotaCheck()


class Quotas:
    """The quotas of one session's rules."""

    __slots__ = ("_room", "_used")

    def __init__(self) -> None:
        self._used: dict[Place, QuotaUse] = {}
        self._room = ROOM

    def refusing(self, entries: Iterable[Entry], call: RawCall, now: Instant) -> Entry | None:
        """The rule whose quota a call is too early for, of several the one it must wait for
        longest: then it is too early for none. Nothing is counted."""
        found, longest = None, 0
        for entry in entries:
            early = self._asked(entry, call, now)[2].early
            if early > longest:
                found, longest = entry, early
        return found

    def take(self, entry: Entry, call: RawCall, now: Instant) -> QuotaCheck:
        """Counts a call against a rule's quota; it takes its place when it is not too early."""
        place, used, taken = self._asked(entry, call, now)
        if len(self._used) >= self._room and place not in self._used:
            self._make_room(now)
        self._used[place] = used
        return taken

    def _asked(
        self, entry: Entry, call: RawCall, now: Instant
    ) -> tuple[Place, QuotaUse, QuotaCheck]:
        """Whose quota a call counts against, what it leaves of it, and what becomes of the call."""
        limit = limit_of(entry.rule)
        assert limit is not None
        said = _quota_values(entry.rule, call)
        place = entry.id, _key(said)
        used = self._used.get(place, QuotaUse())
        free, early, until = used.free, used.until - now, used.until
        if early <= 0:
            free, early = limit.take(free, now, _calls(limit, call))
            if early and limit.block:
                early = max(early, limit.block)
                until = now + early
        idle = max(until, -(-free // limit.requests))
        left = QuotaUse(free, used.refusals + 1 if early else 0, until, idle)
        return place, left, QuotaCheck(early, used.refusals, _whose(said)) if early else PASSES

    def tightest(
        self, limited: Iterable[Entry], operation_id: str | None, call: Call, now: Instant
    ) -> Quota | None:
        """The quota with the fewest calls left of those that a call counts against, if any."""
        found: Quota | None = None
        raw = RawCall(call)
        for entry in limited:
            rule, limit = entry.rule, limit_of(entry.rule)
            if limit is None or rule.operation not in (operation_id, ANY):
                continue
            if any(each.mismatch(raw, no_record) is not None for each in rule.conditions):
                continue
            used = self._used.get((entry.id, _key(_quota_values(rule, raw))), QuotaUse())
            left, whole = limit.left(used.free, now)
            if used.until > now:
                left, whole = 0, used.until - now
            if found is None or left < found.left:
                found = Quota(limit.requests, limit.per, left, whole)
        return found

    def drop(self, rules: Collection[str]) -> None:
        """Forgets what was used of the quotas of rules that are gone."""
        if self._used:
            kept = {place: used for place, used in self._used.items() if place[0] not in rules}
            self._used = kept

    def fork(self) -> Quotas:
        twin = Quotas()
        twin._used, twin._room = self._used.copy(), self._room
        return twin

    def written(self) -> list[Sequence[Any]]:
        """All of it as JSON."""
        return [[*place, *used] for place, used in self._used.items()]

    def put_back(self, told: Iterable[Sequence[Any]]) -> None:
        """Makes it what was written."""
        self._used = {(rule, whose): QuotaUse(*used) for rule, whose, *used in told}

    def _make_room(self, now: Instant) -> None:
        """Forgets what is untouched again, and where all are in use those that end first: a tenth
        at once, so that this is seldom done."""
        kept = {place: used for place, used in self._used.items() if used.idle > now}
        if len(kept) >= MOST:
            ending = sorted(kept, key=lambda place: kept[place].idle)
            for place in ending[: -(-len(ending) // 10)]:
                del kept[place]
        self._used = kept
        self._room = min(max(ROOM, 2 * len(kept)), MOST)


def quota_rules(indexes: Iterable[RuleIndex | ShippedMagic], vendor: str) -> tuple[Entry, ...]:
    """The rules that limit calls to a vendor."""
    plans = [plan for index in indexes for plan in index.gates(vendor).values()]
    entries = {(each.id, each.rule.operation): each for plan in plans for each in plan.entries}
    return tuple(each for each in entries.values() if limit_of(each.rule) is not None)


def limit_of(rule: Rule) -> Limit | None:
    """The quota a rule sets, if any."""
    return None if rule.fault is None else rule.fault.limit


def _quota_values(rule: Rule, call: RawCall) -> dict[str, str]:
    """What a call says of whose quota it counts against, by name."""
    values = {name: read(call, no_record) for name, read in rule.by}
    return {name: "" if value is ABSENT else str(value) for name, value in values.items()}


def _key(said: Mapping[str, str]) -> str:
    """Whose quota it is, told in a way that betrays no credential."""
    if not said:
        return ""
    lengths = "".join(f"{len(value)} {value}" for value in said.values())
    return blake2b(lengths.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _whose(said: Mapping[str, str]) -> str:
    return ", ".join(
        f"this {name}" if name == CREDENTIAL else f"{name} {value or 'unsaid'}"
        for name, value in said.items()
    )


def _calls(limit: Limit, call: RawCall) -> int:
    """How many calls one counts for."""
    body = call.body if limit.items else None
    return max(1, len(body)) if isinstance(body, list) else 1
