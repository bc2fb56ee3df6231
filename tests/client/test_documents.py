"""A sandbox of documents from Python: in process, behind a port, at their servers' hosts."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import requests

from tests.modeled.documents import ORDER, at, document, many, operation, ref
from understudy.client import InputError, Sandbox, VerificationFailed, serve

PATHS = {
    "/orders": {
        "get": operation(200, many(ref("Order")), operationId="listOrders"),
        "post": operation(201, ref("Order"), ref("Order"), operationId="createOrder"),
    },
    "/orders/{id}": {
        "parameters": at("id"),
        "get": operation(200, ref("Order"), operationId="getOrder"),
    },
}
NEW = {"customer": "ada", "total": 3}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    value = document(PATHS, {"Order": ORDER}, servers=[{"url": "https://api.orders.example/v1"}])
    value["components"]["securitySchemes"] = {
        "key": {"type": "apiKey", "in": "query", "name": "appid"}
    }
    written = tmp_path / "openapi.json"
    written.write_text(json.dumps({**value, "security": [{"key": []}]}))
    return written


def test_a_document_is_a_vendor_of_the_sandbox(file: Path) -> None:
    with Sandbox(documents={"my-orders": file}, clock="frozen") as sandbox:
        orders = sandbox.my_orders
        assert orders.url == f"http://sandbox/~{sandbox.name}/my-orders/v1"
        assert (orders.headers, orders.query_of()) == ({}, {"appid": "my-orders-default-key"})
        with orders.client() as client:
            made = client.post("/orders", json=NEW)
            assert (made.status_code, made.json()["customer"]) == (201, "ada")
            assert client.get(made.headers["location"]).json() == made.json()
            orders.force("getOrder", {"status": 404, "undocumented": True}, times=1)
            assert client.get(f"/orders/{made.json()['id']}").status_code == 404
            assert client.get(f"/orders/{made.json()['id']}").status_code == 200
        orders.verify("createOrder", times=1, body={"customer": "ada"})
        with pytest.raises(VerificationFailed):
            orders.verify("createOrder", times=2)
        assert len(orders.records("orders")) == 4
        with orders.client("nobody") as client:
            assert client.get("/orders").status_code == 401


def test_documents_may_stand_beside_vendors(file: Path) -> None:
    with Sandbox(documents=[file], vendors=["looply"]) as sandbox:
        assert sandbox.names == ("orders", "looply")
    with Sandbox(documents=str(file)) as sandbox:
        assert sandbox.names == ("orders",)


def test_a_snapshot_goes_to_another_process_s_sandbox(file: Path) -> None:
    with Sandbox(documents={"orders": file}, clock="frozen") as one:
        with one.orders.client() as client:
            client.post("/orders", json=NEW)
        taken = one.snapshot()
        records = one.orders.records("orders")
    with Sandbox(documents={"orders": file}, clock="frozen") as other:
        other.restore(taken)
        assert other.orders.records("orders") == records
        other.reset()
        assert len(other.orders.records("orders")) == 3


def test_behind_a_port_its_document_says_how_it_signs(file: Path) -> None:
    with (
        serve(documents={"orders": file}, clock="frozen") as server,
        Sandbox(server.url) as sandbox,
        sandbox.orders.client() as client,
    ):
        assert sandbox.app is None
        assert client.post("/orders", json=NEW).status_code == 201


def test_its_servers_hosts_are_intercepted(file: Path) -> None:
    url = "https://api.orders.example/v1/orders"
    with Sandbox(documents={"orders": file}, clock="frozen") as sandbox:
        key = sandbox.orders.query_of()
        with sandbox.intercept():
            made = httpx.post(url, params=key, json=NEW).json()
            there = requests.get(url, params=key, timeout=10).json()
        assert made["id"] in [each["id"] for each in there]


def test_documents_are_for_a_sandbox_of_its_own(file: Path) -> None:
    with pytest.raises(InputError, match="documents are for a sandbox of its own"):
        Sandbox("http://127.0.0.1:1", documents=[file])
    with pytest.raises(InputError, match="cannot be read"):
        Sandbox(documents={"orders": file.parent / "nothing.yaml"})
