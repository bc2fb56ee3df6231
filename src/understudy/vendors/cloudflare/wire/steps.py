"""An instance's log as it is told: steps, undoings, sleeps, waits, a termination."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Raw, json

from understudy.simulation.clock import LAST, Instant, iso
from understudy.simulation.timeline import fails
from understudy.simulation.timeline_items import Do, Item, Parallel, Sleep, Wait
from understudy.vendors.cloudflare.lifecycle.step_log import error_of, play
from understudy.vendors.cloudflare.records import (
    COMPLETE,
    ERRORED,
    RUNNING,
    STEP,
    TERMINATION,
    WAITING,
    Facet,
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

REDACTED = "[REDACTED]"
SHOWN = 1_024  # characters of an output that a log shows


def items(version: Version, instance: Instance, now: Instant) -> list[Any]:
    """Every entry of the log, the oldest first."""
    return [item(version, instance, present(version, instance, each, now)) for each in instance.log]


def present(version: Version, instance: Instance, entry: LogEntry, now: Instant) -> LogEntry:
    """The entry as far as it has come: parallel steps go on without the instance moving."""
    if entry.end is not None or entry.kind != STEP or instance.ended is not None:
        return entry
    several = version.timeline[entry.step]
    if not isinstance(several, Parallel):
        return entry
    return play(several.steps[entry.part], entry, now)


def item(version: Version, instance: Instance, entry: LogEntry) -> Any:
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
                _due(instance, entry, work.lasts),
                entry.end is not None,
                entry.error,
            )
        case Wait():
            return WaitItem(
                facet.label,
                "waitForEvent",
                iso(entry.start),
                _due(instance, entry, work.timeout or 0),
                entry.end is not None,
                entry.error,
                UNSET if entry.output is None else _shown(bytes(entry.output).decode()),
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
                None if output is None else _output_text(facet, output),
                entry.ok,
            )


def _output_text(facet: Facet, output: Raw) -> str:
    """An output as logs show it: nothing of a sensitive one, of a long one the beginning."""
    if facet.sensitive:
        return REDACTED
    return _shown(bytes_of(output).decode() if facet.stream else bytes(output).decode())


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}[truncated output]"


def bytes_of(output: Raw) -> bytes:
    """What a stream gives: a text as it is, anything else as JSON."""
    value = json.decode(output)
    return value.encode() if isinstance(value, str) else bytes(output)


def work_of(version: Version, entry: LogEntry) -> Item:
    """The step an entry is about."""
    found = version.timeline[entry.step]
    return found.steps[entry.part] if isinstance(found, Parallel) else found


def _due(instance: Instance, entry: LogEntry, length: int) -> str:
    """When it ended, or will by itself: an open one has an end, too; a pause puts it off."""
    if entry.end is not None:
        return iso(entry.end)
    here = instance.position
    since = here.since if here.step == entry.step else entry.start
    return iso(min(since + length, LAST))


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
        return StepResult(_status(entry, WAITING), entry.error, entry.output, work.event)
    made = len(entry.attempts)
    if attempt is not None and attempt > made:
        return None
    # The last attempt of a step that rests is over; it failed like those before it.
    failed = made if entry.ok is None and made and entry.attempts[-1][1] is not None else made - 1
    if attempt is not None and attempt <= failed:
        return StepResult(ERRORED, attempt_error(work, entry, attempt), None)
    if entry.ok is None:
        error = attempt_error(work, entry, failed) if failed > 0 else None
        return StepResult(RUNNING, error if attempt is None else None, None)
    output = _output(work, entry)
    facet = version.facets[entry.step][entry.part]
    if output is not None and facet.sensitive:
        output = Raw(json.encode(REDACTED))
    return StepResult(_status(entry, RUNNING), entry.error, output)


def streamed(version: Version, entry: LogEntry, attempt: int | None) -> bytes | None:
    """What a step gave as a stream, if it is done, and if that was this attempt."""
    facet = version.facets[entry.step][entry.part]
    output = _output(work_of(version, entry), entry)
    if output is None or not facet.stream or facet.sensitive:
        return None
    return bytes_of(output) if attempt in (None, len(entry.attempts)) else None


def _status(entry: LogEntry, otherwise: str) -> str:
    if entry.ok is None:
        return otherwise
    return COMPLETE if entry.ok else ERRORED


def labels(version: Version, instance: Instance) -> dict[str, str]:
    """The names of all steps in a log, each with its kind."""
    steps = (entry for entry in instance.log if entry.kind == STEP)
    return {
        version.facets[each.step][each.part].label: (
            "waitForEvent" if isinstance(work_of(version, each), Wait) else "step"
        )
        for each in steps
        if isinstance(work_of(version, each), Wait | Do)
    }


def found(version: Version, instance: Instance, name: str, kind: str) -> LogEntry | None:
    """The entry of that label and kind (`step` or `waitForEvent`)."""
    wanted = Wait if kind == "waitForEvent" else Do
    for entry in instance.log:
        known = entry.kind == STEP and isinstance(work_of(version, entry), wanted)
        if known and version.facets[entry.step][entry.part].label == name:
            return entry
    return None
