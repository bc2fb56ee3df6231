"""Who asks on which surface, and the refusals that are HydraCore's own; the rest is FastAPI's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from understudy.openapi.operation import Operation, Violation
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
    refusal,
)
from understudy.vendors import fastapi
from understudy.vendors.hydracore.records import (
    ADMIN,
    API_KEY,
    MEMBER,
    PROXY,
    Instance,
    Key,
    Workflow,
)
from understudy.vendors.hydracore.wire import maybe, moment
from understudy.vendors.pydantic import ErrorDetail, value_error

BEARER, HEADER = "authorization", "x-api-key"
PROXY_KEY = (("ProxyKey",),)  # how the contract secures the internal surface


def internal(operation: Operation) -> bool:
    """Whether an operation is the agent runtime's, not the dashboard's."""
    return operation.security == PROXY_KEY


def authenticate(call: Call, operation: Operation, world: World) -> Caller:
    """Whose key or token this is; each opens one surface only."""
    token, key = _bearer(call), call.headers.get(HEADER)
    if internal(operation):
        found = _holder(world, token, (PROXY,))
    elif token:  # it counts alone, whatever key comes with it
        found = _holder(world, token, (ADMIN, MEMBER))
    else:
        found = _holder(world, key, (API_KEY,))
    if found is None:
        raise _unknown(operation, token if internal(operation) else token or key)
    if found.role == MEMBER:
        raise refusal("FORBIDDEN", f"{found.id!r} is a member's token; only an admin's may")
    return Caller(found.id, found.tenant, found)


def _bearer(call: Call) -> str | None:
    """The token of the header, if it has one of this scheme."""
    scheme, _, token = call.headers.get(BEARER, "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _holder(world: World, key: str | None, roles: Collection[str]) -> Credential | None:
    found = find_credential(world, key)
    if found is None or found.role in roles:
        return found
    if "any_key" in world.flags and found.key != key and isinstance(found, Key):
        # Any key will do: on this surface it stands for what the default client would send here.
        keys = world["credentials"]
        known: Credential | None = keys.first("key", found.proxy_key) if PROXY in roles else found
        return known
    return None


def _unknown(operation: Operation, sent: str | None) -> Problem:
    kind = "a proxy key" if internal(operation) else "an admin's token or an API key"
    missing = Missing("credentials", "", {"role": PROXY if internal(operation) else API_KEY})
    if not sent:
        because, name, detail = "no credential was sent", "UNAUTHORIZED", "Not authenticated"
    else:
        because, name = f"what was sent is not {kind} of anybody", "INVALID_CREDENTIALS"
        detail = "Invalid credentials"
    return Problem(
        "unauthenticated",
        f"{because}; this surface wants {kind}",
        answer=name,
        values={"detail": detail},
        missing=missing,
    )


def sign(credential: Credential) -> Mapping[str, str]:
    """The headers a client sends: an API key has one of its own, the others are bearers."""
    if credential.role == API_KEY:
        return {HEADER: credential.key}
    return {BEARER: f"Bearer {credential.key}"}


def sign_for(credential: Credential, operation: Operation) -> Mapping[str, str]:
    """A client of both surfaces sends its proxy key to the internal one."""
    if internal(operation) and isinstance(credential, Key) and credential.proxy_key:
        return {BEARER: f"Bearer {credential.proxy_key}"}
    return sign(credential)


def refuse(
    problem: Problem, operation: Operation | None, caller: Caller | None, call: Call
) -> Reply:
    """The refusal, in the contract's words or in the platform's."""
    answer = None if operation is None else operation.answers.get(problem.answer)
    if problem.kind != "answer" or answer is None:
        return fastapi.refuse(problem, operation, call, _choice)
    return compose(answer, {**values(problem.record, caller, 0), **problem.values})


def _choice(violation: Violation) -> ErrorDetail:
    """A type or a status that is none is told by the vendor's own validator, texts only."""
    if not isinstance(violation.got, str):
        return ErrorDetail("string_type", "Input should be a valid string")
    options = ", ".join(each for each in violation.expected if each is not None)
    return value_error(f"must be one of: {options}")


def values(record: Record | None, caller: Caller | None, now: Instant) -> Mapping[str, Any]:
    """The leaves of a body that the record and the caller supply."""
    own = {} if caller is None else {"tenant_id": caller.tenant}
    if isinstance(record, Workflow):
        return Leaves(_WORKFLOW, record, own)
    if isinstance(record, Instance):
        return {"instance_id": record.id, **own}
    return own


_WORKFLOW: Mapping[str, Callable[[Workflow], Any]] = {
    "approver_id": lambda each: each.approver,
    "assigned_to": lambda each: each.assigned_to,
    "completed_at": lambda each: maybe(each.completed),
    "created_at": lambda each: moment(each.created),
    "customer_id": lambda each: each.customer,
    "escalation_level": lambda each: each.escalation,
    "expires_at": lambda each: maybe(each.expires, each.expires_rest),
    "id": lambda each: each.id,
    "instance_id": lambda each: each.instance,
    "last_action_at": lambda each: moment(each.last_action),
    "next_action_at": lambda each: maybe(each.next_action, each.next_action_rest),
    "reference": lambda each: each.reference,
    "stage": lambda each: each.stage,
    "status": lambda each: each.state,
    "tenant_id": lambda each: each.tenant,
    "title": lambda each: each.title,
    "updated_at": lambda each: moment(each.updated),
    "workflow_type": lambda each: each.type,
}
