"""Magic inputs that are made of a document: each declared answer is had by what a call says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.documents import TEXT, at, content, document, operation, parameter, thing
from understudy.modeled.magic import magic_inputs

PROBLEM = {"content": {"application/json": {"schema": thing({"code": TEXT}, "code")}}}
REFUSALS = {
    "404": {"description": "None", **PROBLEM},
    "4XX": {"description": "Refused", **PROBLEM},
    "default": {"description": "Failed", **PROBLEM},
}


def told(path: str, said: dict[str, Any], method: str = "get", **more: Any) -> Client:
    """A document of one operation."""
    made = operation(200, thing({"id": TEXT}), operationId="it") | said
    made["responses"] = {**made["responses"], **REFUSALS}
    return Client(document({path: {method: made}}, **more))


def inputs(client: Client) -> dict[str, Any]:
    rules = magic_inputs(client.made.api, client.made.contract.operations["it"])
    return {each["reply"]: each["when"] for each in rules}


def test_each_answer_has_an_id_of_its_own() -> None:
    client = told("/things/{id}", {"parameters": at("id")})
    assert inputs(client) == {
        "OK": {"id": "magic-ok"},
        "NOT_FOUND": {"id": "magic-not-found"},
        "4XX": {"id": "magic-4xx"},
        "DEFAULT": {"id": "magic-default"},
    }
    statuses = [client.get(f"/things/magic-{each}").status for each in ("ok", "not-found", "4xx")]
    assert statuses == [200, 404, 400]
    forced = client.get("/things/magic-default")
    assert (forced.status, list(forced.body)) == (500, ["code"])
    assert "by=rule" in forced.headers["x-understudy"]
    assert client.get("/things/1").status == 404


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "maxLength": 10}, "magic4041"),
        ({"type": "string", "format": "uuid"}, "6d616769-6300-4000-8000-000404000001"),
        ({"type": "string", "pattern": "^[0-9a-f]{24}$"}, "6d6167696300004040000001"),
        ({"type": "integer"}, 404001),
    ],
)
def test_an_id_is_written_as_its_schema_wants_it(schema: dict[str, Any], value: Any) -> None:
    client = told("/things/{id}", {"parameters": [parameter("id", "path", **schema)]})
    assert inputs(client)["NOT_FOUND"] == {"id": value}
    assert client.get(f"/things/{value}").body.keys() == {"code"}
    assert "by=rule" in client.get(f"/things/{value}").headers["x-understudy"]


def test_where_no_path_takes_it_a_body_does_else_a_query_else_a_header() -> None:
    sent = thing({"count": {"type": "integer"}, "note": TEXT, "title": TEXT}, "title")
    body = told("/things", {"requestBody": content(sent)}, "post")
    assert inputs(body)["NOT_FOUND"] == {"body": {"title": "magic-not-found"}}
    assert body.post("/things", {"title": "magic-not-found"}).status == 404
    query = told("/things", {"parameters": [parameter("page", type="boolean"), parameter("q")]})
    assert inputs(query)["NOT_FOUND"] == {"q": "magic-not-found"}
    assert query.get("/things?q=magic-not-found").status == 404
    header = told("/things", {"parameters": [parameter("X-Kind", "header")]})
    assert inputs(header)["NOT_FOUND"] == {"headers": {"X-Kind": "magic-not-found"}}
    assert header.get("/things", **{"x-kind": "magic-not-found"}).status == 404


def test_an_operation_that_takes_nothing_has_none() -> None:
    assert inputs(told("/things", {})) == {}


def test_without_magic_an_id_is_one_like_any_other() -> None:
    paths = {"/things/{id}": {"parameters": at("id"), "get": operation(200, thing({"id": TEXT}))}}
    client = Client(document(paths), magic=False)
    assert "by=rule" not in client.get("/things/magic-ok").headers["x-understudy"]


def test_rules_of_an_operation_are_listed_once_it_was_called() -> None:
    client = told("/things/{id}", {"parameters": at("id")})
    rules = client.app.sandbox.session("default").rules
    assert rules.listing() == []
    client.get("/things/magic-4xx")
    assert [(each.id, each.origin, each.acted) for each in rules.listing()] == [
        ("m-orders-it-1", "magic", 0),
        ("m-orders-it-2", "magic", 0),
        ("m-orders-it-3", "magic", 1),
        ("m-orders-it-4", "magic", 0),
    ]
