"""Refusals: the document's own for that status, filled; else its default; else problem+json."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from understudy.modeled.names import plain
from understudy.openapi.media_types import acceptable
from understudy.openapi.operation import Answer, Operation, Violation
from understudy.vendor import Call, Caller, Headers, Problem, Reply, compose

PROBLEM, JSON = "application/problem+json", "application/json"
KINDS = (PROBLEM, JSON)
CHALLENGE = "www-authenticate"
STATUSES: Mapping[str, tuple[int, ...]] = {  # the first that the document declares is told
    "unknown_path": (404,),
    "method_not_allowed": (405,),
    "malformed_path": (400,),
    "unauthenticated": (401,),
    "media_type": (415,),
    "malformed_body": (400, 422),
    "invalid": (422, 400),
    "too_large": (413,),
    "rate_limited": (429,),
    "unavailable": (503,),
    "broken": (501,),
    "internal": (500,),
    "answer": (400,),
}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


MESSAGE = _names(
    "message detail details description errordescription errormessage msg reason "
    "userfriendlymessage developermessage internalmessage faultstring summary"
)
STATUS = _names("status statuscode httpstatus httpcode httpstatuscode")
TITLE = _names("title")
CODE = _names("code errorcode type name kind")
FIELDS = _names("field path location param parameter pointer property loc attribute source")
LISTS = _names("errors violations fielderrors invalidfields invalidparams causes")
MAX_VIOLATIONS = 20  # violations in one body


def refuse(
    problem: Problem, operation: Operation | None, caller: Caller | None, call: Call
) -> Reply:
    """The answer that tells of a problem."""
    answer = _answer(problem, operation)
    if answer is None:
        return _own(problem, call.headers.get("accept"))
    if answer.media_type is None or "json" not in answer.media_type:
        reply = compose(answer, problem.values)
    else:
        body = _filled(answer, problem)
        reply = Reply(answer.status, body, answer=answer.name, media_type=answer.media_type)
    reply.headers = _headers(problem, reply.status, answer.headers)
    return reply


def status_of(problem: Problem, operation: Operation | None) -> int:
    """The status a problem has: of those that fit, the one that the operation declares."""
    if problem.kind == "answer" and problem.answer.isdecimal():
        return int(problem.answer)
    wanted = STATUSES[problem.kind]
    declared = (each for each in wanted if operation is not None and operation.by_status(each))
    return next(declared, wanted[0])


def _answer(problem: Problem, operation: Operation | None) -> Answer | None:
    """The document's own answer for it, if it has one."""
    if operation is None:
        return None
    if problem.answer in operation.answers:
        return operation.answers[problem.answer]
    found = operation.by_status(status_of(problem, operation))
    return found[0] if found else None


def _own(problem: Problem, accept: str | None) -> Reply:
    """A refusal of which the document says nothing (RFC 9457); plain JSON to whoever takes that
    alone."""
    status = status_of(problem, None)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _phrase(status),
        "status": status,
        "detail": problem.because,
    }
    if problem.violations:
        body["errors"] = [_violation(each) for each in problem.violations[:MAX_VIOLATIONS]]
    headers = _headers(problem, status, {})
    is_plain = accept is not None and acceptable(accept, KINDS) == JSON
    kind = JSON if is_plain else PROBLEM
    return Reply(status, body, headers=headers, media_type=kind, undocumented=True)


def _violation(violation: Violation) -> dict[str, str]:
    where = violation.pointer if violation.location == "body" else violation.name
    return {"in": violation.location, "name": where, "detail": violation.message}


def _filled(answer: Answer, problem: Problem) -> Any:
    """The answer's example with what this call is told, where the schema lets that through."""
    example = answer.example
    if not isinstance(example, Mapping):
        return example
    filling = _Filling(answer, problem, declared=not hasattr(answer, "changed"))
    return filling.body(example, top=True)


class _Filling:
    """One refusal on its way into the document's own form."""

    def __init__(self, answer: Answer, problem: Problem, *, declared: bool) -> None:
        self.status = answer.status
        self.because = problem.because
        self.violations = problem.violations[:MAX_VIOLATIONS]
        self.values = problem.values
        self.declared = declared  # whether somebody wrote the example

    def body(self, example: Mapping[str, Any], *, top: bool = False) -> dict[str, Any]:
        speaks = any(plain(name) in MESSAGE for name in example)
        made = {}
        for name, value in example.items():
            bare = plain(name)
            if name in self.values:
                made[name] = self.values[name]
            elif isinstance(value, Mapping):
                made[name] = self.body(value)
            elif isinstance(value, list):
                made[name] = self._list(bare, value)
            else:
                made[name] = self._leaf(bare, value, speaks=speaks)
        return made

    def _leaf(self, name: str, value: Any, *, speaks: bool) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            if name in MESSAGE or (name == "error" and not speaks and not self.declared):
                return self.because
            if name in STATUS and value.isdecimal():
                return str(self.status)
            if name in TITLE:
                return _phrase(self.status)
            return value
        if isinstance(value, int) and (name in STATUS or (name in CODE and 100 <= value <= 599)):
            return self.status
        return value

    def _list(self, name: str, value: list[Any]) -> list[Any]:
        """Field errors, one for each violation; without any, the list says what is wrong."""
        first = value[0] if value else None
        if name not in LISTS and name not in MESSAGE:
            return value
        if isinstance(first, str):
            return [each.message for each in self.violations] or [self.because]
        if not isinstance(first, Mapping):
            return value
        if not self.violations:
            return [self.body(first)]
        return [self._violated(first, each) for each in self.violations]

    def _violated(self, example: Mapping[str, Any], violation: Violation) -> dict[str, Any]:
        made = {}
        for name, value in example.items():
            bare = plain(name)
            if isinstance(value, str) and bare in FIELDS:
                made[name] = violation.pointer.lstrip("/") or violation.name or violation.location
            elif isinstance(value, str) and bare in MESSAGE | {"error"}:
                made[name] = violation.message
            else:
                made[name] = self._leaf(bare, value, speaks=True)
        return made


def _headers(problem: Problem, status: int, declared: Mapping[str, str]) -> Headers:
    """The answer's headers, with what this call is told in place of the example's values."""
    own = {name.lower(): (name, value) for name, value in declared.items()}
    challenge = problem.values.get(CHALLENGE)
    if status == 401:
        own[CHALLENGE] = "WWW-Authenticate", str(challenge or "Bearer")
    if problem.allow:
        own["allow"] = "Allow", ", ".join(problem.allow)
    if problem.retry_after is not None:
        own["retry-after"] = "Retry-After", str(problem.retry_after)
    return tuple(own.values())


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
