"""Who asks, and how Cloudflare tells a refusal: codes with the machine's key for a message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

from understudy.openapi.operation import Answer, Operation, Violation
from understudy.simulation.world import World
from understudy.vendor import (
    Call,
    Caller,
    Credential,
    Missing,
    Problem,
    ProblemKind,
    Reply,
    compose,
    find_credential,
    refusal,
)
from understudy.vendors.cloudflare.records import WRITE, Key

AUTHORIZATION, EMAIL, KEY = "authorization", "x-auth-email", "x-auth-key"
ACCOUNT = 4  # the segment of the path that names the account
READING = frozenset(("GET", "HEAD"))

_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]+=*)")
_GLOBAL_KEY = re.compile(r"[A-Za-z0-9._-]+")
_PLAUSIBLE = re.compile(r"[0-9A-Za-z_-]{1,64}")  # what an account's id can be

# How each kind of problem is told: the contract's example, else this status, code and message.
_KINDS: Mapping[ProblemKind, tuple[str, int, int, str]] = {
    "unknown_path": (
        "NO_ROUTE",
        404,
        7003,
        "Could not route to {path}, perhaps your object identifier is invalid?",
    ),
    "method_not_allowed": (
        "METHOD_NOT_ALLOWED",
        405,
        7001,
        "Method {method} not available for that URI.",
    ),
    "malformed_path": (
        "NO_ROUTE",
        404,
        7003,
        "Could not route to {path}, perhaps your object identifier is invalid?",
    ),
    "unauthenticated": ("UNAUTHORIZED", 401, 10000, "Authentication error"),
    "media_type": ("INVALID_BODY", 400, 10002, "workflows.api.error.body"),
    "malformed_body": ("INVALID_BODY", 400, 10002, "workflows.api.error.body"),
    "invalid": ("INVALID_INPUT", 400, 10002, "workflows.api.error.body"),
    "too_large": ("CONTENT_TOO_LARGE", 413, 10002, "workflows.api.error.body"),
    "rate_limited": (
        "TOO_MANY_REQUESTS",
        429,
        971,
        "Please wait and consider throttling your request speed",
    ),
    "unavailable": ("UNAVAILABLE", 503, 7010, "Service unavailable"),
    "internal": ("INTERNAL_ERROR", 500, 10001, "workflows.api.error.internal_server"),
}
_ROUTED = ("NO_ROUTE", "METHOD_NOT_ALLOWED")  # their messages say what was called
_IDS = frozenset(("pattern", "minLength", "maxLength"))  # what tells that an id can be none
_OF_IDS = {"deleteInstance": "path", "batchDeleteInstances": "body"}


def authenticate(call: Call, operation: Operation, world: World) -> Caller:
    """Whose token it is, or whose address and key; the account of the path must be theirs."""
    found = _credential(call, world)
    if found is None:
        raise Problem(
            "unauthenticated",
            partial(_nobodys, call),
            missing=Missing("credentials", ""),
        )
    account = unquote(call.path.split("/", ACCOUNT + 1)[ACCOUNT])
    if account != found.tenant and _PLAUSIBLE.fullmatch(account):
        raise refusal("AUTHENTICATION_ERROR", f"{found.id} is of account {found.tenant}")
    if isinstance(found, Key) and found.role != WRITE and call.method not in READING:
        raise refusal("AUTHENTICATION_ERROR", f"{found.id} may only read")
    return Caller(found.id, found.tenant, found)


def _credential(call: Call, world: World) -> Credential | None:
    headers = call.headers
    bearer = headers.get(AUTHORIZATION)
    if bearer is not None:
        token = _BEARER.fullmatch(bearer)
        if token is None:
            raise _unreadable(6111, "Authorization")
        found = find_credential(world, token[1])
        return found if isinstance(found, Key) and not found.email else _any(world, found)
    email, key = headers.get(EMAIL), headers.get(KEY)
    if key and not _GLOBAL_KEY.fullmatch(key):
        raise _unreadable(6103, "X-Auth-Key")
    found = find_credential(world, key) if email and key else None
    return found if isinstance(found, Key) and found.email == email else _any(world, found)


def whose(call: Call, world: World) -> str:
    """The name of the credential that a call carries, be the call refused or not; "" for none."""
    try:
        found = _credential(call, world)
    except Problem:
        return ""
    return "" if found is None else found.id


def _nobodys(call: Call) -> str:
    """Why nobody is known by what was sent."""
    if call.headers.get(AUTHORIZATION) is not None:
        return "nobody has this token"
    sent = [name for name in (EMAIL, KEY) if call.headers.get(name)]
    if not sent:
        return f"neither {AUTHORIZATION} was sent nor {EMAIL} with {KEY}"
    if len(sent) == 1:
        return f"{sent[0]} was sent alone; {EMAIL} and {KEY} go together"
    return "nobody has this address with this key"


def _any(world: World, found: Credential | None) -> Credential | None:
    """Under `--any-key` whatever was found will do."""
    return found if "any_key" in world.flags else None


def _unreadable(code: int, header: str) -> Problem:
    chain = [{"code": code, "message": f"Invalid format for {header} header"}]
    because = f"the {header} header can hold no credential"
    return refusal("INVALID_HEADERS", because, values={"error_chain": chain})


def sign(credential: Credential) -> Mapping[str, str]:
    """The headers a client sends for a credential."""
    if isinstance(credential, Key) and credential.email:
        return {EMAIL: credential.email, KEY: credential.key}
    return {AUTHORIZATION: f"Bearer {credential.key}"}


def refuse(
    problem: Problem, operation: Operation | None, caller: Caller | None, call: Call
) -> Reply:
    """The refusal in Cloudflare's words."""
    name, status, code, message = _told(problem, operation, call)
    answer = None if operation is None else _answer(operation, name, status)
    if answer is None:
        reply = Reply(status, _body(code, message))
    else:
        said = {"message": message} if message and answer.name in _ROUTED else {}
        reply = compose(answer, said)
        _chain(reply, problem)
    if reply.headers or problem.allow or problem.retry_after is not None:
        reply.headers = _headers(problem, reply)
    return reply


