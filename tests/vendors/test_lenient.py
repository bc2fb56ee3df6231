"""What a lenient contract reads held against FastAPI: the same request, the same value or 422."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel

from tests.openapi import small_contracts as small
from understudy.openapi.operation import Match
from understudy.openapi.request import read
from understudy.vendor import Call, Problem
from understudy.vendors import fastapi

ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
JSON = {"content-type": "application/json"}


class Thing(BaseModel):
    id: UUID | None = None
    due: datetime | None = None
    count: int | None = None
    price: float | None = None
    open: bool | None = None
    name: str | None = None
    more: dict[str, Any] | None = None
    counts: list[int] | None = None


app = FastAPI()


@app.post("/things")
def body(thing: Thing) -> dict[str, Any]:
    return thing.model_dump(mode="json", exclude_unset=True)


@app.get("/things")
def query(
    id: UUID | None = None,
    due: datetime | None = None,
    count: int | None = None,
    price: float | None = None,
    open: bool | None = None,
    name: str | None = None,
    counts: Annotated[list[int] | None, Query()] = None,
) -> dict[str, Any]:
    found = {"id": id, "due": due, "count": count, "price": price, "open": open, "name": name}
    return {key: value for key, value in {**found, "counts": counts}.items() if value is not None}


ORACLE = TestClient(app)

TYPES: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "format": "uuid"},
    "due": {"type": "string", "format": "date-time"},
    "count": {"type": "integer"},
    "price": {"type": "number"},
    "open": {"type": "boolean"},
    "name": {"type": "string"},
    "counts": {"type": "array", "items": {"type": "integer"}},
}
FIELDS = {
    name: {**schema, "type": [schema["type"], "null"]}
    for name, schema in {**TYPES, "more": {"type": "object"}}.items()
}
CONTRACT = small.contract(
    {
        "/things": {
            "post": small.operation(
                "body", requestBody=small.body({"type": "object", "properties": FIELDS})
            ),
            "get": small.operation(
                "query", parameters=[small.parameter("query", n, s) for n, s in TYPES.items()]
            ),
        }
    },
    **{"x-understudy-reads": "fastapi"},
)


def ours(
    method: str, query: str = "", content: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """The status and what was read, or all that is wrong."""
    found = CONTRACT.find(method, "/v1/things")
    assert isinstance(found, Match)
    asked = read(found.operation, found.values, query, headers or {}, content)
    if not asked.violations:
        return 200, plain(asked.body if method == "POST" else asked.values)
    problem = Problem("invalid", "it is wrong", violations=asked.violations)
    call = Call(method, "/v1/things", query, headers or {}, content)
    reply = fastapi.refuse(problem, found.operation, call)
    return reply.status, reply.body


def theirs(
    method: str, query: str = "", content: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    got = ORACLE.request(method, f"/things?{query}", content=content, headers=headers)
    return got.status_code, plain(got.json()) if got.is_success else got.json()


def plain(read: dict[str, Any]) -> dict[str, Any]:
    """What was read, an instant in one spelling: both write it as they like."""
    if isinstance(read.get("due"), str):
        due = datetime.fromisoformat(read["due"])
        read["due"] = (due if due.tzinfo else due.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return read


VALUES: list[Any] = [
    None, True, False, 0, 1, 2, -1, 1.0, 0.0, 1.5, 2.0, -7.0, 1e3, 1_767_225_600, 1_767_225_600.5,
    1_767_225_600_000, 20_000_000_000, 20_000_000_001, -20_000_000_001, 253_402_300_799_999,
    253_402_300_800_000, -62_135_596_800_000, -62_135_596_800_001, -62_167_219_200_001, 10**20,
    {}, {"a": 1}, [], [1], ["1", 1.0, True], ["x"], [None], [[]],
    "", " ", "x", "0", "1", " 1 ", "+1", "-1", "01", "1.0", "1.", ".5", "1.5", "-0", "1_000",
    "1__0", "1e3", "1E3", "0x1", "--1", "1 .0", "999999999999999999999", "on", "Off", "YES",
    "n", "T", " true", "true", "FALSE", "null", "None", "1767225600", "1767225600.25", "20260101",
    "99999999999999999999", "253402300800000", "-62167219200001",
    "2026-01-01", "2026-01-01T00:00", "2026-01-01T00:00:00", "2026-01-01t00:00:00z",
    "2026-01-01 00:00:00.5", "2026-01-01_00:00:00,123456789Z", "2026-01-01T00:00:00+0130",
    "2026-01-01T00:00:00\u221201:00", "2026-01-01T00:00:00-23:59", "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+01", "2026-01-01T24:00", "2026-02-29", "2024-02-29", "2026-01-01Z",
    "2026-01-01T00:00:00 Z", "2026-1-1", "0001-01-01", "9999-12-31T23:59:59.999999Z",
    ID, ID.upper(), ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", f"URN:UUID:{ID}",
    f"{{{ID.replace('-', '')}}}", ID[:-1], f"{{{ID}", f"{ID}}}", ID + " ",
]  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_every_value_in_every_field(name: str) -> None:
    for value in VALUES:
        content = json.dumps({name: value}).encode()
        assert ours("POST", "", content, JSON) == theirs("POST", "", content, JSON), value


@pytest.mark.parametrize("name", TYPES)
def test_every_text_in_every_parameter(name: str) -> None:
    texts = [value for value in VALUES if isinstance(value, str)]
    for text in texts:
        asked = f"{name}={quote(text)}"
        assert ours("GET", asked) == theirs("GET", asked), text


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("texts", [("1", "2"), ("2", "x"), ("x", "1"), ("", "1"), ("1", "")])
def test_of_a_repeated_name_the_last_counts(name: str, texts: tuple[str, str]) -> None:
    asked = "&".join(f"{name}={text}" for text in texts)
    assert ours("GET", asked) == theirs("GET", asked)


@pytest.mark.parametrize(
    "asked",
    ["name=%FF", "name=a%C3", "count=%FF", "%FF=1", "name", "name=&&", "name=a+b", "NAME=a"],
)
def test_what_is_no_utf8_and_other_oddities(asked: str) -> None:
    assert ours("GET", asked) == theirs("GET", asked)


MEDIA = [
    None, "", " ", "application/json", "application/JSON", "Application/Json; charset=utf-8",
    "application/json; charset=latin-1", "application/json;", " application/json ",
    "application/vnd.api+json", "application/problem+json", "application/hal+json; v=1",
    "application/x+JSON", "application/+json", "application/jsonx", "application/ld+json+x",
    "application/*", "*/*", "json", "text/json", "text/plain", "image/svg+json", "application",
    "application/x-www-form-urlencoded", "application/octet-stream", "application/json, text/plain",
    "multipart/form-data; boundary=x", ";", "/", "application/", "/json",
]  # fmt: skip


@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("content", [b"", b'{"count": "1"}', b"[]", b"x"], ids=repr)
def test_every_media_type(media: str | None, content: bytes) -> None:
    headers = {} if media is None else {"content-type": media}
    assert ours("POST", "", content, headers) == theirs("POST", "", content, headers)


TEXT = '{"name": "é\U0001f40d", "count": "1"}'


@pytest.mark.parametrize(
    "content",
    [
        *(TEXT.encode(each) for each in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")),
        *(TEXT.encode(each) for each in ("utf-32", "utf-32-le", "utf-32-be")),
        TEXT[:11].encode("latin-1") + b'"}',
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf{",
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        b'\xfe\xff{"count": 1}',
        b"\x00{}",
        b"{}\x00",
        b'{"count": 1, "count": "x"}',
        b'{"count": "x", "count": 1}',
        b'{"count": 1e2}',
        b'{"more": {"a": 123456789012345678901234567890}}',
        b'{"name": "\\ud83d\\udc0d"}',
        b'{"more": {"\\u0000": "\\u0000"}}',
        b' \n\t{"name": "a"}\r\n ',
        b'{"name": "\x7f"}',
    ],
    ids=repr,
)
def test_every_encoding(content: bytes) -> None:
    assert ours("POST", "", content, JSON) == theirs("POST", "", content, JSON)


@pytest.mark.parametrize("content", [b'{"price": NaN}', b'{"more": {"a": "\\ud800"}}'])
def test_what_no_answer_could_say_again_is_not_read(content: bytes) -> None:
    # FastAPI reads both, and breaks or answers null when it must write them.
    assert ours("POST", "", content, JSON) == (
        400,
        {"detail": "There was an error parsing the body"},
    )


def test_other_contracts_stay_strict() -> None:
    strict = small.one(
        small.parameter("query", "count", {"type": "integer"}),
        requestBody=small.body({"type": "object", "properties": FIELDS}),
    )
    asked = small.ask(strict, (), "count=1&count=2", JSON, b'\xef\xbb\xbf{"count": "1"}')
    assert [each.keyword for each in asked.violations] == ["duplicate", "syntax"]
    asked = small.ask(strict, (), "count=01", JSON, b'{"count": "1", "due": 5}')
    assert [each.keyword for each in asked.violations] == ["type", "type", "type"]
