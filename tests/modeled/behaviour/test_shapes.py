"""Where records stand in what is sent and answered, how lists are asked for, and whose they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.behaviour.documents import SHOP, section
from tests.modeled.documents import TEXT, at, document, many, operation, parameter, ref, thing

THING = thing({"key": TEXT, "colour": TEXT, "owner_id": TEXT}, "key")
WRAPPED = thing({"payload": thing({"thing": ref("Thing")})})
LISTED = thing(
    {"payload": thing({"rows": many(ref("Thing")), "all": {"type": "integer"}}), "ok": TEXT}
)
QUERY = [parameter(each) for each in ("hue", "first", "skip_to", "by_field", "way")]
PATHS = {
    "/makers": {"get": operation(200, many(ref("Maker")), operationId="listMakers")},
    "/makers/{maker_id}": {
        "parameters": at("maker_id"),
        "get": operation(200, ref("Maker"), operationId="getMaker"),
    },
    "/rpc/things.all": {
        "get": operation(200, LISTED, operationId="allThings", parameters=QUERY),
    },
    "/rpc/things.add": {"post": operation(200, WRAPPED, WRAPPED, operationId="addThing")},
    "/rpc/things/{key}": {
        "parameters": at("key"),
        "get": operation(200, WRAPPED, operationId="oneThing"),
        "put": operation(200, WRAPPED, WRAPPED, operationId="putThing"),
        "delete": operation(204, operationId="dropThing"),
    },
}
DOCUMENT = document(PATHS, {"Thing": THING, "Maker": thing({"id": TEXT}, "id")})
THINGS = """
things:
  item: "/rpc/things/{key}"
  schema: "#/components/schemas/Thing"
  id: key
  body: /payload/thing
  seed: 0
  list:
    items: /payload/rows
    total: /payload/all
    page: offset
    by: skip_to
    size: first
    usual: 2
    most: 3
    order: by_field
    direction: way
    filters: { hue: colour }
operations:
  allThings: { list: things }
  addThing: { create: things }
  oneThing: { read: things }
  putThing: { update: things }
  dropThing: { remove: things }
"""


@pytest.fixture(scope="module")
def client() -> Client:
    client = Client(DOCUMENT, section=section(THINGS))
    for key, colour in (("a", "red"), ("b", "blue"), ("c", "red"), ("d", "green")):
        sent = {"payload": {"thing": {"key": key, "colour": colour}}}
        assert client.post("/rpc/things.add", sent).body == sent
    return client


def keys(client: Client, query: str) -> list[str]:
    return [each["key"] for each in client.get(f"/rpc/things.all{query}").body["payload"]["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["a", "b"]),
        ("?first=9", ["a", "b", "c"]),
        ("?first=1&skip_to=2", ["c"]),
        ("?hue=red", ["a", "c"]),
        ("?by_field=colour&first=3", ["b", "d", "a"]),
        ("?by_field=key&way=desc&first=3", ["d", "c", "b"]),
    ],
)
def test_a_list_is_asked_for_as_it_is_said(client: Client, query: str, expected: list[str]) -> None:
    assert keys(client, query) == expected


def test_a_list_tells_how_many_there_are(client: Client) -> None:
    assert client.get("/rpc/things.all?hue=red&first=1").body["payload"]["all"] == 2


def test_a_record_stands_where_body_says() -> None:
    client = Client(DOCUMENT, section=section(THINGS))
    client.post("/rpc/things.add", {"payload": {"thing": {"key": "a", "colour": "red"}}})
    sent: dict[str, Any] = {"payload": {"thing": {"key": "a", "colour": "blue"}}}
    assert client.put("/rpc/things/a", sent).body == sent
    assert client.get("/rpc/things/a").body == sent
    assert client.delete("/rpc/things/a").status == 204
    assert client.get("/rpc/things/a").status == 404


def test_every_name_of_a_call_can_be_used() -> None:
    text = """
    operations:
      login:
        answer: OK
        set:
          user: "${caller == null} ${event} ${header.x_trace} ${now} ${body.name} ${size(orders)}"
    orders: { seed: 2 }
    """
    shop = {**SHOP, "paths": {**SHOP["paths"]}}
    login = shop["paths"]["/login"]["post"]
    trace = [parameter("X-Trace", "header")]
    shop["paths"]["/login"] = {"post": {**login, "parameters": trace}}
    client = Client(shop, section=section(text))
    told = client.post("/login", {"name": "ada"}, **{"x-trace": "t-1"}).body["user"]
    assert told == "true login t-1 2026-01-01T00:00:00.000Z ada 2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum([1, 2])", "3"),
        ("min([3, 1]) + max([3, 1])", "4"),
        ("now + days(1) - hours(1) - minutes(1) - seconds(1)", "2026-01-01T22:58:59.000Z"),
        ("duration('90m')", "1h30m"),
        ("timestamp('2026-02-03')", "2026-02-03T00:00:00.000Z"),
        ("now() == now", "true"),
        ("size(uuid())", "36"),
        ("size(hex(5))", "5"),
        ("body.name.matches('^a.a$')", "true"),
        ("body.name.contains('d') && body.name.startsWith('a') && body.name.endsWith('a')", "true"),
        ("body.name.upperAscii().lowerAscii().trim().replace('d', 't')", "ata"),
        ("'a,b'.split(',').join('+')", "a+b"),
        ("body.name.substring(1)", "da"),
        ("string(int('4') + 1) + string(double('2.5')) + string(bool('true'))", "52.5true"),
        ("round(2.567, 1)", "2.6"),
        ("[3, 1].map(n, n * 2).filter(n, n > 2)[0]", "6"),
        ("[1].all(n, n > 0) && [1, 2].exists_one(n, n > 1) && has(body.name)", "true"),
        ("body.name in ['ada'] ? 'yes' : 'no'", "yes"),
    ],
)
def test_every_function_over_http(text: str, expected: str) -> None:
    value = {"operations": {"login": {"answer": "OK", "set": {"token": f"= ${{{text}}}"}}}}
    client = Client(SHOP, section=value)
    assert client.post("/login", {"name": "ada"}).body["token"] == f"= {expected}"
