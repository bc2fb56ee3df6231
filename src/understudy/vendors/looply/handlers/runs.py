"""What changes something: trigger, resume, terminate, toggle."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec import Raw, json, structs

from understudy.simulation.clock import iso
from understudy.simulation.world import World
from understudy.vendor import Missing, Problem, Reply, Request, refusal
from understudy.vendors.looply.handlers.request_lookup import (
    Candidates,
    tenant,
    user,
    version_number,
)
from understudy.vendors.looply.lifecycle import begin, happen
from understudy.vendors.looply.lifecycle.progress import EventDetails
from understudy.vendors.looply.records import (
    ACTIVE,
    AWAITING_RESPONSE,
    DRAFT,
    EMPTY,
    IN_PROGRESS,
    PAUSED,
    UNSCHEDULED,
    Execution,
    Workflow,
    workflow_key,
)

_parts = json.Decoder(dict[str, Raw]).decode  # a JSON object's values as they were written


def trigger_workflow(request: Request, world: World) -> Reply:
    """A new execution of the version asked for, or of the highest active one."""
    workflow = triggered(request, world)
    if workflow is None:
        raise _no_workflow(request, world)
    body = request.body if isinstance(request.body, Mapping) else None
    payload = EMPTY if body is None else Raw(json.encode(body))
    profile = request.values.get("profile")
    execution = begin(
        world,
        workflow,
        world.now,
        process_id="" if body is None else str(body.get("process_id") or ""),
        payload=payload,
        profile=profile,
    )
    world.add("executions", execution)
    if body is not None and request.values.get("test") == "true":
        world.replace("workflows", structs.replace(workflow, mock_payload=payload))
    answer = {"message": "success", "looply_execution_id": execution.id}
    return Reply(200, answer if profile is None else answer | {"profile": profile}, answer="OK")


def triggered(request: Request, world: World) -> Workflow | None:
    """The workflow version a trigger means, if the caller's organisation has it."""
    workflow_id = request.values.get("workflow_id", "")
    workflows = world["workflows"]
    wanted = request.values.get("workflow_version")
    found: Workflow | None
    if wanted is None:
        found = workflows.first("status", (workflow_id, ACTIVE))
    else:
        number = version_number(wanted)
        found = None if number is None else workflows.get(workflow_key(workflow_id, number))
    return found if found is not None and found.organization == tenant(request) else None


def _no_workflow(request: Request, world: World) -> Problem:
    workflow_id = request.values.get("workflow_id", "")
    version = request.values.get("workflow_version")
    which = "an active version" if version is None else f"a version {version}"
    fields: dict[str, Any] = {"workflow_id": workflow_id}
    if version is not None:
        fields["version"] = version_number(version)
    else:
        draft = world["workflows"].first("status", (workflow_id, DRAFT))
        if draft is not None:
            if draft.organization == tenant(request):
                which += f", only the draft {draft.version}: start that by its number"
            fields["version"] = draft.version + 1
    return refusal(
        "BAD_REQUEST",
        f"{tenant(request)} has no workflow {workflow_id!r} with {which}",
        missing=Missing("workflows", workflow_id, fields),
    )


def resume_workflow(request: Request, world: World) -> Reply:
    """The newest waiting execution of the process id goes on, with the payload in its input."""
    execution = _named(request)
    if execution is None or execution.state != AWAITING_RESPONSE:
        raise _not_resumable(execution, request, world)
    payload = request.body["payload"]
    known = _parts(execution.input)
    happen(
        world,
        execution,
        "resume",
        world.now,
        EventDetails(output=Raw(json.encode(payload))),
        input=Raw(json.encode(known | payload)),
        resumed=world.now,
        modified_by=user(request),
    )
    identifier = {
        "organization_id": execution.organization,
        "workflow_id": execution.workflow_id,
        "workflow_execution_id": execution.id,
    }
    body = {
        "message": "success",
        "code": "WORKFLOW_RESTARTED",
        "data": {"workflow_identifier": identifier},
    }
    return Reply(200, body, answer="WORKFLOW_RESTARTED")


