"""An instance's log as it is told: steps, undoings, sleeps, waits, a termination."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Raw

from understudy.simulation.clock import LAST, Instant, iso
from understudy.simulation.steps import Do, Item, Parallel, Sleep, Wait
from understudy.simulation.timeline import fails
from understudy.vendors.cloudflare.lifecycle.log import error_of, play
from understudy.vendors.cloudflare.records import (
    COMPLETE,
    ERRORED,
    RUNNING,
    STEP,
    TERMINATION,
    WAITING,
    Instance,
    LogEntry,
    Version,
)
from understudy.vendors.cloudflare.wire.shapes import (
    AttemptItem,
    SleepItem,
    StepItem,
    StepResult,
    WaitItem,
)


def items(version: Version, instance: Instance, now: Instant) -> list[Any]:
    """Every entry of the log, the oldest first."""
    return [item(version, present(version, instance, each, now)) for each in instance.log]


def present(version: Version, instance: Instance, entry: LogEntry, now: Instant) -> LogEntry:
    """The entry as far as it has come: parallel steps go on without the instance moving."""
    if entry.end is not None or entry.kind != STEP or instance.ended is not None:
        return entry
    several = version.timeline[entry.step]
    if not isinstance(several, Parallel):
        return entry
    return play(several.steps[entry.part], entry, now)


def item(version: Version, entry: LogEntry) -> Any:
    """One entry of the log."""
    if entry.kind == TERMINATION:
        return {"type": TERMINATION, "trigger": {"source": "api"}}
    work, facet = work_of(version, entry), version.facets[entry.step][entry.part]
    match work:
        case Sleep():
            return SleepItem(
                facet.label,
                "sleep",
                iso(entry.start),
                _due(entry, work.lasts),
                entry.end is not None,
                entry.error,
            )
        case Wait():
            return WaitItem(
                facet.label,
                "waitForEvent",
                iso(entry.start),
                _due(entry, work.timeout or 0),
                entry.end is not None,
                entry.error,
                UNSET if entry.output is None else bytes(entry.output).decode(),
                work.event,
            )
        case _:
            output = _output(work, entry)
            return StepItem(
                facet.label,
                entry.kind,
                iso(entry.start),
                _instant(entry.end),
                attempts(work, entry),
                facet.config,
                None if output is None else bytes(output).decode(),
                entry.ok,
            )


def work_of(version: Version, entry: LogEntry) -> Item:
    """The step an entry is about."""
    found = version.timeline[entry.step]
    return found.steps[entry.part] if isinstance(found, Parallel) else found


def _due(entry: LogEntry, length: int) -> str:
    """When it ended, or will by itself: an open one has an end, too."""
    return iso(min(entry.start + length, LAST) if entry.end is None else entry.end)


def _instant(at: Instant | None) -> str | None:
    return None if at is None else iso(at)


def _output(work: Item, entry: LogEntry) -> Raw | None:
    done = entry.ok and entry.kind == STEP and isinstance(work, Do)
    return work.output if done and isinstance(work, Do) else None


def attempts(work: Item, entry: LogEntry) -> list[AttemptItem]:
    """Every attempt; all that ended failed, but for the last of a step that ended well."""
    told = []
    for number, (start, end) in enumerate(entry.attempts, 1):
        well = None if end is None else bool(entry.ok) and number == len(entry.attempts)
        error = attempt_error(work, entry, number) if well is False else None
        told.append(AttemptItem(iso(start), _instant(end), well, error))
    return told


def attempt_error(work: Item, entry: LogEntry, number: int) -> Raw | None:
    """Why an attempt failed."""
    if entry.error is not None and number == len(entry.attempts):
        return entry.error
    return error_of(work, "failed" if isinstance(work, Do) and fails(work, number) else "timeout")


def result(version: Version, entry: LogEntry, attempt: int | None) -> StepResult | None:
    """How a step stands, or one attempt of it; None: there is no such attempt."""
    work = work_of(version, entry)
    if isinstance(work, Wait):
        if attempt is not None:
            return None
        return StepResult(_status(entry, WAITING), entry.error, _given(entry), work.event)
    if attempt is not None and attempt < len(entry.attempts):
        error = attempt_error(work, entry, attempt)
        return StepResult(ERRORED, error)
    if attempt is not None and attempt > len(entry.attempts):
        return None
    if attempt is not None and entry.ok is None and entry.attempts[-1][1] is not None:
        return StepResult(ERRORED, attempt_error(work, entry, attempt))
    resting = bool(entry.attempts) and entry.attempts[-1][1] is not None
    status = _status(entry, WAITING if resting else RUNNING)
    output = _output(work, entry) if entry.ok else UNSET
    return StepResult(status, entry.error, output)


def _status(entry: LogEntry, otherwise: str) -> str:
    if entry.ok is None:
        return otherwise
    return COMPLETE if entry.ok else ERRORED


def _given(entry: LogEntry) -> Any:
    return UNSET if entry.output is None else entry.output


def found(version: Version, instance: Instance, name: str, kind: str) -> LogEntry | None:
    """The entry of that label and kind (`step` or `waitForEvent`)."""
    wanted = Wait if kind == "waitForEvent" else Do
    for entry in instance.log:
        known = entry.kind == STEP and isinstance(work_of(version, entry), wanted)
        if known and version.facets[entry.step][entry.part].label == name:
            return entry
    return None