def _told(problem: Problem, operation: Operation | None, call: Call) -> tuple[str, int, int, str]:
    if problem.kind == "answer":
        routed = {"NO_ROUTE": "unknown_path", "METHOD_NOT_ALLOWED": "method_not_allowed"}
        kind = routed.get(problem.answer)
        template = _KINDS[kind][3] if kind else ""  # type: ignore[index]
        return problem.answer, 0, 0, template.format(path=call.path, method=call.method)
    name, status, code, template = _KINDS[problem.kind]
    if problem.kind == "invalid" and problem.violations and operation is not None:
        name = _name(operation, problem.violations[0])
        if name == "NO_ROUTE":
            status, code, template = _KINDS["unknown_path"][1:]
    message = template.replace("{path}", call.path).replace("{method}", call.method)
    return name, status, code, message


def _name(operation: Operation, violation: Violation) -> str:
    """Which answer a violation gets, by its place."""
    if violation.name == "account_id":
        return "NO_ROUTE"
    where = _OF_IDS.get(operation.id)
    of_an_id = where == "body" or violation.name == "instance_id"
    if of_an_id and violation.location == where and violation.keyword in _IDS:
        return "INVALID_ID"
    return "INVALID_BODY" if violation.location == "body" else "INVALID_INPUT"


def _answer(operation: Operation, name: str, status: int) -> Answer | None:
    known = operation.answers.get(name)
    return known or next(iter(operation.by_status(status)), None)


def _body(code: int, message: str) -> dict[str, Any]:
    return {
        "success": False,
        "errors": [{"code": code, "message": message}],
        "messages": [],
        "result": None,
    }


def _chain(reply: Reply, problem: Problem) -> None:
    """The error behind the error, of a header."""
    chain = problem.values.get("error_chain")
    if chain is not None:
        reply.body["errors"][0]["error_chain"] = chain


def _headers(problem: Problem, reply: Reply) -> tuple[tuple[str, str], ...]:
    """The answer's headers, with what this call is told in place of the example's values."""
    own = {name.lower(): (name, value) for name, value in reply.headers}
    if problem.allow:
        own["allow"] = "Allow", ", ".join(problem.allow)
    if problem.retry_after is not None:
        own["retry-after"] = "Retry-After", str(problem.retry_after)
    return tuple(own.values())
