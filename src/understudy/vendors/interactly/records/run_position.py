"""Where on its script a declared run stands, of its state and what else its entry says."""

from __future__ import annotations

from understudy.errors import InputError
from understudy.simulation.timeline import Position, course, next_event, position_of
from understudy.simulation.timeline_items import Do, Item, Outcome, Parallel, Sleep, Timeline, Wait
from understudy.vendors.interactly.lifecycle.next_event import stop_of
from understudy.vendors.interactly.records import (
    CANCELLED,
    COMPLETED,
    FAILED,
    INPUT,
    NOT_STARTED,
    PAUSE,
    PAUSED,
    RUNNING,
    STARTED,
    WAITING,
)
from understudy.vendors.population import Entry


def declared_position(timeline: Timeline, entry: Entry) -> int:
    """The number of the step an entry's run is at; InputError where it cannot be there."""
    state = entry["state"]
    if state in (NOT_STARTED, STARTED, COMPLETED):
        for key in ("step", "turns"):
            if key in entry:
                raise InputError(
                    f"a run {state} is at no step", where=f"/{key}", fix="Leave it out"
                )
        return 0 if state != COMPLETED else _end(timeline)
    if "step" in entry:
        return _named(timeline, entry)
    if state == WAITING or (state == PAUSED and entry.get("resumes_to") == WAITING):
        return _stop(timeline, entry, INPUT)
    if state == PAUSED and entry.get("resumes_to") is None:
        return _stop(timeline, entry, PAUSE)
    if state in (RUNNING, PAUSED):
        return _first_work(timeline, state)
    return _ended(timeline, entry)


def _named(timeline: Timeline, entry: Entry) -> int:
    if "turns" in entry:
        raise InputError("`step` and `turns` both say where it is", where="/turns")
    try:
        step = position_of(timeline, entry["step"], since=0).step
    except InputError as error:
        raise error.at("/step") from None
    state, works = entry["state"], isinstance(timeline[step], Do | Sleep | Parallel)
    if state in (WAITING, PAUSED, RUNNING) and not works:
        fix = "Name a step that takes time, or count `turns`"
        raise InputError(f"a run {state} is not at {entry['step']!r}", where="/step", fix=fix)
    if state == WAITING or (state == PAUSED and entry.get("resumes_to") != RUNNING):
        fix = "Count `turns`, or leave it out"
        raise InputError(f"step {entry['step']!r} does not wait", where="/step", fix=fix)
    return step


def _stop(timeline: Timeline, entry: Entry, name: str) -> int:
    """The stop after so many turns, else the first of that kind."""
    stops = [number for number, item in enumerate(timeline) if isinstance(item, Wait)]
    kind = f"wait: {name}"
    if "turns" in entry:
        turns: int = entry["turns"]
        if turns > len(stops):
            raise InputError(f"its workflow stops {len(stops)} times", where="/turns")
        stop = stops[turns - 1]
        if timeline[stop].name != name:
            raise InputError(f"stop {turns} of its workflow is no `{kind}`", where="/turns")
        return stop
    found = next((number for number in stops if timeline[number].name == name), None)
    if found is None:
        fix = f"Give the workflow a step `{{{kind}}}`"
        if name == PAUSE:
            fix += f", or say `resumes_to: {WAITING}` or `{RUNNING}`"
        raise InputError(f"its workflow has no `{kind}`", where="/state", fix=fix)
    return found


def _first_work(timeline: Timeline, state: str) -> int:
    works = (n for n, item in enumerate(timeline) if isinstance(item, Do | Sleep | Parallel))
    found = next(works, None)
    if found is None:
        what = f"a run {state} needs a step that takes time"
        raise InputError(what, where="/state", fix="Give the workflow `steps`")
    return found


def _end(timeline: Timeline) -> int:
    """Where a completed run ended: behind the last step, unless an outcome says so."""
    for number, item in enumerate(timeline):
        if isinstance(item, Outcome) and item.outcome == COMPLETED:
            return number
        if breaks(item) or isinstance(item, Outcome):
            what = f"it cannot complete: step {item.name!r} always ends it otherwise"
            raise InputError(what, where="/state", fix="Say another state")
    return len(timeline)


def _ended(timeline: Timeline, entry: Entry) -> int:
    """Where a run that was ended early usually stood."""
    state = entry["state"]
    if "turns" in entry:
        return _stop(timeline, entry, INPUT)
    if state == CANCELLED:
        return next((n for n, item in enumerate(timeline) if stop_of(item)), 0)
    outcomes = (
        n
        for n, item in enumerate(timeline)
        if (isinstance(item, Outcome) and item.outcome == state)
        or (state == FAILED and breaks(item))
    )
    found = next(outcomes, None)
    return _first_work(timeline, state) if found is None else found


def breaks(item: Item) -> bool:
    """Whether a step fails for good by its script."""
    if isinstance(item, Do):
        return not course(item)[1]
    coming = next_event((item,), Position())
    return isinstance(item, Parallel) and coming is not None and coming.event == "failed"
