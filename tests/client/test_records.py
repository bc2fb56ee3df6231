"""Records by hand from Python: changed, made, removed; and by a rule as a call comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from understudy.client import Refused, Sandbox

WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"
SAP = {"payload": {"source": "SAP"}}
ORDER = {
    "required": ["item"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "item": {"type": "string"},
        "count": {"type": "integer"},
    },
}
JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
BY_ID = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
OF_ONE = {"200": {"description": "It", "content": JSON}, "404": {"description": "None"}}
ORDERS = {
    "openapi": "3.1.0",
    "info": {"title": "Orders", "version": "1"},
    "components": {"schemas": {"Order": ORDER}},
    "paths": {
        "/orders": {
            "post": {
                "operationId": "createOrder",
                "requestBody": {"content": JSON},
                "responses": {"201": {"description": "Made", "content": JSON}},
            }
        },
        "/orders/{id}": {
            "parameters": BY_ID,
            "get": {"operationId": "getOrder", "responses": OF_ONE},
        },
    },
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=["looply"], clock="frozen") as made:
        yield made


def test_a_record_is_changed_and_read(sandbox: Sandbox) -> None:
    executions = sandbox.looply.records("executions")
    assert executions.change(WAITING, process_id="order-9")["fields"]["process_id"] == "order-9"
    assert executions.event(WAITING, "resume")["state"] == "IN_PROGRESS"
    assert executions.read(WAITING)["due"][0]["event"] == "done"


def test_a_record_is_made_and_removed(sandbox: Sandbox) -> None:
    executions = sandbox.looply.records("executions")
    before = len(executions)
    made = executions.make(workflow="approval", process_id="mine")
    assert made["state"] == "IN_PROGRESS"
    assert len(sandbox.looply.records("executions")) == before + 1
    assert executions.remove(made["id"]) == [{"collection": "executions", "id": made["id"]}]
    assert len(sandbox.looply.records("executions")) == before


def test_a_refusal_says_what_is_possible(sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="possible: resume, fail, terminate"):
        sandbox.looply.records("executions").event(WAITING, "complete")


def test_a_rule_changes_the_record_that_a_call_names(sandbox: Sandbox) -> None:
    sandbox.looply.rule("resumeWorkflow", times=1, then={"change": {"state": "FAILED"}})
    with sandbox.looply.client() as looply:
        reply = looply.post("/resumeWorkflow/order-1001", json=SAP)
    assert reply.json()["code"] == "NO_RESUMABLE_EXECUTION"
    assert sandbox.looply.records("executions").read(WAITING)["state"] == "FAILED"


def test_a_rule_that_cannot_change_it_says_so_and_the_call_goes_on(sandbox: Sandbox) -> None:
    sandbox.looply.rule("resumeWorkflow", then={"change": {"state": "BROKEN"}})
    with sandbox.looply.client() as looply:
        assert looply.post("/resumeWorkflow/order-1001", json=SAP).status_code == 200
    because = sandbox.looply.requests()[-1]["because"]
    assert f"{WAITING} of the executions stays as it is: /state: `state` is" in because


def test_records_of_a_document_are_changed_by_their_fields(tmp_path: Path) -> None:
    document = tmp_path / "orders.json"
    document.write_text(json.dumps(ORDERS))
    with Sandbox(documents={"orders": str(document)}) as sandbox, sandbox.orders.client() as client:
        made = client.post("/orders", json={"item": "tea", "count": 2}).json()
        orders = sandbox.orders.records("orders")
        changed = orders.change(made["id"], item="milk")
        assert client.get(f"/orders/{made['id']}").json() == {**made, "item": "milk"}
        assert changed["entry"] == {**made, "item": "milk", "created": changed["created"]}
        with pytest.raises(Refused, match="/count"):
            orders.change(made["id"], count="many")
        second = orders.make(item="bread")
        assert client.get(f"/orders/{second['id']}").json()["item"] == "bread"
        orders.remove(made["id"])
        assert client.get(f"/orders/{made['id']}").status_code == 404
