"""FastAPI's refusals held against FastAPI: the same bad request, the same models, the same 422."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.vendors.fastapi_app import ID, JSON, ORACLE, book, kinds, same
from understudy.openapi.operation import Operation
from understudy.vendor import Call, Problem, Reply
from understudy.vendors import fastapi


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=",
        "page=-1&size=101",
        "size=1.5",
        "size=0",
        "owner=x",
        "since=2026-13-01",
        "full=2",
        "full=",
        "weight=x",
        "weight=",
        "weight=1",
        "weight=1.0",
        "number=x&number=1&number=2.5",
        "order=left",
        "order=",
        "page=1&page=0",
        "size=0&size=x&order=up&order=left",
    ],
)
def test_one_wrong_parameter(query: str) -> None:
    same(f"/books/{ID}?{query}", book(), {**JSON, "x-key": "1"})


def test_everything_wrong_is_told_at_once_in_order() -> None:
    content = b'{"title": "x", "level": "z", "state": 1, "first": {"odd": 1}}'
    reply = same("/books/7?order=left&size=0&page=x", content, {**JSON, "x-key": "long"})
    assert [each["loc"] for each in reply.body["detail"]] == [
        ["path", "book"],
        ["query", "page"],
        ["query", "size"],
        ["query", "order"],
        ["header", "x-key"],
        ["body", "owner"],
        ["body", "title"],
        ["body", "state"],
        ["body", "level"],
        ["body", "first", "number"],
        ["body", "first", "odd"],
    ]


def test_what_is_not_there_at_all() -> None:
    reply = same(f"/books/{ID}", b"", {})
    assert kinds(reply) == ["missing", "missing"]


@pytest.mark.parametrize("content", [b"[]", b"null", b'"x"', b"1", b"true", b"{}"])
def test_a_body_of_another_kind(content: bytes) -> None:
    same(f"/books/{ID}", content, {**JSON, "x-key": "1"})


@pytest.mark.parametrize("content", [b"{}", b"abc", "é".encode()])
def test_a_body_that_is_not_sent_as_json_is_a_text(content: bytes) -> None:
    reply = same(f"/books/{ID}?page=0", content, {"content-type": "text/plain", "x-key": "1"})
    assert kinds(reply) == ["greater_than_equal", "model_attributes_type"]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[",
        b"x",
        b'{"a": tru}',
        b'{"a":1,}',
        b"{} x",
        b'{"a"',
        b'{"a":',
        b'{"a" 1}',
        b"{'a':1}",
        b'["a" 1]',
        b'"abc',
        b'{"a":"\n"}',
        b'{"a":"\\q"}',
        '{"é": 1,}'.encode(),
        b'{"a": 01}',
        b"  ",
    ],
)
def test_a_body_that_is_no_json_is_all_that_is_told(content: bytes) -> None:
    reply = same("/books/7?page=0", content, {**JSON, "x-key": "1"})
    assert kinds(reply) == ["json_invalid"]


@pytest.mark.parametrize("content", [b"\xff", b'{"a":"\xff"}', b"[" * 100_000])
def test_a_body_that_pythons_parser_gives_up_on(content: bytes) -> None:
    reply = same(f"/books/{ID}", content, {**JSON, "x-key": "1"})
    assert reply.body == {"detail": "There was an error parsing the body"}


@pytest.mark.parametrize(
    ("path", "query", "kind", "text"),
    [
        ("/books/%FF", "", "uuid_parsing", "\ufffd"),
        (f"/books/{ID}", "page=%FF", "int_parsing", "\ufffd"),
        (f"/books/{ID}", "since=a%FF", "datetime_from_date_parsing", "a\ufffd"),
    ],
)
def test_what_is_no_utf8_is_read_with_a_replacement(
    path: str, query: str, kind: str, text: str
) -> None:
    reply = same(f"{path}?{query}", book(), {**JSON, "x-key": "1"})
    assert [(each["type"], each["input"]) for each in reply.body["detail"]] == [(kind, text)]


def told(problem: Problem, operation: Operation | None = None) -> Reply:
    return fastapi.refuse(problem, operation, Call("GET", "/v1/nothing"))


def test_no_such_path() -> None:
    theirs = ORACLE.get("/nothing")
    reply = told(Problem("unknown_path", "no such path"))
    assert (reply.status, reply.body) == (theirs.status_code, theirs.json())


def test_no_such_method() -> None:
    theirs = ORACLE.get(f"/books/{ID}")
    reply = told(Problem("method_not_allowed", "no such method", allow=("POST",)))
    assert (reply.status, reply.body) == (theirs.status_code, theirs.json())
    assert dict(reply.headers) == {"Allow": theirs.headers["allow"]}


def test_an_exception_of_the_vendors_is_a_plain_text() -> None:
    broken = FastAPI()

    @broken.get("/")
    def fail() -> None:
        raise RuntimeError

    theirs = TestClient(broken, raise_server_exceptions=False).get("/")
    reply = told(Problem("internal", "a bug"))
    assert (reply.status, reply.raw) == (theirs.status_code, theirs.content)
    assert reply.media_type == theirs.headers["content-type"]


def test_no_credential_and_a_wrong_one() -> None:
    reply = told(Problem("unauthenticated", "nobody asked"))
    assert (reply.status, reply.body) == (401, {"detail": "Not authenticated"})
    assert dict(reply.headers) == {"WWW-Authenticate": "Bearer"}
    wrong = Problem("unauthenticated", "who is that", values={"detail": "Invalid credentials"})
    assert told(wrong).body == {"detail": "Invalid credentials"}


def test_a_quota_says_when_to_come_back() -> None:
    reply = told(Problem("rate_limited", "too fast", retry_after=7))
    assert (reply.status, reply.body) == (429, {"detail": "Too Many Requests"})
    assert dict(reply.headers) == {"Retry-After": "7"}
