"""Where on its timeline a declared execution stands, and the steps it has behind it."""

from __future__ import annotations

from msgspec import Raw

from understudy.errors import InputError
from understudy.simulation.clock import Instant
from understudy.simulation.timeline import Position, course, lasts, next_event, position_of
from understudy.simulation.timeline_items import Do, Item, Outcome, Parallel, Sleep, Timeline, Wait
from understudy.vendors.looply.lifecycle.progress import output_of
from understudy.vendors.looply.records import (
    AWAITING_RESPONSE,
    COMPLETED,
    FAILED,
    IN_PROGRESS,
    LIVE,
    PASSAGES,
    TERMINATED,
    Passage,
)
from understudy.vendors.population import Entry

DeclaredPosition = tuple[str, int]


def declared_position(timeline: Timeline, entry: Entry) -> DeclaredPosition:
    """The state of an entry and the number of its step; InputError where they cannot be."""
    named = _named_step(timeline, entry)
    state = entry.get("state") or _state_at(timeline, named)
    if state == COMPLETED:
        return state, _completed(timeline, named)
    if not timeline:
        fix = "Give the workflow `steps`"
        raise InputError(
            f"{state} needs a step, and its timeline has none", where="/state", fix=fix
        )
    step = named if named is not None else _usual_step(timeline, state, "resumed" in entry)
    _possible(timeline, state, step, "/state" if named is None else "/step")
    return state, step


def _named_step(timeline: Timeline, entry: Entry) -> int | None:
    if "step" not in entry:
        return None
    try:
        return position_of(timeline, entry["step"], since=0).step
    except InputError as error:
        raise error.at("/step") from None


def _state_at(timeline: Timeline, named: int | None) -> str:
    waits = named is not None and isinstance(timeline[named], Wait)
    return AWAITING_RESPONSE if waits else IN_PROGRESS


def _completed(timeline: Timeline, named: int | None) -> int:
    """The step a completed execution ended at: behind the last, unless an outcome says so."""
    if named is not None:
        raise InputError("a completed execution is at no step", where="/step")
    for number, item in enumerate(timeline):
        if isinstance(item, Outcome) and item.outcome == COMPLETED:
            return number
        if _breaks(item) or isinstance(item, Outcome):
            what = f"it cannot complete: step {item.name!r} always ends it otherwise"
            raise InputError(what, where="/state", fix="Say FAILED or TERMINATED")
    return len(timeline)


def _usual_step(timeline: Timeline, state: str, resumed: bool) -> int:
    """Where an execution of that state usually stands."""
    wait = next((n for n, item in enumerate(timeline) if isinstance(item, Wait)), None)
    if state == AWAITING_RESPONSE:
        if wait is None:
            fix = "Give it a step `{wait: NAME}`, or say another state"
            raise InputError("its workflow never waits", where="/state", fix=fix)
        return wait
    if resumed:
        if wait is None or wait + 1 >= len(timeline):
            raise InputError("its workflow has no step behind a wait", where="/resumed")
        return wait + 1
    if state == FAILED:
        return next((n for n, item in enumerate(timeline) if _can_fail(item)), 0)
    if state == TERMINATED:
        ends = (n for n, item in enumerate(timeline) if isinstance(item, Wait | Outcome))
        return next(ends, 0)
    return 0


def _possible(timeline: Timeline, state: str, step: int, where: str) -> None:
    item = timeline[step]
    if state == AWAITING_RESPONSE and not isinstance(item, Wait):
        fix = "Choose a wait step, or say IN_PROGRESS"
        raise InputError(f"step {item.name!r} does not wait", where=where, fix=fix)
    if state == IN_PROGRESS and not isinstance(item, Do | Sleep | Parallel):
        fix = "Say AWAITING_RESPONSE, or let `step` name one that takes time"
        raise InputError(f"nothing is in progress at step {item.name!r}", where=where, fix=fix)


def _breaks(item: Item) -> bool:
    """Whether a step fails for good by its script."""
    if isinstance(item, Do):
        return not course(item)[1]
    coming = next_event((item,), Position())
    return isinstance(item, Parallel) and coming is not None and coming.event == "failed"


def _can_fail(item: Item) -> bool:
    timed = isinstance(item, Wait) and item.timeout is not None
    return _breaks(item) or timed or (isinstance(item, Outcome) and item.outcome == FAILED)


def last_wait(timeline: Timeline, step: int) -> int | None:
    """The number of the last wait before a step."""
    waits = (n for n in reversed(range(step)) if isinstance(timeline[n], Wait))
    return next(waits, None)


def passages(
    timeline: Timeline,
    step: int,
    created: Instant,
    resumed: Instant | None,
    since: Instant,
    state: str,
    payload: Raw,
) -> tuple[Passage, ...]:
    """Its time at each step: up to the last wait until it was resumed, from there until now."""
    wait = last_wait(timeline, step)
    behind = 0 if wait is None or resumed is None else wait + 1
    first = _stretch(timeline[:behind], created, resumed if behind else created, payload)
    turned = resumed if behind and resumed is not None else created
    if state == COMPLETED:
        return _kept((*first, *_stretch(timeline[behind:step], turned, since, payload)))
    length = sum(lasts(item) for item in timeline[behind:step])
    here = since if state in LIVE else min(turned + length, since)
    current = Passage(
        timeline[step].name,
        state,
        here,
        None if state in LIVE else since,
        input=payload,
    )
    return _kept((*first, *_stretch(timeline[behind:step], turned, here, payload), current))


def _stretch(
    items: Timeline, begin: Instant, end: Instant | None, payload: Raw
) -> tuple[Passage, ...]:
    """Passages through these steps one after the other; the last takes what time is left."""
    until = begin if end is None else end
    made, at = [], begin
    for number, item in enumerate(items):
        left = until if number == len(items) - 1 else min(at + lasts(item), until)
        made.append(Passage(item.name, COMPLETED, at, left, input=payload, output=output_of(item)))
        at = left
    return tuple(made)


def _kept(made: tuple[Passage, ...]) -> tuple[Passage, ...]:
    return made[-PASSAGES:]
