"""Records of a document: made, read, changed and removed, by value."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.documents import (
    ORDER,
    ORDERS,
    TEXT,
    at,
    document,
    many,
    operation,
    parameter,
    ref,
    thing,
)

ADA = {"customer": "ada", "total": 3, "created_at": "2000-01-01T00:00:00Z", "id": "mine"}
NOW = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def client() -> Client:
    return Client(ORDERS)


def test_what_is_sent_is_answered_and_read_back(client: Client) -> None:
    made = client.post("/orders", {**ADA, "status": "paid", "nobody": "knows"})
    assert made.status == 201
    order = made.body
    assert order == {
        "id": order["id"],
        "customer": "ada",
        "status": "paid",
        "total": 3,
        "created_at": NOW,
    }
    assert made.headers["location"] == f"http://sandbox/orders/orders/{order['id']}"
    assert client.get(f"/orders/{order['id']}").body == order


def test_what_only_the_api_writes_is_never_taken_from_a_client(client: Client) -> None:
    order = client.post("/orders", ADA).body
    assert order["id"] != "mine"
    assert order["created_at"] == NOW


def test_a_new_id_is_like_the_example(client: Client) -> None:
    ids = [client.post("/orders", ADA).body["id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(each.startswith("ord_") and len(each) == len("ord_1a2b3c4d") for each in ids)


def test_case_and_signs_of_a_sent_name_do_not_matter() -> None:
    sent = thing({"customerName": TEXT})
    record = thing({"id": {**TEXT, "readOnly": True}, "customer_name": TEXT}, "id")
    made = Client(_things(record, sent)).post("/things", {"customerName": "ada"}).body
    assert made["customer_name"] == "ada"


def test_a_value_that_does_not_fit_the_record_is_not_kept() -> None:
    record = thing({"id": TEXT, "tags": many(thing({"name": TEXT}, "name"))}, "id", "tags")
    client = Client(_things(record, thing({"id": TEXT, "tags": many(TEXT)})))
    made = client.post("/things", {"id": "a", "tags": ["x"]})
    assert made.status == 201
    assert all(isinstance(each["name"], str) for each in made.body["tags"])


def test_an_object_that_lacks_something_is_completed() -> None:
    place = thing({"street": TEXT, "city": TEXT}, "street", "city")
    record = thing({"id": TEXT, "address": place}, "id", "address")
    client = Client(_things(record, thing({"id": TEXT, "address": thing({"city": TEXT})})))
    made = client.post("/things", {"id": "a", "address": {"city": "Rome"}}).body
    assert made["address"]["city"] == "Rome"
    assert isinstance(made["address"]["street"], str)


def test_a_default_stands_where_nothing_was_sent(client: Client) -> None:
    assert client.post("/orders", ADA).body["status"] == "created"


def test_a_merge_changes_what_is_sent_and_nothing_else(client: Client) -> None:
    order = client.post("/orders", ADA).body
    assert client.patch(f"/orders/{order['id']}", {"total": 9}).body == {**order, "total": 9}
    assert client.get(f"/orders/{order['id']}").body["total"] == 9


def test_a_replacement_forgets_what_is_not_sent(client: Client) -> None:
    order = client.post("/orders", {**ADA, "status": "paid"}).body
    client.advance(60_000)
    replaced = client.put(f"/orders/{order['id']}", {**ADA, "customer": "bob"}).body
    assert replaced == {**order, "customer": "bob", "status": "created"}


def test_a_removed_record_is_gone_with_all_that_belongs_to_it(client: Client) -> None:
    order = client.post("/orders", ADA).body
    client.post(f"/orders/{order['id']}/lines", {"id": 1, "sku": "a"})
    assert client.delete(f"/orders/{order['id']}").status == 204
    assert client.get(f"/orders/{order['id']}").status == 404
    assert client.get(f"/orders/{order['id']}/lines").status == 404
    assert [each.scope for each in client.world["lines"] if each.scope == order["id"]] == []


def test_an_unknown_record_is_refused_with_a_hint_at_those_there_are(client: Client) -> None:
    refused = client.get("/orders/nope")
    assert refused.status == 404
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.body["detail"] == "orders has no nope"
    first = next(client.world["orders"].walk("every", "-")).id
    assert first in refused.headers["x-understudy-hint"]


def test_an_id_that_a_client_chose_is_taken_once(client: Client) -> None:
    order = client.post("/orders", ADA).body
    line = {"id": 70, "sku": "a", "quantity": 2}
    assert client.post(f"/orders/{order['id']}/lines", line).body == line
    assert client.post(f"/orders/{order['id']}/lines", line).status == 409
    other = client.post("/orders", ADA).body
    assert client.post(f"/orders/{other['id']}/lines", line).status == 201


def test_records_of_one_owner_are_not_those_of_another(client: Client) -> None:
    first, second = (client.post("/orders", ADA).body["id"] for _ in range(2))
    client.post(f"/orders/{first}/lines", {"id": 1, "sku": "a"})
    assert [each["sku"] for each in client.get(f"/orders/{first}/lines").body] == ["a"]
    assert client.get(f"/orders/{second}/lines").body == []


def test_an_action_answers_the_record_and_guesses_no_effect(client: Client) -> None:
    order = client.post("/orders", ADA).body
    assert client.post(f"/orders/{order['id']}/pay").body == order
    assert client.post("/orders/nope/pay").status == 404


def test_a_document_below_a_record_is_kept_for_each(client: Client) -> None:
    first, second = (client.post("/orders", ADA).body["id"] for _ in range(2))
    before = client.get(f"/orders/{first}/address").body
    told = client.put(f"/orders/{first}/address", {"street": "Hill 1"}).body
    assert told["street"] == "Hill 1"
    assert client.get(f"/orders/{first}/address").body == told
    assert client.get(f"/orders/{second}/address").body == before
    assert client.get("/orders/nope/address").status == 404


def test_a_singleton_is_merged_into(client: Client) -> None:
    before = client.get("/settings").body
    assert client.patch("/settings", {"currency": "EUR"}).body == {**before, "currency": "EUR"}
    assert client.get("/settings").body == {**before, "currency": "EUR"}


def test_a_world_begins_with_some_records_of_each_kind(client: Client) -> None:
    orders = client.get("/orders").body
    assert orders["total"] == 3
    first = client.world["orders"].ranked("every", "-", 0, 1)[0].id
    assert len(client.get(f"/orders/{first}/lines").body) == 3


def test_two_clients_get_the_same_bytes() -> None:
    def told(client: Client) -> list[Any]:
        made = client.post("/orders", ADA)
        return [made, client.get("/orders"), client.get("/health")]

    assert told(Client(ORDERS)) == told(Client(ORDERS))


def test_a_stateless_one_answers_samples_alone() -> None:
    client = Client(ORDERS, stateless=True)
    assert client.get("/orders/whatever").status == 200
    assert client.get("/orders/whatever").body == client.get("/orders/other").body
    assert client.post("/orders", ADA).status == 201
    assert client.get("/orders").body == client.get("/orders").body


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        ({"type": "string", "format": "uuid"}, r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"),
        ({"type": "integer"}, r"4"),
        ({"type": "integer", "minimum": 1000}, r"1003"),
        ({"type": "string", "pattern": "^A[0-9]{4}$"}, r"A[0-9]{4}"),
        ({"type": "string", "maxLength": 5}, r"[0-9a-f]{5}"),
        ({"type": "string", "examples": ["INV-2044"]}, r"INV-[1-9]{4}"),
        ({"type": "string"}, r"[0-9a-f]{12}"),
    ],
)
def test_a_new_id_is_as_its_schema_wants_it(schema: dict[str, Any], shape: str) -> None:
    record = thing({"id": {**schema, "readOnly": True}, "name": TEXT}, "id", "name")
    made = Client(_things(record, ref("Thing"))).post("/things", {"name": "a"})
    import re

    assert re.fullmatch(shape, str(made.body["id"]))


def test_a_merge_patch_of_operations_is_applied_whole_or_not_at_all() -> None:
    patches = {
        "content": {
            "application/json-patch+json": {"schema": many(thing({"op": TEXT, "path": TEXT}))},
        }
    }
    made = _things(ORDER, ORDER)
    made["paths"]["/things/{id}"]["patch"] = operation(200, ref("Thing"), requestBody=patches)
    client = Client(made)
    order = client.post("/things", ADA).body
    kind = {"content-type": "application/json-patch+json"}
    steps = [{"op": "replace", "path": "/customer", "value": "bob"}]
    path = f"/things/{order['id']}"
    assert client.call("PATCH", path, steps, kind).body["customer"] == "bob"
    broken = [
        {"op": "replace", "path": "/customer", "value": "eve"},
        {"op": "remove", "path": "/x"},
    ]
    assert client.call("PATCH", path, broken, kind).status == 422
    assert client.get(path).body["customer"] == "bob"


def test_if_match_is_held_against_the_records_etag() -> None:
    made = _things(ORDER, ORDER)
    one = made["paths"]["/things/{id}"]
    one["put"] = operation(
        200, ref("Thing"), ref("Thing"), parameters=[parameter("If-Match", "header")]
    )
    one["put"]["responses"]["412"] = {"description": "It was changed since"}
    client = Client(made)
    path = f"/things/{client.post('/things', ADA).body['id']}"
    first = client.put(path, ADA, **{"If-Match": "*"})
    assert first.status == 200
    second = client.put(path, {**ADA, "total": 8}, **{"If-Match": first.headers["etag"]})
    assert second.status == 200
    assert client.put(path, ADA, **{"If-Match": first.headers["etag"]}).status == 412
    assert client.get(path).body["total"] == 8


def test_a_call_that_comes_again_with_its_key_is_answered_as_before() -> None:
    made = _things(ORDER, ORDER)
    made["paths"]["/things"]["post"]["parameters"] = [parameter("Idempotency-Key", "header")]
    client = Client(made)
    key = {"Idempotency-Key": "k1"}
    first = client.post("/things", ADA, **key)
    again = client.post("/things", ADA, **key)
    assert (again.status, again.body) == (first.status, first.body)
    assert client.post("/things", {**ADA, "total": 4}, **key).status == 409
    assert client.post("/things", ADA).body["id"] != first.body["id"]


def _things(record: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    return document(
        {
            "/things": {
                "get": operation(200, many(ref("Thing"))),
                "post": operation(201, ref("Thing"), sent),
            },
            "/things/{id}": {"parameters": at("id"), "get": operation(200, ref("Thing"))},
        },
        {"Thing": record},
    )


def contacts() -> Client:
    """Contacts that the document says are named by their id or their address."""
    by = {**parameter("id", "path"), "required": True, "description": "The ID or email address."}
    contact = thing({"id": TEXT, "email": TEXT, "name": TEXT}, "id")
    paths = {
        "/contacts": {"post": operation(201, thing({"id": TEXT, "token": TEXT}), ref("Contact"))},
        "/contacts/{id}": {
            "parameters": [by],
            "get": operation(200, ref("Contact")),
            "delete": operation(204),
        },
    }
    contact["properties"]["id"] = {"type": "string", "readOnly": True}
    return Client(document(paths, {"Contact": contact}), "contacts")


def test_a_path_may_name_a_record_by_what_the_document_says_besides_its_id() -> None:
    client = contacts()
    made = client.post("/contacts", {"email": "ada@example.org", "name": "Ada", "id": "x"}).body
    assert client.get("/contacts/ada@example.org").body["id"] == made["id"]
    assert client.get("/contacts/Ada").status == 404
    assert client.delete("/contacts/ada@example.org").status == 204
    assert client.get(f"/contacts/{made['id']}").status == 404


def test_what_is_shown_when_a_record_is_made_and_never_again_is_shown() -> None:
    client = contacts()
    made = client.post("/contacts", {"email": "ada@example.org", "id": "x"}).body
    assert sorted(made) == ["id", "token"]
    assert isinstance(made["token"], str)
    assert "token" not in client.get(f"/contacts/{made['id']}").body


def test_a_header_that_the_document_names_without_an_example_is_told() -> None:
    named = {"ETag": {"schema": TEXT}}
    read, change = operation(200, ref("Thing")), operation(200, ref("Thing"), ref("Thing"))
    read["responses"]["200"]["headers"] = named
    change["parameters"] = [{"name": "If-Match", "in": "header", "schema": TEXT}]
    paths = {"/things/{id}": {"parameters": at("id"), "get": read, "put": change}}
    client = Client(document(paths, {"Thing": thing({"id": TEXT, "name": TEXT}, "name")}))
    path = f"/things/{client.world['things'].ranked('every', '-', 0, 1)[0].id}"
    version = client.get(path).headers["etag"]
    changed = client.put(path, {"name": "new"}, **{"if-match": version})
    assert (changed.status, changed.headers["etag"]) == (200, client.get(path).headers["etag"])
    assert client.put(path, {"name": "newer"}, **{"if-match": version}).status == 412


def test_a_list_tells_its_total_in_a_header_that_the_document_names() -> None:
    listed = operation(200, many(ref("Thing")))
    listed["responses"]["200"]["headers"] = {"X-Total-Count": {"schema": {"type": "integer"}}}
    make = operation(201, ref("Thing"), ref("Thing"))
    paths = {"/things": {"get": listed, "post": make}}
    client = Client(document(paths, {"Thing": thing({"id": TEXT, "name": TEXT}, "name")}))
    assert client.get("/things").headers["x-total-count"] == "3"


def test_more_records_than_are_kept_at_hand_are_filtered_and_ordered() -> None:
    count = 2_500  # more than `records.DECODED`
    client = Client(ORDERS)
    customers = [{**ADA, "id": f"o{each}", "total": each % 1_000} for each in range(count)]
    client.made.vendor.populate(client.world, {"orders": customers}, client.world.now)
    found = client.get("/orders?customer=ada&limit=2&sort=-total").body
    assert found["total"] == count
    assert [each["total"] for each in found["data"]] == [999, 999]
