"""What the engine does for built-in vendors it does for a behaviour that is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.modeled.application import Client
from tests.modeled.behaviour.documents import LIFECYCLE, SHOP, STATES, section
from understudy.cli.show_world import mermaid
from understudy.errors import InputError, ScenarioError
from understudy.modeled.assembly import modeled
from understudy.modeled.record_migration import carry
from understudy.modeled.section import Section
from understudy.server.admin.coverage import coverage, tally
from understudy.server.sessions.snapshot import apply_snapshot, take_snapshot
from understudy.simulation.serialization import written

WORLD = """
understudy: 1
scenario: Orders in their states
vendor: orders
world:
  orders:
    orders:
      - { name: open, id: ord_open, status: created, total: 5 }
      - { id: ord_paid, status: paid, since: -1h }
"""
RULES = """
rules:
  - name: shipped as soon as it is paid
    operation: payOrder
    when: { order_id: ord_open }
    then: { event: cancelOrder }
    reply: { status: 409, body: { code: GONE } }
  - name: a paid one is not removed
    operation: removeOrder
    when: { record: { status: paid } }
    reply: { status: 409, body: { code: PAID } }
  - name: it is delivered at once
    operation: shipOrder
    progress: now
"""


@pytest.fixture
def client() -> Client:
    return Client(SHOP, section=section(LIFECYCLE))


def load(client: Client, folder: Path, text: str) -> None:
    file = folder / "told.yaml"
    file.write_text(text)
    sandbox = client.app.sandbox
    sandbox.session("default").load(sandbox.scenario(str(file)))


def test_a_world_puts_records_into_states(client: Client, tmp_path: Path) -> None:
    load(client, tmp_path, WORLD)
    assert client.get("/orders/ord_paid").body["status"] == "paid"
    assert client.post("/orders/ord_open/pay", {"amount": 5}).body["status"] == "paid"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("status: paid", "status: payed", "paid"),
        ("since: -1h", "since: 1h", "lies after the session's start"),
        ("total: 5", "total: five", "total"),
        ("id: ord_paid", "sattus: paid", "Did you mean `status`"),
    ],
)
def test_a_world_is_held_against_states_and_schema(
    client: Client, tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises((ScenarioError, InputError)) as caught:
        load(client, tmp_path, WORLD.replace(old, new))
    assert told in str(caught.value)


def test_rules_use_events_states_and_progress(client: Client, tmp_path: Path) -> None:
    load(client, tmp_path, WORLD + RULES)
    assert client.post("/orders/ord_open/pay", {"amount": 5}).body == {"code": "GONE"}
    assert client.get("/orders/ord_open").body["status"] == "cancelled"
    assert client.delete("/orders/ord_paid").body == {"code": "PAID"}
    assert client.post("/orders/ord_paid/ship", {"carrier": "swift"}).body["status"] == "shipped"
    assert client.get("/orders/ord_paid").body["status"] == "delivered"


def test_an_event_that_no_lifecycle_has_is_told(client: Client, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(client, tmp_path, WORLD + RULES.replace("event: cancelOrder", "event: cancelOrdr"))
    assert "cancelOrder" in str(caught.value)


def test_a_lifecycle_is_drawn(client: Client) -> None:
    vendor = client.made.vendor
    kind = next(each for each in vendor.kinds if each.name == "orders")
    assert kind.lifecycle is not None
    drawn = list(mermaid(vendor, kind, kind.lifecycle))
    assert "    [*] --> s0" in drawn
    assert any(each.endswith(": payOrder") for each in drawn)


def test_a_magic_input_has_the_refusal(client: Client) -> None:
    refused = client.post("/orders/magic-amount-too-small/pay", {"amount": 1})
    assert (refused.status, refused.body["code"]) == (422, "AMOUNT_TOO_SMALL")
    assert "by=rule" in refused.headers["x-understudy"]


def test_a_session_is_forked_kept_and_put_back(client: Client) -> None:
    made = client.post("/orders", {"lines": []}).body["id"]
    client.post(f"/orders/{made}/pay", {"amount": 0})
    client.post(f"/orders/{made}/ship", {"carrier": "swift"})
    session = client.app.sandbox.session("default")
    kept, before = take_snapshot(session), written(client.world)
    fork = client.world.fork()
    client.advance(2 * 86_400_000)
    assert client.get(f"/orders/{made}").body["status"] == "delivered"
    assert written(fork) == before
    apply_snapshot(session, kept)
    assert written(client.world) == before
    client.advance(2 * 86_400_000)
    assert client.get(f"/orders/{made}").body["status"] == "delivered"


def test_an_event_is_made_to_happen_by_hand(client: Client) -> None:
    made = client.post("/orders", {"lines": [{"price": 5, "quantity": 1}]}).body["id"]
    world = client.world
    (record,) = [each for each in world["orders"] if each.id == made]
    world.trigger("orders", record, "payOrder")
    order = client.get(f"/orders/{made}").body
    assert (order["status"], order["paid_at"]) == ("paid", "2026-01-01T00:00:00.000Z")
    (record,) = [each for each in world["orders"] if each.id == made]
    with pytest.raises(InputError):
        world.trigger("orders", record, "payOrder")
    forced = world.history.forced
    assert forced["orders", "created", "payOrder", "paid"] == 1


def test_a_document_without_a_behaviour_loads_nothing_of_it() -> None:
    text = (
        "import sys; from tests.modeled.documents import ORDERS;"
        "from understudy.modeled.assembly import modeled; modeled('orders', ORDERS);"
        "print([each for each in sys.modules if 'modeled.behaviour' in each or 'express' in each])"
    )
    made = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert made.stdout == "[]\n"


def test_records_live_on_by_an_edited_behaviour(client: Client) -> None:
    made = client.post("/orders", {"lines": []}).body["id"]
    client.post(f"/orders/{made}/pay", {"amount": 0})
    client.post(f"/orders/{made}/ship", {"carrier": "swift"})
    edited = section(LIFECYCLE.replace("after: 2d", "after: 1h"))
    renewed = modeled("orders", SHOP, section=Section(edited, str))
    world = carry(renewed, client.world, client.world.now).world
    world.advance(client.world.now + 3_600_000)
    assert [each.state for each in world["orders"] if each.id == made] == ["delivered"]
    bare = carry(modeled("orders", SHOP), client.world, client.world.now).world
    assert bare.advance(client.world.now + 10 * 86_400_000) == 0
    other = section("orders: { state: status, lifecycle: [{ event: createOrder, to: created }] }\n")
    placed = carry(modeled("orders", SHOP, section=Section(other, str)), world, world.now).world
    assert {each.state for each in placed["orders"]} <= {*STATES}


def test_coverage_counts_the_transitions_of_a_lifecycle(client: Client) -> None:
    made = client.post("/orders", {"lines": []}).body["id"]
    client.post(f"/orders/{made}/pay", {"amount": 0})
    session = client.app.sandbox.session("default")
    (view,) = coverage(session.catalog, tally(session))
    rows = view["transitions"]
    told = {(each["event"], each["from"], each["to"]): each["times"] for each in rows}
    assert told["payOrder", "created", "paid"] == 1
    assert told["cancelOrder", "paid", "cancelled"] == 0
