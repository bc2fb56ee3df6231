"""Which state and step an entry of an instance means, and whether it can ever be there."""

from __future__ import annotations

from collections.abc import Callable

from understudy.errors import InputError
from understudy.simulation.timeline import course
from understudy.simulation.timeline_items import Do, Item, Outcome, Parallel, Sleep, Timeline, Wait
from understudy.vendors.cloudflare.records import (
    COMPLETE,
    ERRORED,
    QUEUED,
    ROLLING_BACK,
    RUNNING,
    WAITING,
    WAITING_FOR_PAUSE,
)
from understudy.vendors.population import Entry


def declared_position(timeline: Timeline, entry: Entry) -> tuple[str, int]:
    """The state of an entry and the number of its step; InputError where they cannot be."""
    named = _named(timeline, entry)
    state: str = entry.get("state") or _usual_state(timeline, named, "attempt" in entry)
    if state == RUNNING and named is not None and isinstance(timeline[named], Wait):
        state = WAITING  # what is told as running, and takes no slot
    if state == COMPLETE:
        if named is not None:
            raise InputError("a complete instance is at no step", where="/step")
        return state, _end(timeline)
    fits = _FITTING.get(state, _any)
    if named is not None:
        _fitting(state, timeline[named], fits, "attempt" in entry)
        return state, named
    if state == QUEUED or not timeline:
        return state, 0
    number = next((n for n, item in enumerate(timeline) if fits(item)), None)
    if number is None:
        fix = "Give its workflow such a step, or say another state"
        raise InputError(f"its workflow has no step to be {state} at", where="/state", fix=fix)
    return state, number


def _named(timeline: Timeline, entry: Entry) -> int | None:
    if "step" not in entry:
        return None
    for number, item in enumerate(timeline):
        if item.name == entry["step"]:
            return number
    names = ", ".join(dict.fromkeys(item.name for item in timeline)) or "no step at all"
    what = f"its workflow has no step {entry['step']!r}"
    raise InputError(what, where="/step", fix=f"It has {names}")


def _usual_state(timeline: Timeline, named: int | None, tried: bool) -> str:
    waits = named is not None and (tried or isinstance(timeline[named], Sleep | Wait))
    return WAITING if waits else RUNNING


def _end(timeline: Timeline) -> int:
    """Behind the last step, or the outcome that ends it well."""
    for number, item in enumerate(timeline):
        if isinstance(item, Outcome):
            if item.outcome == COMPLETE:
                return number
            what = f"it cannot complete: its workflow ends {item.outcome}"
            raise InputError(what, where="/state")
    return len(timeline)


def _fitting(state: str, item: Item, fits: Callable[[Item], bool], tried: bool) -> None:
    if fits(item) or (state == WAITING and tried and isinstance(item, Do)):
        return
    fix = "Choose another step, or another state"
    raise InputError(f"nothing is {state} at step {item.name!r}", where="/step", fix=fix)


def _any(item: Item) -> bool:
    return True


def _works(item: Item) -> bool:
    return isinstance(item, Do | Parallel)


def _waits(item: Item) -> bool:
    return isinstance(item, Sleep | Wait) or (isinstance(item, Do) and item.fails is not None)


def _breaks(item: Item) -> bool:
    """Whether an instance can be errored there: by its script, or since no event came."""
    if isinstance(item, Do):
        return not course(item)[1]
    if isinstance(item, Parallel):
        return any(not course(step)[1] for step in item.steps)
    return isinstance(item, Wait) or (isinstance(item, Outcome) and item.outcome == ERRORED)


def _undoes(item: Item) -> bool:
    steps = item.steps if isinstance(item, Parallel) else (item,)
    return any(isinstance(step, Do) and step.rollback is not None for step in steps)


_FITTING: dict[str, Callable[[Item], bool]] = {
    RUNNING: _works,
    WAITING_FOR_PAUSE: _works,
    WAITING: _waits,
    ERRORED: _breaks,
    ROLLING_BACK: _undoes,
}
