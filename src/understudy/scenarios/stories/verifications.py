"""The verifications of a scenario or of an admin request, held against the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from understudy.scenarios.language.operations import NOBODY, known
from understudy.scenarios.rules.conditions import conditions
from understudy.scenarios.stories.model import Verification
from understudy.scenarios.stories.steps import World
from understudy.simulation.clock import duration

LONGEST = 20_000  # milliseconds that a verification waits: no client has given up by then


class VerificationCompiler:
    """Makes the verifications of one source."""

    def __init__(self, world: World) -> None:
        self.source = world.source
        self.names = world.names
        self._world = world

    def verification(self, value: Mapping[str, Any], pointer: str) -> Verification:
        """What was written at that pointer; ScenarioError with the place."""
        if "order" in value:
            return self._order(value, pointer)
        made = self._counted(value, pointer)
        least, most = self._times(value.get("times", {"$min": 1}), f"{pointer}/times")
        if "within" in value and not least:
            what = "what wants no call holds at once"
            raise self.source.refuse(what, f"{pointer}/within", "Remove `within`, or let time pass")
        within = self._within(value, pointer)
        return replace(made, least=least, most=most, within=within)

    def _order(self, value: Mapping[str, Any], pointer: str) -> Verification:
        made = []
        for number, item in enumerate(value["order"]):
            place = f"{pointer}/order/{number}"
            if isinstance(item, str):
                made.append(self._counted({"operation": item}, place, f"{place}"))
            else:
                made.append(self._counted(item, place))
        return replace(
            made[0],
            caller=None,
            conditions=(),
            least=len(made),
            where=self.source.where(pointer),
            source={**value, "order": [each.source for each in made]},
            order=tuple(made),
            within=self._within(value, pointer),
        )

    def _counted(
        self, value: Mapping[str, Any], pointer: str, operation_at: str = ""
    ) -> Verification:
        """A call that is wanted at least once."""
        at = operation_at or f"{pointer}/operation"
        contract, operation = self.names.operation(value["operation"], self.source, at)
        self._check_caller(value.get("as"), contract.name, f"{pointer}/as")
        return Verification(
            vendor=contract.name,
            operation=operation.handled_by,
            caller=value.get("as"),
            conditions=conditions(
                contract,
                operation,
                value.get("when", {}),
                self.source,
                f"{pointer}/when",
                kept=True,
                named=self.names.named(contract.name, operation.handled_by),
            ),
            least=1,
            most=None,
            where=self.source.where(pointer),
            source={**value, "operation": f"{contract.name}.{operation.handled_by}"},
        )

    def _times(self, said: int | Mapping[str, int], pointer: str) -> tuple[int, int | None]:
        """How often at least and at most; None: however often."""
        if isinstance(said, int):
            return said, said
        least, most = said.get("$min", 0), said.get("$max")
        if most is not None and least > most:
            what = f"no number is at least {least} and at most {most}"
            raise self.source.refuse(what, pointer, "Let $min be no more than $max")
        return least, most

    def _within(self, value: Mapping[str, Any], pointer: str) -> int:
        """How long to wait, in milliseconds."""
        wait = duration(value.get("within", 0))
        if wait > LONGEST:
            what = f"`within` is {value['within']}"
            raise self.source.refuse(what, f"{pointer}/within", "Write 20s at most")
        return wait

    def _check_caller(self, name: str | None, vendor: str, pointer: str) -> None:
        """Refuses a credential that the world does not start with, where that can be said."""
        alone = not isinstance(self.source.value, Mapping) or "understudy" not in self.source.value
        there = [] if alone or name in (None, NOBODY) else self._world.credentials(vendor)
        if there and name not in there:
            what = f"there is no credential `{name}`"
            raise self.source.refuse(what, pointer, known(str(name), [*there, NOBODY]))
