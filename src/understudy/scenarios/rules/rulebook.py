"""The rules of a session: found by a look-up, counted, newest first, magic inputs below all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from understudy.errors import InputError
from understudy.scenarios.rules.call_fields import RawCall, View
from understudy.scenarios.rules.gate import Quotas, fire, quota_rules
from understudy.scenarios.rules.history import History, RuleLifetime
from understudy.scenarios.rules.index import EMPTY, Entry, Plan, RuleIndex
from understudy.scenarios.rules.magic import NO_MAGIC, NONE_SHIPS, MagicRules, ShippedMagic
from understudy.scenarios.rules.reload import renewed
from understudy.scenarios.rules.rule import FiredRule, Rule, RuleSet
from understudy.scenarios.rules.status import RuleStatus
from understudy.vendor import Call, Quota, Request

RULES = 1_000  # rules of one session beside the magic ones; each call walks those it may match
NEAR = 5  # near misses told of one call

Plans = Mapping[str | None, tuple[Plan, ...]]


class RuleBook:
    """The rules of one session. Rules are shared values; only the counters are its own."""

    __slots__ = (
        "_answers",
        "_counts",
        "_gates",
        "_limited",
        "_made",
        "_magic",
        "_next",
        "_off",
        "_own",
        "_quotas",
        "_rows",
        "bound",
        "history",
    )

    def __init__(
        self, bound: int = RULES, made: MagicRules = NO_MAGIC, shipped: ShippedMagic = NONE_SHIPS
    ) -> None:
        self.bound = bound
        self._rows: tuple[Entry, ...] = ()  # all of them, in the order they are asked
        self._off: frozenset[str] = frozenset()  # those that are switched off
        self._own = EMPTY  # those that are not
        self._magic = shipped
        self._made = made  # the magic ones of documents, below all others
        self._counts: dict[str, tuple[int, int]] = {}
        self._quotas = Quotas()
        self._next = 1
        self.history = History()
        self._forget()

    def __len__(self) -> int:
        return len(self._rows)

    def load(self, scenario: RuleSet, *, at: int = 0) -> list[str]:
        """Adds a scenario's rules at once."""
        return self.add(scenario.rules, scenario.title, at=at)

    def add(self, rules: Sequence[Rule], origin: str = "admin", *, at: int = 0) -> list[str]:
        """Adds rules before those there are, the first of them first, after `at` calls; their
        ids."""
        if len(self._rows) + len(rules) > self.bound:
            raise InputError(
                f"a session holds at most {self.bound} rules", fix="Take some out first"
            )
        entries = [Entry(f"r{n}", rule, origin) for n, rule in enumerate(rules, self._next)]
        self._next += len(entries)
        self._lay_out((*entries, *self._rows))
        self.history.add(entries, at)
        self._forget()
        return [entry.id for entry in entries]

    def renew(
        self, before: RuleSet, after: RuleSet, older: Iterable[RuleSet] = (), at: int = 0
    ) -> None:
        """Puts an edited scenario's rules in the place of those it had, above those of the older
        scenarios; a rule that reads as before keeps its counters."""
        entries = renewed(self._rows, before, after, older, self._next)
        if len(entries) > self.bound:
            raise InputError(f"a session holds at most {self.bound} rules", fix="Say fewer")
        kept, had = {entry.id for entry in entries}, {entry.id for entry in self._rows}
        self._drop(had - kept)
        self._next += len(kept - had)
        self._lay_out(entries)
        self.history.renew(entries, at)
        self._forget()

    def remove(self, rule_id: str) -> bool:
        """Takes a rule out; False when there is none of that id. Magic ones stay."""
        kept = tuple(entry for entry in self._rows if entry.id != rule_id)
        if len(kept) == len(self._rows):
            return False
        self._lay_out(kept)
        self._drop({rule_id})
        self._forget()
        return True

    def switch(self, rule_id: str, on: bool) -> None:
        """Switches a rule off, so that no call meets it, or on again; its counters stay."""
        self._off = self._off - {rule_id} if on else self._off | {rule_id}
        self._lay_out(self._rows)
        self._forget()

    def move(self, rule_id: str, place: int) -> None:
        """Makes a rule the one that is asked at that place, from 1 on."""
        rest = [each for each in self._rows if each.id != rule_id]
        moved = next(each for each in self._rows if each.id == rule_id)
        self._lay_out((*rest[: place - 1], moved, *rest[place - 1 :]))
        self.history.renew(self._rows, 0)
        self._forget()

    def lifetimes(self) -> list[RuleLifetime]:
        """The rules there are and were; one that is off acts no more than it did."""
        return list(self.history.lifetimes({id: self._acted(id) for id in self._off}))

    def _acted(self, rule_id: str) -> int:
        return self._counts.get(rule_id, (0, 0))[1]

    def _lay_out(self, entries: Sequence[Entry]) -> None:
        """These are the rules, in that order."""
        self._rows = tuple(entries)
        self._off &= {each.id for each in self._rows}
        self._own = RuleIndex([each for each in self._rows if each.id not in self._off])

    def clear(self) -> None:
        """Takes every rule out but the magic ones."""
        self._drop({entry.id for entry in self._rows})
        self._lay_out(())
        self._forget()

    def _drop(self, rules: Collection[str]) -> None:
        """Forgets what was counted of rules that are gone."""
        self.history.drop({each: self._acted(each) for each in rules})
        for rule_id in rules:
            self._counts.pop(rule_id, None)
        self._quotas.drop(rules)

    def fork(self) -> RuleBook:
        """The same rules with the same counters, to go their own way."""
        twin: RuleBook = RuleBook.__new__(RuleBook)
        twin.bound, twin._own, twin._magic = self.bound, self._own, self._magic
        twin._made, twin._rows, twin._off = self._made, self._rows, self._off
        twin._counts, twin._next = self._counts.copy(), self._next
        twin._quotas, twin.history = self._quotas.fork(), self.history.fork()
        twin._answers, twin._gates, twin._limited = self._answers, self._gates, self._limited
        return twin

    def written(self, place: Callable[[Rule], Mapping[str, Any]]) -> dict[str, Any]:
        """The rules of its own, their counters and those of the magic ones, as JSON."""
        return {
            "rules": [
                {"id": each.id, "origin": each.origin, **place(each.rule)} for each in self._rows
            ],
            **({"off": sorted(self._off)} if self._off else {}),
            "next": self._next,
            "counts": self._counts,
            "quotas": self._quotas.written(),
            **self.history.written(place),
        }

    def put_back(
        self, told: Mapping[str, Any], compiled: Callable[[Mapping[str, Any]], Rule]
    ) -> None:
        """Makes the book what was written."""
        self._off = frozenset(told.get("off", ()))
        self._lay_out([Entry(each["id"], compiled(each), each["origin"]) for each in told["rules"]])
        self._next = told["next"]
        self._counts = {name: (matched, acted) for name, (matched, acted) in told["counts"].items()}
        self._quotas.put_back(told["quotas"])
        self.history.put_back(told, self._rows, compiled)
        self._forget()

    def listing(self, *, magic: bool = True) -> list[RuleStatus]:
        """Every rule in the order they are asked."""
        below = (*self._magic.entries, *self._made.entries) if magic else ()
        entries = (*self._rows, *below)
        return [
            RuleStatus(*each, *self._counts.get(each.id, (0, 0)), each.id not in self._off)
            for each in entries
        ]

    def get(self, rule_id: str) -> RuleStatus | None:
        """The rule of that id."""
        return next((each for each in self.listing() if each.id == rule_id), None)

    def gate(
        self, vendor: str, operation_id: str | None, call: Call, now: int
    ) -> Sequence[FiredRule]:
        """The rules that strike a call before anybody looks at it, up to one that stops it."""
        plans = self._gates.get(vendor)
        if plans is None:
            plans = self._gates[vendor] = self._merged(vendor)
        if not plans:
            return ()
        found = plans.get(operation_id) or plans.get(None)
        return () if found is None else fire(found, self._counts, self._quotas, RawCall(call), now)

    def answer(
        self, vendor: str, operation_id: str, request: Request, record: View
    ) -> FiredRule | None:
        """The rule that answers a valid call, or that spoils its answer."""
        plans = self._answers.get((vendor, operation_id))
        if plans is None:
            plans = self._answers[vendor, operation_id] = self._layers(vendor, operation_id)
        for plan in plans:
            if plan.candidates(request, record):
                return self._fire(plans, request, record)
        return None

    def misses(
        self, vendor: str, operation_id: str, request: Request, record: View
    ) -> list[tuple[str, str]]:
        """The rules for that operation that did not act on the call, nearest first, and why."""
        plans = self._answers.get((vendor, operation_id))
        if not plans or not self._own.answers(vendor):
            return []
        told: list[tuple[float, int, str, str]] = []
        for entry in self._own.answers(vendor).get(operation_id, NO_PLAN).entries:
            wrong = [
                each.describe(miss)
                for each in entry.rule.conditions
                if (miss := each.mismatch(request, record)) is not None
            ]
            share = len(wrong) / len(entry.rule.conditions) if wrong else 0.0
            why = "; ".join(wrong) or entry.rule.why_not(*self._counts.get(entry.id, (0, 0)))
            told.append((share, len(told), entry.rule.name, why))
        return [(name, why) for _, _, name, why in sorted(told)[:NEAR]]

    def _fire(
        self, plans: Iterable[Plan], call: RawCall | Request, record: View
    ) -> FiredRule | None:
        fired: FiredRule | None = None
        counts = self._counts
        for plan in plans:
            for entry in plan.candidates(call, record):
                rule = entry.rule
                if any(each.mismatch(call, record) is not None for each in rule.conditions):
                    continue
                matched, acted = counts.get(entry.id, (0, 0))
                matched += 1
                if fired is None and rule.acts(matched, acted):
                    fired = FiredRule(entry.id, rule, matched)
                    acted += 1
                counts[entry.id] = (matched, acted)
        return fired

    def quota(self, vendor: str, operation_id: str | None, call: Call, now: int) -> Quota | None:
        """The quota with the fewest calls left of those that a call counts against, if any."""
        limited = self._limited.get(vendor)
        if limited is None:
            limited = self._limited[vendor] = quota_rules((self._own, self._magic), vendor)
        return self._quotas.tightest(limited, operation_id, call, now) if limited else None

    def _layers(self, vendor: str, operation_id: str) -> tuple[Plan, ...]:
        """The rules of an operation: its own, then the magic ones."""
        layers = (
            self._own.answers(vendor).get(operation_id),
            self._magic.answers(vendor).get(operation_id),
            self._made.plan(vendor, operation_id),
        )
        return tuple(plan for plan in layers if plan is not None)

    def _merged(self, vendor: str) -> Plans:
        layers: list[Mapping[Any, Plan]] = [
            index.gates(vendor) for index in (self._own, self._magic)
        ]
        every = {key for layer in layers for key in layer}
        return {
            key: tuple(
                plan for layer in layers if (plan := layer.get(key) or layer.get(None)) is not None
            )
            for key in every
        }

    def _forget(self) -> None:
        self._answers: dict[tuple[str, str], tuple[Plan, ...]] = {}
        self._gates: dict[str, Plans] = {}
        self._limited: dict[str, tuple[Entry, ...]] = {}


NO_PLAN = Plan(())
