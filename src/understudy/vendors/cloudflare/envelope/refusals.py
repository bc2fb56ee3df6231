"""How Cloudflare tells a refusal: codes with the machine's key for a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.openapi.operation import Operation, Violation
from understudy.vendor import Call, Caller, Problem, ProblemKind, Reply, compose
from understudy.vendors.cloudflare.envelope.credentials import OF_A_USER
from understudy.vendors.refusals import answer_of, headers_of

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
# Refusals whose messages say what was called, and their kinds.
_ROUTED: Mapping[str, ProblemKind] = {
    "NO_ROUTE": "unknown_path",
    "METHOD_NOT_ALLOWED": "method_not_allowed",
}
_IDS = frozenset(("pattern", "minLength", "maxLength"))  # what tells that an id can be none
_OF_IDS = {"deleteInstance": "path", "batchDeleteInstances": "body"}


def refuse(
    problem: Problem, operation: Operation | None, caller: Caller | None, call: Call
) -> Reply:
    """The refusal in Cloudflare's words."""
    name, status, code, message = _refusal(problem, operation, call)
    answer = answer_of(operation, name, status)
    if answer is None:
        reply = Reply(status, _body(code, message))
    else:
        said = {"message": message} if message and answer.name in _ROUTED else {}
        reply = compose(answer, said)
        _chain(reply, problem)
    if reply.headers or problem.allow or problem.retry_after is not None:
        reply.headers = headers_of(problem, reply)
    return reply


def _refusal(
    problem: Problem, operation: Operation | None, call: Call
) -> tuple[str, int, int, str]:
    if problem.kind == "answer":
        kind = _ROUTED.get(problem.answer)
        template = _KINDS[kind][3] if kind else ""
        return problem.answer, 0, 0, template.format(path=call.path, method=call.method)
    name, status, code, template = _KINDS[problem.kind]
    if problem.kind == "unauthenticated" and operation is not None and operation.id in OF_A_USER:
        name = "INVALID_ACCESS_TOKEN"
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
