"""Worlds of a document: told in a scenario, forked, kept and put back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.documents import ORDERS
from understudy.errors import InputError
from understudy.modeled.assembly import explained
from understudy.server.admin.explain import explanation
from understudy.server.sessions.snapshot import apply_snapshot, take_snapshot
from understudy.vendor import Missing


@pytest.fixture
def client() -> Client:
    return Client(ORDERS)


def add(client: Client, section: dict[str, Any]) -> None:
    client.made.vendor.populate(client.world, section, client.world.now)


def test_an_entry_becomes_a_whole_record(client: Client) -> None:
    add(client, {"orders": [{"id": "ord_mine", "customer": "ada", "created": "-1h"}]})
    told = client.get("/orders/ord_mine").body
    assert (told["customer"], told["created_at"]) == ("ada", "2025-12-31T23:00:00.000Z")
    assert isinstance(told["total"], int)


def test_an_entry_says_whose_it_is_by_the_paths_parameter(client: Client) -> None:
    add(client, {"orders": [{"name": "first", "id": "ord_mine"}]})
    add(client, {"lines": [{"order_id": "first", "id": 77, "sku": "bolt"}]})
    assert client.get("/orders/ord_mine/lines").body[0]["sku"] == "bolt"


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"order": [{}]}, "/order: a world has no order"),
        ({"orders": [{"total": "many"}]}, "/orders/0/total"),
        ({"orders": [{"id": "a"}, {"id": "a"}]}, "/orders/1/id: orders have a 'a' already"),
        ({"lines": [{"order_id": "nope"}]}, "/lines/0/order_id: no orders 'nope'"),
        ({"orders": [{"created": "1h"}]}, "/orders/0/created"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    client: Client, section: dict[str, Any], told: str
) -> None:
    with pytest.raises(InputError) as caught:
        add(client, section)
    assert told in str(caught.value)


def test_the_grammar_of_an_entry_names_the_records_fields(client: Client) -> None:
    schema = client.made.vendor.entries["lines"]
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {"name", "created", "order_id", "id", "sku", "quantity"}


def test_what_is_missing_can_be_declared(client: Client) -> None:
    section = client.made.vendor.declare(Missing("orders", "ord_other"), None)
    assert section == {"orders": [{"id": "ord_other"}]}
    add(client, {name: list(rows) for name, rows in section.items()})
    assert client.get("/orders/ord_other").status == 200
    assert client.made.vendor.declare(Missing("lines", "5", {"order_id": "o"}), None) == {
        "lines": [{"order_id": "o", "id": 5}]
    }


def test_a_session_is_kept_and_put_back(client: Client) -> None:
    order = client.post("/orders", {"customer": "ada", "total": 1, "id": "", "created_at": ""})
    assert order.status == 422
    made = client.post(
        "/orders", {"customer": "ada", "total": 1, "id": "x", "created_at": "2026-01-01T00:00:00Z"}
    ).body
    session = client.app.sandbox.session("default")
    kept = take_snapshot(session)
    client.delete(f"/orders/{made['id']}")
    apply_snapshot(session, kept)
    assert client.get(f"/orders/{made['id']}").body == made


def test_a_fork_goes_its_own_way(client: Client) -> None:
    sandbox = client.app.sandbox
    twin = sandbox.fork(sandbox.session("default"), "twin")
    before = len(client.world["orders"])
    twin.world("orders").remove("orders", next(twin.world("orders")["orders"].as_added()).id)
    assert len(client.world["orders"]) == before
    assert len(twin.world("orders")["orders"]) == before - 1


def test_what_was_inferred_is_told_of_each_operation(client: Client) -> None:
    contract, api = client.made.contract, client.made.api
    assert explained(api, contract.operations["createOrder"]) == (
        "create of orders, by rule 6 of inference: POST /orders answers the record"
    )
    assert explained(api, contract.operations["health"]) == ""
    assert "provenance=inferred" in client.get("/orders").headers["x-understudy"]
    assert "provenance=documented" in client.get("/health").headers["x-understudy"]
    session = client.app.sandbox.session("default")
    listed, health = [explanation(session, each)["because"] for each in [*session.journal][-2:]]
    assert listed == "list of orders, by rule 5 of inference: GET /orders answers a list of orders"
    assert health == "the vendor's own behaviour"
