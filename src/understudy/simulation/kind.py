"""One kind of record: everything a vendor says of it, and a world acts by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from understudy.errors import SimulationError
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Index, Record
from understudy.simulation.due_events import Due
from understudy.simulation.lifecycle import Lifecycle
from understudy.simulation.progress import Progress

R = TypeVar("R", bound=Record)
W = TypeVar("W")  # the world, which knows its kinds: they are not to import it


def nothing_due(record: Any) -> Sequence[Due]:
    return ()


def no_effect(world: Any, before: Any, after: Any, at: Instant) -> None:
    return None


def unhandled_due(world: Any, record: Any, due: Due) -> None:
    raise SimulationError(f"{due.kind} fell due and nothing handles it", where=record.id)


@dataclass(frozen=True)
class KindOf(Generic[W, R]):
    """One kind of record: how it is found, what it lives through, what happens to it by itself.

    `due(record)` is everything that will strike it if nobody touches it, as absolute instants;
    `on_due(world, record, due)` applies one of them through `world.change`, at `due.at`;
    `effects(world, before, after, at)` is what a change brings about in other records;
    `on_event(world, record, event, at)` makes an event of the lifecycle happen to a record from
    outside, with all that goes with it (None: the state alone changes);
    `working` are the states in which it works on by itself until it waits or ends (or what tells
    so of a record), and `progress(world, record)` how that work is hastened (None: it takes
    its time);
    `refers` tells by collection the id of the record there without which one cannot be.
    """

    name: str
    record: type[R]
    lifecycle: Lifecycle | None = None
    indexes: Mapping[str, Index[R]] = field(default_factory=dict)
    due: Callable[[R], Sequence[Due]] = nothing_due
    on_due: Callable[[W, R, Due], None] = unhandled_due
    effects: Callable[[W, R | None, R | None, Instant], None] = no_effect
    on_event: Callable[[W, R, str, Instant], R] | None = None
    working: frozenset[str] | Callable[[R], bool] = frozenset()
    progress: Callable[[W, R], Progress | None] | None = None
    refers: Mapping[str, Callable[[R], str]] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()  # what its records show besides those of their class

    @property
    def field_names(self) -> frozenset[str]:
        """All that can be said of one of its records."""
        return self.fields.union(self.record.__struct_fields__)

    def works(self, record: R) -> bool:
        """Whether it is at work that can be hastened."""
        working = self.working
        return record.state in working if isinstance(working, frozenset) else working(record)
