"""Every other key of a collection and of an operation, by value over HTTP."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.behaviour.documents import SHOP, section
from tests.modeled.documents import TEXT, at, document, many, operation, ref, thing

OPEN = "orders: { state: status, lifecycle: [{ event: createOrder, to: created }] }\n"


def client_of(text: str, shop: Any = SHOP) -> Client:
    return Client(shop, section=section(text))


def test_new_ids_have_the_shape_that_is_said() -> None:
    client = client_of('orders: { id: { field: id, shape: "ord_${hex(6)}" } }')
    first, second = (client.post("/orders", {}).body["id"] for _ in range(2))
    assert first != second
    assert len(first) == len("ord_") + 6
    assert first.startswith("ord_")
    assert client.get(f"/orders/{first}").body["id"] == first


def test_a_world_begins_with_as_many_as_seed_says() -> None:
    assert len(client_of("orders: { seed: 0 }").get("/orders").body) == 0
    assert len(client_of("orders: { seed: 5 }").get("/orders").body) == 5


def test_fields_are_renamed_generated_and_computed() -> None:
    client = client_of(
        """
        orders:
          fields:
            note: { from: comment }
            reference: { make: "R-${hex(4)}" }
            total: { is: "size(record.lines) * 10" }
        """
    )
    made = client.post("/orders", {"comment": "ring", "lines": [{"sku": "tea"}]}).body
    assert (made["note"], made["total"], made["reference"][:2]) == ("ring", 10, "R-")
    lines = [{"sku": "tea"}, {"sku": "cup"}]
    changed = client.patch(f"/orders/{made['id']}", {"lines": lines}).body
    assert (changed["total"], changed["reference"]) == (20, made["reference"])


def test_another_duplicate_is_refused_as_it_is_said() -> None:
    client = client_of(
        """
        orders:
          refuse:
            duplicate:
              of: reference
              answer: { status: 409, body: { code: TAKEN, message: "by ${record.id}" } }
        """
    )
    first = client.post("/orders", {"reference": "A"}).body["id"]
    refused = client.post("/orders", {"reference": "A"})
    assert (refused.status, refused.body) == (409, {"code": "TAKEN", "message": f"by {first}"})
    second = client.post("/orders", {"reference": "B"}).body["id"]
    assert client.patch(f"/orders/{second}", {"reference": "A"}).status == 409
    assert client.get(f"/orders/{second}").body["reference"] == "B"


def test_an_unknown_one_is_refused_as_it_is_said() -> None:
    client = client_of(
        "orders: { refuse: { unknown:"
        ' { status: 404, body: { code: NONE, message: "no ${id}" } } } }'
    )
    assert client.get("/orders/ord_9").body == {"code": "NONE", "message": "no ord_9"}
    assert client.get("/customers/nobody").body.get("code") != "NONE"


def test_an_invalid_request_is_refused_as_it_is_said() -> None:
    client = client_of(
        "orders: { refuse: { invalid: { status: 409, body: { code: BAD, message: no } } } }"
    )
    refused = client.post("/orders", {"reference": 7})
    assert (refused.status, refused.body) == (409, {"code": "BAD", "message": "no"})


def test_others_do_not_know_what_is_not_theirs() -> None:
    keys = {"ApiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"}}
    shop = {**SHOP, "components": {**SHOP["components"], "securitySchemes": keys}}
    shop["security"] = [{"ApiKey": []}]
    client = client_of("orders: { owner: key, seed: 0 }", shop)
    people = [{"name": "ada", "key": "ada-key"}, {"name": "bob", "key": "bob-key"}]
    client.made.vendor.populate(client.world, {"credentials": people}, client.world.now)
    made = client.post("/orders", {}, **{"x-api-key": "ada-key"}).body["id"]
    assert client.get(f"/orders/{made}", **{"x-api-key": "ada-key"}).status == 200
    assert client.get(f"/orders/{made}", **{"x-api-key": "bob-key"}).status == 404
    assert client.get("/orders", **{"x-api-key": "bob-key"}).body == []
    paid = client.post(f"/orders/{made}/cancel", **{"x-api-key": "bob-key"})
    assert paid.status == 404


def test_a_list_shows_what_where_says() -> None:
    client = client_of(
        'operations: { searchOrders: { list: orders, where: "record.total >= query.minimum" } }\n'
        "orders: { seed: 0, fields: { total: { is: size(record.lines) } } }"
    )
    for size in (1, 2, 3):
        client.post("/orders", {"lines": [{"sku": "tea"}] * size})
    found = client.get("/orders/search?minimum=2").body
    assert [each["total"] for each in found] == [2, 3]


def test_an_event_happens_to_several_records_at_once() -> None:
    client = client_of(
        """
        orders:
          seed: 0
          state: status
          lifecycle:
            - { event: createOrder, to: created }
            - { event: cancel, from: created, to: cancelled }
        operations:
          cancelMany: { event: cancel, of: orders, where: record.id in body.ids }
          cancelOrder: { event: cancel }
        """
    )
    ids = [client.post("/orders", {}).body["id"] for _ in range(3)]
    found = client.post("/orders/cancel", {"ids": ids[:2]}).body
    assert [(each["id"], each["status"]) for each in found] == [
        (ids[0], "cancelled"),
        (ids[1], "cancelled"),
    ]
    assert client.get(f"/orders/{ids[2]}").body["status"] == "created"
    refused = client.post("/orders/cancel", {"ids": [ids[2], ids[0]]})
    assert refused.status == 409
    assert client.get(f"/orders/{ids[2]}").body["status"] == "created"
    assert client.post(f"/orders/{ids[2]}/cancel").body["status"] == "cancelled"


def test_an_operation_answers_what_is_said() -> None:
    client = client_of(
        'operations: { login: { answer: "200",'
        ' set: { token: "${sha256(body.name)}", user: "${body.name}" } } }'
    )
    told = client.post("/login", {"name": "ada"}).body
    assert told == {"user": "ada", "token": sha256(b"ada").hexdigest()}


def test_an_event_finds_its_record_by_what_the_call_says() -> None:
    shop = document(
        {
            "/tickets": {
                "get": operation(200, many(ref("Ticket")), operationId="listTickets"),
                "post": operation(201, ref("Ticket"), ref("Ticket"), operationId="createTicket"),
            },
            "/tickets/{ticket_id}": {
                "parameters": at("ticket_id"),
                "get": operation(200, ref("Ticket"), operationId="getTicket"),
            },
            "/close": {
                "post": operation(200, ref("Ticket"), thing({"id": TEXT}), operationId="close")
            },
        },
        {"Ticket": thing({"id": TEXT, "status": TEXT}, "id")},
    )
    client = client_of(
        """
        tickets:
          state: status
          lifecycle: [{ event: createTicket, to: new }, { event: close, from: new, to: done }]
        operations: { close: { event: close, id: body.id } }
        """,
        shop,
    )
    made = client.post("/tickets", {"id": "t1"}).body
    assert made["status"] == "new"
    assert client.post("/close", {"id": "t1"}).body["status"] == "done"
    assert client.post("/close", {"id": "t1"}).status == 409
    assert client.post("/close", {"id": "t2"}).status == 404


@pytest.mark.parametrize(
    ("note", "status", "state"), [("close", 200, "cancelled"), ("open", 200, "created")]
)
def test_a_change_is_an_event_where_its_guard_holds(note: str, status: int, state: str) -> None:
    client = client_of(
        """
        orders:
          state: status
          lifecycle:
            - { event: createOrder, to: created }
            - { event: changeOrder, from: created, to: cancelled, if: body.note == 'close' }
        """
    )
    made = client.post("/orders", {}).body["id"]
    answer = client.patch(f"/orders/{made}", {"note": note})
    assert (answer.status, answer.body["status"], answer.body["note"]) == (status, state, note)


def test_a_record_is_removed_only_where_its_state_allows() -> None:
    client = client_of(
        """
        orders:
          state: status
          lifecycle:
            - { event: createOrder, to: created }
            - { event: cancelOrder, from: created, to: cancelled }
            - { event: removeOrder, from: cancelled }
        """
    )
    made = client.post("/orders", {}).body["id"]
    assert client.delete(f"/orders/{made}").status == 409
    client.post(f"/orders/{made}/cancel")
    assert client.delete(f"/orders/{made}").status == 204
    assert client.get(f"/orders/{made}").status == 404


def test_a_timeline_happens_by_itself_in_order() -> None:
    client = client_of(
        OPEN.replace("}] }", "}], timeline: [{ event: pack, to: paid, after: 1h },")
        + '  { event: leave, to: shipped, after: 2h, set: { carrier: "swift" } }] }'
    )
    made = client.post("/orders", {}).body["id"]
    client.advance(3_600_000)
    assert client.get(f"/orders/{made}").body["status"] == "paid"
    client.advance(7_200_000)
    order = client.get(f"/orders/{made}").body
    assert (order["status"], order["carrier"]) == ("shipped", "swift")


def test_a_collection_has_the_name_that_somebody_gives_it() -> None:
    client = client_of("goods: { item: '/products/{sku}', seed: 1 }")
    assert len(client.world["goods"]) == 1
    assert len(client.get("/products").body) == 1


def test_the_document_itself_may_say_it_and_the_project_over_it() -> None:
    shop = {**SHOP, "x-understudy": section("orders: { seed: 1 }\ncustomers: { seed: 2 }")}
    assert len(Client(shop).get("/orders").body) == 1
    both = Client(shop, section=section("orders: { seed: 4 }"))
    assert (len(both.get("/orders").body), len(both.world["customers"])) == (4, 2)


def test_a_page_has_as_many_as_is_said() -> None:
    paths = {
        "/things": {
            "get": operation(200, many(ref("Thing")), query=("limit", "page"), operationId="list"),
            "post": operation(201, ref("Thing"), ref("Thing"), operationId="create"),
        },
        "/things/{id}": {
            "parameters": at("id"),
            "get": operation(200, ref("Thing"), operationId="read"),
        },
    }
    things = document(paths, {"Thing": thing({"id": TEXT}, "id")})
    client = client_of("things: { seed: 9, list: { usual: 2, most: 4 } }", things)
    assert len(client.get("/things").body) == 2
    assert len(client.get("/things?limit=9").body) == 4
    plain = client_of("things: { seed: 9, list: { page: none, size: '' } }", things)
    assert len(plain.get("/things?page=2").body) == 9
