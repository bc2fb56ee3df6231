"""The operation that changes something: a new run, or a command to one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec import structs

from understudy.simulation.world import World
from understudy.vendor import Missing, Reply, Request, refusal
from understudy.vendors.interactly import wire
from understudy.vendors.interactly.handlers.request_lookup import (
    asker,
    command,
    found_run,
    team,
    user,
    workflow_asked,
)
from understudy.vendors.interactly.lifecycle import begun, happen, play, workflow_of
from understudy.vendors.interactly.lifecycle.next_event import EventDetails
from understudy.vendors.interactly.lifecycle.progress import echo
from understudy.vendors.interactly.lifecycle.transitions import COMMANDS, RUN
from understudy.vendors.interactly.records import (
    BLOCKING,
    CANCELLED,
    PAUSED,
    REPEATS,
    Run,
    Workflow,
)

VERSIONS = 1 << 31  # versions are counted in 32 bits
REPEATED = {(PAUSED, "pause"), (CANCELLED, "stop")}


def start_or_resume_workflow(request: Request, world: World) -> Reply:
    """A new run of a workflow, or a command to the run that is named."""
    named = request.body.get("workflow_run_id") is not None
    run = _commanded(request, world) if named else _started(request, world)
    return Reply(200, wire.run_answer(run), answer="OK")


def _started(request: Request, world: World) -> Run:
    body, wanted = request.body, command(request)
    if wanted != "start":
        because = f"{wanted} needs a run, and no id of one was sent"
        raise refusal("WORKFLOW_RUN_ID_MISSING", because)
    if body.get("workflow_id") is None:
        raise refusal("WORKFLOW_ID_MISSING", "neither a workflow's id nor a run's was sent")
    workflow = _found_workflow(request, world)
    given = echo(wanted, workflow.id, None, body)
    run = begun(workflow, _new_id(world), given, user(request), world.now)
    run = world.add("runs", structs.replace(run, run_by=_run_by(body), version=_version(body)))
    return play(world, run, world.now) if workflow.mode == BLOCKING else run


def _found_workflow(request: Request, world: World) -> Workflow:
    workflow = workflow_asked(request, world)
    if workflow is None:
        workflow_id = request.body["workflow_id"]
        because = f"team {team(request)} has no workflow {workflow_id}"
        missing = Missing("workflows", workflow_id, {"id": workflow_id})
        raise refusal("WORKFLOW_NOT_FOUND", because, missing=missing)
    return workflow


def _new_id(world: World) -> str:
    """An id as the database makes them: the second it was made in, then what nobody can guess."""
    return f"{world.now // 1000 & 0xFFFFFFFF:08x}{world.identifiers.hex('run', 16)}"


def _run_by(body: Mapping[str, Any]) -> str | None:
    """Who a newer client says the run is run by; what is no text is as good as unknown."""
    said = body.get("run_by")
    return said if isinstance(said, str) else None


def _version(body: Mapping[str, Any]) -> int:
    said = body.get("version_number")
    return said if type(said) is int and 0 <= said < VERSIONS else 0


def _commanded(request: Request, world: World) -> Run:
    body, wanted = request.body, command(request)
    run = found_run(request, world, body["workflow_run_id"])
    if body.get("workflow_id") not in (None, run.workflow_id):
        raise refusal("OTHER_WORKFLOW", f"the run is one of workflow {run.workflow_id}", run)
    if (run.state, wanted) in REPEATED and asker(request).meets(REPEATS):
        return run
    if (run.state, wanted) not in RUN.table:
        raise refusal("CONFLICT", partial(_allowed, run), run)
    told = EventDetails(run_input=echo(wanted, run.workflow_id, run.id, body))
    run = happen(world, run, wanted, world.now, told, updated_by=user(request))
    return play(world, run, world.now) if workflow_of(world, run).mode == BLOCKING else run


def _allowed(run: Run) -> str:
    commands = [each for each in RUN.allowed(run.state) if each in COMMANDS]
    return f"it is {run.state}, which takes {', '.join(commands) or 'no command any more'}"
