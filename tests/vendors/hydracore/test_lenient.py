"""What the platform reads in more than one spelling: ids, instants, numbers, bodies."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError

from tests.vendors.hydracore.harness import ADA, LETTINGS, ONE, Harness, instance_path

HEX = ONE.replace("-", "")
SPELLINGS = [ONE.upper(), HEX, HEX.upper(), f"{{{ONE}}}", f"urn:uuid:{ONE.upper()}"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_id_is_read_however_it_is_spelt(spelling: str) -> None:
    assert TypeAdapter(UUID).validate_python(spelling) == UUID(ONE)
    one = Harness({"id": ONE, "customer_id": ADA})
    assert one.read(quote(spelling))["id"] == ONE
    digits = LETTINGS.replace("-", "")
    found = one.ask("GET", instance_path(f"/{quote(spelling)}", digits))
    assert (found.status, found.body["instance_id"]) == (200, LETTINGS)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_id_in_a_body_is_kept_in_one_spelling(spelling: str) -> None:
    one = Harness()
    made = one.create(customer_id=spelling, approver_id=spelling)
    assert (made["customer_id"], made["approver_id"]) == (ONE, ONE)
    found = one.dashboard("GET", f"?customer_id={quote(spelling)}")
    assert [each["id"] for each in found.body["workflows"]] == [made["id"]]


@pytest.mark.parametrize("wrong", [f"{{{HEX}}}", f"urn:uuid:{HEX}", f"URN:UUID:{ONE}", HEX[1:], ""])
def test_what_no_spelling_is_told_as_the_platform_does(wrong: str) -> None:
    with pytest.raises(ValidationError) as theirs:
        TypeAdapter(UUID).validate_python(wrong)
    (expected,) = theirs.value.errors(include_url=False)
    told = Harness().internal("POST", body={"customer_id": wrong, "workflow_type": "lead"})
    assert told.status == 422
    (entry,) = told.body["detail"]
    assert entry["loc"] == ["body", "customer_id"]
    assert (entry["type"], entry["msg"]) == (expected["type"], expected["msg"])


def test_an_id_that_is_no_text_is_told_as_such() -> None:
    told = Harness().internal("POST", body={"customer_id": 5, "workflow_type": "lead"})
    assert [each["type"] for each in told.body["detail"]] == ["uuid_type"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-02-01T10:00:00", "2026-02-01T10:00:00Z"),
        ("2026-02-01", "2026-02-01T00:00:00Z"),
        ("2026-02-01 10:00", "2026-02-01T10:00:00Z"),
        ("2026-02-01_10:00:00,5", "2026-02-01T10:00:00.500000Z"),
        ("2026-02-01T10:00:00+0130", "2026-02-01T08:30:00Z"),
        ("2026-02-01t10:00z", "2026-02-01T10:00:00Z"),
        ("1769940000", "2026-02-01T10:00:00Z"),
        (1769940000, "2026-02-01T10:00:00Z"),
        (1769940000.25, "2026-02-01T10:00:00.250000Z"),
        (1769940000001, "2026-02-01T10:00:00.001000Z"),
    ],
)
def test_an_instant_may_be_said_in_many_ways(text: str | float, read: str) -> None:
    theirs = TypeAdapter(datetime).validate_python(text)
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    assert theirs == datetime.fromisoformat(read)
    assert Harness().create(expires_at=text)["expires_at"] == read


NO_INSTANTS = ["2026-02-30", "2026-02-30T10:00", "2026-02-01T24:00", "x", "", 10**15, -(10**15)]


@pytest.mark.parametrize("text", NO_INSTANTS)
def test_an_instant_that_is_none_is_told_as_the_platform_does(text: Any) -> None:
    with pytest.raises(ValidationError) as theirs:
        TypeAdapter(datetime).validate_python(text)
    (expected,) = theirs.value.errors(include_url=False)
    body = {"customer_id": ADA, "workflow_type": "lead", "expires_at": text}
    (entry,) = Harness().internal("POST", body=body).body["detail"]
    assert (entry["type"], entry["msg"]) == (expected["type"], expected["msg"])


@pytest.mark.parametrize(
    ("query", "page", "size"),
    [("page=%2B1&per_page=01", 1, 1), ("page=2.0&per_page=%205", 2, 5), ("per_page=1_0", 1, 10)],
)
def test_a_number_is_read_however_it_is_spelt(query: str, page: int, size: int) -> None:
    told = Harness({"id": ONE}).dashboard("GET", f"?{query}")
    assert (told.status, told.body["page"], told.body["per_page"]) == (200, page, size)


@pytest.mark.parametrize(("text", "kind"), [("00", "greater_than_equal"), ("1.5", "int_parsing")])
def test_a_number_that_is_none_is_told_with_what_was_sent(text: str, kind: str) -> None:
    (entry,) = Harness().dashboard("GET", f"?page={text}").body["detail"]
    assert (entry["type"], entry["input"]) == (kind, text)


def test_a_body_whose_media_type_nobody_told_is_a_text() -> None:
    Harness()
    path = f"/~test/hydracore{instance_path()}"
    sent: Any = b'{"customer_id": 1}'
    got = Harness.client.ask("POST", path, [("authorization", "Bearer proxy-lettings")], sent)
    assert got.status == 422
    assert b'"model_attributes_type"' in got.body


@pytest.mark.parametrize("level", [2, "2", " +02 ", "2.0", 2.0])
def test_a_whole_number_in_a_body_is_kept_as_one(level: Any) -> None:
    one = Harness({"id": ONE})
    told = one.internal("PATCH", f"/{ONE}", {"action": "escalated", "escalation_level": level})
    assert (told.status, told.body["escalation_level"]) == (200, 2)
    assert told.body["history"][-1]["data"] == {"escalation_level": 2}


NEW = {"customer_id": ADA, "workflow_type": "lead", "title": "Zoë"}


@pytest.mark.parametrize("media", ["application/vnd.api+json", "Application/JSON; charset=latin-1"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
def test_a_body_of_any_json_type_in_any_encoding_is_read(media: str, encoding: str) -> None:
    Harness()
    headers = [("authorization", "Bearer proxy-lettings"), ("content-type", media)]
    content = json.dumps(NEW, ensure_ascii=False).encode(encoding)
    got = Harness.client.ask("POST", f"/~test/hydracore{instance_path()}", headers, content)
    assert (got.status, json.loads(got.body)["title"]) == (201, "Zoë")


def test_the_last_of_a_repeated_name_counts() -> None:
    told = Harness({"id": ONE}).dashboard("GET", "?per_page=x&per_page=5&per_page=6")
    assert (told.status, told.body["per_page"]) == (200, 6)


@pytest.mark.parametrize(
    ("method", "path", "to"),
    [
        ("GET", "/v1/workflows/", "/v1/workflows"),
        ("GET", "/v1/workflows//?page=2&x=%20y", "/v1/workflows?page=2&x=%20y"),
        ("POST", f"/v1/workflows/{ONE}/abort/", f"/v1/workflows/{ONE}/abort"),
        ("DELETE", "/v1/workflows/suspended/", "/v1/workflows/suspended"),
    ],
)
def test_a_slash_too_many_is_redirected(method: str, path: str, to: str) -> None:
    platform = FastAPI()
    for each in ("/v1/workflows", "/v1/workflows/suspended", "/v1/workflows/{id}/abort"):
        platform.add_api_route(each, lambda: None, methods=["GET", "POST"])
    client = TestClient(platform, base_url="http://sandbox", follow_redirects=False)
    theirs = client.request(method, path)
    Harness()
    got = Harness.client.ask(method, f"/~test/hydracore{path}", [])  # before anybody asks for a key
    assert (got.status, got.body) == (theirs.status_code, theirs.content) == (307, b"")
    headers = dict(got.headers)
    assert theirs.headers["location"] == f"http://sandbox{to}"
    assert headers["location"] == f"http://sandbox/~test/hydracore{to}"
    assert headers["content-length"] == theirs.headers["content-length"]


@pytest.mark.parametrize("path", ["/v1/nothing/", "/v1/", "/"])
def test_a_path_that_leads_nowhere_is_not_redirected(path: str) -> None:
    Harness()
    got = Harness.client.ask("GET", f"/~test/hydracore{path}", [])
    assert (got.status, got.body) == (404, b'{"detail":"Not Found"}')
