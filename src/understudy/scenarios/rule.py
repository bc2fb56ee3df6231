"""One rule, compiled against the contracts: when this call comes, answer that or fail so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.errors import InputError, NotBuilt
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.conditions import Condition, conditions
from understudy.scenarios.faults import Fault, fault
from understudy.scenarios.names import Names
from understudy.scenarios.replies import Forced, forced
from understudy.scenarios.source import Source

NOT_BUILT = ("then", "progress")
ANY = "*"


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
        """The rule at that place; ScenarioError or NotBuilt with the place."""
        for key in NOT_BUILT:
            if key in value:
                raise NotBuilt(
                    f"`{key}` is not built yet",
                    where=source.where(f"{pointer}/{key}"),
                    fix="There are reply and fault",
                )
        broken = self._fault(value, source, pointer)
        if broken is None and "reply" not in value:
            raise source.refuse("the rule does nothing", pointer, "Say `reply:` or `fault:`")
        if broken is not None and broken.at_the_gate and "reply" in value:
            raise source.refuse(
                "a lost request is never answered", f"{pointer}/reply", "Remove `reply`"
            )
        vendor, contract, operation = self._operation(value["operation"], source, pointer)
        gate = operation is None or (broken is not None and broken.at_the_gate)
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
        )

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
        except NotBuilt as error:
            raise NotBuilt(error.what, where=source.where(error.where), fix=error.fix) from None
        except InputError as error:
            raise source.refuse(error.what, error.where, error.fix) from None

    def _name(self, value: Mapping[str, Any]) -> str:
        reply, broken = value.get("reply"), value.get("fault")
        if isinstance(reply, Mapping):
            reply = reply.get("status")
        does = reply if broken is None else f"lose {broken.get('lose')}"
        return f"{value['operation']}: {does}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
