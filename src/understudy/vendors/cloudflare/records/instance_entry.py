"""An instance as a world file declares it: somewhere on its timeline, with a past to match."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, json, structs

from understudy.errors import InputError
from understudy.simulation.clock import Instant, spoken
from understudy.simulation.timeline import Position, current
from understudy.simulation.timeline_items import Do, Item, Wait
from understudy.simulation.world import World
from understudy.vendors.cloudflare.lifecycle.instances import NewInstance, begin
from understudy.vendors.cloudflare.lifecycle.progress import ahead, ended
from understudy.vendors.cloudflare.lifecycle.step_log import entered, failed, play, termination
from understudy.vendors.cloudflare.lifecycle.termination import resumed_undoing
from understudy.vendors.cloudflare.records import (
    API,
    BY_WORKFLOW,
    COMPLETE,
    ERRORED,
    OVER,
    PAUSED,
    QUEUED,
    ROLLING_BACK,
    TERMINATED,
    WAITING,
    Instance,
    LogEntry,
    Version,
    Workflow,
)
from understudy.vendors.cloudflare.records.entry_values import error, free, retention
from understudy.vendors.cloudflare.records.instance_history import Past, ended_at, kept_events, sent
from understudy.vendors.population import Entry, by_now

FAR = 1 << 60  # beyond any script


def declared(
    world: World, workflow: Workflow, version: Version, entry: Entry, start: Instant
) -> Instance:
    """The instance of an entry; InputError with the pointer of what cannot be."""
    schedule = entry.get("schedule")
    said = NewInstance(
        instance_id=entry.get("id", ""),
        params=free(entry, "params"),
        retention=retention(entry, "retention"),
        trigger=entry.get("trigger", API),
        schedule=None if schedule is None else (schedule["cron"], schedule["scheduledTime"]),
        name=entry.get("name", ""),
    )
    created = by_now(entry, "created", start, start)
    begun = begin(world, workflow, version, created, said)
    if not entry.keys() & {"state", "step", "since", "attempt"}:
        return structs.replace(begun, inbox=kept_events(sent(entry, start)))
    past = Past.of(version, entry, start)
    made = structs.replace(
        begun,
        state=past.state,
        created=past.created,
        queued=past.created,
        started=past.started,
        modified=past.since,
        inbox=past.inbox,
        log=past.log,
        position=Position(past.step, since=past.since),
        next_at=None,
        next_event="",
        blocked="",
        arrival=0,
    )
    if past.state == QUEUED:
        arrival = world.identifiers.ordinal("arrival")
        return _queued(made, past, arrival)
    if past.state in OVER:
        return _over(version, made, past, entry)
    if past.state == ROLLING_BACK:
        return resumed_undoing(version, made, past.named, past.reached, past.since)
    return _going(version, made, past, entry, start)


def _queued(made: Instance, past: Past, arrival: int) -> Instance:
    """Behind all others, until everybody is there and it is seen who may start."""
    started = past.started if past.step else None
    return structs.replace(made, started=started, blocked=BY_WORKFLOW, arrival=arrival)


def _going(version: Version, made: Instance, past: Past, entry: Entry, start: Instant) -> Instance:
    item = current(version.timeline, made.position)
    tried = isinstance(item, Do) and (past.state == WAITING or "attempt" in entry)
    if past.state == PAUSED and isinstance(item, Do | None) and not tried:
        return made
    resting = tried and past.state in (WAITING, PAUSED)
    since = past.since if isinstance(item, Do) else past.reached
    position = Position(past.step, past.attempt, resting, since)
    log = entered(version.timeline, past.step, past.reached)
    if isinstance(item, Do):
        log = (_tried(item, log[0], past, resting),)
    made = structs.replace(made, position=position, log=(*past.log, *log))
    if past.state == PAUSED:
        return made
    next_at, event = ahead(version.timeline, position)
    if next_at is not None and next_at <= start:
        raise _past_its_end(item, next_at - since, entry)
    return structs.replace(made, next_at=next_at, next_event=event)


def _past_its_end(item: Item | None, length: int, entry: Entry) -> InputError:
    name = "" if item is None else item.name
    return InputError(
        f"step {name!r} is over after {spoken(length)}, which was before the session's start",
        where="/since" if "since" in entry else "/state",
        fix="Say a later `since`, or the state it is in by then",
    )


def _tried(item: Do, entry: LogEntry, past: Past, resting: bool) -> LogEntry:
    """The entry of the step it is at, with the attempts so far."""
    played = play(item, entry, past.since)
    if resting and played.ok is not None:
        what = f"attempt {past.attempt} of {item.name!r} is its last, or does not fail"
        raise InputError(what, where="/attempt", fix="Give the step `fails` and `retry`")
    attempts = played.attempts[: past.attempt]
    if not resting:
        attempts = (*attempts[: past.attempt - 1], (past.since, None))
    return structs.replace(entry, attempts=attempts)


def _over(version: Version, made: Instance, past: Past, entry: Entry) -> Instance:
    log, why = past.log, None
    if "error" in entry and past.state != ERRORED:
        fix = f"Say {ERRORED}, or leave `error` out"
        raise InputError(f"an instance {past.state} has no error", where="/error", fix=fix)
    if past.state != COMPLETE and past.step < len(version.timeline):
        log = (*log, *entered(version.timeline, past.step, past.reached))
    if past.state == ERRORED:
        log = _broken(version, (*log,), past, entry)
        why = log[-1].error
    if past.state == TERMINATED:
        log = (*log, termination(version.timeline, past.since))
    fields: dict[str, Any] = ended(version, past.state, past.since, why)
    if "output" in entry:
        fields["output"] = free(entry, "output")
    if "rollback" in entry:
        said = entry["rollback"]
        told = None if said.get("error") is None else error(said["error"])
        fields["rollback"] = Raw(json.encode({"outcome": said["outcome"], "error": told}))
    return structs.replace(made, log=log, **fields)


def _broken(
    version: Version, log: tuple[LogEntry, ...], past: Past, entry: Entry
) -> tuple[LogEntry, ...]:
    """The log whose last step failed for good, with the error that is said."""
    item = current(version.timeline, Position(past.step))
    if isinstance(item, Do):
        log = ended_at((*log[:-1], play(item, log[-1], FAR)), past.since)
    else:
        log = failed(version.timeline, log, past.since, "timeout" if isinstance(item, Wait) else "")
    if "error" in entry:
        log = (*log[:-1], structs.replace(log[-1], error=error(entry["error"])))
    return log
