"""Every admin call's mistakes are told in words: what there is, what it is like, what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.admin.admin_client import AdminClient
from tests.specs.contracts import ADMIN, document
from understudy.openapi.reference import objects
from understudy.server.admin import HANDLERS

INSTANT = "an instant with its zone, like 2026-01-05T09:00:00Z (of the years 1970 to 9998)"
DURATION = "a duration like 90s or 1h30m (a whole number and one of w d h m s ms)"
NAMED = "a session's name, 1 to 64 of A-Z a-z 0-9 . _ - and neither `.` nor `..`, like my-test"
FREE = {"operation": "resumeWorkflow"}


def rule(**more: Any) -> dict[str, Any]:
    return {**FREE, **more}


CLOCK, ADVANCE = ("PUT", "/clock"), ("POST", "/clock/advance")
RULES, VERIFY = ("POST", "/rules"), ("POST", "/verify")


@pytest.mark.parametrize(
    ("call", "body", "detail"),
    [
        (CLOCK, {"at": "yesterday"}, f'/at must be {INSTANT}; got "yesterday"'),
        (CLOCK, {"at": 5}, f"/at must be {INSTANT}; got 5"),
        (CLOCK, {"each_call": "soon"}, f'/each_call must be {DURATION}; got "soon"'),
        (CLOCK, {"speed": "fast"}, '/speed must be a number; got "fast"'),
        (CLOCK, {"speed": -1}, "/speed must be at least 0; got -1"),
        (CLOCK, {}, "the body must have one of at, speed, each_call, now, frozen or "
            "next; got an empty object"),
        (CLOCK, {"att": "x"}, "/att is not known; the body has at, speed, each_call, now, "
            "frozen and next"),
        (CLOCK, [], 'the body must be an object like {"at": "2026-01-05T09:00:00Z"}; '
            "got an array of 0"),
        (ADVANCE, {"by": "2 hours"}, f'/by must be {DURATION}; got "2 hours"'),
        (ADVANCE, {"by": "1h", "to": "2026-01-05T09:00:00Z"},
            'the body must have only one of by, to, next or idle; got an object with "by", "to"'),
        (ADVANCE, {}, "the body must have one of by, to, next or idle; got an empty object"),
        (ADVANCE, "idl", 'the body must be "next" or "idle" or an object like {"by": "6m"}; '
            'got "idl"'),
        (ADVANCE, ["idle"], 'the body must be "next" or "idle" or an object like {"by": "6m"}; '
            "got an array of 1"),
        (ADVANCE, {"idel": True}, "/idel is not known; the body has by, to, next and idle"),
        (ADVANCE, {"next": False}, "/next must be true; got false"),
        (("POST", "/fork"), {"name": "a/b"}, f'/name must be {NAMED}; got "a/b"'),
        (RULES, {}, "the body lacks operation"),
        (RULES, rule(then={}), "/then must have one of event or change; got an empty object"),
        (RULES, rule(fault={"latency": {"median": "1s"}}),
            "/fault/latency lacks p99; "
            'it must be an object like {"median": "100ms", "p99": "3s"}'),
        (("PUT", "/snapshot"), {},
            "the body lacks understudy; it must be a snapshot as getSnapshot gave it (and 4 more)"),
        (RULES, rule(fault={"latency": "slow"}),
            f'/fault/latency must be {DURATION} or an object like {{"min": "100ms", "max": "2s"}} '
            'or an object like {"median": "100ms", "p99": "3s"}; got "slow"'),
        (RULES, rule(reply=[]),
            "/reply must be the name of an answer or a status or an object like "
            '{"status": 502, "body": "<h1>Bad Gateway</h1>", "undocumented": true}; '
            "got an array of 0"),
        (RULES, rule(fault={"lose": "all"}),
            '/fault/lose must be "request" or "answer"; got "all"'),
        (RULES, rule(fault={"content_type": "ä"}),
            '/fault/content_type must be a media type, like text/html; got "\\u00e4"'),
        (RULES, rule(progress="soon"),
            '/progress must be "now" or an object like {"after": "30s"} or an object like '
            '{"reads": 3}; got "soon"'),
        (RULES, rule(name="x" * 201),
            f'/name must have at most 200 characters; got "{"x" * 80}"... (201 characters)'),
        (RULES, rule(times="x"), '/times must be a whole number; got "x"'),
        (VERIFY, rule(whn=1), "/whn is not known; "
         "the body has operation, as, within, order, when and times"),
    ],
)  # fmt: skip
def test_a_field_is_told_in_words(
    admin: AdminClient, session: str, call: tuple[str, str], body: Any, detail: str
) -> None:
    method, path = call
    told = admin.ask(method, f"/sessions/{session}{path}", body)
    assert (told.status, told.body["detail"]) == (400, detail)


@pytest.mark.parametrize("said", ["soon", "2026-01-05T09:00:00Z", 5])
def test_a_new_sessions_clock_has_three_spellings(admin: AdminClient, said: Any) -> None:
    told = admin.ask("POST", "/sessions", {"clock": said}).body["detail"]
    spellings = '"real" or "frozen" or an object like {"at": "2026-01-05T09:00:00Z"}'
    assert told.startswith(f"/clock must be {spellings}; got ")


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/vendors/LOOPLY", "vendor must be a vendor's name in small letters, like looply"),
        (
            "/sessions/default/requests/0",
            "request must be a request's number, like 4, or its id, like default.4, or `latest`",
        ),
        ("/sessions/default/requests?status=abc", "status must be a whole number"),
        ("/sessions/default/rules/a%20b", "rule must be a rule's id, like r1"),
    ],
)
def test_a_parameter_is_told_in_words(admin: AdminClient, path: str, detail: str) -> None:
    told = admin.ask("GET", path)
    assert (told.status, told.body["detail"].partition(";")[0]) == (400, detail)


@pytest.mark.parametrize(
    ("method", "path", "body", "meant"),
    [
        ("PUT", "/sessions/default/clock", {"att": "2026-01-05T09:00:00Z"}, "at"),
        ("POST", "/sessions/default/rules", [FREE, {"opration": "resumeWorkflow"}], "operation"),
        ("POST", "/sessions/default/rules", rule(fault={"loose": "answer"}), "lose"),
        ("GET", "/sessions?limits=1", None, "limit"),
        ("GET", "/sessions/default/records?vendor=looply&colection=executions", None, "collection"),
    ],
)
def test_what_was_probably_meant_is_told(
    admin: AdminClient, method: str, path: str, body: Any, meant: str
) -> None:
    told = admin.ask(method, path, body)
    assert (told.status, told.body.get("fix")) == (400, f"Did you mean {meant}?")


def test_the_nearest_path_is_told(admin: AdminClient) -> None:
    told = admin.ask("PUT", "/sessions/default/clok").body
    assert told["fix"].startswith("Did you mean PUT /__admin/sessions/{session}/clock")


@pytest.mark.parametrize("operation", HANDLERS)
def test_a_query_parameter_that_there_is_not_is_refused(admin: AdminClient, operation: str) -> None:
    declared = admin.contract.operations[operation]
    path = declared.path.removeprefix("/__admin")
    names = {"session": "default", "vendor": "looply", "collection": "executions", "id": "x"}
    for name, value in {**names, "rule": "r1", "request": "1"}.items():
        path = path.replace(f"{{{name}}}", value)
    told = admin.ask(declared.method, f"{path}?nobody-has-it=1&nobody-has-it=2")
    known = list(declared.query_parameters)
    assert (told.status, told.answer) == (400, "BAD_REQUEST")
    first = told.body["violations"][0]
    assert (first["location"], first["name"], first["keyword"], first["expected"]) == (
        "query",
        "nobody-has-it",
        "unknown",
        known,
    )
    has = f"{operation} has {known[0]}" if known else f"{operation} takes none"
    assert told.body["detail"].startswith(f"there is no query parameter 'nobody-has-it'; {has}")
    assert told.body["where"] == "query nobody-has-it"


def with_patterns() -> Iterator[Any]:
    """Every schema of a request, and every one by name, that has a pattern."""
    for schema, pointer in objects(document(ADMIN)):
        if "pattern" in schema and "/headers/" not in pointer:
            yield pytest.param(schema, id=pointer)


SAID_BY_US = ("Moment", "Spoken", "OpenApiDocument")  # never read


@pytest.mark.parametrize("schema", list(with_patterns()))
def test_whoever_has_a_pattern_has_words_for_it(
    schema: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    if any(f"/{name}" in request.node.callspec.id for name in SAID_BY_US):
        return
    words = schema["x-in-words"]
    assert not set(words) & set("^$[]\\|")
    like = re.search(r"like ([^ ,]+)", words)
    assert like is None or re.search(schema["pattern"], like[1])
