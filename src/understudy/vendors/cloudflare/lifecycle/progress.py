"""How an instance moves along its timeline: pure; an event and the fields it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec import Raw, structs

from understudy.simulation.clock import LAST, Instant
from understudy.simulation.timeline import Position, after, current, next_event
from understudy.simulation.timeline_items import Do, Outcome, Parallel, Sleep, Timeline, Wait
from understudy.vendors.cloudflare.lifecycle.rollback import begun, undoable
from understudy.vendors.cloudflare.lifecycle.step_log import (
    Log,
    entered,
    error_of,
    failed,
    is_begun,
    left,
    rested,
    tried_again,
)
from understudy.vendors.cloudflare.lifecycle.transitions import ENDINGS
from understudy.vendors.cloudflare.records import (
    COMPLETE,
    ERRORED,
    OVER,
    PAUSED,
    ROLLING_BACK,
    RUNNING,
    WAITING,
    WAITING_FOR_PAUSE,
    Event,
    Instance,
    Version,
)

ENDED = frozenset((*OVER, ROLLING_BACK))  # where a start can lead beside on

Fields = dict[str, Any]
Inbox = tuple[Event, ...]


class Move(NamedTuple):
    """An event of the lifecycle, and the fields that change with it, the state among them."""

    event: str
    fields: Fields


class Place(NamedTuple):
    """Where an instance comes to stand."""

    state: str
    position: Position
    log: Log
    inbox: Inbox
    error: Raw | None = None


def arrive(timeline: Timeline, step: int, at: Instant, log: Log, inbox: Inbox) -> Place:
    """Enters a step; waits whose event is there already are passed at once."""
    passed: list[Any] = []
    while step < len(timeline):
        item, position = timeline[step], Position(step, since=at)
        match item:
            case Wait():
                passed += entered(timeline, step, at)
                found = taken(inbox, item.event)
                if found is None:
                    return Place(WAITING, position, (*log, *passed), inbox)
                payload, inbox = found
                passed[-1] = structs.replace(passed[-1], end=at, ok=True, output=payload)
                step += 1
            case Outcome():
                error = item.error or error_of(None, "failed")
                why = error if item.outcome == ERRORED else None
                return Place(item.outcome, position, (*log, *passed), inbox, why)
            case _:
                state = WAITING if isinstance(item, Sleep) else RUNNING
                return Place(state, position, (*log, *passed, *entered(timeline, step, at)), inbox)
    return Place(COMPLETE, Position(step, since=at), (*log, *passed), inbox)


def taken(inbox: Inbox, event_type: str) -> tuple[Raw, Inbox] | None:
    """The payload of the oldest event of that type, and the others."""
    for number, event in enumerate(inbox):
        if event.type == event_type:
            return event.payload, (*inbox[:number], *inbox[number + 1 :])
    return None


def ahead(timeline: Timeline, position: Position) -> tuple[Instant | None, str]:
    """When and how it goes on by itself from that position."""
    coming = next_event(timeline, position)
    if coming is None or position.since + coming.delay > LAST:
        return None, ""
    return position.since + coming.delay, coming.event


def landed(version: Version, place: Place, at: Instant, event: str) -> Move:
    """The move that leads to a place."""
    fields: Fields = {
        "state": place.state,
        "position": place.position,
        "log": place.log,
        "modified": at,
        "blocked": "",
    }
    if place.state == ERRORED:
        undoing = undoable(version.timeline, place.log)
        if undoing:
            fields |= {"error": place.error, "inbox": (), **begun(version, undoing, place.log, at)}
            return Move("roll back", fields)
    if place.state in OVER:
        fields |= ended(version, place.state, at, place.error)
        return Move(ENDINGS[place.state], fields)
    next_at, following = ahead(version.timeline, place.position)
    fields |= {"inbox": place.inbox, "next_at": next_at, "next_event": following}
    return Move(event, fields)


def ended(version: Version, state: str, at: Instant, error: Raw | None = None) -> Fields:
    """The fields of an instance that is over."""
    return {
        "ended": at,
        "output": version.output if state == COMPLETE else None,
        "error": error,
        "next_at": None,
        "next_event": "",
        "inbox": (),
        "blocked": "",
        "undoing": (),
    }


def first(version: Version, at: Instant) -> Move:
    """A new instance for which there is room begins as soon as it is there."""
    place = arrive(version.timeline, 0, at, (), ())
    return _started(landed(version, place, at, "step"), at)


def start(version: Version, instance: Instance, at: Instant) -> Move:
    """There is room: it begins, or goes on where it was paused or had to wait for a slot."""
    timeline, here = version.timeline, instance.position
    move = _at_once(version, instance, at)
    if move is None:
        item = current(timeline, here)
        busy = isinstance(item, Parallel) or (isinstance(item, Do) and not here.resting)
        state = RUNNING if busy else WAITING
        move = landed(version, Place(state, here, instance.log, instance.inbox), at, "")
    return _started(move, at if instance.started is None else None)


def _started(move: Move, at: Instant | None) -> Move:
    """The move as a start, unless it is over by that; `at`: for the first time."""
    if at is not None:
        move.fields["started"] = at
    return move if move.fields["state"] in ENDED else Move("start", move.fields)


def _at_once(version: Version, instance: Instance, at: Instant) -> Move | None:
    """What can happen to it now that it goes on; None: nothing yet."""
    timeline, here = version.timeline, instance.position
    if not is_begun(instance):
        place = arrive(timeline, here.step, at, instance.log, instance.inbox)
        return landed(version, place, at, "step")
    item = current(timeline, here)
    if isinstance(item, Wait):
        found = taken(instance.inbox, item.event)
        if found is not None:
            payload, inbox = found
            return step_over(version, structs.replace(instance, inbox=inbox), at, payload)
    due, event = ahead(timeline, here)
    if due is None or due > at or (isinstance(item, Do | Parallel) and not here.resting):
        return None
    return MOVES[event](version, instance, at)


def step_over(version: Version, instance: Instance, at: Instant, output: Raw | None = None) -> Move:
    """A step ended well: on to the next, or paused before it."""
    timeline, step = version.timeline, instance.position.step
    log = left(timeline, instance.log, at, output)
    if instance.state == WAITING_FOR_PAUSE:
        return held(Position(step + 1, since=at), log, at)
    place = arrive(timeline, step + 1, at, log, instance.inbox)
    return landed(version, place, at, "step")


def held(position: Position, log: Log, at: Instant) -> Move:
    """The pause that it waited for."""
    fields: Fields = {
        "state": PAUSED,
        "position": position,
        "log": log,
        "modified": at,
        "next_at": None,
        "next_event": "",
    }
    return Move("hold", fields)


def attempt_failed(version: Version, instance: Instance, at: Instant, how: str) -> Move:
    """An attempt failed: it waits for the next, or that was the last and it is errored."""
    timeline, here = version.timeline, instance.position
    resting = after(timeline, here, how, at)
    if resting is None:
        log = failed(timeline, instance.log, at, how)
        error = next((e.error for e in reversed(log) if e.ok is False), None)
        place = Place(ERRORED, here, log, (), error)
        return landed(version, place, at, "fail")
    log = rested(instance.log, at)
    if instance.state == WAITING_FOR_PAUSE:
        return held(resting, log, at)
    place = Place(WAITING, resting, log, instance.inbox)
    return landed(version, place, at, "rest")


def next_attempt(version: Version, instance: Instance, at: Instant) -> Move:
    """The delay after a failed attempt is over."""
    position = Position(instance.position.step, instance.position.attempt + 1, since=at)
    place = Place(RUNNING, position, tried_again(instance.log, at), instance.inbox)
    return landed(version, place, at, "retry")


def over(version: Version, instance: Instance, at: Instant) -> Move:
    """It stands behind its last step."""
    place = arrive(version.timeline, instance.position.step, at, instance.log, instance.inbox)
    return landed(version, place, at, "step")


MOVES: Mapping[str, Callable[[Version, Instance, Instant], Move]] = {
    "start": start,
    "done": step_over,
    "woke": step_over,
    "failed": lambda version, instance, at: attempt_failed(version, instance, at, "failed"),
    "timeout": lambda version, instance, at: attempt_failed(version, instance, at, "timeout"),
    "retry": next_attempt,
    "over": over,
}
