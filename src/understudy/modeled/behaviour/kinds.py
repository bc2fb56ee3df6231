"""Kinds of records with a lifecycle that somebody said: what falls due, and what happens then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from msgspec.json import encode

from understudy.errors import InputError
from understudy.modeled.behaviour.events import Events
from understudy.modeled.behaviour.values import Life, Move
from understudy.modeled.expressions.mistakes import EvaluationError
from understudy.modeled.expressions.values import Moment, Row, Scope, Span, as_moment
from understudy.modeled.pointers import NOTHING, get
from understudy.modeled.records import Item, data_of
from understudy.simulation.clock import duration
from understudy.simulation.collection import Index
from understudy.simulation.due_events import Due
from understudy.simulation.identifiers import Identifiers
from understudy.simulation.world import Kind, World
from understudy.vendor import Problem

NOBODY = Identifiers(0, "")  # what falls due is told without new ids


def with_lifecycle(events: Events, life: Life, kind: Kind[Item]) -> Kind[Item]:
    """The kind with what is said of its records."""
    indexes: Any = dict(kind.indexes)
    for field in life.unique:
        indexes[unique_index(field)] = Index(_value(field))
    kind = replace(kind, indexes=indexes)
    if life.lifecycle is None:
        return kind
    working = {
        state for state, moves in life.timed.items() if any(not each.recurring for each in moves)
    }

    def on_event(world: World, item: Item, event: str, at: int) -> Item:
        return events.happen(events.by_time(world, at, forced=True), life.name, item, event)

    changed: dict[str, Any] = {
        "lifecycle": life.lifecycle,
        "due": _due(life),
        "on_due": _on_due(events, life),
        "on_event": on_event,
        "working": frozenset(working),
        "progress": None if life.progress is None else lambda world, item: life.progress,
    }
    return replace(kind, **changed)


def unique_index(field: str) -> str:
    """The index of a field that no two records share."""
    return f"unique {field}"


def _value(field: str) -> Callable[[Item], bytes | None]:
    """What an index of a field looks records up by."""

    def key(item: Item) -> bytes | None:
        value = get(data_of(item), f"/{field}")
        return None if value is NOTHING or value is None else encode(value)

    return key


def _due(life: Life) -> Callable[[Item], Sequence[Due]]:
    """All that happens to a record by itself, each at its instant."""

    def due(item: Item) -> Sequence[Due]:
        moves = life.timed.get(item.state)
        if not moves:
            return ()
        found = []
        for number, move in enumerate(moves):
            at = _instant(move, item)
            if at is not None:
                found.append(Due(move.event, at, str(number), recurring=move.recurring))
        return found

    return due


def _instant(move: Move, item: Item) -> int | None:
    """When a transition happens by itself; None: never."""
    after = move.after
    if isinstance(after, int):
        return item.since + after
    assert after is not None, "only asked of those that do"
    names: dict[str, Any] = {"record": Row(data_of(item)), "now": Moment(item.since)}
    try:
        made = after.run(Scope(names, item.since, NOBODY))
        if isinstance(made, Moment):
            return max(int(made), item.since)
        if isinstance(made, Span):
            return item.since + int(made)
        if not isinstance(made, str):
            return None
        meant = as_moment(made)
        at = int(meant) if isinstance(meant, Moment) else item.since + duration(made)
        return max(at, item.since)
    except (EvaluationError, InputError):
        return None


def _on_due(events: Events, life: Life) -> Callable[[World, Item, Due], None]:
    """What falls due happens; nothing does where a guard says no, here or of what it causes."""

    def strike(world: World, item: Item, due: Due) -> None:
        before = world.fork() if life.reaches else None
        try:
            at = max(due.at, item.since)
            events.happen(events.by_time(world, at), life.name, item, due.kind)
        except (Problem, EvaluationError):
            if before is not None:
                world.restore(before)

    return strike
