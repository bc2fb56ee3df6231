"""Rules of a scenario or of an admin request, held against the contracts and compiled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from msgspec.structs import replace

from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.language.operations import Names, known
from understudy.scenarios.language.source import Source
from understudy.scenarios.rules.call_fields import Read, reads, reads_credential
from understudy.scenarios.rules.conditions import conditions
from understudy.scenarios.rules.faults import CREDENTIAL, Fault, fault
from understudy.scenarios.rules.replies import forced
from understudy.scenarios.rules.rule import ANY, Rule
from understudy.simulation import progress

DOES = frozenset({"reply", "fault", "then", "progress"})
NEVER_ANSWERED = "a lost request is never answered"


class Wanted(NamedTuple):
    """An operation of a rule, and what must hold for it beside the rule's own `when`."""

    operation: str
    pointer: str
    when: Mapping[str, Any] = {}


class RuleCompiler:
    """Compiles rules of a scenario or of an admin request."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def rule(self, value: Mapping[str, Any], source: Source, pointer: str) -> Rule:
        """The rule at that place; ScenarioError with the place."""
        if not DOES & value.keys():
            what = "the rule does nothing"
            raise source.refuse(what, pointer, "Say `reply:`, `fault:`, `then:` or `progress:`")
        said = value["operation"]
        if isinstance(said, list):
            return self._several(value, said, source, pointer)
        return self._single(value, Wanted(said, f"{pointer}/operation"), source, pointer)

    def _several(
        self, value: Mapping[str, Any], said: Sequence[Any], source: Source, pointer: str
    ) -> Rule:
        """One rule for several operations: a rule for each, and one set of counters."""
        made: dict[str, Rule] = {}
        for number, item in enumerate(said):
            place = f"{pointer}/operation/{number}"
            wanted = Wanted(item, place)
            if isinstance(item, Mapping):
                wanted = Wanted(item["operation"], f"{place}/operation", item["when"])
            if self.names.any_operation(wanted.operation) is not None:
                what = f"`{wanted.operation}` is every operation already"
                raise source.refuse(what, wanted.pointer, "Say it alone, without a list")
            single = self._single(value, wanted, source, pointer)
            if single.target in made:
                what = f"`{single.target}` stands in the list twice"
                raise source.refuse(what, wanted.pointer, "Remove one, or say another rule")
            made[single.target] = single
        each = tuple(made.values())
        operation = ", ".join(single.operation for single in each)
        vendors = {single.vendor for single in each}
        vendor = vendors.pop() if len(vendors) == 1 else None
        return replace(each[0], vendor=vendor, operation=operation, conditions=(), by=(), each=each)

    def _single(
        self, value: Mapping[str, Any], wanted: Wanted, source: Source, pointer: str
    ) -> Rule:
        broken = self._fault(value, source, pointer)
        limit = None if broken is None else broken.limit
        vendor, contract, operation = self._operation(wanted, source)
        gate = operation is None or (broken is not None and broken.at_the_gate)
        self._check(value, broken, gate, source, pointer)
        own = f"{wanted.pointer.removesuffix('/operation')}/when"
        made = [
            conditions(
                contract,
                operation,
                when,
                source,
                place,
                gate=gate,
                counts=limit is not None,
                named=self.names.named(vendor, None if operation is None else operation.handled_by),
            )
            for when, place in ((value.get("when", {}), f"{pointer}/when"), (wanted.when, own))
        ]
        return Rule(
            name=str(value.get("name") or self._name(value)),
            vendor=vendor,
            operation=ANY if operation is None else operation.handled_by,
            conditions=tuple(each for part in made for each in part),
            skip=value.get("skip", 0),
            times=value.get("times"),
            every=value.get("every", 1),
            reply=forced(
                operation,
                value["reply"],
                source,
                f"{pointer}/reply",
                partial(self._defined_statuses, vendor),
                contract,
                gate=gate,
            )
            if "reply" in value
            else None,
            fault=broken,
            gate=gate,
            where=source.where(pointer),
            source=value,
            then=self._then(value, vendor, source, pointer),
            change=value.get("then", {}).get("change"),
            progress=progress.parse(value["progress"]) if "progress" in value else None,
            by=()
            if limit is None
            else tuple(self._by(limit.by, vendor, contract, operation, source, pointer)),
        )

    def _by(
        self,
        names: Iterable[str],
        vendor: str | None,
        contract: Contract | None,
        operation: Operation | None,
        source: Source,
        pointer: str,
    ) -> Iterator[tuple[str, Read]]:
        """What a quota is counted by, each with how it is read of a call."""
        place = f"{pointer}/fault/limit/by"
        for name in names:
            if name == CREDENTIAL and vendor is not None:
                yield name, reads_credential(contract or self.names.contract(vendor))
            elif name == CREDENTIAL:
                what = "vendors have credentials of their own, and this rule is for all of them"
                raise source.refuse(what, place, 'Say operation: "VENDOR.*"')
            else:
                try:
                    yield name, reads(contract, operation, name, place)
                except InputError as error:
                    raise source.refuse(error.what, place, error.fix) from None

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
        if "event" not in value.get("then", ()) or vendor is None:
            return None
        event = str(value["then"]["event"])
        there = self.names.events(vendor)
        if event not in there:
            what = f"no record of {vendor} has an event `{event}`"
            raise source.refuse(what, f"{pointer}/then/event", known(event, there))
        return event

    def _operation(
        self, wanted: Wanted, source: Source
    ) -> tuple[str | None, Contract | None, Operation | None]:
        vendor = self.names.any_operation(wanted.operation)
        if vendor is not None:
            return vendor or None, None, None
        contract, operation = self.names.operation(wanted.operation, source, wanted.pointer)
        return contract.name, contract, operation

    def _defined_statuses(self, vendor: str | None) -> set[int]:
        """Every status that an operation of the vendor defines, or of any."""
        contracts = (
            self.names.contract(each) for each in ([vendor] if vendor else self.names.vendors)
        )
        operations = (each for contract in contracts for each in contract.operations.values())
        return {answer.status for each in operations for answer in each.answers.values()}

    def _fault(self, value: Mapping[str, Any], source: Source, pointer: str) -> Fault | None:
        if "fault" not in value:
            return None
        try:
            return fault(value["fault"], f"{pointer}/fault")
        except InputError as error:
            raise source.refuse(error.what, error.where, error.fix) from None

    def _name(self, value: Mapping[str, Any]) -> str:
        said = value["operation"]
        named = [each["operation"] if isinstance(each, Mapping) else each for each in said]
        operations = ", ".join(map(str, named)) if isinstance(said, list) else said
        return f"{operations}: {', '.join(self._acts(value))}"

    def _acts(self, value: Mapping[str, Any]) -> Iterator[str]:
        """What the rule does, in a word each."""
        if "reply" in value:
            reply = value["reply"]
            yield str(reply["status"] if isinstance(reply, Mapping) else reply)
        if "fault" in value:
            yield str(fault(value["fault"]))
        if "then" in value:
            yield f"then {value['then'].get('event', 'change')}"
        if "progress" in value:
            yield f"progress {progress.parse(value['progress'])}"
