"""Remote calls: a noun and a verb in the path, the record named in the call."""

from __future__ import annotations

from typing import Any

from tests.modeled.application import Client
from tests.modeled.documents import TEXT, document, many, operation, ref, thing
from understudy.modeled.inference import infer

OK = thing({"ok": {"type": "boolean"}})
ONE = thing({"room": ref("Room")}, "room")


def rooms(**more: Any) -> dict[str, Any]:
    """Rooms behind calls, and what administrators call."""
    paths = {
        "/rooms.info": {"get": operation(200, ONE, query=("room",))},
        "/rooms.list": {"get": operation(200, thing({"rooms": many(ref("Room"))}))},
        "/rooms.create": {"post": operation(200, ONE, thing({"name": TEXT}))},
        "/admin.rooms.close": {"post": operation(200, OK, thing({"room_id": TEXT}))},
        "/admin.rooms.create": {
            "post": operation(200, thing({"room_id": TEXT}), thing({"name": TEXT, "plan": TEXT}))
        },
        "/bells.info": {"get": operation(200, thing({"bell": ref("Bell")}), query=("bell",))},
    }
    schemas = {"Room": thing({"id": TEXT, "name": TEXT}, "id"), "Bell": thing({"id": TEXT}, "id")}
    return document({**paths, **more}, schemas)


def does(made: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """What each call does, and to which collection."""
    return {name: (each.does, each.of) for name, each in infer(made).operations.items()}


def test_calls_of_a_longer_noun_are_about_the_same_records() -> None:
    assert does(rooms()) == {
        "get /rooms.info": ("read", "rooms"),
        "get /rooms.list": ("list", "rooms"),
        "post /rooms.create": ("create", "rooms"),
        "post /admin.rooms.close": ("action", "rooms"),
        "post /admin.rooms.create": ("create", "rooms"),
        "get /bells.info": ("read", "bells"),
    }


def test_a_record_made_by_a_call_that_answers_its_id_alone_is_there() -> None:
    client = Client(rooms(), "rooms")
    made = client.post("/admin.rooms.create", {"name": "Blue"}).body["room_id"]
    assert client.get(f"/rooms.info?room={made}").body["room"] == {"id": made, "name": "Blue"}
    assert client.post("/admin.rooms.close", {"room_id": made}).status == 200
    assert client.post("/admin.rooms.close", {"room_id": "nobody"}).status == 404


def test_where_a_longer_noun_makes_things_of_its_own_their_ids_are_not_known() -> None:
    add = operation(200, OK, thing({"title": TEXT}))
    info = operation(200, OK, query=("room",))
    made = does(rooms(**{"/rooms.far.add": {"post": add}, "/rooms.far.info": {"get": info}}))
    assert made["post /rooms.far.add"] == made["get /rooms.far.info"] == ("", "")


def test_what_is_written_as_one_of_several_is_known_by_the_first() -> None:
    made = rooms()
    room = made["components"]["schemas"].pop("Room")
    made["components"]["schemas"]["Room"] = {"prefixItems": [room, {"type": "null"}]}
    assert does(made)["get /rooms.info"] == ("read", "rooms")
    client = Client(made, "rooms")
    made_id = client.post("/rooms.create", {"name": "Red"}).body["room"]["id"]
    assert client.get(f"/rooms.info?room={made_id}").body["room"]["name"] == "Red"


def test_a_call_of_another_noun_is_about_the_one_record_that_it_must_name() -> None:
    post = operation(200, OK, thing({"room": TEXT, "text": TEXT}, "room"))
    made = rooms(**{"/chat.post": {"post": post}})
    assert does(made)["post /chat.post"] == ("action", "rooms")
    client = Client(made, "rooms")
    room = client.post("/rooms.create", {"name": "general"}).body["room"]["id"]
    assert client.post("/chat.post", {"room": room, "text": "Hello"}).status == 200
    assert client.post("/chat.post", {"room": "#general", "text": "Hello"}).status == 200
    assert client.post("/chat.post", {"room": "#special", "text": "Hello"}).status == 404


def test_a_call_that_can_name_records_of_two_nouns_is_about_neither() -> None:
    post = operation(200, OK, thing({"room": TEXT, "bell": TEXT}))
    read = operation(200, OK, query=("room",))
    made = does(rooms(**{"/stars.put": {"post": post}, "/stars.see": {"get": read}}))
    assert made["post /stars.put"] == made["get /stars.see"] == ("", "")
