"""What only reads: executions, workflows, schemas, installations."""

from __future__ import annotations

from typing import Any

from understudy.simulation.world import World
from understudy.vendor import Missing, Problem, Reply, Request, refusal
from understudy.vendors.looply import wire
from understudy.vendors.looply.handlers.request_lookup import (
    page_size,
    tenant,
    version_number,
    with_last_key,
)
from understudy.vendors.looply.records import (
    Execution,
    Installation,
    Workflow,
    installation_key,
    workflow_key,
)

_NO_MORE: tuple[list[Any], bool] = ([], False)


def get_workflow_execution_by_id(request: Request, world: World) -> Reply:
    """One execution with its logs; the workflow must be its own."""
    workflow_id = request.values["workflow_id"]
    execution = execution_asked(request, world)
    if execution is None:
        raise _no_execution(request, world)
    if execution.organization != tenant(request):
        raise refusal("UNAUTHORIZED", f"it belongs to another organisation, as {workflow_id} does")
    body = {"message": "success", "item": wire.execution_item(world, execution)}
    return Reply(200, body, answer="OK")


def execution_asked(request: Request, world: World) -> Execution | None:
    """The execution of that id and that workflow, whosever it is."""
    found: Execution | None = world["executions"].get(request.values["workflow_execution_id"])
    if found is None or found.workflow_id != request.values["workflow_id"]:
        return None
    return found


def _no_execution(request: Request, world: World) -> Problem:
    workflow_id = request.values["workflow_id"]
    execution_id = request.values["workflow_execution_id"]
    known = world["workflows"].first("version", workflow_id)
    ours = known is not None and known.organization == tenant(request)
    fields = {"id": execution_id, "workflow_id": workflow_id, "workflow_known": ours}
    return refusal(
        "NOT_FOUND",
        f"workflow {workflow_id!r} has no execution {execution_id!r}",
        missing=Missing("executions", execution_id, fields),
    )


def get_workflow_execution_history(request: Request, world: World) -> Reply:
    """A page of one workflow's executions, over all versions."""
    workflow_id, organization = request.values["workflow_id"], tenant(request)
    limit = page_size(request, strict=True)
    workflow = world["workflows"].first("version", workflow_id)
    if workflow is not None and workflow.organization != organization:
        raise refusal("UNAUTHORIZED", f"workflow {workflow_id} belongs to another organisation")
    executions, after = world["executions"], None
    cursor = request.values.get("workflow_execution_id")
    if cursor is not None:
        last: Execution | None = executions.get(cursor)
        if last is None or (last.organization, last.workflow_id) != (organization, workflow_id):
            raise refusal("BAD_REQUEST", f"{cursor!r} is no execution of workflow {workflow_id}")
        after = executions.place("workflow", last)
    found = executions.page("workflow", (organization, workflow_id), limit=limit, after=after)
    told = with_last_key(request, found, limit)
    return wire.page(world, told, wire.execution_row, wire.execution_key)


def get_organization_executions(request: Request, world: World) -> Reply:
    """A page of all executions of the organisation."""
    organization, limit = tenant(request), page_size(request, strict=False)
    cursor = _pair(request, "workflow_id", "workflow_execution_id")
    executions, after = world["executions"], None
    if cursor is not None:
        last: Execution | None = executions.get(cursor[1])
        if last is None or (last.organization, last.workflow_id) != (organization, cursor[0]):
            return wire.page(world, _NO_MORE, wire.execution_row, wire.execution_key)
        after = executions.place("organization", last)
    found = executions.page("organization", organization, limit=limit, after=after)
    told = with_last_key(request, found, limit)
    return wire.page(world, told, wire.execution_row, wire.execution_key)


def get_organization_workflows(request: Request, world: World) -> Reply:
    """A page of all workflow versions of the organisation."""
    organization, limit = tenant(request), page_size(request, strict=False)
    cursor = _pair(request, "workflow_id", "workflow_version")
    workflows, after = world["workflows"], None
    if cursor is not None:
        number = version_number(cursor[1])
        last: Workflow | None = (
            None if number is None else workflows.get(workflow_key(cursor[0], number))
        )
        if last is None or last.organization != organization:
            return wire.page(world, _NO_MORE, wire.workflow_row, wire.workflow_key)
        after = workflows.place("organization", last)
    found = workflows.page("organization", organization, limit=limit, after=after)
    told = with_last_key(request, found, limit)
    return wire.page(world, told, wire.workflow_row, wire.workflow_key)


def _pair(request: Request, first: str, second: str) -> tuple[str, str] | None:
    """Both halves of a lastKey, or none; half of one would page for ever."""
    one, two = request.values.get(first), request.values.get(second)
    if one is None and two is None:
        return None
    if one is None or two is None:
        lacking = first if one is None else second
        raise refusal("BAD_REQUEST", f"half of a lastKey: {lacking} is missing")
    return one, two


def get_workflow_by_id(request: Request, world: World) -> Reply:
    """One workflow version, whole."""
    workflow = _workflow(request, world)
    body = {"message": "success", "item": wire.workflow_item(world, workflow)}
    return Reply(200, body, answer="OK")


def get_workflow_schema_by_id(request: Request, world: World) -> Reply:
    """The input of one workflow version."""
    workflow = _workflow(request, world)
    return Reply(200, {"message": "success", "item": wire.schema_item(workflow)}, answer="OK")


def workflow_asked(request: Request, world: World) -> Workflow | None:
    """The workflow version of that id, whosever it is."""
    number = version_number(request.values["workflow_version"])
    if number is None:
        return None
    found: Workflow | None = world["workflows"].get(
        workflow_key(request.values["workflow_id"], number)
    )
    return found


def _workflow(request: Request, world: World) -> Workflow:
    workflow_id, version = request.values["workflow_id"], request.values["workflow_version"]
    known: Workflow | None = world["workflows"].first("version", workflow_id)
    if known is not None and known.organization != tenant(request):
        because = f"workflow {workflow_id} belongs to another organisation"
        if request.operation.id == "getWorkflowSchemaById":
            because += "; the vendor says 'execution' here too"
        raise refusal("UNAUTHORIZED", because)
    found = workflow_asked(request, world)
    if found is None:
        because = f"there is no workflow {workflow_id!r} with a version {version!r}"
        fields = {"workflow_id": workflow_id, "version": version_number(version)}
        raise refusal(
            "NOT_FOUND",
            f"{because}; the vendor says 'Execution' here too",
            missing=Missing("workflows", workflow_id, fields),
        )
    return found


def get_app_user_installation_status(request: Request, world: World) -> Reply:
    """Whether a user has an app; nobody knows the user or the app: not installed."""
    email, app_id = request.values["email"], request.values["app_id"]
    return Reply(
        200, wire.installation(email, app_id, installation_asked(request, world)), answer="OK"
    )


def installation_asked(request: Request, world: World) -> Installation | None:
    """The installation of that user and app in the caller's organisation."""
    key = installation_key(tenant(request), request.values["email"], request.values["app_id"])
    found: Installation | None = world["installations"].get(key)
    return found
