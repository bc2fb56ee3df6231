"""An order that is paid, shipped, delivered or cancelled, step by step over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.behaviour.documents import LIFECYCLE, SHOP, section
from understudy.server.admin.explain import explanation

LINES = [{"sku": "tea", "price": 700, "quantity": 5}, {"sku": "cup", "price": 700, "quantity": 1}]
MINUTE, DAY = 60_000, 86_400_000


@pytest.fixture
def client() -> Client:
    return Client(SHOP, section=section(LIFECYCLE))


def made(client: Client) -> str:
    answer = client.post("/orders", {"lines": LINES})
    assert answer.status == 201, answer
    return str(answer.body["id"])


def why(client: Client) -> dict[str, Any]:
    session = client.app.sandbox.session("default")
    return explanation(session, [*session.journal][-1])


def test_an_order_is_born_in_its_first_state_with_what_is_set(client: Client) -> None:
    order = client.get(f"/orders/{made(client)}").body
    assert (order["status"], order["total"]) == ("created", 4_200)


def test_an_order_is_paid_shipped_and_delivered_two_days_later(client: Client) -> None:
    order = made(client)
    client.advance(10 * MINUTE)
    paid = client.post(f"/orders/{order}/pay", {"amount": 4_200})
    assert (paid.status, paid.body["status"]) == (200, "paid")
    assert paid.body["paid_at"] == "2026-01-01T00:10:00.000Z"
    shipped = client.post(f"/orders/{order}/ship", {"carrier": "swift"}).body
    assert (shipped["status"], shipped["carrier"]) == ("shipped", "swift")
    client.advance(2 * DAY - 1)
    assert client.get(f"/orders/{order}").body["status"] == "shipped"
    client.advance(1)
    assert client.get(f"/orders/{order}").body["status"] == "delivered"


def test_too_small_an_amount_is_refused_in_the_documents_words(client: Client) -> None:
    order = made(client)
    refused = client.post(f"/orders/{order}/pay", {"amount": 4_199})
    assert (refused.status, refused.body["code"]) == (422, "AMOUNT_TOO_SMALL")
    told = why(client)
    assert told["because"] == (
        "payOrder is refused: `body.amount >= record.total` does not hold:"
        " body.amount is 4199, record.total is 4200"
    )
    assert told["hint"] == "body.amount would have to be at least 4200"
    assert client.get(f"/orders/{order}").body["status"] == "created"


def test_an_event_that_the_state_does_not_allow_is_refused_as_it_is_said(client: Client) -> None:
    order = made(client)
    refused = client.post(f"/orders/{order}/ship", {"carrier": "swift"})
    assert refused.status == 409
    assert refused.body == {
        "code": "ILLEGAL_STATE",
        "message": "shipOrder is not allowed in created",
    }
    told = why(client)
    assert told["because"] == "shipOrder cannot happen in created, only in paid"
    assert told["hint"] == "in created there may be payOrder, cancelOrder, expire"
    assert told["by"] == "refusal"


def test_an_order_that_nobody_pays_expires(client: Client) -> None:
    order = made(client)
    client.advance(30 * MINUTE)
    assert client.get(f"/orders/{order}").body["status"] == "cancelled"
    assert client.post(f"/orders/{order}/pay", {"amount": 4_200}).status == 409


def test_advancing_twice_is_advancing_once() -> None:
    once, twice = (Client(SHOP, section=section(LIFECYCLE)) for _ in range(2))
    ids = [made(once), made(twice)]
    assert ids[0] == ids[1]
    for client in (once, twice):
        client.post(f"/orders/{ids[0]}/pay", {"amount": 4_200})
        client.post(f"/orders/{ids[0]}/ship", {"carrier": "swift"})
    once.advance(3 * DAY)
    twice.advance(DAY)
    twice.advance(2 * DAY)
    assert once.get("/orders").body == twice.get("/orders").body


def test_what_only_a_later_event_sets_is_not_there_before(client: Client) -> None:
    order = made(client)
    assert client.get(f"/orders/{order}").body.keys() == {"id", "status", "total", "lines"}
    client.post(f"/orders/{order}/pay", {"amount": 4_200})
    assert "paid_at" in client.get(f"/orders/{order}").body


def test_the_records_of_a_new_world_are_in_different_states(client: Client) -> None:
    orders = client.get("/orders").body
    assert [each["status"] for each in orders] == ["created", "paid", "shipped"]
    assert ["carrier" in each for each in orders] == [False, False, True]


def test_a_request_that_the_behaviour_has_no_use_for_is_invalid(client: Client) -> None:
    refused = client.post("/orders", {"lines": [{"sku": "tea"}]})
    assert refused.status == 422
    assert why(client)["because"] == "createOrder has no use for it: null is no number"


def test_an_unknown_order_is_not_found(client: Client) -> None:
    assert client.post("/orders/nope/pay", {"amount": 1}).status == 404


def test_a_change_does_not_reach_the_state(client: Client) -> None:
    order = made(client)
    changed = client.patch(f"/orders/{order}", {"note": "ring twice"})
    assert (changed.body["note"], changed.body["status"]) == ("ring twice", "created")


def test_transitions_are_counted_and_drawn(client: Client) -> None:
    order = made(client)
    client.post(f"/orders/{order}/pay", {"amount": 4_200})
    kind = next(each for each in client.made.vendor.kinds if each.name == "orders")
    assert kind.lifecycle is not None
    assert kind.lifecycle.states == ("created", "paid", "shipped", "cancelled", "delivered")
    assert ("paid", "shipOrder", "shipped") in [*kind.lifecycle.rows()]
    assert client.world.transition_counts()["orders", "created", "payOrder", "paid"] == 1


def test_a_record_of_a_world_is_in_the_state_that_it_says() -> None:
    client = Client(SHOP, section=section(LIFECYCLE))
    entry = {"id": "ord_1", "status": "shipped", "since": "-1d"}
    client.made.vendor.populate(client.world, {"orders": [entry]}, client.world.now)
    assert client.get("/orders/ord_1").body["status"] == "shipped"
    client.advance(DAY)
    assert client.get("/orders/ord_1").body["status"] == "delivered"
    schema = client.made.vendor.entries["orders"]["properties"]
    assert schema["status"]["enum"][:2] == ["created", "paid"]
    assert schema["since"]["$ref"] == "#/$defs/instant"
