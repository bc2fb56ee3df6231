"""Refusals of a document: its own where it has one, problem+json where it has not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.documents import ORDERS, TEXT, at, content, document, operation, ref, thing

PART = thing({"id": TEXT, "name": TEXT, "size": {"type": "integer"}}, "id", "name")
FIELD = thing({"field": TEXT, "message": TEXT})


def parts(**answers: Any) -> Client:
    """A client of a document whose operations all have these answers besides."""
    more = {
        f"{key.removeprefix('_')}": {"description": key, **value} for key, value in answers.items()
    }
    create, read = operation(201, ref("Part"), ref("Part")), operation(200, ref("Part"))
    for each in (create, read):
        each["responses"] |= more
    made = document(
        {"/parts": {"post": create}, "/parts/{id}": {"parameters": at("id"), "get": read}},
        {"Part": PART},
    )
    return Client(made, name="parts")


def shown(example: Any) -> dict[str, Any]:
    made = content({})
    made["content"]["application/json"] = {"example": example}
    return made


def test_the_documents_own_404_is_told_with_what_happened() -> None:
    refused = parts(_404=shown({"error": {"code": "NOT_FOUND", "message": "?"}})).get("/parts/x")
    assert refused.status == 404
    assert refused.body == {"error": {"code": "NOT_FOUND", "message": "parts has no x"}}
    assert refused.headers["content-type"] == "application/json"


def test_without_its_own_the_default_is_told() -> None:
    body = thing({"status": {"type": "integer"}, "title": TEXT, "detail": TEXT}, "status", "detail")
    refused = parts(default=content(body)).get("/parts/x")
    assert refused.status == 404
    assert refused.body["status"] == 404
    assert refused.body["detail"] == "parts has no x"


def test_without_any_it_is_problem_json() -> None:
    refused = parts().get("/parts/x")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.body == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "parts has no x",
    }


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({"_400": shown({"message": "?"})}, 400),
        ({"_422": shown({"message": "?"})}, 422),
        ({"_400": shown({"message": "?"}), "_422": shown({"message": "?"})}, 422),
        ({}, 422),
        ({"_4XX": shown({"message": "?"})}, 422),
    ],
)
def test_an_invalid_body_is_refused_with_the_status_the_document_has(
    answers: dict[str, Any], status: int
) -> None:
    assert parts(**answers).post("/parts", {"id": "x"}).status == status


def test_every_field_that_is_wrong_is_told() -> None:
    example = {"message": "?", "errors": [{"field": "?", "message": "?"}]}
    refused = parts(_422=shown(example)).post("/parts", {"id": 1, "name": 2})
    assert refused.body["errors"] == [
        {"field": "id", "message": "/id must be string; got 1"},
        {"field": "name", "message": "/name must be string; got 2"},
    ]


def test_a_body_of_another_kind_is_415_and_one_that_is_none_400() -> None:
    client = parts()
    kind = {"content-type": "text/csv"}
    assert client.call("POST", "/parts", b"a;b", kind).status == 415
    broken = client.call("POST", "/parts", b"{", {"content-type": "application/json"})
    assert broken.status == 400


def test_another_method_is_405_and_another_path_404() -> None:
    client = Client(ORDERS)
    refused = client.delete("/orders")
    assert refused.status == 405
    assert {"GET", "POST"} <= set(refused.headers["allow"].split(", "))
    assert client.get("/nothing").status == 404


def test_a_forced_refusal_has_the_documents_form() -> None:
    client = parts(_503=shown({"message": "down"}))
    forced = client.get("/parts/x", prefer="code=503")
    assert (forced.status, set(forced.body)) == (503, {"message"})


@pytest.mark.parametrize(
    ("accept", "status", "kind"),
    [
        ("application/json", 200, "application/json"),
        ("text/html, application/*;q=0.5", 200, "application/json"),
        ("text/plain", 200, "text/plain; charset=utf-8"),
        ("image/png", 406, "application/problem+json"),
        ("application/json;q=0, text/plain", 200, "text/plain; charset=utf-8"),
    ],
)
def test_a_client_gets_a_type_that_it_takes(accept: str, status: int, kind: str) -> None:
    read = operation(200, ref("Part"))
    read["responses"]["200"]["content"]["text/plain"] = {"example": "a part"}
    made = document(
        {
            "/parts": {"post": operation(201, ref("Part"), ref("Part"))},
            "/parts/{id}": {"parameters": at("id"), "get": read},
        },
        {"Part": PART},
    )
    client = Client(made, name="parts")
    client.post("/parts", {"id": "x", "name": "bolt"})
    told = client.get("/parts/x", accept=accept)
    assert (told.status, told.headers["content-type"]) == (status, kind)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("application/json, text/plain;q=0.5", "application/json"),
        ("application/problem+json;q=0.1, application/json", "application/json"),
        ("*/*", "application/problem+json"),
        ("application/*", "application/problem+json"),
    ],
)
def test_a_refusal_without_a_form_is_plain_json_to_whoever_takes_that_alone(
    accept: str, kind: str
) -> None:
    refused = parts().get("/parts/x", accept=accept)
    assert (refused.status, refused.headers["content-type"]) == (404, kind)
    assert refused.body["detail"] == "parts has no x"


@pytest.mark.parametrize(
    ("asked", "status", "message"),
    [
        ("404", 404, "exactly"),
        ("418", 418, "of its range"),
        ("503", 503, "the rest"),
        ("200", 200, None),
    ],
)
def test_a_preferred_status_falls_back_to_its_range_and_then_to_the_default(
    asked: str, status: int, message: str | None
) -> None:
    answers = {"_404": "exactly", "_4XX": "of its range", "default": "the rest"}
    client = parts(**{name: shown({"text": text}) for name, text in answers.items()})
    told = client.get("/parts/x", prefer=f"code={asked}")
    assert told.status == status
    assert (told.body or {}).get("text") == message


def test_a_status_that_no_answer_covers_cannot_be_preferred() -> None:
    refused = parts(_404=shown({})).get("/parts/x", prefer="code=503")
    assert (refused.status, refused.body["title"]) == (400, "No such answer")
