"""FastAPI's refusals held against FastAPI: the same bad request, the same models, the same 422."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from fastapi import FastAPI, Header, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field, field_validator

from tests.openapi import small
from understudy.openapi.operation import Match, Operation, Violation
from understudy.openapi.request import read
from understudy.vendor import Call, Problem, Reply
from understudy.vendors import fastapi
from understudy.vendors.pydantic import Said, enumeration, literal, value_error

ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
JSON = {"content-type": "application/json"}


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Page(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int = Field(ge=1, le=300)


class Book(BaseModel):
    owner: UUID
    title: str = Field(min_length=2, max_length=10)
    state: dict[str, Any] | None = None
    due: datetime | None = None
    level: int | None = None
    price: float | None = Field(None, gt=0, lt=5)
    weight: float | None = Field(None, ge=1.5, le=20, multiple_of=0.5)
    lent: bool = False
    tags: list[str] = Field(default_factory=list, max_length=2)
    shelf: str | None = Field(None, pattern="^[a-z]+$")
    cover: Literal["soft", "hard", "none"] | None = None
    only: Literal["one"] | None = None
    first: Page | None = None
    pages: list[Page] | None = Field(None, min_length=1)
    marks: dict[str, Page] | None = None


class Painted(BaseModel):
    colour: Colour | None = None


class Checked(BaseModel):
    kind: str | None = None

    @field_validator("kind")
    @classmethod
    def known(cls, kind: str | None) -> str | None:
        if kind not in ("a", "b", None):
            raise ValueError("one of a, b")
        return kind


app = FastAPI()


@app.post("/books/{book}")
def lend(
    book: UUID,
    body: Book,
    x_key: Annotated[str, Header(max_length=3)],
    page: Annotated[int, Query(ge=1)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
    owner: UUID | None = None,
    since: datetime | None = None,
    full: bool = False,
    weight: Annotated[float, Query(ge=1.5)] = 2,
    number: Annotated[list[int] | None, Query()] = None,
    order: Literal["up", "down"] = "up",
) -> None: ...


@app.post("/painted")
def paint(body: Painted) -> None: ...


@app.post("/checked")
def check(body: Checked) -> None: ...


ORACLE = TestClient(app)

UUID_TEXT = {"type": "string", "format": "uuid"}
INTEGER = {"type": "integer", "minimum": 1}
PAGE = {
    "type": "object",
    "required": ["number"],
    "properties": {"number": {"type": "integer", "minimum": 1, "maximum": 300}},
    "additionalProperties": False,
}
PAGE_REF = {"$ref": "#/components/schemas/Page"}
BOOK = {
    "type": "object",
    "required": ["owner", "title"],
    "properties": {
        "owner": UUID_TEXT,
        "title": {"type": "string", "minLength": 2, "maxLength": 10},
        "state": {"type": ["object", "null"]},
        "due": {"type": ["string", "null"], "format": "date-time"},
        "level": {"type": ["integer", "null"]},
        "price": {"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 5},
        "weight": {"type": ["number", "null"], "minimum": 1.5, "maximum": 20, "multipleOf": 0.5},
        "lent": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "shelf": {"type": ["string", "null"], "pattern": "^[a-z]+$"},
        "cover": {"enum": ["soft", "hard", "none", None]},
        "only": {"enum": ["one", None]},
        "first": {"anyOf": [PAGE_REF, {"type": "null"}]},
        "pages": {"type": ["array", "null"], "items": PAGE_REF, "minItems": 1},
        "marks": {"type": ["object", "null"], "additionalProperties": PAGE_REF},
    },
}
CONTRACT = small.contract(
    {
        "/books/{book}": {
            "post": small.operation(
                "lend",
                parameters=[
                    small.parameter("path", "book", UUID_TEXT, required=True),
                    small.parameter("query", "page", INTEGER),
                    small.parameter("query", "size", {**INTEGER, "maximum": 100}),
                    small.parameter("query", "owner", UUID_TEXT),
                    small.parameter("query", "since", {"type": "string", "format": "date-time"}),
                    small.parameter("query", "full", {"type": "boolean"}),
                    small.parameter("query", "weight", {"type": "number", "minimum": 1.5}),
                    small.parameter(
                        "query", "number", {"type": "array", "items": {"type": "integer"}}
                    ),
                    small.parameter("query", "order", {"enum": ["up", "down"]}),
                    small.parameter(
                        "header", "x-key", {"type": "string", "maxLength": 3}, required=True
                    ),
                ],
                requestBody=small.body({"$ref": "#/components/schemas/Book"}),
            )
        },
        "/painted": {
            "post": small.operation(
                "paint",
                requestBody=small.body(
                    {"type": "object", "properties": {"colour": {"enum": ["red", "blue", None]}}}
                ),
            )
        },
        "/checked": {
            "post": small.operation(
                "check",
                requestBody=small.body(
                    {
                        "type": "object",
                        "properties": {
                            "kind": {"type": ["string", "null"], "enum": ["a", "b", None]}
                        },
                    }
                ),
            )
        },
    },
    components={"schemas": {"Book": BOOK, "Page": PAGE}},
)


def one_of(violation: Violation) -> Said:
    """A choice that the vendor's own validator makes, after the type."""
    if isinstance(violation.got, str):
        return value_error("one of a, b")
    return Said("string_type", "Input should be a valid string")


