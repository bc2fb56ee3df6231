"""HydraCore's operations, and which record a call to each is about."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import Handler, Request
from understudy.vendors.hydracore.handlers import reads, writes
from understudy.vendors.hydracore.handlers.request_lookup import instance_asked, workflow_asked

HANDLERS: Mapping[str, Handler] = {
    "queryWorkflowsInternal": reads.query_workflows_internal,
    "createWorkflow": writes.create_workflow,
    "getWorkflowInternal": reads.get_workflow,
    "advanceWorkflow": writes.advance_workflow,
    "resumeWorkflowInternal": writes.resume_workflow,
    "suspendWorkflowInternal": writes.suspend_workflow,
    "listWorkflows": reads.list_workflows,
    "listSuspendedWorkflows": reads.list_suspended_workflows,
    "getWorkflow": reads.get_workflow,
    "abortWorkflow": writes.abort_workflow,
    "resumeWorkflow": writes.resume_workflow,
    "suspendWorkflow": writes.suspend_workflow,
}

_OF_AN_INSTANCE = (
    "queryWorkflowsInternal",
    "createWorkflow",
    "listWorkflows",
    "listSuspendedWorkflows",
)
ABOUT: Mapping[str, tuple[str, ...]] = {
    operation: ("instances",) if operation in _OF_AN_INSTANCE else ("workflows",)
    for operation in HANDLERS
}


def named(request: Request, world: World) -> tuple[str, Record] | None:
    """The collection and record a call is about; never one that its caller may not see."""
    if "workflow_id" in request.values:
        workflow = workflow_asked(request, world)
        return None if workflow is None else ("workflows", workflow)
    if "instance_id" in request.values:
        instance = instance_asked(request, world)
        return None if instance is None else ("instances", instance)
    return None
