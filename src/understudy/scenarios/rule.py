"""One rule, compiled against the contracts: when this call comes, answer that or fail so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.conditions import Condition, conditions
from understudy.scenarios.faults import Fault, fault
from understudy.scenarios.names import Names, known
from understudy.scenarios.replies import Forced, forced
from understudy.scenarios.source import Source
from understudy.simulation import progress
from understudy.simulation.progress import Progress

ANY = "*"
DOES = frozenset({"reply", "fault", "then", "progress"})
NEVER_ANSWERED = "a lost request is never answered"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Immutable, shared by sessions; its counters are kept by each session's rule book."""

    name: str
    vendor: str | None  # None: any
    operation: str  # the id of the handler's operation, or "*"
    conditions: tuple[Condition, ...]
    skip: int
    times: int | None
    every: int
    reply: Forced | None
    fault: Fault | None
    gate: bool
    where: str
    source: Mapping[str, Any] = field(repr=False)  # as it was written, as JSON
    then: str | None = None  # the event that befalls the record the call names
    progress: Progress | None = None  # of the work that the call begins or names

    @property
    def target(self) -> str:
        """`vendor.operation`, as journal and listings write it."""
        return self.operation if self.vendor is None else f"{self.vendor}.{self.operation}"

    def acts(self, matched: int, acted: int) -> bool:
        """Whether it acts on that matching call, having acted so often before."""
        if matched <= self.skip or (matched - self.skip) % self.every:
            return False
        return self.times is None or acted < self.times

    def rests(self, matched: int, acted: int) -> str:
        """Why it does not act on that matching call."""
        if self.times is not None and acted >= self.times:
            return f"it matched, but has acted {_times(acted)} and is spent"
        if matched <= self.skip:
            return f"it matched, but skips its first {self.skip}: this was call {matched}"
        return f"it matched, but acts on every {self.every}th call: this was call {matched}"


class RuleMaker:
    """Compiles rules of a scenario or of an admin request."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def rule(self, value: Mapping[str, Any], source: Source, pointer: str) -> Rule:
        """The rule at that place; ScenarioError with the place."""
        if not DOES & value.keys():
            what = "the rule does nothing"
            raise source.refuse(what, pointer, "Say `reply:`, `fault:`, `then:` or `progress:`")
        broken = self._fault(value, source, pointer)
        vendor, contract, operation = self._operation(value["operation"], source, pointer)
        gate = operation is None or (broken is not None and broken.at_the_gate)
        self._check(value, broken, gate, source, pointer)
        return Rule(
            name=str(value.get("name") or self._name(value)),
            vendor=vendor,
            operation=ANY if operation is None else operation.handled_by,
            conditions=self._conditions(
                value.get("when", {}), vendor, contract, operation, source, pointer, gate
            ),
            skip=value.get("skip", 0),
            times=value.get("times"),
            every=value.get("every", 1),
            reply=forced(operation, value["reply"], source, f"{pointer}/reply")
            if "reply" in value
            else None,
            fault=broken,
            gate=gate,
            where=source.where(pointer),
            source=value,
            then=self._then(value, vendor, source, pointer),
            progress=progress.parse(value["progress"]) if "progress" in value else None,
        )

    def _check(
        self,
        value: Mapping[str, Any],
        broken: Fault | None,
        gate: bool,
        source: Source,
        pointer: str,
    ) -> None:
        """Refuses what does not go together."""
        for key in ("then", "progress"):
            if gate and key in value:
                what = f"a rule that strikes at the gate knows no record that `{key}` could move"
                fix = "Name one operation, and no fault of the gate beside it"
                raise source.refuse(what, f"{pointer}/{key}", fix)
        if broken is None:
            return
        if broken.at_the_gate and broken.limit is None and "reply" in value:
            what = "what is delayed is answered by itself" if broken.latency else NEVER_ANSWERED
            fix = "Remove `reply`, or say it in a rule of its own"
            raise source.refuse(what, f"{pointer}/reply", fix)
        if gate and not broken.at_the_gate and "reply" not in value:
            what = (
                f"a rule for all operations cannot {broken}: it strikes before there is an answer"
            )
            raise source.refuse(what, f"{pointer}/fault", "Name one operation, or say `reply:` too")

    def _then(
        self, value: Mapping[str, Any], vendor: str | None, source: Source, pointer: str
    ) -> str | None:
        if "then" not in value or vendor is None:
            return None
        event = str(value["then"]["event"])
        there = self.names.events(vendor)
        if event not in there:
            what = f"no record of {vendor} has an event `{event}`"
            raise source.refuse(what, f"{pointer}/then/event", known(event, there))
        return event

    def _operation(
        self, name: str, source: Source, pointer: str
    ) -> tuple[str | None, Contract | None, Operation | None]:
        place = f"{pointer}/operation"
        vendor = self.names.any_operation(name)
        if vendor is not None:
            return vendor or None, None, None
        contract, operation = self.names.operation(name, source, place)
        return contract.name, contract, operation

    def _conditions(
        self,
        when: Mapping[str, Any],
        vendor: str | None,
        contract: Contract | None,
        operation: Operation | None,
        source: Source,
        pointer: str,
        gate: bool,
    ) -> tuple[Condition, ...]:
        known = self.names.fields(vendor) if vendor is not None else frozenset()
        return conditions(
            contract, operation, when, source, f"{pointer}/when", gate=gate, fields=known
        )

    def _fault(self, value: Mapping[str, Any], source: Source, pointer: str) -> Fault | None:
        if "fault" not in value:
            return None
        try:
            return fault(value["fault"], f"{pointer}/fault")
        except InputError as error:
            raise source.refuse(error.what, error.where, error.fix) from None

    def _name(self, value: Mapping[str, Any]) -> str:
        return f"{value['operation']}: {', '.join(self._acts(value))}"

    def _acts(self, value: Mapping[str, Any]) -> Iterator[str]:
        """What the rule does, in a word each."""
        if "reply" in value:
            reply = value["reply"]
            yield str(reply["status"] if isinstance(reply, Mapping) else reply)
        if "fault" in value:
            yield str(fault(value["fault"]))
        if "then" in value:
            yield f"then {value['then']['event']}"
        if "progress" in value:
            yield f"progress {progress.parse(value['progress'])}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
