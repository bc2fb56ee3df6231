"""Looply's operations, and which record a call to each is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import Handler, Request
from understudy.vendors.looply.handlers import reads, runs
from understudy.vendors.looply.handlers.request_lookup import Candidates, tenant
from understudy.vendors.looply.records import Execution, Workflow

HANDLERS: Mapping[str, Handler] = {
    "triggerWorkflow": runs.trigger_workflow,
    "resumeWorkflow": runs.resume_workflow,
    "terminateWorkflow": runs.terminate_workflow,
    "toggleScheduledWorkflow": runs.toggle_scheduled_workflow,
    "getWorkflowExecutionById": reads.get_workflow_execution_by_id,
    "getWorkflowExecutionHistory": reads.get_workflow_execution_history,
    "getOrganizationExecutions": reads.get_organization_executions,
    "getWorkflowById": reads.get_workflow_by_id,
    "getOrganizationWorkflows": reads.get_organization_workflows,
    "getWorkflowSchemaById": reads.get_workflow_schema_by_id,
    "getAppUserInstallationStatus": reads.get_app_user_installation_status,
}


def named(request: Request, world: World) -> tuple[str, Record] | None:
    """The collection and record a call is about; never another organisation's."""
    find = _FINDERS.get(request.operation.handled_by)
    if find is None:
        return None
    collection, finder = find
    record = finder(request, world)
    return None if record is None else (collection, record)


def _resumed(request: Request, world: World) -> Execution | None:
    found = Candidates(world, tenant(request), request.values["process_id"])
    return found.meant(world.now)


def _terminated(request: Request, world: World) -> Execution | None:
    found = Candidates(world, tenant(request), request.values["process_id"])
    return found.live() or found.ended()


def _execution(request: Request, world: World) -> Execution | None:
    found = reads.execution_asked(request, world)
    return found if found is not None and found.organization == tenant(request) else None


def _version(request: Request, world: World) -> Workflow | None:
    found = reads.workflow_asked(request, world)
    return found if found is not None and found.organization == tenant(request) else None


def _highest(request: Request, world: World) -> Workflow | None:
    found: Workflow | None = world["workflows"].first("version", request.values["workflow_id"])
    return found if found is not None and found.organization == tenant(request) else None


_FINDERS: Mapping[str, tuple[str, Callable[[Request, World], Record | None]]] = {
    "triggerWorkflow": ("workflows", runs.triggered),
    "resumeWorkflow": ("executions", _resumed),
    "terminateWorkflow": ("executions", _terminated),
    "toggleScheduledWorkflow": ("workflows", runs.toggled),
    "getWorkflowExecutionById": ("executions", _execution),
    "getWorkflowExecutionHistory": ("workflows", _highest),
    "getWorkflowById": ("workflows", _version),
    "getWorkflowSchemaById": ("workflows", _version),
    "getAppUserInstallationStatus": ("installations", reads.installation_asked),
}
ABOUT: Mapping[str, tuple[str, ...]] = {
    operation: _FINDERS[operation][:1] if operation in _FINDERS else () for operation in HANDLERS
}
