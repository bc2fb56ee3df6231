"""Sessions: started, listed, reset, forked and ended."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count, islice
from typing import Any

from understudy.errors import InputError, UnderstudyError
from understudy.server.admin.clock import read_clock, time_view
from understudy.server.admin.lookup import default_session, present_session, session_of
from understudy.server.admin.problems import refused
from understudy.server.admin.scenarios import one_scenario, refused_scenario, unwrapped
from understudy.server.sessions.names import DEFAULT
from understudy.server.sessions.origin import Origin
from understudy.server.sessions.sandbox import Sandbox, TooManySessions
from understudy.server.sessions.session import Session
from understudy.server.sessions.snapshot import restoring, snapshot_text
from understudy.slices import InSlices
from understudy.vendor import Problem, Reply, Request, refusal

LIMIT = 100  # of a page, where nobody says another


def list_sessions(request: Request, sandbox: Sandbox) -> Reply:
    """A page of sessions, by name."""
    default_session(sandbox)
    limit, after = request.values.get("limit", LIMIT), request.values.get("after", "")
    names = [name for name in sorted(sandbox.sessions) if name > after]
    page = list(islice(names, limit))
    body = {
        "sessions": [session_view(sandbox.sessions[name]) for name in page],
        "next": page[-1] if len(names) > limit else None,
    }
    return Reply(200, body)


def create_session(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """A new session with the clock, seed and scenario that are said."""
    body = unwrapped(request.body or {})
    name = _free(body.get("name"), sandbox)
    session = yield from _start(name, _origin(body, sandbox), sandbox)
    return _created(session)


def get_session(request: Request, sandbox: Sandbox) -> Reply:
    """One session at its present."""
    return Reply(200, session_view(present_session(request, sandbox)))


def delete_session(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Ends a session; `default` stays."""
    name = session_of(request, sandbox).name
    if name == DEFAULT:
        values = {"where": "session", "fix": f"Reset it: POST /__admin/sessions/{name}/reset"}
        because = f"the session {name!r} cannot be deleted"
        raise refusal("DEFAULT_SESSION", because, values=values)
    session = sandbox.sessions.pop(name)
    session.end()
    leftovers = session.leftovers()
    del session
    yield from leftovers.release()
    return Reply(204, media_type="")


def reset_session(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Everything as the session started."""
    session = session_of(request, sandbox)
    yield from session.resetting()
    return Reply(200, session_view(session_of(request, sandbox)))


def fork_session(request: Request, sandbox: Sandbox) -> Reply:
    """A second session with the same past."""
    source = present_session(request, sandbox)
    name = _free((request.body or {}).get("name"), sandbox)
    return _created(sandbox.fork(source, name))


def session_view(session: Session) -> dict[str, Any]:
    """A session as the admin API shows it."""
    return {
        "name": session.name,
        "prefix": f"/~{session.name}",
        "seed": session.seed,
        "clock": time_view(session.clock),
        "scenarios": [each.title for each in session.loaded],
        "worlds": list(session.worlds),
        "rules": len(session.rules),
        "requests": len(session.journal),
    }


def _created(session: Session) -> Reply:
    place = f"/__admin/sessions/{session.name}"
    return Reply(201, session_view(session), headers=(("Location", place),))


def _free(name: str | None, sandbox: Sandbox) -> str:
    """The name for a new session, or the first free one; refused when there is no room."""
    if name is not None and name in sandbox.sessions:
        fix = f"Choose another name, delete it, or reset it: POST /__admin/sessions/{name}/reset"
        because = f"there is a session {name!r} already"
        raise refusal("SESSION_EXISTS", because, values={"where": "/name", "fix": fix})
    if len(sandbox.sessions) >= sandbox.settings.sessions:
        raise _full(sandbox)
    if name is not None:
        return name
    names = (f"session-{number}" for number in count(1))
    return next(each for each in names if each not in sandbox.sessions)


def _full(sandbox: Sandbox) -> Problem:
    there = len(sandbox.sessions)
    because = f"there are {there} sessions, as many as this sandbox takes"
    fix = f"Delete one: DELETE /__admin/sessions/{next(reversed(sandbox.sessions), '')}"
    return refusal("TOO_MANY_SESSIONS", because, values={"fix": fix})


def _origin(body: Mapping[str, Any], sandbox: Sandbox) -> Origin:
    """What a new session starts with: the sandbox's settings, the scenario, then the body."""
    said = body.get("scenario")
    scenarios = [] if said is None else [one_scenario(said, sandbox)]
    changes: dict[str, Any] = {}
    if "seed" in body:
        changes["seed"] = int(body["seed"])
    try:
        if "clock" in body:
            changes |= read_clock(body["clock"])
    except UnderstudyError as error:
        raise refused("CLOCK_REFUSED", error) from None
    return sandbox.origin(scenarios, **changes)


def _start(name: str, origin: Origin, sandbox: Sandbox) -> InSlices[Session]:
    """A session whose scenarios' worlds are made at once: what they get wrong is told now."""
    try:
        session = sandbox.create(name, origin)
        for scenario in origin.scenarios:
            for vendor in scenario.world:
                yield from session.making_world(vendor)
        session.present()
    except TooManySessions:
        raise _full(sandbox) from None
    except UnderstudyError as error:
        sandbox.sessions.pop(name, None)
        raise refused_scenario(error) from None
    return session


def get_snapshot(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Everything in a session, as what restores it."""
    try:
        text = yield from snapshot_text(session_of(request, sandbox))
    except InputError as error:
        raise Problem("too_large", error.what, values={"fix": error.fix}) from None
    return Reply(200, raw=text)


def restore_snapshot(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    session = session_of(request, sandbox)
    try:
        yield from restoring(session, request.body)
    except UnderstudyError as error:
        raise refused("SNAPSHOT_REFUSED", error) from None
    return Reply(200, session_view(session))
