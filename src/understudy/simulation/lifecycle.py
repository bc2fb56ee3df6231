"""The table of states and transitions of a kind of record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from understudy.errors import InputError


class Transition(Struct, frozen=True):
    """One row: in any of these states, this event leads to one of those."""

    event: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class Lifecycle:
    """States, the first one a record starts in, and the rows between them."""

    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    terminal: frozenset[str] = frozenset()
    table: Mapping[tuple[str, str], tuple[str, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        table: dict[tuple[str, str], tuple[str, ...]] = {}
        for source, event, target in self.rows():
            if target in table.get((source, event), ()):
                raise ValueError(f"{event!r} leads twice from {source} to {target}")
            table[source, event] = (*table.get((source, event), ()), target)
        named = {s for row in table.values() for s in row} | {s for s, _ in table} | self.terminal
        if stray := named - set(self.states):
            raise ValueError(f"no such states: {', '.join(sorted(stray))}")
        object.__setattr__(self, "table", table)

    @property
    def events(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.event for t in self.transitions))

    def allowed(self, state: str) -> tuple[str, ...]:
        """The events that can happen in this state."""
        return tuple(event for event in self.events if (state, event) in self.table)

    def target(self, state: str, event: str, wanted: str | None = None) -> str:
        """The state this event leads to; `wanted` chooses where a row names several."""
        targets = self.table.get((state, event))
        if targets is None:
            raise IllegalTransition(state, event, self.allowed(state))
        if wanted is None:
            return targets[0]
        if wanted not in targets:
            raise IllegalTransition(state, f"{event} to {wanted}", targets)
        return wanted

    def rows(self) -> Iterable[tuple[str, str, str]]:
        """Each (state, event, state) once, in the table's order."""
        for transition in self.transitions:
            for source in transition.sources:
                for target in transition.targets:
                    yield source, transition.event, target


class IllegalTransition(InputError):
    """An event that cannot happen in this state."""

    def __init__(self, state: str, event: str, allowed: Iterable[str] = ()) -> None:
        possible = ", ".join(allowed) or "nothing"
        super().__init__(f"{event!r} cannot happen in state {state}; possible: {possible}")
        self.state = state
        self.event = event

    def at(self, where: str) -> InputError:
        return InputError(self.what, where=where)
