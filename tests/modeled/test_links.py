"""Links: a path lists known records, adds some to the list, and takes some away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client, application
from tests.modeled.documents import TEXT, at, document, many, operation, parameter, ref, thing
from understudy.errors import InputError
from understudy.modeled.inference import infer

WHEN = {"type": "string", "format": "date-time"}
IDS = thing({"ids": many(TEXT)})
SCHEMAS = {
    "Album": thing({"id": TEXT, "title": TEXT, "year": {"type": "integer"}}, "id"),
    "Saved": thing({"added_at": WHEN, "album": ref("Album")}, "album"),
}
ALBUMS = {
    "/albums": {"get": operation(200, many(ref("Album")))},
    "/albums/{id}": {
        "parameters": at("id"),
        "get": operation(200, ref("Album")),
        "patch": operation(200, ref("Album"), ref("Album")),
        "delete": operation(204),
    },
}
TRUTHS = many({"type": "boolean"})
BY_IDS = {
    "/me/albums": {
        "get": operation(200, thing({"items": many(ref("Saved")), "total": {"type": "integer"}})),
        "put": operation(204, sent=IDS),
        "delete": operation(204, query=["ids"]),
    },
    "/me/albums/contains": {"get": operation(200, TRUTHS, query=["ids"])},
}
BY_PATH = {
    "/lists/{list_id}": {
        "parameters": at("list_id"),
        "get": operation(200, thing({"id": TEXT, "name": TEXT}, "id")),
        "delete": operation(204),
    },
    "/lists/{list_id}/albums": {
        "parameters": at("list_id"),
        "get": operation(200, many(thing({"id": TEXT, "title": TEXT}, "id"))),
    },
    "/lists/{list_id}/albums/{album_id}": {
        "parameters": at("list_id", "album_id"),
        "put": operation(200, thing({"id": TEXT})),
        "delete": operation(204),
    },
}


@pytest.fixture
def client() -> Client:
    return Client(document({**ALBUMS, **BY_IDS, **BY_PATH}, SCHEMAS))


def ids(client: Client) -> list[str]:
    return [each["id"] for each in client.get("/albums").body]


def saved(client: Client) -> list[str]:
    return [each["album"]["id"] for each in client.get("/me/albums").body["items"]]


def test_known_records_are_saved_asked_for_and_taken_away_by_their_ids(client: Client) -> None:
    *_, last = ids(client)
    assert last not in saved(client)
    assert client.get(f"/me/albums/contains?ids={last},nobody").body == [False, False]
    assert client.put("/me/albums", {"ids": [last]}).status == 204
    assert saved(client)[-1] == last
    listed = client.get("/me/albums").body
    assert listed["total"] == len(listed["items"])
    assert listed["items"][-1]["album"] == client.get(f"/albums/{last}").body
    assert client.get(f"/me/albums/contains?ids={last},nobody").body == [True, False]
    assert client.put("/me/albums", {"ids": [last]}).status == 204
    assert saved(client).count(last) == 1
    assert client.delete(f"/me/albums?ids={last}").status == 204
    assert last not in saved(client)
    assert client.get(f"/albums/{last}").status == 200


def test_what_nobody_knows_is_linked_nowhere_and_nothing_beside_it_is(client: Client) -> None:
    *_, last = ids(client)
    before = saved(client)
    answer = client.put("/me/albums", {"ids": [last, "nobody"]})
    assert (answer.status, saved(client)) == (404, before)
    assert "albums has no nobody" in answer.body["detail"]


def test_a_link_by_path_belongs_to_the_record_above(client: Client) -> None:
    *_, last = ids(client)
    owner, other = [each.id for each in client.world["lists"].ranked("every", "-", 0, 2)]
    path = f"/lists/{owner}/albums"
    assert client.put(f"{path}/{last}").body == {"id": last}
    assert [each["id"] for each in client.get(path).body][-1] == last
    assert client.get(path).body[-1].keys() == {"id", "title"}
    assert client.get(f"/lists/{other}/albums").body == []
    assert client.delete(f"/lists/{other}/albums/{last}").status == 404
    assert client.put(f"{path}/nobody").status == 404
    assert client.put(f"/lists/nobody/albums/{last}").status == 404
    assert client.delete(f"{path}/{last}").status == 204
    assert client.delete(f"{path}/{last}").status == 404


def test_a_link_follows_its_record_and_goes_with_it(client: Client) -> None:
    first = saved(client)[0]
    client.patch(f"/albums/{first}", {"id": first, "title": "Renamed"})
    assert client.get("/me/albums").body["items"][0]["album"]["title"] == "Renamed"
    client.delete(f"/albums/{first}")
    assert first not in saved(client)


def test_links_go_with_the_record_above(client: Client) -> None:
    owner = client.world["lists"].ranked("every", "-", 0, 1)[0].id
    assert client.world["lists_albums"].count("scope", owner) == 2
    client.delete(f"/lists/{owner}")
    assert client.world["lists_albums"].count("scope", owner) == 0


def test_a_world_says_links_by_the_id_or_the_name_of_the_record() -> None:
    client = Client(document({**ALBUMS, **BY_IDS, **BY_PATH}, SCHEMAS))
    world, vendor = client.world, client.made.vendor
    section: dict[str, Any] = {
        "me_albums": [{"album": {"id": "best"}}],
        "albums": [{"name": "best", "id": "a1", "title": "Blue"}],
    }
    vendor.populate(world, section, world.now)
    assert saved(client)[-1] == "a1"
    with pytest.raises(InputError, match="no albums 'none'"):
        vendor.populate(world, {"me_albums": [{"album": {"id": "none"}}]}, world.now)
    assert application(client.made) is not None


@pytest.mark.parametrize(
    "paths",
    [
        {"get": operation(200, many(ref("Saved"))), "put": operation(204, sent=IDS)},
        {
            "get": operation(200, many(ref("Saved"))),
            "put": operation(204, sent=thing({"names": many(TEXT)})),
            "delete": operation(204, sent=IDS),
        },
        {
            "get": operation(200, many(thing({"id": TEXT, "note": TEXT, "mark": TEXT}))),
            "put": operation(204, sent=IDS),
            "delete": operation(204, sent=IDS),
        },
        {
            "get": operation(200, many(ref("Saved"))),
            "put": operation(200, thing({"job": TEXT}), IDS),
            "delete": operation(204, sent=IDS),
        },
    ],
    ids=["nothing-takes-away", "no-ids", "another-record", "answers-another-thing"],
)
def test_what_may_be_another_thing_is_no_link(paths: dict[str, Any]) -> None:
    made = infer(document({**ALBUMS, "/me/albums": paths}, SCHEMAS))
    assert "link" not in {each.role for each in made.operations.values()}


def test_ids_that_travel_as_one_text_or_as_many() -> None:
    listed = {**parameter("ids"), "schema": many(TEXT), "explode": False}
    paths = {**BY_IDS["/me/albums"], "put": operation(204, parameters=[listed])}
    client = Client(document({**ALBUMS, "/me/albums": paths}, SCHEMAS))
    one, two, three = ids(client)
    assert client.put(f"/me/albums?ids={one},{three}").status == 204
    assert set(saved(client)) == {one, two, three}
