"""A scenario as values: what a file says, read, checked and compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

from understudy.errors import ScenarioError, UnderstudyError
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.language.grammar import schema
from understudy.scenarios.language.source import Source
from understudy.scenarios.rules.conditions import Condition
from understudy.scenarios.rules.rule import Rule
from understudy.simulation.clock import Duration, Instant

__all__ = [
    "Advance",
    "CallStep",
    "ChangeRecord",
    "ClockSetting",
    "Expectation",
    "NamedEntry",
    "Need",
    "Scenario",
    "SetClock",
    "Step",
    "Until",
    "Variable",
    "Verification",
    "schema",
]

Need = Literal["world", "clock", "rules"]


class ClockSetting(Struct, frozen=True):
    """The clock a scenario asks for; what is None was not said."""

    at: Instant | None = None
    speed: float | None = None
    each_call: Duration | None = None


class Expectation(Struct, frozen=True):
    """What a step expects, as written: captures are filled in when it is played."""

    status: Any = None
    body: Any = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    lost: bool = False
    has_body: bool = False


class Until(Struct, frozen=True):
    """Play the step again, so much later each time, until it is as expected."""

    advance: Duration
    at_most: int


class CallStep(Struct, frozen=True, eq=False):
    """A call of the story."""

    name: str
    where: str
    contract: Contract
    operation: Operation
    caller: str | None  # a credential's name, "nobody", None: the world's default
    arguments: Mapping[str, Any]
    written: Mapping[str, str]  # what was written for numbers and such, by pointer in arguments
    expect: Expectation | None
    until: Until | None
    times: int  # so often, each time as expected
    every: Duration  # so much time between two of them
    save: Mapping[str, str]
    needs: frozenset[str]


class Advance(Struct, frozen=True):
    """Time that passes in the story."""

    name: str
    where: str
    how: str  # by, to, next, idle
    value: str  # a duration or an instant as written
    needs: frozenset[str]


def advance_name(how: str, value: str) -> str:
    """What a step is called that lets time pass and has no name of its own."""
    return f"advance {how} {value}".rstrip()


class SetClock(Struct, frozen=True):
    """The clock of the story frozen, thawed, moved on or sped up."""

    name: str
    where: str
    setting: Mapping[str, Any]  # at, speed, each_call as written
    needs: frozenset[str]


class ChangeRecord(Struct, frozen=True):
    """A record of the story changed, made or removed by hand."""

    name: str
    where: str
    vendor: str
    collection: str
    id: str  # "" where one is made
    how: str  # change, event, make, remove
    value: Any
    needs: frozenset[str]


Step = CallStep | Advance | SetClock | ChangeRecord


class Verification(Struct, frozen=True, eq=False):
    """How often an operation must have been called so; or, with `order`, what calls must have come
    one after the other."""

    vendor: str
    operation: str  # the id of the handler's operation
    caller: str | None  # a credential's name, "nobody"; None: whoever it was
    conditions: tuple[Condition, ...]
    least: int
    most: int | None  # None: however often
    where: str
    source: Mapping[str, Any]
    order: tuple[Verification, ...] = ()
    within: Duration = 0  # how long calls may still come, in real time

    @property
    def target(self) -> str:
        if self.order:
            return ", then ".join(each.target for each in self.order)
        return f"{self.vendor}.{self.operation}"

    def holds(self, count: int) -> bool:
        """Whether so many calls are as many as wanted."""
        return self.least <= count and (self.most is None or count <= self.most)

    @property
    def expected(self) -> str:
        if self.order:
            return f"{self.least} in this order"
        if self.most is None:
            return f"at least {self.least}"
        if self.least == self.most:
            return str(self.most)
        return f"{self.least} to {self.most}" if self.least else f"at most {self.most}"


class NamedEntry(Struct, frozen=True):
    """A named entry of a world: what `${name.id}` means."""

    vendor: str
    collection: str
    entry: Mapping[str, Any]
    hidden: frozenset[str] = frozenset()  # ids of entries before it that have the same name


class Variable(Struct, frozen=True):
    """A value from the environment, or its default."""

    env: str | None = None
    default: str | None = None


class Scenario(Struct, frozen=True, eq=False):
    """One file, or what an admin request carried."""

    title: str
    file: str
    vendor: str | None = None
    clock: ClockSetting | None = None
    seed: int | None = None
    world: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    steps: tuple[Step, ...] = ()
    last: tuple[Step, ...] = ()  # `finally`
    verify: tuple[Verification, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    named_entries: Mapping[str, NamedEntry] = field(default_factory=dict)
    source: Source = field(default_factory=lambda: Source({}, "", lambda pointer: pointer))

    def blame(self, error: UnderstudyError, pointer: str) -> ScenarioError:
        """The refusal of something this file said, with its line."""
        inside = error.where if error.where.startswith("/") else ""
        return ScenarioError(
            error.what, where=self.source.where(f"{pointer}{inside}"), fix=error.fix
        )
