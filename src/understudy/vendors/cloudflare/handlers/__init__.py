"""Cloudflare's operations, and which record a call to each is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import Handler, Request
from understudy.vendors.cloudflare.handlers import (
    changes,
    instances,
    request_lookup,
    scripts,
    user,
    workflows,
)

HANDLERS: Mapping[str, Handler] = {
    "listWorkflows": workflows.list_workflows,
    "getSettings": workflows.get_settings,
    "patchSettings": workflows.patch_settings,
    "putWorkflow": workflows.put_workflow,
    "getWorkflow": workflows.get_workflow,
    "deleteWorkflow": workflows.delete_workflow,
    "createInstance": instances.create_instance,
    "listInstances": instances.list_instances,
    "batchCreateInstances": instances.batch_create_instances,
    "batchTerminateInstances": changes.batch_terminate_instances,
    "batchDeleteInstances": changes.batch_delete_instances,
    "getTerminateStatus": changes.get_terminate_status,
    "terminateInstances": changes.terminate_instances,
    "describeInstance": instances.describe_instance,
    "deleteInstance": changes.delete_instance,
    "getStep": instances.get_step,
    "sendEvent": changes.send_event,
    "changeInstanceStatus": changes.change_instance_status,
    "listVersions": workflows.list_versions,
    "getVersion": workflows.get_version,
    "getVersionDag": workflows.get_version_dag,
    "getVersionGraph": workflows.get_version_graph,
    "getTriggers": scripts.get_triggers,
    "putTriggers": scripts.put_triggers,
    "patchTriggers": scripts.patch_triggers,
    "deleteTriggers": scripts.delete_triggers,
    "listAccounts": user.list_accounts,
    "listMemberships": user.list_memberships,
    "getUser": user.get_user,
    "verifyToken": user.verify_token,
}

Finder = Callable[[Request, World], Record | None]

_OF_AN_ACCOUNT = ("getSettings", "patchSettings")
_OF_AN_INSTANCE = (
    "describeInstance",
    "deleteInstance",
    "getStep",
    "sendEvent",
    "changeInstanceStatus",
)
_OF_A_VERSION = ("getVersion", "getVersionDag", "getVersionGraph")
_OF_A_SCRIPT = ("getTriggers", "putTriggers", "patchTriggers", "deleteTriggers")
_OF_NOTHING = ("listWorkflows", "listAccounts", "listMemberships", "getUser", "verifyToken")


def _finder(operation: str) -> tuple[str, Finder] | None:
    if operation in _OF_NOTHING:
        return None
    if operation in _OF_AN_ACCOUNT:
        return "accounts", request_lookup.account
    if operation in _OF_AN_INSTANCE:
        return "instances", request_lookup.instance_asked
    if operation in _OF_A_VERSION:
        return "versions", request_lookup.version_asked
    if operation in _OF_A_SCRIPT:
        return "triggers", scripts.triggers_asked
    return "workflows", request_lookup.workflow_asked


_FINDERS = {operation: _finder(operation) for operation in HANDLERS}
ABOUT: Mapping[str, tuple[str, ...]] = {
    operation: () if find is None else (find[0],) for operation, find in _FINDERS.items()
}


def named(request: Request, world: World) -> tuple[str, Record] | None:
    """The collection and record a call is about; the account is the caller's own by then."""
    find = _FINDERS[request.operation.handled_by]
    if find is None:
        return None
    record = find[1](request, world)
    return None if record is None else (find[0], record)
