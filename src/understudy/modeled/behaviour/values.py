"""A behaviour put together: what is said of collections and operations, ready to be acted by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from msgspec import Struct, field

from understudy.modeled.expressions.expression import Expression
from understudy.modeled.expressions.templates import Template
from understudy.simulation.lifecycle import Lifecycle
from understudy.simulation.progress import Progress

Sets = Mapping[str, Template]
NONE: Sets = MappingProxyType({})
Does = Literal["event", "make", "change", "remove"]


class Refusal(NamedTuple):
    """How a refusal is told: by an answer's name or status, or in full."""

    answer: str = ""
    status: int = 0
    body: Template | None = None
    headers: Sets = NONE


class Effect(NamedTuple):
    """What a transition brings about elsewhere."""

    does: Does
    name: str  # the event, or the collection of what is made
    of: Expression | None  # which records; None where one is made
    sets: Sets
    guard: Expression | None = None
    otherwise: Refusal | None = None
    alias: str = ""  # what a new record is called by what comes after


class Move(NamedTuple):
    """One transition: where it begins and leads, what it needs, what it changes."""

    event: str
    sources: tuple[str, ...]
    target: str  # "": the state it began in
    guard: Expression | None
    otherwise: Refusal | None
    instead: str  # the event that happens where the guard does not hold
    sets: Sets
    after: int | Template | None
    recurring: bool
    effects: tuple[Effect, ...]


class Life(Struct, frozen=True):
    """What is said of one collection's records."""

    name: str
    state: str = ""  # the field that has the state
    lifecycle: Lifecycle | None = None
    moves: Mapping[str, tuple[Move, ...]] = field(default_factory=dict)  # by event
    timed: Mapping[str, tuple[Move, ...]] = field(default_factory=dict)  # by state
    # By state the fields that only a later event sets.
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    created: Sets = field(default_factory=dict)  # fields that each new record has made
    computed: Mapping[str, Expression] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)  # of a request -> of the record
    shape: Template | None = None  # of new ids
    owner: str = ""
    unique: tuple[str, ...] = ()
    refusals: Mapping[str, Refusal] = field(default_factory=dict)
    progress: Progress | None = None
    reaches: bool = False  # some event of it brings about something elsewhere
    polled: bool = False  # clients ask for its records until they are done


class Doing(NamedTuple):
    """What is said of one operation."""

    event: str = ""
    where: Expression | None = None
    id: Expression | None = None
    answer: Refusal | None = None
    sets: Sets = NONE
