"""What a run does by itself as time passes: one grammar for all vendors, and its pure progress.

A timeline is a tuple of steps. A position says which step a run is at and since when;
`next_event` says what will happen to it and after how long; `after` where that leads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

from msgspec import Raw, Struct, json, structs

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant, duration
from understudy.simulation.timeline_items import (
    FOREVER,
    Do,
    Failure,
    Item,
    Outcome,
    Parallel,
    Respond,
    Retry,
    Rollback,
    Sleep,
    Timeline,
    Wait,
)

__all__ = [
    "FOREVER",
    "STEPS",
    "Do",
    "Failure",
    "Item",
    "Next",
    "Outcome",
    "Parallel",
    "Position",
    "Respond",
    "Retry",
    "Rollback",
    "Sleep",
    "Timeline",
    "Wait",
    "after",
    "coming",
    "course",
    "current",
    "fails",
    "lasts",
    "next_event",
    "parse",
    "position_of",
    "retries",
]

STEPS = 10_000  # steps of one timeline, its repeated groups written out


class Position(Struct, frozen=True, gc=False):
    """Which step a run is at, in which attempt, whether between attempts, and since when."""

    step: int = 0
    attempt: int = 1
    resting: bool = False
    since: Instant = 0


class Next(NamedTuple):
    """What happens by itself: `done`, `failed`, `retry`, `woke`, `timeout`, `over`."""

    delay: Duration
    event: str


def current(timeline: Timeline, position: Position) -> Item | None:
    """The step a run is at; None behind the last."""
    return timeline[position.step] if position.step < len(timeline) else None


def next_event(timeline: Timeline, position: Position) -> Next | None:
    """What happens next to a run at that position if nobody touches it; None: nothing ever."""
    return coming(current(timeline, position), position)


def coming(item: Item | None, position: Position) -> Next | None:
    """What happens next to a run at that step."""
    match item:
        case Do():
            return _work(item, position)
        case Wait():
            return None if item.timeout is None else Next(item.timeout, "timeout")
        case Sleep():
            return Next(item.lasts, "woke")
        case Parallel():
            return _together(item)
        case Respond():
            return Next(0, "done")
        case _:
            return Next(0, "over")


def _work(item: Do, position: Position) -> Next:
    if position.resting:
        retry = item.retry or Retry()
        return Next(retry.pause(position.attempt), "retry")
    if item.timeout is not None and item.timeout < item.takes:
        return Next(item.timeout, "timeout")
    return Next(item.takes, "failed" if fails(item, position.attempt) else "done")


def _together(item: Parallel) -> Next:
    courses = [course(step) for step in item.steps]
    broken = [length for length, well in courses if not well]
    if broken:
        return Next(min(broken), "failed")
    return Next(max((length for length, _ in courses), default=0), "done")


def lasts(item: Item) -> Duration:
    """How long a step takes if nobody is waited for."""
    if isinstance(item, Do):
        return course(item)[0]
    following = None if isinstance(item, Wait) else coming(item, Position())
    return 0 if following is None else following.delay


def course(item: Do) -> tuple[Duration, bool]:
    """How long a step takes with all its attempts, and whether it ends well."""
    slow = item.timeout is not None and item.timeout < item.takes
    once = item.timeout if slow and item.timeout is not None else item.takes
    retry = item.retry or Retry()
    failing = 0 if item.fails is None else item.fails.times
    if not slow and failing != 0 and _final(item, 1):
        return once, False
    well = not slow and failing is not None and failing <= retry.limit
    failed = failing if well and failing is not None else retry.limit
    return min(once * (failed + 1) + retry.pauses(failed), FOREVER), well


def fails(item: Do, attempt: int) -> bool:
    """Whether that attempt of the step fails by its script."""
    return item.fails is not None and (item.fails.times is None or attempt <= item.fails.times)


def retries(item: Do, attempt: int) -> bool:
    """Whether another attempt follows when that one failed."""
    if item.retry is None or attempt > item.retry.limit:
        return False
    return not _final(item, attempt)


def _final(item: Do, attempt: int) -> bool:
    """Whether that attempt fails so that none follows; one that ran out of time may be tried."""
    slow = item.timeout is not None and item.timeout < item.takes
    return not slow and item.fails is not None and item.fails.final and fails(item, attempt)


def after(timeline: Timeline, position: Position, event: str, at: Instant) -> Position | None:
    """Where that event leads; None: the step failed for good, and the run with it."""
    item = current(timeline, position)
    if event in ("failed", "timeout"):
        if not isinstance(item, Do) or not retries(item, position.attempt):
            return None
        return structs.replace(position, resting=True, since=at)
    if event == "retry":
        return Position(position.step, position.attempt + 1, False, at)
    return Position(position.step + 1, since=at)


def position_of(timeline: Timeline, name: str, *, since: Instant) -> Position:
    """The position at the first step of that name; InputError with the names there are."""
    for step, item in enumerate(timeline):
        if item.name == name:
            return Position(step, since=since)
    names = ", ".join(item.name for item in timeline) or "no step at all"
    raise InputError(f"no step {name!r} in this timeline", fix=f"It has {names}")


def parse(items: Sequence[Mapping[str, Any]], where: str = "/steps") -> Timeline:
    """A timeline of what a scenario file says (already valid by the grammar's schema)."""
    timeline = tuple(islice(_parse_all(items, where), STEPS + 1))
    if len(timeline) > STEPS:
        raise InputError(f"more than {STEPS} steps with its groups written out", where=where)
    return timeline


def _parse_all(items: Sequence[Mapping[str, Any]], where: str) -> Iterator[Item]:
    for number, item in enumerate(items):
        place = f"{where}/{number}"
        if "group" in item:
            once = tuple(islice(_parse_all(item["group"], f"{place}/group"), STEPS + 1))
            yield from chain.from_iterable(repeat(once, int(item.get("times", 1))))
        else:
            yield _item(item, place)


def _item(item: Mapping[str, Any], where: str) -> Item:
    if "do" in item:
        return _do(item, where)
    if "sleep" in item:
        return Sleep(str(item.get("name", "sleep")), _length(item, "sleep", where) or 0)
    if "wait" in item:
        name = str(item["wait"])
        return Wait(name, str(item.get("event", name)), _length(item, "timeout", where))
    if "parallel" in item:
        steps = tuple(_parse_all(item["parallel"], f"{where}/parallel"))
        if any(not isinstance(step, Do) for step in steps):
            raise InputError("only `do` steps run in parallel", where=where)
        return Parallel(tuple(step for step in steps if isinstance(step, Do)))
    if "reply" in item:
        return Respond(Raw(json.encode(item["reply"])), int(item.get("status", 200)))
    return Outcome(str(item["outcome"]), _raw(item.get("error")))


def _do(item: Mapping[str, Any], where: str) -> Do:
    return Do(
        name=str(item["do"]),
        takes=_length(item, "takes", where) or 0,
        output=_raw(item.get("output")),
        events=tuple(Raw(json.encode(event)) for event in item.get("events", ())),
        fails=_failure(item.get("fails")),
        retry=_retry(item.get("retry"), f"{where}/retry"),
        timeout=_length(item, "timeout", where),
        rollback=_rollback(item.get("rollback"), f"{where}/rollback"),
    )


def _failure(item: Mapping[str, Any] | None) -> Failure | None:
    if item is None:
        return None
    return Failure(item.get("times"), Raw(json.encode(item.get("error", "failed"))))


def _retry(item: Mapping[str, Any] | None, where: str) -> Retry | None:
    if item is None:
        return None
    return Retry(
        int(item.get("limit", 0)),
        _length(item, "delay", where) or 0,
        str(item.get("backoff", "constant")),
    )


def _rollback(item: Mapping[str, Any] | None, where: str) -> Rollback | None:
    if item is None:
        return None
    return Rollback(_length(item, "takes", where) or 0, bool(item.get("fails", False)))


def _length(item: Mapping[str, Any], key: str, where: str) -> Duration | None:
    """A duration of a step; InputError with the place, also for one that runs backwards."""
    if item.get(key) is None:
        return None
    try:
        length = duration(item[key])
    except InputError as error:
        raise InputError(error.what, where=f"{where}/{key}", fix=error.fix) from None
    if length < 0:
        raise InputError(f"a step cannot last {item[key]}", where=f"{where}/{key}")
    return length


def _raw(value: object) -> Raw | None:
    return None if value is None else Raw(json.encode(value))
