"""Who asks, and how Looply tells a refusal: `message` alone, or `code` and `data` on resume."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.openapi.operation import Operation
from understudy.simulation.clock import Instant, iso
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import (
    Call,
    Caller,
    Credential,
    Leaves,
    Missing,
    Problem,
    ProblemKind,
    Reply,
    compose,
    find_credential,
)
from understudy.vendors.looply.records import ACTION_CONFLICTS, Execution, Installation, Workflow
from understudy.vendors.looply.wire import current_state, status_version
from understudy.vendors.refusals import answer_of, headers_of

HEADER = "x-api-key"
ACTION = ("body", "/action", "enum")

# How each kind of problem is told: the contract's example, else this status and message.
_KINDS: Mapping[ProblemKind, tuple[str, int, str]] = {
    "unknown_path": ("", 404, "Not Found"),
    "method_not_allowed": ("METHOD_NOT_ALLOWED", 405, "Method Not Allowed"),
    "malformed_path": ("BAD_REQUEST", 400, "Bad Request"),
    "unauthenticated": ("FORBIDDEN", 403, "Forbidden"),
    "media_type": ("UNSUPPORTED_MEDIA_TYPE", 415, "Unsupported Media Type"),
    "malformed_body": ("INVALID_BODY", 400, "Invalid request body"),
    "invalid": ("BAD_REQUEST", 400, "Missing required parameters for this request."),
    "too_large": ("CONTENT_TOO_LARGE", 413, "Request Too Long"),
    "rate_limited": ("TOO_MANY_REQUESTS", 429, "Too Many Requests"),
    "unavailable": ("UNAVAILABLE", 503, "Service Unavailable"),
    "internal": ("INTERNAL_ERROR", 500, "something went wrong"),
}
# A trigger's own 400 is about the workflow id; what else is wrong with it has other names.
_TRIGGER = {"query": "INVALID_PARAMETERS", "header": "INVALID_PARAMETERS", "body": "INVALID_BODY"}


def authenticate(call: Call, operation: Operation, world: World) -> Caller:
    """The organisation whose key was sent; every operation wants one."""
    key = call.headers.get(HEADER)
    found = find_credential(world, key)
    if found is None:
        because = f"no {HEADER} was sent" if not key else f"no organisation has this {HEADER}"
        raise Problem("unauthenticated", because, missing=Missing("credentials", ""))
    return Caller(found.id, found.tenant, found)


def sign(credential: Credential) -> Mapping[str, str]:
    """The header a client sends for a key."""
    return {HEADER: credential.key}


def refuse(
    problem: Problem, operation: Operation | None, caller: Caller | None, call: Call
) -> Reply:
    """The refusal in Looply's words."""
    name, status, message = _refusal(problem, operation, caller)
    answer = answer_of(operation, name, status)
    if answer is None:
        reply = Reply(status, {"message": message})
    else:
        # A refusal has no clock: a handler that knows the instant says it in the values.
        record = problem.record
        at = record.modified if isinstance(record, Execution | Workflow) else 0
        known = values(record, caller, at)
        reply = compose(answer, {**known, **problem.values} if problem.values else known)
    if reply.headers or problem.allow or problem.retry_after is not None:
        reply.headers = headers_of(problem, reply)
    return reply


def _refusal(
    problem: Problem, operation: Operation | None, caller: Caller | None
) -> tuple[str, int, str]:
    if problem.kind == "answer":
        return problem.answer, 0, ""
    if caller is not None and caller.meets(ACTION_CONFLICTS) and _wrong_action(problem):
        return "CONFLICT", 409, "Wrong Action Provided."
    name, status, message = _KINDS[problem.kind]
    trigger = operation is not None and operation.handled_by == "triggerWorkflow"
    if trigger and problem.kind in ("invalid", "malformed_path") and problem.violations:
        name = _TRIGGER.get(problem.violations[0].location, name)
    return name, status, message


def _wrong_action(problem: Problem) -> bool:
    """Whether nothing is wrong with a toggle but that its action is none that there is."""
    return bool(problem.violations) and all(
        (each.location, each.pointer, each.keyword) == ACTION and isinstance(each.got, str)
        for each in problem.violations
    )


def values(record: Record | None, caller: Caller | None, now: Instant) -> Mapping[str, Any]:
    """The leaves of a body that the record and the caller supply."""
    own = {"timestamp": iso(now)}
    if caller is not None:
        own["organization_id"] = caller.tenant
    if isinstance(record, Execution):
        return Leaves(_EXECUTION, record, own)
    if isinstance(record, Workflow):
        return Leaves(_WORKFLOW, record, own)
    if isinstance(record, Installation):
        return {"email": record.email, "app_id": record.app_id, **own}
    return own


_EXECUTION: Mapping[str, Callable[[Execution], Any]] = {
    "id": lambda each: each.id,
    "organization_id": lambda each: each.organization,
    "workspace_id": lambda each: each.workspace,
    "workflow_id": lambda each: each.workflow_id,
    "workflow_version": lambda each: each.version,
    "workflow_name": lambda each: each.title,
    "workflow_execution_id": lambda each: each.id,
    "execution_id": lambda each: each.id,
    "execution_key": lambda each: each.id,
    "workflow_process_id": lambda each: each.process_id,
    "workflow_current_state": current_state,
    "workflow_trigger_type": lambda each: each.trigger,
    "execution_description": lambda each: each.title,
    "created_on": lambda each: each.created,
    "modified_on": lambda each: each.modified,
    "modified_by": lambda each: each.modified_by,
}

_WORKFLOW: Mapping[str, Callable[[Workflow], Any]] = {
    "id": lambda each: each.workflow_id,
    "organization_id": lambda each: each.organization,
    "workspace_id": lambda each: each.workspace,
    "workflow_id": lambda each: each.workflow_id,
    "workflow_version": lambda each: each.version,
    "workflow_name": lambda each: each.title,
    "workflow_status": lambda each: each.status,
    "workflow_status_version": status_version,
    "created_by": lambda each: each.created_by,
    "created_on": lambda each: each.created,
    "modified_on": lambda each: each.modified,
    "modified_by": lambda each: each.modified_by,
}
