"""What a run does by itself as time passes: one grammar for all vendors, and its pure progress.

A timeline is a tuple of steps. A position says which step a run is at and since when;
`next_event` says what will happen to it and after how long; `after` where that leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Raw, Struct, json, structs

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant, duration

STEPS = 10_000  # steps of one timeline, its repeated groups written out
FOREVER: Duration = 1 << 62


class Failure(Struct, frozen=True):
    """The first `times` attempts of a step fail with this error; None: every attempt."""

    times: int | None = None
    error: Raw = Raw(b'"failed"')


class Retry(Struct, frozen=True):
    """How often and after how long a failed step is tried again."""

    limit: int = 0
    delay: Duration = 0
    backoff: str = "constant"

    def pause(self, attempt: int) -> Duration:
        """The delay after that attempt (counted from 1)."""
        if self.backoff == "exponential":
            return self.delay * int(2 ** min(attempt - 1, 40))
        return self.delay * attempt if self.backoff == "linear" else self.delay


class Do(Struct, frozen=True, tag="do"):
    """Work that takes a while and gives an output."""

    name: str
    takes: Duration = 0
    output: Raw | None = None
    events: tuple[Raw, ...] = ()
    fails: Failure | None = None
    retry: Retry | None = None
    timeout: Duration | None = None
    rollback: Rollback | None = None


class Rollback(Struct, frozen=True):
    """What undoing a step takes, and whether that fails."""

    takes: Duration = 0
    fails: bool = False


class Sleep(Struct, frozen=True, tag="sleep"):
    """Time that passes without work."""

    name: str
    lasts: Duration


class Wait(Struct, frozen=True, tag="wait"):
    """A stop until somebody outside goes on, or until the timeout."""

    name: str
    event: str = ""
    timeout: Duration | None = None


class Parallel(Struct, frozen=True, tag="parallel"):
    """Steps side by side; it lasts as long as the longest."""

    steps: tuple[Do, ...]
    name: str = "parallel"


class Respond(Struct, frozen=True, tag="reply"):
    """What the run answers its caller with, and the HTTP status of that."""

    reply: Raw
    status: int = 200
    name: str = "reply"


class Outcome(Struct, frozen=True, tag="outcome"):
    """How the run ends here; without one it ends well."""

    outcome: str
    error: Raw | None = None
    name: str = "outcome"


Item = Do | Sleep | Wait | Parallel | Respond | Outcome
Timeline = tuple[Item, ...]


class Position(Struct, frozen=True):
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
    item = current(timeline, position)
    match item:
        case Do():
            return _work(item, position)
        case Sleep():
            return Next(item.lasts, "woke")
        case Wait():
            return None if item.timeout is None else Next(item.timeout, "timeout")
        case Parallel():
            return Next(max((step.takes for step in item.steps), default=0), "done")
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


def fails(item: Do, attempt: int) -> bool:
    """Whether that attempt of the step fails by its script."""
    return item.fails is not None and (item.fails.times is None or attempt <= item.fails.times)


def retries(item: Do, attempt: int) -> bool:
    """Whether another attempt follows when that one failed."""
    return item.retry is not None and attempt <= item.retry.limit


def after(timeline: Timeline, position: Position, event: str, at: Instant) -> Position | None:
    """Where that event leads; None: the step failed for good, and the run with it."""
    item = current(timeline, position)
    if event in ("failed", "timeout") and isinstance(item, Do):
        if not retries(item, position.attempt):
            return None
        return structs.replace(position, resting=True, since=at)
    if event == "timeout":
        return None
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
    timeline = tuple(_parse_all(items, where, ""))
    if len(timeline) > STEPS:
        raise InputError(f"{len(timeline)} steps, at most {STEPS}", where=where)
    return timeline


def _parse_all(items: Sequence[Mapping[str, Any]], where: str, prefix: str) -> Iterable[Item]:
    for number, item in enumerate(items):
        place = f"{where}/{number}"
        if "group" in item:
            times = int(item.get("times", 1))
            if times * len(item["group"]) > STEPS:
                raise InputError(f"a group of more than {STEPS} steps", where=place)
            for _ in range(times):
                yield from _parse_all(item["group"], f"{place}/group", prefix)
        else:
            yield _item(item, place)


def _item(item: Mapping[str, Any], where: str) -> Item:
    if "do" in item:
        return _do(item, where)
    if "sleep" in item:
        return Sleep(str(item.get("name", "sleep")), duration(item["sleep"]))
    if "wait" in item:
        name = str(item["wait"])
        timeout = None if item.get("timeout") is None else duration(item["timeout"])
        return Wait(name, str(item.get("event", name)), timeout)
    if "parallel" in item:
        steps = tuple(_parse_all(item["parallel"], f"{where}/parallel", ""))
        if any(not isinstance(step, Do) for step in steps):
            raise InputError("only `do` steps run in parallel", where=where)
        return Parallel(tuple(step for step in steps if isinstance(step, Do)))
    if "reply" in item:
        return Respond(Raw(json.encode(item["reply"])), int(item.get("status", 200)))
    return Outcome(str(item["outcome"]), _raw(item.get("error")))


def _do(item: Mapping[str, Any], where: str) -> Do:
    fails_, retry, rollback = item.get("fails"), item.get("retry"), item.get("rollback")
    return Do(
        name=str(item["do"]),
        takes=duration(item.get("takes", 0)),
        output=_raw(item["output"]) if "output" in item else None,
        events=tuple(Raw(json.encode(event)) for event in item.get("events", ())),
        fails=None
        if fails_ is None
        else Failure(fails_.get("times"), Raw(json.encode(fails_.get("error", "failed")))),
        retry=None
        if retry is None
        else Retry(
            int(retry.get("limit", 0)),
            duration(retry.get("delay", 0)),
            str(retry.get("backoff", "constant")),
        ),
        timeout=None if item.get("timeout") is None else duration(item["timeout"]),
        rollback=None
        if rollback is None
        else Rollback(duration(rollback.get("takes", 0)), bool(rollback.get("fails", False))),
    )


def _raw(value: object) -> Raw | None:
    return None if value is None else Raw(json.encode(value))
