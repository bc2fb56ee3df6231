"""How instances end from outside or by a rollback, one by one and in jobs that end many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Raw, json, structs

from understudy.simulation.clock import Duration, Instant
from understudy.simulation.due_events import Due
from understudy.simulation.world import World
from understudy.vendors.cloudflare.lifecycle.progress import Fields, Move, ended
from understudy.vendors.cloudflare.lifecycle.queue import move, version_of
from understudy.vendors.cloudflare.lifecycle.rollback import (
    begun,
    closed,
    entry_of,
    rollback_of,
    undoable,
    undoing_takes,
)
from understudy.vendors.cloudflare.lifecycle.step_log import Log, entered, termination
from understudy.vendors.cloudflare.lifecycle.transitions import LIVE
from understudy.vendors.cloudflare.records import ERRORED, TERMINATED, Instance, Job, Version


def terminated(version: Version, instance: Instance, at: Instant, *, rollback: bool) -> Move:
    """It is over at once, or rolled back first where its steps say how."""
    undoing = undoable(version.timeline, instance.log) if rollback else ()
    if undoing:
        return Move("roll back", begun(version, undoing, instance.log, at))
    return Move("terminate", _over(version, TERMINATED, instance.log, at, None))


def undone(version: Version, instance: Instance, at: Instant) -> Move:
    """The undoing of a step is over: on to the one before, or that was all."""
    present, *left = instance.undoing or (-1,)
    broken = rollback_of(version.timeline, instance.log, present).fails
    log = closed(instance.log, at, broken=broken)
    if left and not broken:
        return Move("undo", begun(version, tuple(left), log, at))
    error = log[-1].error if broken else None
    outcome = {"outcome": "failed" if broken else "complete", "error": error}
    rollback, state = Raw(json.encode(outcome)), TERMINATED if instance.error is None else ERRORED
    return Move("undone", _over(version, state, log, at, rollback, instance.error))


def _over(
    version: Version,
    state: str,
    log: Log,
    at: Instant,
    rollback: Raw | None,
    error: Raw | None = None,
) -> Fields:
    if state == TERMINATED:
        log = (*log, termination(version.timeline, at))
    return {
        "state": state,
        "modified": at,
        "log": log,
        "rollback": rollback,
        **ended(version, state, at, error),
    }


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
        started = (*log, entry_of(log[left[0]], at))
        at += rollback_of(timeline, log, left[0]).takes
        log, left = closed(started, at, broken=False), left[1:]
    return structs.replace(instance, **begun(version, left, log, since))


TAKES: Duration = 2_000  # from the call until the instances are terminated


def due_of_job(job: Job) -> Sequence[Due]:
    """When it comes to its work."""
    return (Due("terminate", job.created + TAKES),)


def strike_job(world: World, job: Job, due: Due) -> None:
    """It terminates what is meant and not over by now, and is done."""
    world.remove("jobs", job.id, due.at)
    for key in [each.id for each in _meant(world, job)]:
        found: Instance | None = world["instances"].get(key)
        if found is not None and found.state in LIVE:
            how = terminated(version_of(world, found), found, due.at, rollback=False)
            move(world, found, how, due.at)


def _meant(world: World, job: Job) -> Iterator[Instance]:
    instances = world["instances"]
    if job.instances is None:
        for status in (job.status,) if job.status else LIVE:
            yield from instances.walk(job.told_by, (job.id, status))
    else:
        yield from filter(None, map(instances.get, job.instances))
