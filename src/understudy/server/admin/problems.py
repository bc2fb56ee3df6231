"""A refusal as the admin API tells it: `application/problem+json`, one shape for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from understudy.errors import UnderstudyError
from understudy.openapi.operation import Contract, Match, Operation, Violation
from understudy.openapi.router import nearest
from understudy.server.admin.violation_texts import in_words, nearest_name
from understudy.vendor import Call, Problem, ProblemKind, Reply, refusal

MEDIA_TYPE = "application/problem+json"
SHOWN = 50  # names told in `exists`: enough to see a slip, not a dump

_KINDS: Mapping[ProblemKind, tuple[int, str, str]] = {
    "unknown_path": (404, "PATH_NOT_FOUND", "Nothing is served here"),
    "method_not_allowed": (405, "METHOD_NOT_ALLOWED", "The path has other methods"),
    "malformed_path": (400, "BAD_REQUEST", "The request is not allowed"),
    "unauthenticated": (401, "UNAUTHORIZED", "The admin token is missing"),
    "media_type": (415, "UNSUPPORTED_MEDIA_TYPE", "The body must be JSON"),
    "malformed_body": (400, "MALFORMED_BODY", "The body is no JSON"),
    "invalid": (400, "BAD_REQUEST", "The request is not allowed"),
    "too_large": (413, "PAYLOAD_TOO_LARGE", "The body is too large"),
}
_BROKEN = (500, "INTERNAL_ERROR", "The sandbox broke")
_BODY_KEYWORDS: Mapping[str, ProblemKind] = {"media_type": "media_type", "syntax": "malformed_body"}


def refuse(problem: Problem, operation: Operation | None) -> Reply:
    """The problem's status and body; what it knows beside `detail` stands in its values."""
    status, name, title = _meant(problem, operation)
    body: dict[str, Any] = {
        "type": f"urn:understudy:{name.lower().replace('_', '-')}",
        "title": title,
        "status": status,
        "detail": problem.because,
        **problem.values,
    }
    if problem.violations:
        body["violations"] = [each._asdict() for each in problem.violations]
    return Reply(status, body, answer=name, headers=_headers(problem), media_type=MEDIA_TYPE)


def _meant(problem: Problem, operation: Operation | None) -> tuple[int, str, str]:
    if problem.kind == "answer" and operation is not None:
        answer = operation.answers[problem.answer]
        return answer.status, answer.name, answer.example["title"]
    return _KINDS.get(problem.kind, _BROKEN)


def _headers(problem: Problem) -> Sequence[tuple[str, str]]:
    if problem.kind == "unauthenticated":
        return (("WWW-Authenticate", "Bearer"),)
    return (("Allow", ", ".join(problem.allow)),) if problem.allow else ()


def invalid(violations: Sequence[Violation], operation: Operation) -> Problem:
    """What the contract does not allow in a request, all of it at once and in words."""
    told = [in_words(each, operation) for each in violations]
    first = told[0]
    kind = _BODY_KEYWORDS.get(first.keyword, "invalid")
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    place = f"{first.location} {first.name}{first.pointer}".strip()
    values = {"where": place, **_fix(told)}
    return Problem(kind, first.message + more, violations=told, values=values)


def _fix(told: Sequence[Violation]) -> Mapping[str, str]:
    if told[0].keyword == "media_type":
        return {"fix": "Send content-type: application/json"}
    if (told[0].keyword, told[0].expected) == ("required", "understudy"):
        return {"fix": 'A scenario alone has "understudy": 1; or send it as {"scenario": ...}'}
    close = next(filter(None, map(nearest_name, told)), "")
    return {"fix": f"Did you mean {close}?"} if close else {}


def unknown(
    answer: str, name: str, because: str, where: str, exists: Sequence[str], fix: str = ""
) -> Problem:
    """A name that does not exist, with those that do, the likely ones first."""
    close = _like(name, exists)
    there = [*close, *(each for each in exists if each not in close)]
    hint = f"Did you mean {close[0]}?" if close else fix
    values = {"where": where, "fix": hint, "exists": there[:SHOWN]}
    return refusal(answer, because, values={key: each for key, each in values.items() if each})


def _like(name: str, exists: Sequence[str]) -> list[str]:
    """Those that begin so, then those that look so; a vendor in front may be left out."""
    short = {each if "." in name else each.rpartition(".")[2]: each for each in exists}
    begun = [each for each in short if name and each.startswith(name)]
    found = dict.fromkeys([*begun, *get_close_matches(name, short, 3)])
    return [short[each] for each in found][:3]


def refused(answer: str, error: UnderstudyError, **more: Any) -> Problem:
    """A refusal of the sandbox's own as the answer of that name."""
    values = {"where": error.where, "fix": error.fix}
    told = {key: each for key, each in values.items() if each}
    return refusal(answer, error.what, values=told | more)


def forbidden(because: str, where: str, fix: str) -> Reply:
    """Who asks is not listened to, whatever it is."""
    body = {
        "type": "urn:understudy:forbidden",
        "title": "Not from there",
        "status": 403,
        "detail": because,
        "where": where,
        "fix": fix,
    }
    return Reply(403, body, answer="FORBIDDEN", media_type=MEDIA_TYPE)


def unknown_path(contract: Contract, call: Call, allow: Sequence[str]) -> Problem:
    """A path that has other methods, or that nothing has."""
    if allow:
        because = f"this path has no {call.method}"
        methods = served(allow)
        told = {"exists": methods, **_instead(contract, call)}
        return Problem("method_not_allowed", because, allow=methods, values=told)
    paths = dict.fromkeys(each.path for each in contract.operations.values())
    close = nearest(contract, call.method, call.path)
    values = {"where": "path", "exists": list(paths)}
    if close:
        values["fix"] = f"Did you mean {' or '.join(close)}?"
    return Problem("unknown_path", "no admin operation has this path", values=values)


def served(methods: Sequence[str]) -> list[str]:
    """A path's methods as the admin API serves them: where it has GET it answers HEAD, too."""
    heads = ["HEAD"] if "GET" in methods and "HEAD" not in methods else []
    return [*methods, *heads]


def _instead(contract: Contract, call: Call) -> Mapping[str, str]:
    """What empties a list, for whoever tried to delete it."""
    clear = f"{call.path.rstrip('/')}/clear"
    there = call.method == "DELETE" and isinstance(contract.find("POST", clear), Match)
    return {"fix": f"Say POST {clear}"} if there else {}
