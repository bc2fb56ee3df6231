"""What comes in pieces, in heaps, in odd forms or not at all: read, bounded or refused."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.server.wire.test_protocol import KEY, LIST, RESUME, SAP, Wire
from understudy.client import create_app
from understudy.server.app import Application
from understudy.server.wire import reading
from understudy.server.wire.protocol import SandboxProtocol
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings
from understudy.vendor import Reply

HOST = b"host: localhost\r\n"
JSON = b"content-type: application/json\r\n"
OFFER = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"
GET = b"GET " + LIST + b" HTTP/1.1\r\n" + HOST + KEY + b"\r\n"


@pytest.fixture
def app() -> Any:
    made = create_app(Settings(vendors=("looply",), clock=FROZEN))
    made.sandbox.session("default")
    return made


@pytest.fixture
def wire(app: Any) -> Iterator[Wire]:
    with ThreadServer(app) as server:
        yield Wire(server, app)


def post(*more: bytes, body: bytes = SAP) -> bytes:
    head = b"POST " + RESUME + b" HTTP/1.1\r\n" + HOST + KEY + JSON + b"".join(more)
    return head + b"content-length: %d\r\n\r\n" % len(body) + body


def last(app: Any) -> Any:
    return app.sandbox.sessions["default"].journal.get(1)


@pytest.mark.parametrize("cut", [20, 120, 180, 240, 250])
def test_an_offer_in_two_packets_is_as_if_it_were_not_there(wire: Wire, cut: int) -> None:
    whole = post(OFFER)
    ((status, body),) = wire.talk(whole[:cut], whole[cut:])
    assert (status, json.loads(body)["code"]) == (200, "WORKFLOW_RESTARTED")
    assert wire.state == "IN_PROGRESS"


def test_an_offer_within_a_pipeline_is_as_if_it_were_not_there(wire: Wire) -> None:
    chunked = post(OFFER, b"transfer-encoding: chunked\r\n", body=b"").replace(
        b"content-length: 0\r\n", b""
    )
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(SAP), SAP)
    bare = GET.replace(KEY, KEY + OFFER)
    told = wire.talk(GET + post(OFFER) + GET + chunked + chunks + bare + GET, until=6)
    assert [status for status, _ in told] == [200, 200, 200, 409, 200, 200]
    assert wire.asked == 6


def test_trailers_say_nothing(wire: Wire, app: Any) -> None:
    head = (
        b"POST " + RESUME + b" HTTP/1.1\r\n" + HOST + JSON + b"transfer-encoding: chunked\r\n\r\n"
    )
    chunks = b"%x\r\n%b\r\n0\r\n" % (len(SAP), SAP)
    trailers = KEY + b"prefer: code=500\r\nx-understudy-session: other\r\n\r\n"
    ((status, _), (second, _)) = wire.talk(head + chunks + trailers + GET, until=2)
    assert (status, second) == (403, 200), "a key in a trailer is none"
    assert list(app.sandbox.sessions) == ["default"]
    assert b"prefer" not in last(app).headers


@pytest.mark.parametrize("line", [b"x: " + b"y" * 1000 + b"\r\n", b"y" * 1003])
def test_trailers_are_bounded(wire: Wire, line: bytes) -> None:
    head = b"POST " + RESUME + b" HTTP/1.1\r\n" + HOST + KEY + b"transfer-encoding: chunked\r\n\r\n"
    with socket.create_connection(wire.address, timeout=10) as sock:
        sock.sendall(head + b"0\r\nx: ")
        sent = 0
        with suppress(OSError):
            while sent < 60 * 1024 * 1024:
                sent += sock.send(line)
    assert sent < 8 * 1024 * 1024
    assert wire.asked == 0


class Turns:
    """How many calls each connection was answered at each turn of the loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.most = 0
        read: Any = SandboxProtocol.read

        def counted(protocol: Any, data: Any) -> None:
            read(protocol, data)
            self.most = max(self.most, protocol.answered)

        monkeypatch.setattr(SandboxProtocol, "read", counted)


