"""How an instance is terminated, and what its steps did is undone first: pure."""

from __future__ import annotations

from msgspec import Raw, json, structs

from understudy.simulation.clock import LAST, Duration, Instant
from understudy.simulation.steps import Do, Item, Parallel, Rollback, Timeline
from understudy.vendors.cloudflare.lifecycle.log import Log, entered, fault, termination
from understudy.vendors.cloudflare.lifecycle.progress import Fields, Move, ended
from understudy.vendors.cloudflare.records import (
    ROLLBACK,
    ROLLING_BACK,
    STEP,
    TERMINATED,
    Instance,
    LogEntry,
    Version,
)

NOTHING = Rollback()


def terminated(version: Version, instance: Instance, at: Instant, *, rollback: bool) -> Move:
    """It is over at once, or rolled back first where its steps say how."""
    undoing = undoable(version.timeline, instance.log) if rollback else ()
    if undoing:
        return Move("roll back", _begun(version, undoing, instance.log, at))
    return Move("terminate", _over(version, instance.log, at, None))


def undone(version: Version, instance: Instance, at: Instant) -> Move:
    """The undoing of a step is over: on to the one before, or that was all."""
    present, *left = instance.undoing or (-1,)
    broken = _rollback(version.timeline, instance.log, present).fails
    log = _closed(instance.log, at, broken=broken)
    if left and not broken:
        return Move("undo", _begun(version, tuple(left), log, at))
    error = log[-1].error if broken else None
    outcome = {"outcome": "failed" if broken else "complete", "error": error}
    return Move("undone", _over(version, log, at, Raw(json.encode(outcome))))


def undoable(timeline: Timeline, log: Log) -> tuple[int, ...]:
    """The entries of a log that can be undone, the last step first."""
    return tuple(
        number
        for number in reversed(range(len(log)))
        if log[number].kind == STEP
        and log[number].ok
        and _work(timeline[log[number].step], log[number].part).rollback is not None
    )


def _work(item: Item, part: int) -> Do:
    step = item.steps[part] if isinstance(item, Parallel) else item
    return step if isinstance(step, Do) else Do("")


def _rollback(timeline: Timeline, log: Log, number: int) -> Rollback:
    if number < 0:
        return NOTHING
    entry = log[number]
    return _work(timeline[entry.step], entry.part).rollback or NOTHING


def _closed(log: Log, at: Instant, *, broken: bool) -> Log:
    """The log with the undoing ended that it ends with."""
    last = log[-1] if log else None
    if last is None or last.kind != ROLLBACK:
        return log
    error = fault("Error", "rollback failed") if broken else None
    ended = structs.replace(last, end=at, ok=not broken, error=error, attempts=((last.start, at),))
    return (*log[:-1], ended)


def _begun(version: Version, undoing: tuple[int, ...], log: Log, at: Instant) -> Fields:
    """The fields of an instance that begins to undo a step."""
    entry = log[undoing[0]]
    due = at + _rollback(version.timeline, log, undoing[0]).takes
    return {
        "state": ROLLING_BACK,
        "modified": at,
        "log": (*log, _undoing(entry, at)),
        "undoing": undoing,
        "next_at": due if due <= LAST else None,
        "next_event": "undone",
        "blocked": "",
    }


def _undoing(entry: LogEntry, at: Instant) -> LogEntry:
    return LogEntry(entry.step, at, attempts=((at, None),), part=entry.part, kind=ROLLBACK)


def _over(version: Version, log: Log, at: Instant, rollback: Raw | None) -> Fields:
    return {
        "state": TERMINATED,
        "modified": at,
        "log": (*log, termination(version.timeline, at)),
        "rollback": rollback,
        **ended(version, TERMINATED, at),
    }


def undoing_takes(timeline: Timeline, undone: int, reach: int) -> Duration:
    """How long it takes to undo the steps behind one, up to where an instance came."""
    works = [
        _work(item, part)
        for item in timeline[undone + 1 : reach]
        for part in range(len(item.steps) if isinstance(item, Parallel) else 1)
    ]
    return sum(work.rollback.takes for work in works if work.rollback is not None)


def resumed_undoing(
    version: Version, instance: Instance, undone: int, reached: Instant, since: Instant
) -> Instance:
    """A declared instance that undoes a step since then; those behind it are undone already."""
    timeline, log = version.timeline, instance.log
    if instance.position.step < len(timeline):
        log = (*log, *entered(timeline, instance.position.step, reached))
    left = undoable(timeline, instance.log)
    at = since - undoing_takes(timeline, undone, instance.position.step)
    while log[left[0]].step > undone:
        begun = (*log, _undoing(log[left[0]], at))
        at += _rollback(timeline, log, left[0]).takes
        log, left = _closed(begun, at, broken=False), left[1:]
    return structs.replace(instance, **_begun(version, left, log, since))
