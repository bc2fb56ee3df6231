"""Magic rules that are made of a contract: those of an operation when it is first called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from understudy.scenarios.rules.index import Entry, Plan
from understudy.scenarios.rules.rule import Rule

Make = Callable[[str], Sequence[Rule]]  # the magic rules of an operation, by its id


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
