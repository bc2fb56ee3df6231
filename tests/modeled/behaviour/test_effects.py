"""What an event brings about in other records, all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.behaviour.documents import SHOP, section

EFFECTS = """
products: { seed: 0 }
customers:
  seed: 0
  state: status
  lifecycle:
    - { event: createCustomer, to: active }
    - { event: close, from: active, to: closed, set: { name: "closed ${record.name}" } }
    - { event: count, set: { orders: "${record.orders + 1}" } }
invoices: { seed: 0 }
orders:
  seed: 0
  state: status
  lifecycle:
    - event: createOrder
      to: created
      if: "size(orders.filter(o, o.status == 'created')) < 3"
      else: { status: 409, body: { code: TOO_MANY, message: "${size(orders)} are open" } }
      set: { total: "${body.lines.map(l, l.price * l.quantity).sum()}" }
      then:
        - change: "products.filter(p, body.lines.exists(l, l.sku == p.sku))"
          if: target.stock > 0
          else: { status: 409, body: { code: SOLD_OUT, message: "no ${target.sku} is left" } }
          set: { stock: "${target.stock - 1}" }
        - { event: count, of: "customers[record.customer_id]" }
    - event: payOrder
      from: created
      to: paid
      then:
        - make: invoices
          as: invoice
          with: { amount: "${record.total * 1.5}", customer_id: "${record.customer_id}" }
        - { change: "orders[record.id]", set: { note: "invoice ${invoice.amount}" } }
    - event: cancelOrder
      from: created
      to: cancelled
      then: { event: close, of: "customers[record.customer_id]" }
    - event: shipOrder
      from: paid
      to: shipped
      then: { remove: "customers[record.customer_id].invoices" }
"""


@pytest.fixture
def client() -> Client:
    client = Client(SHOP, section=section(EFFECTS))
    for sku, stock in (("tea", 2), ("cup", 1)):
        assert client.post("/products", {"sku": sku, "stock": stock}).status == 201
    return client


def customer(client: Client) -> str:
    made = client.post("/customers", {"name": "Ada", "orders": 0})
    assert made.body["status"] == "active"
    return str(made.body["id"])


def order(client: Client, who: str, *skus: str) -> Any:
    lines = [{"sku": each, "price": 100, "quantity": 2} for each in skus]
    return client.post("/orders", {"customer_id": who, "lines": lines})


def stock(client: Client, sku: str) -> int:
    return int(client.get(f"/products/{sku}").body["stock"])


def test_stock_is_counted_down_and_the_customers_event_happens(client: Client) -> None:
    who = customer(client)
    assert order(client, who, "tea", "cup").body["total"] == 400
    assert (stock(client, "tea"), stock(client, "cup")) == (1, 0)
    assert client.get(f"/customers/{who}").body["orders"] == 1


def test_what_is_refused_halfway_changes_nothing(client: Client) -> None:
    who = customer(client)
    order(client, who, "tea", "cup")
    before = client.get("/products").body
    refused = order(client, who, "tea", "cup")
    assert (refused.status, refused.body["message"]) == (409, "no cup is left")
    assert client.get("/products").body == before
    assert len(client.get("/orders").body) == 1
    assert client.get(f"/customers/{who}").body["orders"] == 1


def test_an_event_makes_a_record_below_another(client: Client) -> None:
    who = customer(client)
    made = order(client, who, "tea").body["id"]
    paid = client.post(f"/orders/{made}/pay", {"amount": 1})
    assert paid.body["note"] == "invoice 300"
    (invoice,) = client.get(f"/customers/{who}/invoices").body
    assert (invoice["amount"], invoice["customer_id"]) == (300.0, who)
    assert client.get(f"/customers/{who}/invoices/{invoice['id']}").body == invoice


def test_what_belongs_to_a_record_can_be_removed(client: Client) -> None:
    who = customer(client)
    made = order(client, who, "tea").body["id"]
    client.post(f"/orders/{made}/pay", {"amount": 1})
    client.post(f"/orders/{made}/ship", {})
    assert client.get(f"/customers/{who}/invoices").body == []


def test_an_event_of_one_causes_one_of_another(client: Client) -> None:
    who = customer(client)
    first = order(client, who, "tea").body["id"]
    assert client.post(f"/orders/{first}/cancel").status == 200
    closed = client.get(f"/customers/{who}").body
    assert (closed["status"], closed["name"]) == ("closed", "closed Ada")
    counts = client.world.transition_counts()
    assert counts["customers", "active", "close", "closed"] == 1


def test_an_event_that_another_refuses_does_not_happen(client: Client) -> None:
    who = customer(client)
    first, second = (order(client, who, each).body["id"] for each in ("tea", "cup"))
    client.post(f"/orders/{first}/cancel")
    refused = client.post(f"/orders/{second}/cancel")
    assert refused.status == 409
    assert client.get(f"/orders/{second}").body["status"] == "created"


def test_a_guard_counts_the_records_there_are(client: Client) -> None:
    who = customer(client)
    for _ in range(3):
        assert order(client, who).status == 201
    refused = order(client, who)
    assert refused.body == {"code": "TOO_MANY", "message": "3 are open"}


def test_a_loop_of_effects_is_broken_off_by_name() -> None:
    loop = """
    orders:
      seed: 0
      state: status
      lifecycle:
        - { event: createOrder, to: created }
        - { event: again, from: created, then: { event: again, of: "orders[id]" } }
        - { event: cancelOrder, from: created, to: cancelled, then: { event: back, of: "orders" } }
        - { event: back, from: cancelled, to: created, then: { event: again, of: "orders[id]" } }
    """
    client = Client(SHOP, section=section(loop))
    made = client.post("/orders", {}).body["id"]
    refused = client.post(f"/orders/{made}/cancel")
    assert refused.status == 500
    session = client.app.sandbox.session("default")
    told = [*session.journal][-1].because
    assert "one thing brings about more than 100 others, the last: event again of orders" in told
    assert client.get(f"/orders/{made}").body["status"] == "created"


def test_what_time_cannot_do_does_not_keep_it_from_the_rest() -> None:
    text = EFFECTS.replace(
        "      from: created\n      to: cancelled\n",
        "      from: created\n      to: cancelled\n      after: 30m\n",
    )
    client = Client(SHOP, section=section(text))
    moves: list[str] = []
    client.world.history.listener = lambda owner, step, by_time: moves.append(step.event)
    first, second = customer(client), customer(client)
    orders = [order(client, who).body["id"] for who in (first, first, second)]
    client.advance(30 * 60_000)
    found = [client.get(f"/orders/{each}").body["status"] for each in orders]
    assert found == ["cancelled", "created", "cancelled"]
    assert [client.get(f"/customers/{each}").body["status"] for each in (first, second)] == [
        "closed",
        "closed",
    ]
    assert moves.count("close") == 2
