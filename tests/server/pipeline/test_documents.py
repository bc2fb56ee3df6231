"""Documents of users over the pipeline: addresses, keys, HEAD, what is broken, what is kept."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.modeled.application import application
from tests.modeled.documents import ORDER, at, document, many, operation, ref
from understudy.modeled.assembly import modeled
from understudy.scenarios.loader import load_text
from understudy.server.app import Application
from understudy.server.inprocess import Answered, ask
from understudy.settings import Settings
from understudy.vendor import default_credential, parted
from understudy.vendors.looply import VENDOR as LOOPLY

PATHS = {
    "/orders": {
        "get": operation(200, many(ref("Order")), operationId="listOrders"),
        "post": operation(201, ref("Order"), ref("Order"), operationId="createOrder"),
    },
    "/orders/{id}": {
        "parameters": at("id"),
        "get": operation(200, ref("Order"), operationId="getOrder"),
        "delete": operation(204, operationId="deleteOrder"),
    },
}
SERVERS = [{"url": "https://api.orders.example/v1"}, {"url": "http://localhost:8080/v1"}]
HTML = {"accept": "text/html"}


def app(paths: Mapping[str, Any] = PATHS, name: str = "shop", **more: Any) -> Application:
    settings = {each: more.pop(each) for each in ("no_auth", "any_key") if each in more}
    made = modeled(name, document(paths, {"Order": ORDER}, **{"servers": SERVERS, **more}))
    return application(made, clock="frozen", verify_replies=True, **settings)


def call(
    served: Application, method: str, target: str, body: Any = None, **headers: str
) -> Answered:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = b"" if body is None else json.dumps(body).encode()
    if raw:
        sent.setdefault("content-type", "application/json")
    return asyncio.run(ask(served, method, target, sent.items(), raw))


def header(answer: Answered, name: str) -> str:
    return dict(answer.headers)[name]


def secured(scheme: Mapping[str, Any], **more: Any) -> Application:
    components = {"schemas": {"Order": ORDER}, "securitySchemes": {"key": scheme}}
    value = {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "paths": PATHS,
        "components": components,
        "security": [{"key": []}],
    }
    return application(modeled("shop", value), clock="frozen", **more)


class TestAddresses:
    @pytest.mark.parametrize(
        "path", ["/shop/v1/orders", "/shop/orders", "/v1/orders", "/orders", "/~mine/v1/orders"]
    )
    def test_the_only_document_is_at_the_root_and_below_its_name(self, path: str) -> None:
        answer = call(app(), "GET", path)
        assert (answer.status, len(json.loads(answer.body))) == (200, 3)
        session = "mine" if "~" in path else "default"
        assert header(answer, "x-understudy").endswith(f"session={session}")

    def test_a_document_may_have_the_name_of_its_path(self) -> None:
        served = app(name="orders")
        known = json.loads(call(served, "GET", "/orders").body)[0]["id"]
        for path in ("/orders/", "/orders/orders/", "/v1/orders/", "/orders/v1/orders/"):
            answer = call(served, "GET", f"{path}{known}")
            assert (answer.status, json.loads(answer.body)["id"]) == (200, known), path

    def test_beside_others_it_is_below_its_name_and_at_its_host(self) -> None:
        made = modeled("shop", document(PATHS, {"Order": ORDER}, servers=SERVERS))
        served = Application(Settings(clock="frozen"), [made.vendor, LOOPLY])
        assert call(served, "GET", "/shop/orders").status == 200
        assert call(served, "GET", "/v1/orders", host="api.orders.example").status == 200
        assert call(served, "GET", "/v1/orders", host="localhost:4010").status == 404
        assert call(served, "GET", "/looply/v2/workflows/nothing").status in (401, 404)
        told = json.loads(call(served, "GET", "/orders").body)
        assert told["fix"].startswith("Did you mean /shop/orders?")

    def test_the_admin_api_wins(self) -> None:
        paths = {**PATHS, "/__admin/health": {"get": operation(200, ORDER)}}
        served = app(paths)
        assert json.loads(call(served, "GET", "/__admin/health").body)["vendors"] == ["shop"]
        assert call(served, "GET", "/shop/__admin/health").status == 200

    def test_a_browser_is_led_to_the_console_unless_the_document_has_the_root(self) -> None:
        page = call(app(), "GET", "/", **HTML)
        assert page.status == 303
        assert header(page, "location") == "/__admin/console/sessions/default/calls"
        assert call(app(), "GET", "/").status == 404
        own = app({"/": {"get": operation(200, ORDER)}}, servers=[])
        assert call(own, "GET", "/", accept="text/html, */*;q=0.8").status == 200

    def test_the_address_of_what_was_made_can_be_followed(self) -> None:
        served = app()
        for mount in ("/shop/v1", "/shop", "/~mine/shop/v1", "/v1", ""):
            made = call(served, "POST", f"{mount}/orders", {"customer": "ada", "total": 3})
            where = header(made, "location")
            assert where == f"http://sandbox{mount}/orders/{json.loads(made.body)['id']}"
            assert json.loads(
                call(served, "GET", where.removeprefix("http://sandbox")).body
            ) == json.loads(made.body)

    def test_a_query_that_a_template_asks_for_decides(self) -> None:
        paths = {f"/x?do={n}": {"get": operation(200, ORDER, operationId=n)} for n in ("a", "b")}
        served = app(paths)
        for target, name in (("/shop/x?do=b", "b"), ("/x?z=1&do=a", "a")):
            assert header(call(served, "GET", target), "x-understudy").startswith(
                f"operation={name},"
            )


class TestAnswers:
    def test_head_is_get_without_its_body(self) -> None:
        served = app()
        got, head = call(served, "GET", "/orders"), call(served, "HEAD", "/orders")
        same = [(n, v) for n, v in got.headers if n not in ("x-understudy-request",)]
        assert [each for each in head.headers if each[0] != "x-understudy-request"] == same

    def test_a_broken_operation_is_501_with_the_reason(self) -> None:
        broken = operation(200, ORDER, operationId="worse", parameters=[{"$ref": "#/nowhere"}])
        served = app({**PATHS, "/worse": {"post": broken}})
        answer = call(served, "POST", "/worse", {"a": 1})
        assert answer.status == 501
        assert header(answer, "x-understudy").startswith("operation=worse, by=sandbox,")
        assert "#/nowhere" in json.loads(answer.body)["detail"]
        assert call(served, "GET", "/orders").status == 200

    def test_a_type_that_is_not_there_is_406(self) -> None:
        assert call(app(), "GET", "/orders", accept="text/csv").status == 406
        assert call(app(), "GET", "/orders", accept="text/csv, */*;q=0.1").status == 200


KEYS = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "appid"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


def sent(kind: str, key: str) -> tuple[str, dict[str, str]]:
    """The query and the headers with a key."""
    basic = base64.b64encode(f"ada:{key}".encode()).decode()
    return {
        "header": ("", {"x-key": key}),
        "query": (f"?appid={key}", {}),
        "cookie": ("", {"cookie": f"a=1; sid={key}"}),
        "bearer": ("", {"authorization": f"Bearer {key}"}),
        "basic": ("", {"authorization": f"Basic {basic}"}),
    }[kind]


class TestKeys:
    @pytest.mark.parametrize("kind", KEYS)
    def test_a_key_of_any_place_is_wanted_and_may_name_a_session(self, kind: str) -> None:
        served = secured(KEYS[kind])
        assert call(served, "GET", "/orders").status == 401
        for key, session in (("s3cret-key", "default"), ("s3cret-key~mine", "mine")):
            query, headers = sent(kind, key)
            answer = call(served, "GET", f"/orders{query}", **headers)
            assert answer.status == 200
            assert header(answer, "x-understudy").endswith(f"session={session}")
            journal = served.sandbox.session(session).journal
            (entry,) = [each for each in journal if each.status == 200]
            told = f"{entry.query} {entry.headers}"
            assert "s3cret-key" not in told
            assert base64.b64encode(b"ada:s3cret-key").decode() not in told

    @pytest.mark.parametrize("kind", KEYS)
    def test_a_vendor_signs_as_its_document_wants_it(self, kind: str) -> None:
        served = secured(KEYS[kind])
        vendor = served.sandbox.vendors["shop"]
        world = served.sandbox.session("default").world("shop")
        credential = default_credential(world)
        assert credential is not None
        signed = vendor.sign(credential)
        headers, query = parted(signed)
        target = "/orders" + "".join(f"?{name}={text}" for name, text in query.items())
        assert asyncio.run(ask(served, "GET", target, headers.items())).status == 200

    def test_nobody_is_asked_under_no_auth(self) -> None:
        assert call(secured(KEYS["bearer"], no_auth=True), "GET", "/orders").status == 200

    def test_any_key_counts_where_a_world_says_exact_ones(self) -> None:
        world = {"shop": {"credentials": [{"name": "ada", "key": "k1"}]}}
        story = json.dumps({"understudy": 1, "scenario": "Keys", "world": world})
        for settings, status in (({}, 401), ({"any_key": True}, 200)):
            served = secured(KEYS["bearer"], **settings)
            sandbox = served.sandbox
            sandbox.session("default").load(
                load_text(story, "keys.yaml", tuple(sandbox.vendors.values()), sandbox.contract)
            )
            assert call(served, "GET", "/orders", authorization="Bearer k1").status == 200
            assert call(served, "GET", "/orders", authorization="Bearer k2").status == status


def test_two_servers_give_the_same_bytes() -> None:
    def told() -> list[Answered]:
        served = app()
        made = call(served, "POST", "/orders", {"customer": "ada", "total": 3})
        path = f"/orders/{json.loads(made.body)['id']}"
        return [
            made,
            call(served, "GET", path),
            call(served, "GET", "/orders?limit=1"),
            call(served, "DELETE", path),
            call(served, "GET", path),
        ]

    assert told() == told()
    assert [each.status for each in told()] == [201, 200, 200, 204, 404]
