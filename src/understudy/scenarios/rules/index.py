"""Rules in the order they are asked, laid out so that a call finds its own by look-ups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from understudy.scenarios.rules.call_fields import RawCall, Read, View
from understudy.scenarios.rules.conditions import Key
from understudy.scenarios.rules.rule import ANY, Rule
from understudy.vendor import Request


class Entry(NamedTuple):
    """A rule under its id in a session."""

    id: str
    rule: Rule
    origin: str


Placed = tuple[int, Entry]
PLAIN = (str, int, float)  # no bool: it would be found as a number
_place = itemgetter(0)


class Plan:
    """The rules of one operation: those that want one parameter to be a text or number lie in
    tables."""

    __slots__ = ("_loose", "_tables", "entries")

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._loose: list[Placed] = []
        tables: dict[str, tuple[Read, dict[str | int, list[Placed]]]] = {}
        for place, entry in enumerate(self.entries):
            key = _key(entry.rule)
            if key is None:
                self._loose.append((place, entry))
            else:
                _, rows = tables.setdefault(key.label, (key.read, {}))
                rows.setdefault(key.value, []).append((place, entry))
        self._tables = tuple(tables.values())

    def candidates(self, call: RawCall | Request, record: View) -> Sequence[Entry]:
        """The rules that may match the call, in the order they are asked."""
        found = self._loose
        for read, rows in self._tables:
            value = read(call, record)
            if type(value) in PLAIN and value in rows:
                found = [*found, *rows[value]]
        if not found:
            return ()
        return [entry for _, entry in sorted(found, key=_place)]


class RuleIndex:
    """An immutable set of rules; its plans are made when a vendor is first asked for."""

    __slots__ = ("_answers", "_gates", "entries")

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._answers: dict[str, Mapping[str, Plan]] = {}
        self._gates: dict[str, Mapping[str | None, Plan]] = {}

    def answers(self, vendor: str) -> Mapping[str, Plan]:
        """The plans of the vendor's operations for valid calls."""
        found = self._answers.get(vendor)
        if found is None:
            found = self._answers[vendor] = self._answer_plans(vendor)
        return found

    def gates(self, vendor: str) -> Mapping[str | None, Plan]:
        """The plans for any call; None stands for operations without rules of their own."""
        found = self._gates.get(vendor)
        if found is None:
            found = self._gates[vendor] = self._gate_plans(vendor)
        return found

    def _answer_plans(self, vendor: str) -> dict[str, Plan]:
        by_operation: dict[str, list[Entry]] = {}
        for entry in self._singles():
            if not entry.rule.gate and entry.rule.vendor == vendor:
                by_operation.setdefault(entry.rule.operation, []).append(entry)
        return {name: Plan(entries) for name, entries in by_operation.items()}

    def _gate_plans(self, vendor: str) -> dict[str | None, Plan]:
        mine = [
            entry
            for entry in self._singles()
            if entry.rule.gate and entry.rule.vendor in (None, vendor)
        ]
        names = {entry.rule.operation for entry in mine} - {ANY}
        wide = [entry for entry in mine if entry.rule.operation == ANY]
        plans: dict[str | None, Plan] = {
            name: Plan([each for each in mine if each.rule.operation in (name, ANY)])
            for name in names
        }
        return plans | {None: Plan(wide)} if wide else plans

    def _singles(self) -> Iterator[Entry]:
        """An entry for each operation: those of one rule share its id, and so its counters."""
        for entry in self.entries:
            for rule in entry.rule.singles:
                yield entry if rule is entry.rule else Entry(entry.id, rule, entry.origin)


def _key(rule: Rule) -> Key | None:
    """What a rule can be found by."""
    return next((each.key for each in rule.conditions if each.key is not None), None)


EMPTY = RuleIndex(())
