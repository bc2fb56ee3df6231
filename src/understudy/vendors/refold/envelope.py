"""Who asks, and how Refold tells a refusal: five keys, but two where the slug is missing."""

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
from understudy.vendors.refold.records import KEY, SESSION, Execution, Key
from understudy.vendors.refusals import answer_of, headers_of

HEADER = "x-api-key"
TOKEN = "authorization"
ACCOUNT = "linked_account_id"
BEARER = "bearer "
UNDERSCORED = ("linked_account_id", "sync_execution", "config_id", "instance_tag")

# How each kind of problem is told: the contract's example, else this status, type and message.
_KINDS: Mapping[ProblemKind, tuple[str, int, str, str]] = {
    "unknown_path": ("", 404, "NOT_FOUND", "Not Found"),
    "method_not_allowed": ("METHOD_NOT_ALLOWED", 405, "METHOD_NOT_ALLOWED", "Method Not Allowed"),
    "malformed_path": ("", 404, "NOT_FOUND", "Not Found"),
    "unauthenticated": ("UNAUTHORIZED", 401, "UNAUTHORIZED", "Invalid Credentials"),
    "media_type": ("UNSUPPORTED_MEDIA_TYPE", 415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported"),
    "malformed_body": ("VALIDATION_ERROR", 400, "BAD_REQUEST", "Bad Request"),
    "invalid": ("VALIDATION_ERROR", 400, "BAD_REQUEST", "Bad Request"),
    "too_large": ("CONTENT_TOO_LARGE", 413, "PAYLOAD_TOO_LARGE", "Payload Too Large"),
    "rate_limited": ("TOO_MANY_REQUESTS", 429, "TOO_MANY_REQUESTS", "Too Many Requests"),
    "unavailable": ("UNAVAILABLE", 503, "SERVICE_UNAVAILABLE", "Service Unavailable"),
    "internal": ("INTERNAL_ERROR", 500, "INTERNAL_SERVER_ERROR", "Internal Server Error"),
}


def authenticate(call: Call, operation: Operation, world: World) -> Caller:
    """Whose key was sent, or, where that is taken, whose session token."""
    key = call.headers.get(HEADER)
    token = call.headers.get(TOKEN)
    by_token = key is None and any("SessionToken" in each for each in operation.security)
    if by_token and token is not None and token[: len(BEARER)].lower() == BEARER:
        found, what = _find(world, token[len(BEARER) :].strip(), SESSION), "session token"
    else:
        found, what = _find(world, key, KEY), HEADER
    if found is None:
        sent = key if what == HEADER else token
        because = f"nobody has this {what}" if sent else f"no {HEADER} was sent"
        missing = Missing("credentials", "", {"token": what != HEADER})
        raise Problem("unauthenticated", because, missing=missing)
    return Caller(found.id, found.tenant, found)


def _find(world: World, text: str | None, role: str) -> Key | None:
    """The credential of that text and role; under `--any-key` the first of that role."""
    found = find_credential(world, text)
    if found is not None and found.role != role and "any_key" in world.flags:
        keys = world["credentials"].as_added()
        found = next((each for each in keys if each.role == role), None)
    return found if isinstance(found, Key) and found.role == role else None


def sign(credential: Credential) -> Mapping[str, str]:
    """The header a client sends for a key, or for a session token."""
    if credential.role == SESSION:
        return {TOKEN: f"Bearer {credential.key}"}
    return {HEADER: credential.key}


def refuse(
    problem: Problem, operation: Operation | None, caller: Caller | None, call: Call
) -> Reply:
    """The refusal in Refold's words."""
    name, status, kind, message = _KINDS.get(problem.kind, ("", 400, "BAD_REQUEST", ""))
    if operation is not None:
        name = _name(problem, operation, caller, call) or name
    answer = answer_of(operation, name, status)
    own: dict[str, Any] = dict(problem.values)
    if call.identifiers is not None:
        own["request_id"] = call.identifiers.uuid("request")
    if answer is None:
        reply = Reply(status, {**_error(status, kind, message), **own})
    else:
        if answer.name in _MESSAGES and caller is not None:
            own["message"] = _MESSAGES[answer.name](caller, call)
        reply = compose(answer, {**values(problem.record, caller, 0), **own})
    reply.headers = headers_of(problem, reply)
    reply.hint = _hint(reply, call)
    return reply


def _name(problem: Problem, operation: Operation, caller: Caller | None, call: Call) -> str:
    """The answer's name; of all that is wrong, what the vendor would look at first."""
    if problem.kind == "answer":
        return problem.answer
    if not problem.violations:
        return ""
    wrong = {(each.location, each.name) for each in problem.violations}
    places = {location for location, _ in wrong}
    if ("header", ACCOUNT) in wrong or "query" in places or _says_nobody(operation, caller, call):
        return "INVALID_LINKED_ACCOUNT_ID"
    if ("header", "slug") in wrong:
        return "SLUG_REQUIRED"
    if any(each.keyword == "media_type" for each in problem.violations):
        return "UNSUPPORTED_MEDIA_TYPE"
    if "body" in places:
        return "VALIDATION_ERROR"
    return next((each.name for each in operation.by_status(404)), "")


def _says_nobody(operation: Operation, caller: Caller | None, call: Call) -> bool:
    """Whether a call that may come with a token comes with a key and names no account."""
    if caller is None or caller.credential.role == SESSION:
        return False
    declared = operation.header_parameters.get(ACCOUNT)
    if declared is None or declared.required:
        return False  # then its absence is a violation
    return not call.headers.get(ACCOUNT) and f"{ACCOUNT}=" not in call.query


def _error(status: int, kind: str, message: str) -> dict[str, Any]:
    """The five keys where no contract says them; the id is the example's unless a world has one."""
    return {
        "status_code": status,
        "http_error_type": kind,
        "error_code": "RESOURCE_NOT_FOUND" if status == 404 else "SERVER_ERROR",
        "message": message,
        "request_id": "0d9f5c1e-7b42-4a63-9d58-3c2f1e0a7b00",
    }


def _hint(reply: Reply, call: Call) -> str:
    """Proxies and frameworks are known to make hyphens of underscores."""
    hyphens = [
        each for each in call.headers if "-" in each and each.replace("-", "_") in UNDERSCORED
    ]
    if reply.status != 400 or not hyphens:
        return ""
    wanted = ", ".join(each.replace("-", "_") for each in hyphens)
    return f"{', '.join(hyphens)} came with hyphens; the vendor reads {wanted}"


def _not_enabled(caller: Caller, call: Call) -> str:
    slug, organization = call.headers.get("slug", ""), _organization(caller)
    return f"Application with id {slug} does not exist for org {organization} or is not enabled"


def _no_account(caller: Caller, call: Call) -> str:
    key = caller.credential
    assert isinstance(key, Key)
    account = key.linked_account_id or call.headers.get(ACCOUNT, "")
    where = f"for org {key.organization} in environment {key.environment}"
    return f"Linked Account with account id {account} {where} not found"


_MESSAGES: Mapping[str, Callable[[Caller, Call], str]] = {
    "APPLICATION_NOT_ENABLED": _not_enabled,
    "LINKED_ACCOUNT_NOT_FOUND": _no_account,
}


def _organization(caller: Caller) -> str:
    key = caller.credential
    return key.organization if isinstance(key, Key) else caller.tenant


def values(record: Record | None, caller: Caller | None, now: Instant) -> Mapping[str, Any]:
    """The leaves of a body that the record and the caller supply.

    Neither the status nor the response of a run: an answer that is named after a status says it.
    """
    own = {} if caller is None else {"org_id": _organization(caller)}
    return Leaves(_EXECUTION, record, own) if isinstance(record, Execution) else own


_EXECUTION: Mapping[str, Callable[[Execution], Any]] = {
    "/_id": lambda each: each.id,  # its application and its workflow have an `_id`, too
    "execution_id": lambda each: each.id,
    "org_id": lambda each: each.organization,
    "linked_account_id": lambda each: each.linked_account_id,
    "environment": lambda each: each.environment,
    "config_id": lambda each: each.config_id,
    "type_of_execution": lambda each: "SYNC" if each.sync else "ASYNC",
    "createdAt": lambda each: iso(each.created),
    "updatedAt": lambda each: iso(each.modified),
}
