"""FastAPI's refusals: the 422 of a contract's violations, to the key, and its `{"detail": ...}`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from understudy.openapi.lenient import decoded
from understudy.openapi.operation import Operation, Parameter, Violation
from understudy.openapi.request import split_query
from understudy.openapi.violations import find
from understudy.vendor import Call, Problem, ProblemKind, Reply
from understudy.vendors.pydantic import ORDER, Choice, error_detail, literal

INVALID = 422
UNREADABLE = "There was an error parsing the body"  # FastAPI's 400: no JSON error, yet no JSON

_STATUSES: Mapping[ProblemKind, tuple[int, str]] = {
    "unknown_path": (404, "Not Found"),
    "method_not_allowed": (405, "Method Not Allowed"),
    "unauthenticated": (401, "Not authenticated"),
    "too_large": (413, "Content Too Large"),
    "rate_limited": (429, "Too Many Requests"),
    "unavailable": (503, "Service Unavailable"),
}


def refuse(
    problem: Problem, operation: Operation | None, call: Call, choice: Choice = literal
) -> Reply:
    """Every refusal that is the platform's own, not the vendor's (`problem.kind` is no answer)."""
    if problem.kind == "internal":
        return Reply(500, raw=b"Internal Server Error", media_type="text/plain; charset=utf-8")
    if problem.kind not in _STATUSES:
        return _invalid(problem.violations, operation, call, choice)
    status, text = _STATUSES[problem.kind]
    detail = problem.values.get("detail", text)
    return Reply(status, {"detail": detail}, answer=problem.answer, headers=headers(problem))


def headers(problem: Problem) -> tuple[tuple[str, str], ...]:
    """What a refusal says beside its body."""
    found = []
    if problem.kind == "unauthenticated":
        found.append(("WWW-Authenticate", "Bearer"))
    if problem.allow:
        found.append(("Allow", ", ".join(problem.allow)))
    if problem.retry_after is not None:
        found.append(("Retry-After", str(problem.retry_after)))
    return tuple(found)


def errors(
    violations: Sequence[Violation],
    operation: Operation | None,
    call: Call,
    choice: Choice = literal,
) -> list[dict[str, Any]]:
    """The entries of a 422's `detail`: all that is wrong at once, one for each value."""
    told: dict[tuple[str | int, ...], tuple[int, dict[str, Any]]] = {}
    sent = _sent(violations, call.body)
    for violation in violations:
        entry = _entry(violation, operation, call, choice, sent)
        place = tuple(entry["loc"])
        before = told.get(place)
        if before is None or _weight(violation) < before[0]:
            told[place] = (_weight(violation), entry)
    return [entry for _, entry in told.values()]


def _invalid(
    violations: Sequence[Violation], operation: Operation | None, call: Call, choice: Choice
) -> Reply:
    # The body is read before anything is validated: what is no JSON, is all that is told.
    if any(each.keyword == "syntax" for each in violations):
        wrong = _json_invalid(call.body)
        if wrong is None:
            return Reply(400, {"detail": UNREADABLE})
        return Reply(INVALID, {"detail": [wrong]})
    return Reply(INVALID, {"detail": errors(violations, operation, call, choice)})


def _entry(
    violation: Violation, operation: Operation | None, call: Call, choice: Choice, sent: Any
) -> dict[str, Any]:
    steps, schema = _meant(violation, operation)
    came = _came(violation, steps, call, sent)
    if violation.keyword == "media_type":
        # Without JSON's media type the body is text to FastAPI, and text is no model.
        violation = violation._replace(keyword="type" if call.body else "missing", expected=None)
    told = error_detail(violation._replace(got=came), schema, choice)
    loc: list[str | int] = [violation.location, *([violation.name] if violation.name else ())]
    loc += steps
    if violation.keyword == "required":
        loc.append(violation.expected)
    entry = {"type": told.type, "loc": loc, "msg": told.msg, "input": came}
    return entry if told.ctx is None else {**entry, "ctx": told.ctx}


def _meant(
    violation: Violation, operation: Operation | None
) -> tuple[list[str | int], Mapping[str, Any]]:
    """The steps to the value, and the schema it is held against."""
    root: Any = {}
    components: Mapping[str, Any] = {}
    if operation is not None and violation.location == "body":
        body = operation.body
        root = body.schema if body is not None else {}
        components = body.components if body is not None else {}
    elif operation is not None:
        parameter = _parameter(violation, operation)
        root = {} if parameter is None else parameter.schema
    steps: list[str | int] = []
    node = _resolved(root, components)
    for raw in violation.pointer.split("/")[1:]:
        step = raw.replace("~1", "/").replace("~0", "~")
        steps.append(int(step) if "items" in node and step.isdecimal() else step)
        node = _resolved(_below(node, step), components)
    return steps, node


def _parameter(violation: Violation, operation: Operation | None) -> Parameter | None:
    known = () if operation is None else operation.parameters
    place = violation.location, violation.name
    return next((each for each in known if (each.location, each.name) == place), None)


def _below(node: Mapping[str, Any], step: str) -> Any:
    if "items" in node:
        return node["items"]
    found = node.get("properties", {}).get(step)
    return node.get("additionalProperties") if found is None else found


def _resolved(node: Any, components: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself: references followed, of a choice the first, which is the model's."""
    for _ in range(8):
        if not isinstance(node, Mapping):
            return {}
        if "$ref" in node:
            node = components.get(str(node["$ref"]).rpartition("/")[2])
            continue
        branches = [each for each in node.get("anyOf", ()) if each != {"type": "null"}]
        if not branches:
            return node
        node = branches[0]
    return {}


def _came(violation: Violation, steps: Sequence[str | int], call: Call, sent: Any) -> Any:
    """What came, as it was before anything was made of it."""
    got = violation.got
    if violation.keyword == "media_type":
        return sent
    if violation.location == "body":
        return got if sent is None or violation.keyword == "missing" else find(sent, steps)
    if got is None or isinstance(got, list):
        return got
    if violation.location == "query" and not violation.pointer:
        texts = [text for name, text in split_query(call.query, decoded) if name == violation.name]
        return texts[-1] if texts else str(got)
    return str(got)


def _sent(violations: Sequence[Violation], body: bytes) -> Any:
    """The body as FastAPI has it: a value, or a text where no JSON was announced."""
    if not body or all(each.location != "body" for each in violations):
        return None
    if any(each.keyword == "media_type" for each in violations):
        return body.decode("utf-8", "replace")
    return json.loads(body)


def _weight(violation: Violation) -> int:
    return ORDER.index(violation.keyword) if violation.keyword in ORDER else len(ORDER)


def _json_invalid(body: bytes) -> dict[str, Any] | None:
    """Where and why a body is no JSON in the words of Python's parser; None: it has none."""
    try:
        json.loads(body)
    except json.JSONDecodeError as error:
        return {
            "type": "json_invalid",
            "loc": ["body", error.pos],
            "msg": "JSON decode error",
            "input": {},
            "ctx": {"error": error.msg},
        }
    except (ValueError, RecursionError):
        return None
    return None
