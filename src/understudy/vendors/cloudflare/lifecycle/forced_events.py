"""Events that a rule makes happen to an instance, as those of the vendor or of time itself."""

from __future__ import annotations

from understudy.errors import InputError
from understudy.simulation.clock import Instant
from understudy.simulation.progress import Progress
from understudy.simulation.timeline import Position
from understudy.simulation.world import World
from understudy.vendors.cloudflare.lifecycle.actions import pause_cancelled, paused, restarted
from understudy.vendors.cloudflare.lifecycle.progress import (
    Move,
    Place,
    attempt_failed,
    landed,
    next_attempt,
    start,
    step_over,
)
from understudy.vendors.cloudflare.lifecycle.queue import enqueued, move, resumed, version_of
from understudy.vendors.cloudflare.lifecycle.step_log import error_of, failed, is_begun, left
from understudy.vendors.cloudflare.lifecycle.termination import terminated, undone
from understudy.vendors.cloudflare.lifecycle.transitions import ENDINGS
from understudy.vendors.cloudflare.records import (
    COMPLETE,
    ERRORED,
    RUNNING,
    WAITING,
    WAITING_FOR_PAUSE,
    Instance,
    Version,
)

_ENDS = {event: state for state, event in ENDINGS.items()}


def made_to(world: World, instance: Instance, event: str, at: Instant) -> Instance:
    """The event with all that goes with it; InputError where the instance is not ready for it."""
    version = version_of(world, instance)
    if event == "restart":
        fields = enqueued(world, instance, at) | restarted(at)
        return move(world, instance, Move("restart", fields), at)
    if event == "resume" and instance.state != WAITING_FOR_PAUSE:
        return resumed(world, instance, at)
    return move(world, instance, _move(version, instance, event, at), at)


def works(instance: Instance) -> bool:
    """Whether it goes on by itself: it is busy, sleeps, or rests between two attempts."""
    if instance.state == WAITING:
        return not instance.awaits
    return instance.state in (RUNNING, WAITING_FOR_PAUSE)


def pace(world: World, instance: Instance) -> Progress | None:
    """How the version that an instance runs hastens its work."""
    return version_of(world, instance).progress


def _move(version: Version, instance: Instance, event: str, at: Instant) -> Move:
    match event:
        case "start":
            return start(version, instance, at)
        case "step" | "hold":
            return step_over(version, instance, at)
        case "rest":
            return attempt_failed(version, instance, at, "failed")
        case "retry":
            if not instance.position.resting:
                raise InputError("'retry' cannot happen: no attempt has failed")
            return next_attempt(version, instance, at)
        case "pause":
            return paused(instance, at)
        case "resume":
            return pause_cancelled(at)
        case "terminate" | "roll back":
            return terminated(version, instance, at, rollback=event == "roll back")
        case "undo" | "undone":
            return undone(version, instance, at)
        case _:
            return _end(version, instance, _ENDS[event], at)


def _end(version: Version, instance: Instance, state: str, at: Instant) -> Move:
    """It is over, wherever it stood."""
    timeline, log = version.timeline, instance.log
    position = instance.position
    if is_begun(instance):
        over = failed(timeline, log, at, "failed") if state == ERRORED else left(timeline, log, at)
        log = over
    if state == COMPLETE:
        position = Position(len(timeline), since=at)
    error = next((each.error for each in reversed(log) if each.ok is False), None)
    why = (error or error_of(None, "failed")) if state == ERRORED else None
    return landed(version, Place(state, position, log, (), why), at, "")
