"""Whom the admin API listens to: pages of this machine, and whoever calls it by its address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.server.admin.admin_client import AdminClient
from understudy.client import create_app
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings

TOKEN = {"authorization": "Bearer open-sesame"}
RESET = "/__admin/sessions/default/reset"
HOSTS = ["localhost", "localhost:4010", "127.0.0.1", "[::1]:80", "127.8.8.8:1", "LocalHost."]
HOSTS += ["sandbox.localhost:4010", "host.docker.internal:4010"]
FOREIGN = ["evil.example", "evil.example:4010", "127.0.0.1.evil.example", "10.0.0.7:4010", "a b"]
FOREIGN += ["localhost, evil.example", "evil.example#localhost", "x\u00e4"]


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadServer]:
    with ThreadServer(create_app(Settings(vendors=("looply",), clock=FROZEN))) as server:
        yield server


def ask(server: ThreadServer, method: str, path: str, **headers: str) -> httpx.Response:
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return httpx.request(method, f"{server.url}{path}", headers=sent, trust_env=False)


@pytest.mark.parametrize("host", HOSTS)
def test_it_answers_by_names_of_this_machine(server: ThreadServer, host: str) -> None:
    assert ask(server, "POST", RESET, host=host).status_code in (200, 404)


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", [RESET, "/__admin/health", "/__admin/nowhere"])
def test_another_name_may_have_been_brought_here_by_a_page(
    server: ThreadServer, host: str, path: str
) -> None:
    reply = ask(server, "POST", path, host=host)
    told = reply.json()
    assert (reply.status_code, told["type"]) == (403, "urn:understudy:forbidden")
    assert told["where"] == "host"
    assert told["fix"] == f"Call it by {server.url}, or start it with --admin-token TOKEN"
    assert host not in reply.text


def test_a_vendor_is_still_meant_by_its_host(server: ThreadServer) -> None:
    path = "/v2/workflows/getOrganizationWorkflows?limit=1"
    reply = ask(server, "GET", path, host="api.looply.io", **{"x-api-key": "looply-key-northwind"})
    assert reply.status_code == 200
    assert ask(server, "GET", "/__admin/health", host="api.looply.io").status_code == 403


def test_http_1_0_needs_no_host(server: ThreadServer) -> None:
    host, _, port = server.url.rpartition("//")[2].partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(b"GET /__admin/health HTTP/1.0\r\n\r\n")
        assert b" 200 OK\r\n" in wire.recv(1000)


def test_a_token_proves_more_than_a_name() -> None:
    app = create_app(Settings(vendors=("looply",), clock=FROZEN, admin_token="open-sesame"))
    with ThreadServer(app) as server:
        reply = ask(server, "GET", "/__admin/vendors", host="sandbox.example", **TOKEN)
        assert reply.status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://10.0.0.7"]
)
@pytest.mark.parametrize("cors", [(), ("*",), ("https://evil.example",)])
def test_a_page_of_another_site_drives_nothing(origin: str, cors: tuple[str, ...]) -> None:
    admin = AdminClient(cors=cors)
    assert admin.ask("POST", "/sessions", {"name": "mine"}).status == 201
    form = {"origin": origin, "content-type": "text/plain"}
    told = admin.ask("POST", "/sessions/mine/reset", raw=b"", headers=form)
    assert (told.status, told.answer, told.body["where"]) == (403, "FORBIDDEN", "origin")
    preflight = {"origin": origin, "access-control-request-method": "DELETE"}
    reply = admin.client.options("/__admin/sessions/mine", headers=preflight)
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:8000"])
def test_a_page_of_this_machine_may_use_it(origin: str, admin: AdminClient, session: str) -> None:
    preflight = {"origin": origin, "access-control-request-method": "POST"}
    preflight["access-control-request-headers"] = "authorization,content-type"
    asked = admin.client.options(f"/__admin/sessions/{session}/reset", headers=preflight)
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-headers"] == "authorization,content-type"
    for method, path in (("POST", f"/sessions/{session}/reset"), ("GET", "/nowhere")):
        told = admin.ask(method, path, headers={"origin": origin})
        assert told.status in (200, 404)
        assert told.headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize(
    ("path", "size", "status"), [("rules", 9_000_000, 413), ("x" * 9000, 0, 414)]
)
def test_a_page_of_this_machine_may_read_that_it_said_too_much(
    path: str, size: int, status: int, admin: AdminClient, session: str
) -> None:
    for origin, allowed in (("http://localhost:5173", "http://localhost:5173"), (FOREIGN[0], None)):
        headers = {"origin": origin}
        told = admin.ask("POST", f"/sessions/{session}/{path}", raw=b"x" * size, headers=headers)
        assert told.status == status
        assert told.headers.get("access-control-allow-origin") == allowed


def test_its_own_pages_may_use_it_whatever_it_is_called() -> None:
    admin = AdminClient(cors=("off",))
    for origin, status in (("http://testserver", 200), ("http://localhost:5173", 403)):
        told = admin.ask("GET", "/vendors", headers={"origin": origin})
        assert told.status == status
        assert "access-control-allow-origin" not in told.headers


def test_without_an_origin_nothing_is_said_of_pages(admin: AdminClient) -> None:
    told: Any = admin.ask("GET", "/vendors").headers
    assert not [name for name in told if name.startswith("access-control") or name == "vary"]
