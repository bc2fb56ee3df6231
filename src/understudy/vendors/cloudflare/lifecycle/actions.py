"""What a client's action changes by itself: pauses, places in a queue, restarts; pure."""

from __future__ import annotations

from msgspec import structs

from understudy.simulation.clock import Instant
from understudy.simulation.timeline import Position
from understudy.vendors.cloudflare.lifecycle.progress import Fields, Move
from understudy.vendors.cloudflare.records import (
    PAUSED,
    QUEUED,
    RUNNING,
    WAITING_FOR_PAUSE,
    Instance,
)


def paused(instance: Instance, at: Instant) -> Move:
    """A busy instance waits for the end of its step, one that waits is paused at once."""
    if instance.state == RUNNING:
        return Move("pause", {"state": WAITING_FOR_PAUSE, "modified": at})
    fields = {"state": PAUSED, "modified": at, "next_at": None, "next_event": ""}
    return Move("pause", fields)


def pause_cancelled(at: Instant) -> Move:
    """The pause had not come yet."""
    return Move("resume", {"state": RUNNING, "modified": at})


def shifted(instance: Instance, at: Instant) -> Position:
    """Where a paused instance goes on: its timers stood still, so each is due that much later."""
    here = instance.position
    return structs.replace(here, since=here.since + at - instance.modified)


def queued(at: Instant, blocked: str, arrival: int) -> Fields:
    """The fields of an instance that is queued, behind others or to start at once."""
    return {
        "state": QUEUED,
        "modified": at,
        "next_at": None if blocked else at,
        "next_event": "" if blocked else "start",
        "blocked": blocked,
        "arrival": arrival,
    }


def restarted(at: Instant) -> Fields:
    """What a restart from the beginning forgets."""
    return {
        "queued": at,
        "started": None,
        "position": Position(since=at),
        "log": (),
        "inbox": (),
        **_not_over(),
    }


def restarted_from(instance: Instance, entry: int, at: Instant) -> Fields:
    """What a restart from an entry of the log forgets: that one and all behind it."""
    step = instance.log[entry].step
    kept = tuple(each for each in instance.log[:entry] if each.step < step)
    return {"position": Position(step, since=at), "log": kept, **_not_over()}


def _not_over() -> Fields:
    return {"ended": None, "output": None, "error": None, "rollback": None, "undoing": ()}