def test_a_long_pipeline_is_answered_a_few_calls_at_a_turn(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Turns(monkeypatch)
    told = wire.talk(GET * 500, until=500)
    assert [status for status, _ in told] == [200] * 500
    assert wire.asked == 500
    assert turns.most <= reading.TURN + reading.PIECE // len(GET) + 1


def test_a_long_pipeline_of_calls_that_wait_keeps_its_order(wire: Wire) -> None:
    health = b"GET /__admin/health HTTP/1.1\r\n" + HOST + b"\r\n"
    told = wire.talk((GET + health) * 50, until=100)
    assert [b'"item' in body or b"data" in body for _, body in told] == [True, False] * 50


def test_answers_that_nobody_reads_are_not_made(wire: Wire, app: Any) -> None:
    big = {
        "operation": "looply.getOrganizationWorkflows",
        "reply": {"status": 200, "body": "x" * 400_000, "undocumented": True},
    }
    body = json.dumps(big).encode()
    rule = b"POST /__admin/sessions/default/rules HTTP/1.1\r\n" + HOST + JSON
    ((status, told),) = wire.talk(rule + b"content-length: %d\r\n\r\n" % len(body) + body)
    assert status == 201, told
    with socket.create_connection(wire.address, timeout=10) as sock:
        sock.sendall(GET * 500)
        before = -1
        while wire.asked != before:  # until nothing more is made
            before = wire.asked
            time.sleep(0.3)
        assert wire.asked < 100
        got = 0
        while got < 500 * 400_000:
            got += len(sock.recv(1 << 20))
    assert wire.asked == 500


def test_a_client_that_has_said_all_gets_all_answers(wire: Wire) -> None:
    assert len(wire.talk(GET * 200, until=200, half=True)) == 200


@pytest.mark.parametrize(
    ("hosts", "title"), [(b"", "No Host"), (HOST + b"host: other\r\n", "Two Hosts")]
)
@pytest.mark.parametrize("path", [LIST, b"/__admin/health"])
def test_one_host_is_named(wire: Wire, app: Any, hosts: bytes, title: str, path: bytes) -> None:
    ((status, body),) = wire.talk(
        b"GET " + path + b" HTTP/1.1\r\n" + hosts + KEY + b"\r\n", until=0
    )
    assert (status, json.loads(body)["title"]) == (400, title)
    assert (last(app).status, last(app).path) == (400, path.decode().partition("?")[0])
    assert last(app).headers[b"x-api-key"] != b"looply-key-northwind"


def test_an_old_client_names_no_host(wire: Wire) -> None:
    ((status, _),) = wire.talk(b"GET " + LIST + b" HTTP/1.0\r\n" + KEY + b"\r\n", until=0)
    assert status == 200


def test_a_byte_that_no_target_has_is_named(wire: Wire, app: Any) -> None:
    asked = "GET /looply/v2/é HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\n\r\n".encode()
    ((status, body),) = wire.talk(asked, until=0)
    told = json.loads(body)
    assert (status, told["title"]) == (400, "No HTTP request")
    assert told["detail"].endswith("byte 12 of the target is 0xC3, write %C3")
    assert (last(app).status, last(app).method) == (400, "GET")


@pytest.mark.parametrize("method", [b"FOO", b"get", b"X-1"])
def test_a_method_that_nobody_knows_is_none_of_the_path(
    wire: Wire, app: Any, method: bytes
) -> None:
    asked = GET.replace(b"GET", method, 1)
    told = wire.talk(asked + GET)
    told = wire.talk(asked, GET, until=2)
    assert [status for status, _ in told] == [405, 200]
    assert (last(app).status, last(app).method) == (405, method.decode())
    admin = method + b" /__admin/health HTTP/1.1\r\n" + HOST + b"\r\n"
    assert wire.talk(admin)[0][0] == 405


def test_a_request_that_is_never_whole_is_given_up(
    wire: Wire, app: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.1)
    ((status, body),) = wire.talk(
        post().replace(b"content-length: ", b"content-length: 1"), until=0
    )
    assert (status, json.loads(body)["title"]) == (408, "The rest never came")
    assert (last(app).status, last(app).path) == (408, RESUME.decode())
    assert "a request was never whole" in caplog.text
    assert wire.talk(b"GET /looply", until=0)[0][0] == 408


def test_a_refusal_is_kept_where_a_session_is_named(app: Any) -> None:
    made: Application = app
    app.sandbox.create("mine")
    reply = Reply(400, {"detail": "no"})
    for target, headers in ((b"/~mine/x", []), (b"/x", [(b"x-understudy-session", b"mine")])):
        sent = made.refused(reply, b"GET", target, headers)
        assert (b"x-understudy-request", b"mine.") in [(n, v[:5]) for n, v in sent.headers]
    assert made.refused(reply, b"GET", b"/~%00/x", []).status == 400
    assert made.refused(reply, b"GET", b"/~nobody/x", []).status == 400
    assert list(app.sandbox.sessions) == ["default", "mine"]
