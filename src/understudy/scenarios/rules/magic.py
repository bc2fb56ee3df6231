"""Magic rules, read when they are first needed: those that ship with a vendor, and those that are
made of a document's operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from understudy.scenarios.rules.index import EMPTY, Entry, Plan, RuleIndex
from understudy.scenarios.rules.rule import Rule

Make = Callable[[str], Sequence[Rule]]  # the magic rules of an operation, by its id
Reading = Callable[[], Sequence[Rule]]  # the magic rules that ship with a vendor


class MagicRules:
    """What was made so far, by vendor and operation; sessions share it."""

    __slots__ = ("_makers", "_plans")

    def __init__(self, makers: Mapping[str, Make]) -> None:
        self._makers = makers
        self._plans: dict[tuple[str, str], Plan | None] = {}

    def plan(self, vendor: str, operation_id: str) -> Plan | None:
        """The rules of an operation; None: it has none."""
        make = self._makers.get(vendor)
        if make is None:
            return None
        key = (vendor, operation_id)
        if key not in self._plans:
            rules = make(operation_id)
            entries = [
                Entry(_id(*key, number), each, "magic") for number, each in enumerate(rules, 1)
            ]
            self._plans[key] = Plan(entries) if entries else None
        return self._plans[key]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rules of all operations that have been called."""
        plans = [each for each in self._plans.values() if each is not None]
        return tuple(entry for plan in plans for entry in plan.entries)


def _id(vendor: str, operation_id: str, number: int) -> str:
    return f"m-{vendor}-{operation_id}-{number}"


NO_MAGIC = MagicRules({})


class ShippedMagic:
    """The magic rules that ship, each vendor's read when a call of it comes; sessions share it."""

    __slots__ = ("_by_vendor", "_readings")

    def __init__(self, readings: Mapping[str, Reading]) -> None:
        self._readings = readings
        self._by_vendor: dict[str, RuleIndex] = {}

    def answers(self, vendor: str) -> Mapping[str, Plan]:
        """The plans of the vendor's operations for valid calls."""
        return self._of(vendor).answers(vendor)

    def gates(self, vendor: str) -> Mapping[str | None, Plan]:
        """The plans for any call of the vendor's."""
        return self._of(vendor).gates(vendor)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rules of all vendors."""
        return tuple(entry for vendor in self._readings for entry in self._of(vendor).entries)

    def _of(self, vendor: str) -> RuleIndex:
        found = self._by_vendor.get(vendor)
        if found is None:
            reading = self._readings.get(vendor)
            rules = () if reading is None else reading()
            entries = [Entry(f"m-{vendor}-{n}", each, "magic") for n, each in enumerate(rules, 1)]
            found = self._by_vendor[vendor] = RuleIndex(entries) if entries else EMPTY
        return found


NONE_SHIPS = ShippedMagic({})
