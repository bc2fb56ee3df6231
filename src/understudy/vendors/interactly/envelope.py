"""Who asks, and how Interactly tells a refusal: a `detail`, its own or that of its platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.openapi.operation import Operation
from understudy.openapi.request import decode_body
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import (
    Call,
    Caller,
    Credential,
    Leaves,
    Missing,
    Problem,
    Reply,
    compose,
    find_credential,
)
from understudy.vendors import fastapi
from understudy.vendors.interactly.records import Key, Run, Workflow
from understudy.vendors.interactly.wire import stamp
from understudy.vendors.pydantic import enumeration

HEADER = "authorization"

# The answer that a kind of refusal is in the contract, where the platform does not say it.
_NAMES = {
    400: "INVALID_BODY",
    401: "UNAUTHORIZED",
    405: "METHOD_NOT_ALLOWED",
    413: "CONTENT_TOO_LARGE",
    422: "VALIDATION_ERROR",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_ERROR",
    503: "UNAVAILABLE",
}


def authenticate(call: Call, operation: Operation, world: World) -> Caller:
    """The team and user whose key was sent; every operation wants one."""
    sent = call.headers.get(HEADER, "")
    scheme, _, key = sent.partition(" ")
    key = key.strip() if scheme.lower() == "bearer" else ""
    found = find_credential(world, key or None)
    if found is not None:
        return Caller(found.id, found.tenant, found)
    because = "no key was sent" if not sent else "nobody has this key"
    if sent and not key:
        because = "Authorization holds no bearer key"
    raise Problem(
        "unauthenticated",
        because,
        answer="UNAUTHORIZED",
        values={"detail": "Unauthorized"},
        missing=Missing("credentials", ""),
    )


def sign(credential: Credential) -> Mapping[str, str]:
    """The header a client sends for a key."""
    return {"Authorization": f"Bearer {credential.key}"}


def refuse(
    problem: Problem, operation: Operation | None, caller: Caller | None, call: Call
) -> Reply:
    """The refusal in Interactly's words."""
    answer = None if operation is None else operation.answers.get(problem.answer)
    if problem.kind != "answer" or operation is None or answer is None:
        reply = fastapi.refuse(problem, operation, call, enumeration)
        reply.answer = reply.answer or _NAMES.get(reply.status, "")
        return reply
    known = values(problem.record, caller, 0)
    return compose(answer, {**known, **_detail(problem, operation, call), **problem.values})


def _detail(problem: Problem, operation: Operation, call: Call) -> Mapping[str, Any]:
    """What a refusal says of the very command and the run it was for."""
    if problem.answer == "CONFLICT" and isinstance(problem.record, Run):
        status = problem.record.state
        return {
            "detail": f"Cannot {command_of(operation, call)} a workflow run in status '{status}'"
        }
    if problem.answer == "WORKFLOW_RUN_ID_MISSING":
        return {
            "detail": f"workflow_run_id is required to {command_of(operation, call)} a workflow run"
        }
    return {}


def command_of(operation: Operation, call: Call) -> str:
    """The command of a valid call's body."""
    body = None if operation.body is None else decode_body(operation.body, call.body)
    return str(body.get("command", "start")) if isinstance(body, Mapping) else "start"


def values(record: Record | None, caller: Caller | None, now: Instant) -> Mapping[str, Any]:
    """The leaves of a body that the record and the caller supply."""
    own: dict[str, Any] = {}
    if caller is not None:
        own["team_id"] = caller.tenant
        if isinstance(caller.credential, Key) and not isinstance(record, Run):
            own |= {"created_by": caller.credential.user, "updated_by": caller.credential.user}
    if isinstance(record, Run):
        return Leaves(_RUN, record, own)
    if isinstance(record, Workflow):
        return {"workflow_id": record.id, **own}
    return own


# No `logical_id`: an example's events have one, too.
_RUN: Mapping[str, Callable[[Run], Any]] = {
    "_id": lambda run: run.id,
    "team_id": lambda run: run.team,
    "created_by": lambda run: run.created_by,
    "updated_by": lambda run: run.updated_by,
    "created_at": lambda run: stamp(run.created),
    "updated_at": lambda run: stamp(run.updated),
    "workflow_id": lambda run: run.workflow_id,
    "status": lambda run: run.state,
}
