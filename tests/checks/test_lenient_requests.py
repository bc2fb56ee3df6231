"""A contract widened to what its vendor reads: requests only, and only where the vendor does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi import small_contracts as small
from understudy.checks.lenient_requests import as_read
from understudy.openapi.operation import Operation
from understudy.openapi.schema import Checker

FIELDS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "due": {"type": ["string", "null"], "format": "date-time"},
        "count": {"type": "integer"},
        "small": {"type": "integer", "maximum": 9},
        "open": {"type": "boolean"},
    },
}


def document(**more: Any) -> dict[str, Any]:
    ref = {"$ref": "#/components/schemas/Fields"}
    operation = small.operation(
        "tryBook",
        parameters=[small.parameter("query", "count", {"type": "integer"})],
        requestBody=small.body(ref),
        responses={"200": small.answer(ref, OK={})},
    )
    components = {"schemas": {"Fields": FIELDS}}
    return small.document({"/books": {"post": operation}}, components=components, **more)


def checked(**more: Any) -> tuple[Checker, Operation]:
    """The widened schema of the body, and the operation as it is served."""
    found = as_read(document(**more))["paths"]["/books"]["post"]["requestBody"]["content"]
    contract = small.contract(
        document()["paths"], components={"schemas": {"Fields": FIELDS}}, **more
    )
    schema = found["application/json"]["schema"]
    components = {"Fields": FIELDS}
    return Checker(schema, components), contract.operations["tryBook"]


@pytest.mark.parametrize(
    "body",
    [
        {"id": "497f6eca62764993bfeb53cbbbba6f08"},
        {"due": 253_402_300_799_999},
        {"due": "20260101"},
        {"due": "2026-01-01 10:00"},
        {"due": None},
        {"count": "12"},
        {"count": True},
        {"open": "yes"},
    ],
    ids=str,
)
def test_what_the_vendor_reads_is_no_mistake(body: dict[str, Any]) -> None:
    lenient, operation = checked(**{"x-understudy-reads": "fastapi"})
    strict, _ = checked()
    assert lenient.is_valid(body)
    assert strict.is_valid(body) == (body == {"due": None})
    assert operation.body is not None
    assert operation.body.reader is not None
    assert operation.body.is_valid(operation.body.reader(dict(body)))


@pytest.mark.parametrize(
    "body",
    [{"id": "x"}, {"due": True}, {"due": 10**15}, {"count": 1.5}, {"small": "1"}, {"open": 2}],
)
def test_the_rest_stays_one(body: dict[str, Any]) -> None:
    lenient, _ = checked(**{"x-understudy-reads": "fastapi"})
    assert not lenient.is_valid(body)


def test_a_number_in_a_query_is_a_text_anyway_and_answers_stay_as_they_are() -> None:
    made = as_read(document(**{"x-understudy-reads": "fastapi"}))
    operation = made["paths"]["/books"]["post"]
    assert operation["parameters"][0]["schema"] == {"type": "integer"}
    assert operation["responses"] == document()["paths"]["/books"]["post"]["responses"]
    assert made["components"]["schemas"]["Fields"] == FIELDS
