"""A session's clock: read, set, and let on; everything that falls due on the way happens."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nsmallest
from operator import itemgetter
from typing import Any

from understudy.errors import InputError, UnderstudyError
from understudy.server.admin.lookup import present_session
from understudy.server.admin.problems import refused
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session, Slices
from understudy.simulation.clock import (
    FROZEN_START,
    LAST,
    Clock,
    Duration,
    Instant,
    duration,
    instant,
    iso,
    pace,
    spoken,
)
from understudy.simulation.due_events import NEVER, Due, Owner
from understudy.simulation.history import History
from understudy.simulation.world import World
from understudy.slices import InSlices
from understudy.vendor import Reply, Request

# One call may pass so much: a schedule of every minute is then five million runs at the worst.
AT_ONCE = 3653 * 86_400_000
LIMIT = 100  # due events told where nobody says another number
STEPS = 100  # transitions that an advance tells one by one
Moves = dict[tuple[str, str, str, str], int]


def get_clock(request: Request, sandbox: Sandbox) -> Reply:
    """What time it is, and when something happens next."""
    return Reply(200, clock_view(present_session(request, sandbox)))


def set_clock(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Freezes, thaws, sets on or speeds up; what is left out stays."""
    session = present_session(request, sandbox)
    yield from _whole(session, _set(session, request.body))
    return Reply(200, clock_view(session))


