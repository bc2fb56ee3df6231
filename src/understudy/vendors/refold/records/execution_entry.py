"""An execution as a world file declares it: somewhere on its timeline, with times that fit."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, json, structs

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant, spoken
from understudy.simulation.timeline import Position, course, current, next_event, position_of
from understudy.simulation.timeline_items import (
    Do,
    Item,
    Outcome,
    Parallel,
    Respond,
    Sleep,
    Timeline,
    Wait,
)
from understudy.vendors.population import Entry, by_now, free
from understudy.vendors.refold.lifecycle.progress import error_of, standing, tried
from understudy.vendors.refold.records import (
    COMPLETED,
    ERRORED,
    LIVE,
    OVER,
    RUNNING,
    STOPPING,
    TIMED_OUT,
    Execution,
)


def placed(timeline: Timeline, begun: Execution, entry: Entry, start: Instant) -> Execution:
    """The execution where its entry says it is; InputError with the pointer of what cannot be."""
    state = entry.get("state", RUNNING)
    step = _step(timeline, entry, state)
    position = Position(step)
    item = current(timeline, position)
    since = by_now(entry, "since", start, start)
    length = sum(_lasts(each) for each in timeline[:step])
    if state in OVER and item is not None:
        length += _lasts(item)
    created = by_now(entry, "created", start, since - length)
    if created > since:
        raise InputError("it began after that", where="/since", fix="Let `created` be earlier")
    attempt = tried(item) if state == ERRORED and isinstance(item, Do) else 1
    position = structs.replace(position, attempt=attempt, since=since)
    next_at, next_event_kind = standing(timeline, position, state, since)
    _in_time(item, state, since, next_at, start, entry)
    reply = _reply(timeline[:step])
    return structs.replace(
        begun,
        state=state,
        created=created,
        modified=since,
        position=position,
        next_at=next_at,
        next_event=next_event_kind,
        response=free(entry, "response", reply.reply) if reply else _response(entry),
        status_code=reply.status if reply else 200,
        error=_error(item, state, entry),
    )


def _step(timeline: Timeline, entry: Entry, state: str) -> int:
    """The number of the step an execution of that state stands at."""
    if state == COMPLETED:
        if "step" in entry:
            raise InputError("a completed execution is at no node", where="/step")
        ends = (n for n, item in enumerate(timeline) if isinstance(item, Outcome))
        return next(ends, len(timeline))
    if "step" in entry:
        try:
            return position_of(timeline, entry["step"], since=0).step
        except InputError as error:
            raise error.at("/step") from None
    usual = {ERRORED: _fails, TIMED_OUT: _waits}.get(state, _works)
    return next((n for n, item in enumerate(timeline) if usual(item)), 0)


def _fails(item: Item) -> bool:
    if isinstance(item, Do):
        return not course(item)[1]
    return isinstance(item, Outcome) and item.outcome == ERRORED


def _waits(item: Item) -> bool:
    return isinstance(item, Wait)


def _works(item: Item) -> bool:
    return isinstance(item, Do | Sleep | Parallel | Wait)


def _in_time(
    item: Item | None,
    state: str,
    since: Instant,
    next_at: Instant | None,
    start: Instant,
    entry: Entry,
) -> None:
    """Refuses what would have gone on before the session began."""
    if state not in LIVE or next_at is None or next_at > start:
        return
    name = "its end" if item is None else item.name
    what = f"{state} at {name!r} is over after {spoken(next_at - since)}"
    raise InputError(
        f"{what}, which was before the session's start",
        where="/since" if "since" in entry else "/state",
        fix="Say a later `since`, or the state it is in by then",
    )


def _lasts(item: Item) -> Duration:
    """How long a step takes if nobody is waited for."""
    if isinstance(item, Do):
        return course(item)[0]
    coming = next_event((item,), Position())
    return 0 if coming is None else coming.delay


def _reply(passed: Timeline) -> Respond | None:
    return next((each for each in reversed(passed) if isinstance(each, Respond)), None)


def _response(entry: Entry) -> Raw | None:
    return free(entry, "response") if "response" in entry else None


def _error(item: Item | None, state: str, entry: Entry) -> Raw | None:
    if state in (RUNNING, COMPLETED):
        if "error" in entry:
            fix = "Say another state, or leave `error` out"
            raise InputError(f"an execution {state} has no error", where="/error", fix=fix)
        return None
    stated: Any = entry.get("error")
    if stated is None:
        return error_of(item, STOPPING if state not in (ERRORED, TIMED_OUT) else state)
    return Raw(json.encode(stated if isinstance(stated, dict) else {"message": str(stated)}))
