"""What a request says: who asks, for which run, for which workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.simulation.world import World
from understudy.vendor import Caller, Missing, Request, refusal
from understudy.vendors.interactly.records import Key, Run, Workflow


def asker(request: Request) -> Caller:
    """Who asks."""
    assert request.caller is not None, "every operation needs a key"
    return request.caller


def team(request: Request) -> str:
    """The team of the key."""
    return asker(request).tenant


def user(request: Request) -> str:
    """The user the key acts as."""
    key = asker(request).credential
    assert isinstance(key, Key), "every key of this vendor has a user"
    return key.user


def command(request: Request) -> str:
    """The command of the body."""
    return str(request.body.get("command", "start"))


def run_asked(request: Request, world: World) -> Run | None:
    """The run that a call names, if the caller's team has it."""
    run_id = request.values.get("workflow_run_id") or _body(request).get("workflow_run_id")
    found: Run | None = None if run_id is None else world["runs"].get(run_id)
    return found if found is not None and found.team == team(request) else None


def found_run(request: Request, world: World, run_id: str) -> Run:
    """The run of that id; refused where the caller's team has none."""
    run = run_asked(request, world)
    if run is None:
        because = f"team {team(request)} has no run {run_id}"
        missing = Missing("runs", run_id, {"id": run_id})
        raise refusal("WORKFLOW_RUN_NOT_FOUND", because, missing=missing)
    return run


def workflow_asked(request: Request, world: World) -> Workflow | None:
    """The workflow that a start names, if the caller's team has it."""
    body = _body(request)
    if body.get("workflow_run_id") is not None or body.get("workflow_id") is None:
        return None
    found: Workflow | None = world["workflows"].get(body["workflow_id"])
    return found if found is not None and found.team == team(request) else None


def _body(request: Request) -> Mapping[str, Any]:
    return request.body if isinstance(request.body, Mapping) else {}
