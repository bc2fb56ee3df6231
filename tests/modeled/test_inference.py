"""What is read off a document: each rule on a small one, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.documents import (
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
from understudy.modeled.inference import infer
from understudy.modeled.model import Listing, Model

ITEM = thing({"id": TEXT, "name": TEXT, "colour": TEXT}, "id", "name")


def roles(model: Model) -> dict[str, tuple[str, str]]:
    return {name: (each.role, each.of) for name, each in model.operations.items()}


def test_a_rest_api_is_understood_whole() -> None:
    assert roles(infer(ORDERS)) == {
        "listOrders": ("list", "orders"),
        "createOrder": ("create", "orders"),
        "getOrder": ("read", "orders"),
        "replaceOrder": ("replace", "orders"),
        "changeOrder": ("merge", "orders"),
        "removeOrder": ("delete", "orders"),
        "payOrder": ("action", "orders"),
        "getAddress": ("subdocument", "address"),
        "setAddress": ("subdocument", "address"),
        "listLines": ("list", "lines"),
        "addLine": ("create", "lines"),
        "removeLine": ("delete", "lines"),
        "unpaid": ("view", "orders"),
        "getSettings": ("singleton", "settings"),
        "setSettings": ("singleton", "settings"),
        "health": ("sample", ""),
    }


def test_a_collection_says_where_its_records_are_and_what_names_them() -> None:
    orders, lines = (infer(ORDERS).collections[each] for each in ("orders", "lines"))
    assert (orders.path, orders.item, orders.id) == ("/orders", "/orders/{order_id}", "id")
    assert orders.schema == "#/components/schemas/Order"
    assert (lines.under, lines.item) == ("orders", "/orders/{order_id}/lines/{line_id}")


def test_a_list_says_how_it_is_asked_for_and_told() -> None:
    assert infer(ORDERS).operations["listOrders"].listing == Listing(
        items="/data",
        page="page",
        by="page",
        size="limit",
        order="sort",
        filters={"status": "status", "customer": "customer"},
        envelope={"total": "/total"},
    )


def test_every_operation_says_which_rule_made_it_and_what_it_saw() -> None:
    model = infer(ORDERS)
    assert model.operations["createOrder"].rule == 6
    assert model.operations["createOrder"].saw == "POST /orders answers the record"
    assert model.operations["health"].rule == 0
    assert model.operations["health"].saw == (
        "what it answers is no record or list of one of the collections"
    )


def items(base: dict[str, Any], one: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document of one collection, `/things`."""
    of_one = {"parameters": at("thing_id"), **one}
    return document({"/things": base, "/things/{thing_id}": of_one, **more}, {"Thing": ITEM})


def of(made: dict[str, Any], path: str, method: str) -> tuple[str, str]:
    return roles(infer(made))[f"{method} {path}"]


FILE = {"type": "string", "format": "binary"}
READ = {"get": operation(200, ref("Thing"))}


@pytest.mark.parametrize("wrapper", ["data", "result", "item", "thing", "whatever"])
def test_a_record_is_found_in_what_wraps_it(wrapper: str) -> None:
    made = items(
        {"post": operation(201, thing({wrapper: ref("Thing")}), ref("Thing"))},
        {"get": operation(200, thing({wrapper: ref("Thing")}))},
    )
    model = infer(made)
    assert model.operations["get /things/{thing_id}"].answer == f"/{wrapper}"
    assert of(made, "/things", "post") == ("create", "things")


def test_a_list_of_one_is_the_one() -> None:
    made = items({}, {"get": operation(200, thing({"Things": many(ref("Thing")), "count": TEXT}))})
    assert infer(made).operations["get /things/{thing_id}"].answer == "/Things/0"


def test_a_post_that_answers_another_thing_makes_no_record() -> None:
    other = thing({"job": TEXT, "queued": TEXT, "eta": TEXT, "owner": TEXT})
    assert of(items({"post": operation(202, other, ref("Thing"))}, READ), "/things", "post") == (
        "sample",
        "",
    )


def test_a_post_that_only_names_what_it_made_makes_it_where_it_is_sent_one() -> None:
    named = thing({"id": TEXT})
    made = items({"post": operation(201, named, thing({"name": TEXT, "colour": TEXT}))}, READ)
    assert of(made, "/things", "post") == ("create", "things")
    other = items({"post": operation(201, named, thing({"query": TEXT, "depth": TEXT}))}, READ)
    assert of(other, "/things", "post") == ("sample", "")


@pytest.mark.parametrize(("says", "role"), [("object", "create"), ("job", "sample")])
def test_what_only_names_a_record_may_say_what_kind_it_is_of(says: str, role: str) -> None:
    named = thing({"id": TEXT, says: TEXT})
    made = items({"post": operation(201, named, thing({"name": TEXT, "colour": TEXT}))}, READ)
    assert of(made, "/things", "post")[0] == role


@pytest.mark.parametrize("sent", [{"name": TEXT, "x": TEXT, "y": TEXT}, {"file": FILE}])
@pytest.mark.parametrize(
    ("status", "named", "role"),
    [
        (201, {"id": TEXT}, "create"),
        (201, {"id": TEXT, "token": TEXT}, "create"),
        (200, {"id": TEXT, "token": TEXT}, "sample"),
        (201, {"id": TEXT, "eta": TEXT}, "sample"),
        (201, {"token": TEXT}, "sample"),
    ],
)
def test_a_created_thing_may_be_named_beside_a_secret_that_is_shown_once(
    status: int, named: dict[str, Any], role: str, sent: dict[str, Any]
) -> None:
    made = items({"post": operation(status, thing(named), thing(sent))}, READ)
    assert of(made, "/things", "post")[0] == role