def _named(request: Request) -> Execution | None:
    """The execution a call is about, found already."""
    found = None if request.named is None else request.named[1]
    assert found is None or isinstance(found, Execution)
    return found


def _not_resumable(execution: Execution | None, request: Request, world: World) -> Problem:
    process_id = request.values["process_id"]
    if execution is None:
        because = f"{tenant(request)} has no execution of {process_id!r}"
        missing = Missing("executions", process_id, {"process_id": process_id})
        return refusal("EXECUTION_NOT_FOUND", because, missing=missing)
    if execution.restart_ends > world.now and execution.state == IN_PROGRESS:
        return refusal("ALREADY_RESTARTED", partial(_restarted, execution), execution)
    if execution.state == IN_PROGRESS:
        because = f"it is at {execution.step} and does not wait"
        values = {"timestamp": iso(world.now)}
        return refusal("EXECUTION_IN_PROGRESS", because, execution, values=values)
    because = f"every execution of {process_id!r} is over; the newest {execution.state}"
    return refusal("NO_RESUMABLE_EXECUTION", because, execution)


def _restarted(execution: Execution) -> str:
    since, until = iso(execution.resumed or 0), iso(execution.restart_ends)
    return f"it was resumed at {since}; its restart window ends {until}"


def terminate_workflow(request: Request, world: World) -> Reply:
    """The newest execution of the process id that runs or waits is ended."""
    process_id = request.values["process_id"]
    found = Candidates(world, tenant(request), process_id)
    execution = found.live()
    if execution is None:
        raise _not_running(found, request)
    told = EventDetails(reason=_reason(request.body))
    happen(world, execution, "terminate", world.now, told, modified_by=user(request))
    return Reply(200, {"message": "terminated"}, answer="OK")


def _reason(body: Any) -> str | None:
    payload = body.get("payload") if isinstance(body, Mapping) else None
    return payload.get("termination_reason") if isinstance(payload, Mapping) else None


def _not_running(found: Candidates, request: Request) -> Problem:
    process_id = request.values["process_id"]
    execution = found.ended()
    if execution is None:
        because = f"{tenant(request)} has no execution of {process_id!r}"
        missing = Missing("executions", process_id, {"process_id": process_id})
        return refusal("NOT_FOUND", because, missing=missing)
    return refusal("NOT_FOUND", f"it is {execution.state}, not running", execution)


def toggle_scheduled_workflow(request: Request, world: World) -> Reply:
    """PAUSE stops an active schedule, PLAY starts a paused one."""
    body = request.body
    workflow = toggled(request, world)
    if workflow is None:
        workflow_id, version = str(body["workflow_id"]), int(body["workflow_version"])
        fields = {"workflow_id": workflow_id, "version": version, "schedule": "0 2 * * *"}
        raise refusal(
            "BAD_REQUEST",
            f"{tenant(request)} has no workflow {workflow_id!r} with a version {version}",
            missing=Missing("workflows", workflow_id, fields),
        )
    wanted = PAUSED if body["action"] == "PAUSE" else ACTIVE
    if workflow.state in (UNSCHEDULED, wanted):
        because = f"its schedule is {workflow.state}, which {body['action']} cannot change"
        raise refusal("CONFLICT", because, workflow)
    now, by = world.now, user(request)
    world.change("workflows", workflow, body["action"].lower(), modified=now, modified_by=by)
    answer = {
        "message": "success",
        "workflow_id": workflow.workflow_id,
        "workflow_version": workflow.version,
        "status": wanted,
    }
    return Reply(200, answer, answer="OK")


def toggled(request: Request, world: World) -> Workflow | None:
    """The workflow version a toggle means, if the caller's organisation has it."""
    key = workflow_key(request.body["workflow_id"], int(request.body["workflow_version"]))
    found: Workflow | None = world["workflows"].get(key)
    return found if found is not None and found.organization == tenant(request) else None
