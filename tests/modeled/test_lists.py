"""Lists of a document: filtered, ordered, in pages, told in the document's own envelope."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Answer, Client
from tests.modeled.documents import TEXT, at, document, many, operation, parameter, ref, thing

WHOLE = {"type": "integer"}
PART = thing(
    {
        "id": TEXT,
        "name": TEXT,
        "size": WHOLE,
        "tags": many(TEXT),
        "active": {"type": "boolean"},
    },
    "id",
    "name",
    "size",
)
URL = {"type": ["string", "null"], "format": "uri"}


def parts(envelope: dict[str, Any], *query: Any, **more: Any) -> Client:
    """A client of a document with the five parts a to e."""
    said = [each if isinstance(each, dict) else parameter(each) for each in query]
    listing = operation(200, envelope, parameters=said, **more)
    made = document(
        {
            "/parts": {"get": listing, "post": operation(201, ref("Part"), ref("Part"))},
            "/parts/{id}": {
                "parameters": at("id"),
                "get": operation(200, ref("Part")),
                "delete": operation(204),
            },
        },
        {"Part": PART},
    )
    client = Client(made, name="parts")
    for old in [each["id"] for each in _items(client.get("/parts"))]:
        client.delete(f"/parts/{old}")
    for number, name in enumerate("abcde"):
        told = {"id": name, "name": name, "size": 9 - number, "tags": [name, "all"]}
        client.post("/parts", {**told, "active": number % 2 == 0})
    return client


def _items(answer: Answer) -> list[dict[str, Any]]:
    body = answer.body
    while isinstance(body, dict):
        body = next(each for each in body.values() if isinstance(each, list | dict))
    assert isinstance(body, list)
    return body


def ids(client: Client, query: str) -> str:
    return "".join(each["id"] for each in _items(client.get(f"/parts?{query}")))


BARE = many(ref("Part"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "abcde"),
        ("name=b", "b"),
        ("name=b,d", "bd"),
        ("active=true", "ace"),
        ("tags=all", "abcde"),
        ("tags=c", "c"),
        ("name=z", ""),
        ("name=", "abcde"),
        ("active=false&name=b,c", "b"),
        ("nonsense=1", "abcde"),
    ],
)
def test_a_parameter_called_like_a_field_filters(query: str, found: str) -> None:
    client = parts(BARE, "name", "tags", parameter("active", type="boolean"))
    assert ids(client, query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sort=size", "edcba"),
        ("sort=-size", "abcde"),
        ("sort=size:desc", "abcde"),
        ("sort=name%20desc", "edcba"),
        ("sort=active,-name", "dbeca"),
        ("sort=nonsense", "abcde"),
        ("sort=name&order=desc", "abcde"),  # `order` orders by no field of that name
        ("sort=size&direction=desc", "abcde"),
    ],
)
def test_a_list_is_ordered_as_it_is_asked(query: str, found: str) -> None:
    assert ids(parts(BARE, "sort", "direction"), query) == found


def test_pages_by_number_are_told_with_how_many_there_are() -> None:
    envelope = thing(
        {
            "data": BARE,
            "meta": thing({"total": WHOLE, "total_pages": WHOLE, "page": WHOLE, "per_page": WHOLE}),
        }
    )
    client = parts(envelope, parameter("page", **WHOLE), parameter("per_page", **WHOLE))
    told = client.get("/parts?page=2&per_page=2").body
    assert told["meta"] == {"total": 5, "total_pages": 3, "page": 2, "per_page": 2}
    assert [each["id"] for each in told["data"]] == ["c", "d"]
    assert ids(client, "page=3&per_page=2") == "e"
    assert ids(client, "page=4&per_page=2") == ""
    assert client.get("/parts").body["meta"]["per_page"] == 20


def test_pages_by_offset() -> None:
    envelope = thing({"items": BARE, "count": WHOLE, "offset": WHOLE})
    client = parts(envelope, parameter("offset", **WHOLE), parameter("limit", **WHOLE))
    told = client.get("/parts?offset=3&limit=10").body
    assert [each["id"] for each in told["items"]] == ["d", "e"]
    assert (told["count"], told["offset"]) == (2, 3)


def test_the_next_page_is_a_link_that_works_and_the_last_has_none() -> None:
    envelope = thing({"results": BARE, "next": URL, "previous": URL}, "results", "next")
    client = parts(envelope, parameter("page", **WHOLE), parameter("limit", **WHOLE))
    first = client.get("/parts?limit=3", host="api.example.com").body
    assert first["next"] == "http://api.example.com/parts/parts?limit=3&page=2"
    assert first["previous"] is None
    last = client.get("/parts?limit=3&page=2").body
    assert last["next"] is None
    assert [each["id"] for each in last["results"]] == ["d", "e"]


def test_a_client_walks_by_cursor_to_the_end_though_records_come_and_go() -> None:
    envelope = thing({"data": BARE, "has_more": {"type": "boolean"}, "next_cursor": TEXT})
    client = parts(envelope, "cursor", parameter("limit", **WHOLE))
    first = client.get("/parts?limit=2").body
    assert [each["id"] for each in first["data"]] == ["a", "b"]
    assert first["has_more"] is True
    client.delete("/parts/b")
    client.post("/parts", {"id": "f", "name": "f", "size": 0})
    second = client.get(f"/parts?limit=2&cursor={first['next_cursor']}").body
    assert [each["id"] for each in second["data"]] == ["c", "d"]
    third = client.get(f"/parts?limit=9&cursor={second['next_cursor']}").body
    assert [each["id"] for each in third["data"]] == ["e", "f"]
    assert third["has_more"] is False
    assert "next_cursor" not in third


def test_where_the_envelope_has_no_cursor_it_is_the_last_records_id() -> None:
    envelope = thing({"data": BARE, "has_more": {"type": "boolean"}})
    client = parts(envelope, "starting_after", parameter("limit", **WHOLE))
    assert ids(client, "limit=2&starting_after=b") == "cd"
    refused = client.get("/parts?starting_after=nope")
    assert refused.status == 422
    assert refused.body["errors"][0]["name"] == "starting_after"


def test_a_view_shows_the_records_its_query_means() -> None:
    made = document(
        {
            "/parts": {"post": operation(201, ref("Part"), ref("Part"))},
            "/parts/{id}": {"parameters": at("id"), "get": operation(200, ref("Part"))},
            "/parts/findByName": {"get": operation(200, BARE, query=("name",))},
        },
        {"Part": PART},
    )
    client = Client(made, name="parts")
    client.post("/parts", {"id": "x", "name": "bolt", "size": 1})
    assert [each["id"] for each in client.get("/parts/findByName?name=bolt").body] == ["x"]


def test_a_list_of_less_than_the_record_shows_only_that() -> None:
    made = document(
        {
            "/parts": {
                "get": operation(200, many(thing({"id": TEXT, "name": TEXT}, "id"))),
                "post": operation(201, ref("Part"), ref("Part")),
            },
            "/parts/{id}": {"parameters": at("id"), "get": operation(200, ref("Part"))},
        },
        {"Part": PART},
    )
    client = Client(made, name="parts")
    client.post("/parts", {"id": "x", "name": "bolt", "size": 1})
    assert client.get("/parts").body[-1] == {"id": "x", "name": "bolt"}
    assert client.get("/parts/x").body["size"] == 1


def test_records_made_below_an_owner_are_listed_there_and_read_at_their_own_path() -> None:
    made = document(
        {
            "/parts/{id}": {"parameters": at("id"), "get": operation(200, ref("Part"))},
            "/users/{user_id}/parts": {
                "parameters": at("user_id"),
                "get": operation(200, BARE),
                "post": operation(201, ref("Part"), ref("Part")),
            },
        },
        {"Part": PART},
    )
    client = Client(made, name="parts")
    part = {"id": "x", "name": "bolt", "size": 1}
    assert client.post("/users/ada/parts", part).status == 201
    assert client.get("/parts/x").body == part
    assert client.get("/users/ada/parts").body == [part]
    assert client.get("/users/bob/parts").body == []


def test_the_headers_of_a_list_are_told_where_the_document_names_them() -> None:
    answers = operation(200, BARE)["responses"]
    for name in ("X-Total-Count", "Link"):
        answers["200"].setdefault("headers", {})[name] = {"schema": TEXT, "required": True}
    client = parts(BARE, parameter("page", **WHOLE), parameter("limit", **WHOLE), responses=answers)
    told = client.get("/parts?limit=2&page=2", host="h").headers
    assert told["x-total-count"] == "5"
    assert '<http://h/parts/parts?limit=2&page=3>; rel="next"' in told["link"]
    assert 'rel="prev"' in told["link"]