def advance_clock(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Lets time pass, and tells what happened on the way."""
    session = present_session(request, sandbox)
    worlds = session.all_worlds()
    before = {name: world.transition_counts() for name, world in worlds.items()}
    lived = {name: world.history.fork() for name, world in worlds.items()}
    started = session.clock.now()
    yield from _whole(session, _advance(session, request.body))
    body = clock_view(session) | {
        "advanced": spoken(session.clock.now() - started),
        "transitions": [
            each
            for name, world in session.worlds.items()
            for each in _happened(name, before.get(name, {}), world.transition_counts())
        ],
        "records": _steps(session.worlds, lived),
    }
    return Reply(200, body)


def time_view(clock: Clock) -> dict[str, Any]:
    """A clock without what comes next."""
    return {
        "now": iso(clock.now()),
        "frozen": clock.frozen,
        "speed": clock.speed,
        "each_call": spoken(clock.each_call),
    }


def clock_view(session: Session) -> dict[str, Any]:
    """A clock, and when something happens by itself in any world."""
    return time_view(session.clock) | {"next": _next(session.all_worlds())}


def read_clock(said: str | Mapping[str, Any]) -> dict[str, Any]:
    """What a new session's clock is said to be, as changes of its origin; InputError beyond it."""
    if said == "real":
        return {"at": None, "speed": 1, "each_call": 0}
    if isinstance(said, str):
        return {"at": FROZEN_START, "speed": 0, "each_call": 0}
    changes: dict[str, Any] = {}
    at, (speed, each_call) = _at(said), _pace(said)
    if at is not None:
        changes |= {"at": _within(at), "speed": 0}
    if speed is not None:
        changes["speed"] = speed
    if each_call is not None:
        changes["each_call"] = each_call
    return changes


def _set(session: Session, body: Mapping[str, Any]) -> Slices:
    at, (speed, each_call) = _at(body), _pace(body)
    if at is not None:
        session.clock.run(0)  # so that it stands at that very instant, whatever comes after
        if not ("now" in body and speed and at < session.clock.now()):  # it ran on since
            yield from session.advancing_to(bounded(session, at))
        speed = speed or 0
    if speed is not None:
        session.clock.run(speed)
    if each_call is not None:
        session.clock.each_call = each_call


def _at(said: Mapping[str, Any]) -> Instant | None:
    """The instant a clock is set to, also as a clock that was read tells it; None: it is not."""
    if "at" in said and "now" in said:
        raise InputError("at and now both say what time it is", where="/now", fix="Say one")
    text = said.get("at", said.get("now"))
    return None if text is None else instant(text)


def _pace(said: Mapping[str, Any]) -> tuple[float | None, Duration | None]:
    """How fast a clock is set to run, and how far each call is to move it; None: as it does."""
    each_call = _hop(said["each_call"]) if "each_call" in said else None
    return pace(_speed(said), each_call)


def _speed(said: Mapping[str, Any]) -> float | None:
    """How fast a clock is set to run, also as a clock that was read tells it; None: as it does."""
    speed: float | None = said.get("speed")
    frozen: bool | None = said.get("frozen")
    if frozen is None:
        return speed
    if speed is None:
        return 0 if frozen else 1
    if frozen != (speed == 0):
        what = f"a clock of speed {speed:g} is {'running' if speed else 'frozen'}"
        raise InputError(what, where="/frozen", fix="Leave out frozen or speed")
    return speed


def _advance(session: Session, body: str | Mapping[str, Any]) -> Slices:
    if isinstance(body, str):  # next or idle, as a story says it
        body = {body: True}
    if "by" in body:
        yield from session.advancing(_hop(body["by"]))
    elif "to" in body:
        yield from session.advancing_to(bounded(session, instant(body["to"])))
    elif "next" in body:
        yield from session.advancing_next()
    else:
        yield from session.advancing_idle()


def _whole(session: Session, move: Slices) -> Slices:
    """Does it, or leaves clock and worlds as they were."""
    session.all_worlds()
    try:
        yield from session.whole(move)
    except UnderstudyError as error:
        raise refused("CLOCK_REFUSED", error) from None


def _hop(text: str) -> int:
    length = duration(text)
    if length > AT_ONCE:
        raise InputError(f"{text} is more than ten years", fix="Advance in several calls")
    return length


def bounded(session: Session, to: Instant) -> Instant:
    """The instant, if one call may pass that much time; InputError otherwise."""
    if to - session.clock.now() > AT_ONCE:
        raise InputError(f"{iso(_within(to))} is more than ten years ahead", fix="Go in steps")
    return to


def _within(at: Instant) -> Instant:
    if at > LAST:
        raise InputError("the clock ends with the year 9998")
    return at


def _next(worlds: Mapping[str, World]) -> dict[str, str] | None:
    at, name = min(((w.events.soonest, name) for name, w in worlds.items()), default=(NEVER, ""))
    return None if at > LAST else {"at": iso(at), "vendor": name}


def list_due(request: Request, sandbox: Sandbox) -> Reply:
    """What happens by itself, in the order it will."""
    worlds = present_session(request, sandbox).all_worlds()
    every = (
        (due.at, place, sequence, name, owner, due)
        for place, (name, world) in enumerate(worlds.items())
        for owner, due, sequence in world.events
    )
    soonest = nsmallest(request.values.get("limit", LIMIT), every, key=itemgetter(0, 1, 2))
    count = sum(len(world.events) for world in worlds.values())
    return Reply(200, {"due": [_due(*each[3:]) for each in soonest], "count": count})


def _due(vendor: str, owner: Owner, due: Due) -> dict[str, Any]:
    return {
        "at": iso(due.at),
        "vendor": vendor,
        "collection": owner[0],
        "id": owner[1],
        "event": due.kind,
        "recurring": due.recurring,
    }


def _steps(worlds: Mapping[str, World], before: Mapping[str, History]) -> list[dict[str, Any]]:
    """The first transitions since then, each with its record."""
    every = (
        (step.at, name, owner, step)
        for name, world in worlds.items()
        for owner, step in world.history.since(before[name])
    )
    return [
        {
            "at": iso(at),
            "vendor": name,
            "collection": owner[0],
            "id": owner[1],
            "event": step.event,
            "from": step.source,
            "to": step.target,
        }
        for at, name, owner, step in nsmallest(STEPS, every, key=itemgetter(0))
    ]


def _happened(vendor: str, before: Moves, after: Moves) -> list[dict[str, Any]]:
    return [
        {
            "vendor": vendor,
            "collection": collection,
            "event": event,
            "from": source,
            "to": target,
            "times": count - before.get((collection, source, event, target), 0),
        }
        for (collection, source, event, target), count in after.items()
        if count != before.get((collection, source, event, target), 0)
    ]
