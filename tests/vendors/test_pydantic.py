"""What is said of one value, held against pydantic: the same value, the same model."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.vendors.fastapi_app import CONTRACT, ID, JSON, ORACLE, book, same
from understudy.openapi.operation import Match, Violation
from understudy.vendor import Call
from understudy.vendors import fastapi

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