CHOICES = {"lend": literal, "paint": enumeration, "check": one_of}


def ours(target: str, headers: dict[str, str], content: bytes) -> Reply:
    """What we answer."""
    path, _, query = target.partition("?")
    call = Call("POST", f"/v1{path}", query, headers, content)
    found = CONTRACT.find(call.method, call.path)
    assert isinstance(found, Match)
    asked = read(found.operation, found.values, query, headers, content)
    assert asked.violations, "the contract takes it"
    problem = Problem("invalid", "it is wrong", violations=asked.violations)
    return fastapi.refuse(problem, found.operation, call, CHOICES[found.operation.id])


def same(target: str, content: bytes, headers: dict[str, str]) -> Reply:
    """Both refuse alike; what we said."""
    theirs = ORACLE.post(target, content=content, headers=headers)
    reply = ours(target, headers, content)
    assert (reply.status, reply.body) == (theirs.status_code, theirs.json())
    return reply


def book(**fields: Any) -> bytes:
    return json.dumps({"owner": ID, "title": "Emma", **fields}).encode()


def kinds(reply: Reply) -> list[str]:
    return [each["type"] for each in reply.body["detail"]]


WRONG_FIELDS = [
    {"owner": 1},
    {"owner": None},
    {"owner": []},
    {"title": "x"},
    {"title": "much too long"},
    {"title": 1},
    {"title": None},
    {"state": 1},
    {"state": []},
    {"state": "x"},
    {"due": {}},
    {"due": True},
    {"level": "x"},
    {"level": ""},
    {"level": "1.5"},
    {"level": 1.5},
    {"level": []},
    {"price": 0},
    {"price": -1},
    {"price": 9},
    {"price": "x"},
    {"price": {}},
    {"weight": 1},
    {"weight": 1.7},
    {"weight": 20.5},
    {"lent": "x"},
    {"lent": ""},
    {"lent": 2},
    {"lent": None},
    {"lent": []},
    {"tags": {}},
    {"tags": [1]},
    {"tags": ["a", "b", "c"]},
    {"shelf": "B"},
    {"shelf": 3},
    {"cover": "paper"},
    {"cover": 1},
    {"only": "two"},
    {"first": 1},
    {"first": {}},
    {"first": {"number": 0}},
    {"first": {"number": 1, "odd": 2, "other": 3}},
    {"pages": []},
    {"pages": {}},
    {"pages": [{"number": 301}, 1, {"number": 1}, {}]},
    {"marks": []},
    {"marks": {"7": {"number": "x"}, "b": 1}},
]


