"""How what the steps of an instance did is undone, the last one first: pure."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from understudy.simulation.clock import LAST, Duration, Instant
from understudy.simulation.timeline_items import Do, Item, Parallel, Rollback, Timeline
from understudy.vendors.cloudflare.lifecycle.step_log import Log, fault
from understudy.vendors.cloudflare.records import ROLLBACK, ROLLING_BACK, STEP, LogEntry, Version

NOTHING = Rollback()


def undoable(timeline: Timeline, log: Log) -> tuple[int, ...]:
    """The entries of a log that can be undone, the last step first.

    A step that failed may have done something by then, so it is undone like one that ended well.
    """
    return tuple(
        number
        for number in reversed(range(len(log)))
        if log[number].kind == STEP
        and log[number].ok is not None
        and _work(timeline[log[number].step], log[number].part).rollback is not None
    )


def _work(item: Item, part: int) -> Do:
    step = item.steps[part] if isinstance(item, Parallel) else item
    return step if isinstance(step, Do) else Do("")


def rollback_of(timeline: Timeline, log: Log, number: int) -> Rollback:
    """How an entry of a log is undone."""
    if number < 0:
        return NOTHING
    entry = log[number]
    return _work(timeline[entry.step], entry.part).rollback or NOTHING


def begun(version: Version, undoing: tuple[int, ...], log: Log, at: Instant) -> dict[str, Any]:
    """The fields of an instance that begins to undo a step."""
    entry = log[undoing[0]]
    due = at + rollback_of(version.timeline, log, undoing[0]).takes
    return {
        "state": ROLLING_BACK,
        "modified": at,
        "log": (*log, entry_of(entry, at)),
        "undoing": undoing,
        "next_at": due if due <= LAST else None,
        "next_event": "undone",
        "blocked": "",
    }


def entry_of(entry: LogEntry, at: Instant) -> LogEntry:
    """What the log says of the undoing of one of its entries."""
    return LogEntry(entry.step, at, attempts=((at, None),), part=entry.part, kind=ROLLBACK)


def closed(log: Log, at: Instant, *, broken: bool) -> Log:
    """The log with the undoing ended that it ends with."""
    last = log[-1] if log else None
    if last is None or last.kind != ROLLBACK:
        return log
    error = fault("Error", "rollback failed") if broken else None
    ended = structs.replace(last, end=at, ok=not broken, error=error, attempts=((last.start, at),))
    return (*log[:-1], ended)


def undoing_takes(timeline: Timeline, undone: int, reach: int) -> Duration:
    """How long it takes to undo the steps behind one, up to where an instance came."""
    works = [
        _work(item, part)
        for item in timeline[undone + 1 : reach]
        for part in range(len(item.steps) if isinstance(item, Parallel) else 1)
    ]
    return sum(work.rollback.takes for work in works if work.rollback is not None)
