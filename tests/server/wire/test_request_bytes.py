"""Faults and calls byte by byte: what a client sees that speaks HTTP in its own way."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from time import sleep
from typing import Any

import pytest

from tests.server.external_clients import Outside
from understudy.client import create_app
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import Settings

BODY = b'{"payload": {"source": "SAP"}}'
RESUME = b"POST /resumeWorkflow/order-1001"
LIST = b"GET /getOrganizationWorkflows?limit=1"
LATENCY = {"latency": "100ms"}


class Wire:
    """A server, one session of it, and connections to it."""

    def __init__(self, server: ThreadServer, name: str) -> None:
        self.server = server
        self.outside = Outside(server.url, name, "httpx")

    def message(
        self, call: bytes, *headers: bytes, body: bytes = b"", version: str = "1.1"
    ) -> bytes:
        """A request as bytes, with the length of its body."""
        method, _, path = call.partition(b" ")
        target = f"/~{self.outside.session}/looply/v2/workflows".encode() + path
        length = [b"content-length: %d" % len(body)] if body else []
        known = b"host: x", b"x-api-key: looply-key-northwind", b"content-type: application/json"
        line = b"%s %s HTTP/%s" % (method, target, version.encode())
        return b"\r\n".join([line, *known, *headers, *length, b"", b""]) + body

    def talk(self, *parts: bytes) -> tuple[bytes, bool]:
        """What comes back until the server ends the connection, and whether it was reset."""
        host, port = self.server.url.partition("//")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=30) as wire:
            for part in parts:
                wire.sendall(part)
            return received(wire)

    def leave(self, *parts: bytes, after: bytes = b"") -> None:
        """Sends this, waits for that, and is gone."""
        host, port = self.server.url.partition("//")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=30) as wire:
            for part in parts:
                wire.sendall(part)
            while after and after not in wire.recv(4096):
                pass

    def asked(self) -> list[tuple[str, int, str]]:
        told = self.outside.admin("GET", "/requests")["requests"]
        return [(each["operation"], each["status"], each["by"]) for each in told]

    def tasks(self) -> int:
        """How many calls the server still has in hand."""
        return self.server.call(lambda: len(asyncio.all_tasks()))


def received(wire: socket.socket) -> tuple[bytes, bool]:
    got = b""
    try:
        while data := wire.recv(65536):
            got += data
    except ConnectionResetError:
        return got, True
    return got, False


@pytest.fixture
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    with ThreadServer(create_app(Settings(vendors=("looply",)))) as server:
        yield Wire(server, "wire")


CLOSE = b"connection: close"
CHUNKED = b"transfer-encoding: chunked"


def chunks(body: bytes, size: int = 7) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))


@pytest.mark.parametrize("fault", [None, LATENCY])
@pytest.mark.parametrize("way", ["1.0", "1.1", "chunked", "expect"])
def test_every_way_to_send_a_body_is_one_call(wire: Wire, way: str, fault: Any) -> None:
    if fault is not None:
        wire.outside.rule("*", fault=fault)
    if way == "chunked":
        sent = wire.message(RESUME, CLOSE, CHUNKED), chunks(BODY)
    elif way == "expect":
        length = b"content-length: %d" % len(BODY)
        sent = wire.message(RESUME, CLOSE, b"expect: 100-continue", length), BODY
    else:
        sent = (wire.message(RESUME, CLOSE, body=BODY, version=way), b"")
    got, reset = wire.talk(*sent)
    head, _, body = got.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"WORKFLOW_RESTARTED" in body
    assert not reset
    assert wire.asked() == [("resumeWorkflow", 200, "behaviour")]
    assert wire.outside.state() == "IN_PROGRESS"


@pytest.mark.parametrize("way", ["length", "chunked", "expect", "expect chunked"])
def test_a_request_that_was_never_whole_is_no_call(wire: Wire, way: str) -> None:
    rest: tuple[bytes, ...] = (BODY[:-3],)
    headers = [b"expect: 100-continue"] if "expect" in way else []
    if "chunked" in way:
        headers.append(CHUNKED)
        rest = (chunks(BODY)[:-9],)
    else:
        headers.append(b"content-length: %d" % len(BODY))
    before = wire.tasks()
    after = b"100 Continue" if "expect" in way else b""
    if after:
        wire.leave(wire.message(RESUME, *headers), after=after)
    wire.leave(wire.message(RESUME, *headers), *rest)
    while wire.tasks() > before:
        sleep(0.01)
    assert wire.asked() == []
    assert wire.outside.state() == "AWAITING_RESPONSE"


@pytest.mark.parametrize(
    ("fault", "answers", "reset", "calls"),
    [
        (LATENCY, 3, False, 3),
        ({"lose": "answer"}, 1, True, 2),
        ({"lose": "answer", "by": "close"}, 1, False, 2),
        ({"lose": "request"}, 1, True, 2),
        ({"truncate": 9}, 2, False, 2),
    ],
)
def test_a_pipeline_ends_with_a_connection(
    wire: Wire, fault: Any, answers: int, reset: bool, calls: int
) -> None:
    wire.outside.rule("resumeWorkflow", fault=fault)
    before = wire.tasks()
    pipeline = wire.message(LIST), wire.message(RESUME, body=BODY), wire.message(LIST, CLOSE)
    got, was_reset = wire.talk(b"".join(pipeline))
    assert (got.count(b"HTTP/1.1 200 OK"), was_reset) == (answers, reset)
    assert len(wire.asked()) == calls, "what came behind a lost connection never arrived"
    while wire.tasks() > before:
        sleep(0.01)


def test_a_truncated_answer_at_every_byte_and_beyond(wire: Wire) -> None:
    whole, _ = wire.talk(wire.message(LIST, CLOSE))
    body = whole.partition(b"\r\n\r\n")[2]
    for size in (0, 1, len(body) - 1, len(body), len(body) + 1):
        wire.outside.rule("getOrganizationWorkflows", times=1, fault={"truncate": size})
        got, reset = wire.talk(wire.message(LIST, CLOSE))
        assert b"content-length: %d" % len(body) in got
        assert (got.partition(b"\r\n\r\n")[2], reset) == (body[:size], False)


def test_what_is_too_large_is_refused_and_the_connection_goes_on(wire: Wire) -> None:
    large = b"x" * (10 * 1024 * 1024)
    got, _ = wire.talk(wire.message(RESUME, body=large) + wire.message(RESUME, CLOSE, body=BODY))
    assert [line[9:12] for line in got.split(b"\r\n") if b"HTTP/1.1 " in line[:9]] == [b"413"]
    assert b"HTTP/1.1 200 OK" in got
    assert wire.asked() == [
        ("resumeWorkflow", 413, "refusal"),
        ("resumeWorkflow", 200, "behaviour"),
    ]