@pytest.mark.parametrize("fields", WRONG_FIELDS, ids=str)
def test_one_wrong_field(fields: dict[str, Any]) -> None:
    same(f"/books/{ID}", book(**fields), {**JSON, "x-key": "1"})


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
    "text",
    [
        "",
        " ",
        "x",
        "7",
        "497f6eca",
        ID + "a",
        ID[:-1],
        ID[:-1] + "g",
        ID.replace("-", "_"),
        ID + "-",
        "497f6eca-6276",
        "497f6ec-a6276-4993-bfeb-53cbbbba6f08",
        "497f6eca-62764-993-bfeb-53cbbbba6f08",
        "497f6eca-6276-4993-bfe-b53cbbbba6f08",
        "497f6eca62764993-bfeb53cbbbba6f08",
        "é",
        "aaé",
        "----",
        "a" * 33,
        "{}",
        "{x}",
        "{497f6eca}",
        "{" + ID[:-1] + "}",
        "{" + ID + "22}",
        "urn:uuid:x",
        "urn:uuid:497f6eca",
        "urn:uuid:" + ID[:-1],
        "URN:UUID:" + ID,
        "urn:uuid:é",
    ],
)
def test_a_text_that_is_no_uuid(text: str) -> None:
    same(f"/books/{ID}", book(owner=text), {**JSON, "x-key": "1"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "tomorrow",
        "tomorrow morning",
        "2026-1-01T00:00:00Z",
        "2026-xx-01T00:00:00Z",
        "2026-01-xxT00:00:00Z",
        "2026/01/01T00:00:00Z",
        "2026-01/01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2025-02-29",
        "2026-04-31",
        "10000-01-01T00:00:00Z",
        "0000-00-01T00:00:00Z",
        "0000-01-01",
        "2026-01-01T",
        "2026-01-01T00",
        "2026-01-01x00:00:00Z",
        "2026-01-01T0:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00 Z",
        "2026-01-01T00:00:00+24:00",
        "٢٠٢٦-01-01T00:00:00Z",
    ],
)
def test_a_text_that_is_no_datetime(text: str) -> None:
    same(f"/books/{ID}", book(due=text), {**JSON, "x-key": "1"})


def test_a_year_that_only_the_calendar_lacks() -> None:
    text = "0000-01-01T00:00:00Z"
    theirs = ORACLE.post("/books/7", content=book(due=text), headers={**JSON, "x-key": "1"})
    wrong = Violation("body", "", "/due", "format", "date-time", text, "no such year")
    found = CONTRACT.find("POST", "/v1/books/7")
    assert isinstance(found, Match)
    assert fastapi.errors([wrong], found.operation, Call("POST", "/v1/books/7")) == [
        each for each in theirs.json()["detail"] if each["loc"][0] == "body"
    ]


@pytest.mark.parametrize("colour", ["green", "", 1, []])
def test_an_enum_class(colour: Any) -> None:
    same("/painted", json.dumps({"colour": colour}).encode(), JSON)


@pytest.mark.parametrize("kind", ["c", "", 1, []])
def test_a_validator_of_the_vendors_own(kind: Any) -> None:
    same("/checked", json.dumps({"kind": kind}).encode(), JSON)


def test_a_parameter_sent_twice_is_no_value() -> None:
    query = "page=1&page=2"
    assert ORACLE.post(
        f"/books/{ID}?{query}", content=book(), headers={**JSON, "x-key": "1"}
    ).is_success
    reply = ours(f"/books/{ID}?{query}", {**JSON, "x-key": "1"}, book())
    (told,) = reply.body["detail"]
    assert (told["type"], told["loc"], told["input"]) == ("int_type", ["query", "page"], ["1", "2"])


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


STRICTER = {
    "owner": (ID.replace("-", ""), "uuid_parsing"),
    "level": ("1", "int_type"),
    "price": ("1.5", "float_type"),
    "lent": ("yes", "bool_type"),
    "due": ("2026-01-01T00:00:00", "timezone_aware"),
}


@pytest.mark.parametrize("name", STRICTER)
def test_what_only_the_contract_refuses_is_told_as_a_strict_model_tells_it(name: str) -> None:
    value, kind = STRICTER[name]
    content = book(**{name: value})
    assert ORACLE.post(f"/books/{ID}", content=content, headers={**JSON, "x-key": "1"}).is_success
    assert kinds(ours(f"/books/{ID}", {**JSON, "x-key": "1"}, content)) == [kind]


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