@pytest.mark.parametrize(("status", "role"), [(201, "create"), (200, "sample")])
def test_a_post_below_a_collection_makes_a_record_where_it_says_so(status: int, role: str) -> None:
    below = {"/things/schema": {"post": operation(status, ref("Thing"), ref("Thing"))}}
    assert of(items({}, READ, **below), "/things/schema", "post")[0] == role


def test_a_write_that_takes_and_answers_another_thing_is_an_action() -> None:
    other = thing({"job": TEXT, "eta": TEXT})
    one = {**READ, "put": operation(200, other, thing({"priority": TEXT}))}
    assert of(items({}, one), "/things/{thing_id}", "put") == ("action", "things")


def test_a_post_beside_a_put_is_no_update() -> None:
    both = {method: operation(200, ref("Thing"), ref("Thing")) for method in ("put", "post")}
    made = items({}, READ | both)
    assert of(made, "/things/{thing_id}", "put") == ("replace", "things")
    assert of(made, "/things/{thing_id}", "post") == ("action", "things")


def test_a_put_that_demands_nothing_of_what_making_demands_merges() -> None:
    part = thing({"name": TEXT, "colour": TEXT})
    made = items(
        {"post": operation(201, ref("Thing"), ref("Thing"))},
        READ | {"put": operation(200, ref("Thing"), part)},
    )
    assert of(made, "/things/{thing_id}", "put") == ("merge", "things")


def test_a_field_called_item_wraps_nothing_where_the_record_has_it() -> None:
    comment = thing({"id": TEXT, "message": TEXT, "item": thing({"id": TEXT, "kind": TEXT})})
    sent = thing({"message": TEXT, "item": thing({"id": TEXT, "kind": TEXT})})
    made = document(
        {
            "/comments": {"post": operation(201, ref("Comment"), sent)},
            "/comments/{id}": {"parameters": at("id"), "get": operation(200, ref("Comment"))},
        },
        {"Comment": comment},
    )
    assert infer(made).operations["post /comments"].body == ""


def test_what_answers_the_thing_above_makes_nothing_below() -> None:
    agent = thing({"agent": ref("Thing")})
    made = document(
        {
            "/agents/{id}": {"parameters": at("id"), "get": operation(200, agent)},
            "/agents/{id}/tools": {
                "parameters": at("id"),
                "post": operation(200, agent, ref("Thing")),
            },
            "/agents/{id}/tools/{tool_id}": {
                "parameters": at("id", "tool_id"),
                "delete": operation(200, agent),
            },
        },
        {"Thing": ITEM},
    )
    assert roles(infer(made)) == {
        "get /agents/{id}": ("read", "agents"),
        "post /agents/{id}/tools": ("action", "agents"),
        "delete /agents/{id}/tools/{tool_id}": ("action", "agents"),
    }


def test_records_made_below_an_owner_are_those_of_the_collection_itself() -> None:
    made = items(
        {},
        READ,
        **{
            "/users/{id}/things": {
                "parameters": at("id"),
                "get": operation(200, many(ref("Thing"))),
                "post": operation(201, ref("Thing"), ref("Thing")),
            }
        },
    )
    found = infer(made).operations["post /users/{id}/things"]
    assert (found.role, found.of, found.under) == ("create", "things", "users")


def test_a_list_below_an_owner_that_nothing_is_made_in_is_left_alone() -> None:
    made = items(
        {},
        READ,
        **{
            "/users/{id}/things": {
                "parameters": at("id"),
                "get": operation(200, many(ref("Thing"))),
            }
        },
    )
    assert of(made, "/users/{id}/things", "get") == ("sample", "")


def test_a_path_may_name_a_record_by_another_field_than_its_id() -> None:
    made = items({}, READ, **{"/things/{name}": {"parameters": at("name"), **READ}})
    model = infer(made)
    assert model.operations["get /things/{thing_id}"].by == ""
    assert model.operations["get /things/{name}"].by == "name"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cursor", "cursor"),
        ("starting_after", "cursor"),
        ("page_token", "cursor"),
        ("page", "page"),
        ("pageNumber", "page"),
        ("offset", "offset"),
        ("skip", "offset"),
        ("colour", ""),
    ],
)
def test_pages_are_known_by_their_parameters(name: str, kind: str) -> None:
    made = items({"get": operation(200, many(ref("Thing")), query=(name, "per_page"))}, READ)
    found = infer(made).operations["get /things"].listing
    assert found is not None
    assert (found.page, found.by, found.size) == (kind, name if kind else "", "per_page")


def test_references_in_circles_and_to_nowhere_end() -> None:
    made = items({"get": operation(200, ref("Round"))}, {"get": operation(200, ref("Lost"))})
    made["components"]["schemas"]["Round"] = {"allOf": [ref("Round")]}
    assert of(made, "/things", "get") == ("sample", "")
    assert of(made, "/things/{thing_id}", "get") == ("sample", "")


def test_what_is_no_document_at_all_has_no_behaviour() -> None:
    odd: dict[str, Any] = {"paths": {"/a": None, "/b": {"get": []}, "x-c": 1, "/d": {"get": {}}}}
    assert roles(infer(odd)) == {"get /d": ("sample", "")}


def test_parameters_of_the_path_and_the_operation_are_both_seen() -> None:
    listing = operation(200, many(ref("Thing")), parameters=[parameter("limit")])
    made = items({"parameters": [parameter("colour")], "get": listing}, READ)
    found = infer(made).operations["get /things"].listing
    assert found == Listing(size="limit", filters={"colour": "colour"})
