"""Requests with the headers of the one before: nobody can tell that they were not parsed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.server import ServerState

from understudy.client import create_app
from understudy.server.wire.headers import LONGEST_BLOCK, RequestPattern, request_pattern
from understudy.server.wire.listen import configuration
from understudy.server.wire.protocol import SandboxProtocol
from understudy.settings import FROZEN, Settings

BASE = b"/looply/v2/workflows"
LIST = BASE + b"/getOrganizationWorkflows?limit=1"
RESUME = BASE + b"/resumeWorkflow/order-1001"
KEY = b"Host: a\r\nX-API-Key: looply-key-northwind\r\n"
BODY = b'{"payload": {"source": "SAP"}}'
POSTED = KEY + b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(BODY)


def request(line: bytes, headers: bytes = KEY, body: bytes = b"") -> bytes:
    return line + b"\r\n" + headers + b"\r\n" + body


def get(target: bytes = LIST) -> bytes:
    return request(b"GET " + target + b" HTTP/1.1")


def post(target: bytes = RESUME, body: bytes = BODY) -> bytes:
    return request(b"POST " + target + b" HTTP/1.1", POSTED, body)


class Peer(asyncio.Transport):
    """The other side of a connection: keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.got = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.got += bytes(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        addresses = {"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)}
        return addresses.get(name, default)

    def pause_reading(self) -> None:
        """It sends nothing by itself."""

    resume_reading = pause_reading


class Forgetful(SandboxProtocol):
    """Lets the parser read everything."""

    parsed = 0

    def _learn(self, data: bytes) -> None:
        """Remembers nothing."""


class Counting(SandboxProtocol):
    """Counts what the parser read."""

    parsed = 0

    def on_message_begin(self) -> None:
        self.parsed += 1
        super().on_message_begin()


@cache
def _app() -> Any:
    return create_app(Settings(vendors=("looply",), clock=FROZEN, body_bytes=200))


async def told(protocol: type[Any], pieces: Iterable[bytes]) -> tuple[bytes, bool, int]:
    """What a new sandbox answers to the pieces of one connection, whether it then closes it, and
    how many messages its parser has begun to read."""
    app = _app()
    app.sandbox.session("default").reset()
    config = configuration(app, http=protocol)
    config.load()
    served = protocol(config=config, server_state=ServerState(), app_state={})
    peer = Peer()
    served.connection_made(peer)
    for piece in pieces:
        if peer.closed:
            break
        served.data_received(piece)
        for _ in range(8):  # what a task answers, too
            await asyncio.sleep(0)
    served.outbox.flush()
    served.connection_lost(None)
    return peer.got, peer.closed, served.parsed


def both(*pieces: bytes) -> tuple[bytes, int]:
    """The answers, which are the same whether or not anything is recognised, and what of the
    messages the parser had to read."""

    async def run() -> tuple[bytes, int]:
        got, closed, parsed = await told(Counting, pieces)
        assert (got, closed) == (await told(Forgetful, pieces))[:2]
        return got, parsed

    return asyncio.run(run())


def statuses(got: bytes) -> list[int]:
    return [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize(
    ("again", "status"),
    [
        (get(), 200),
        (get(BASE + b"/getOrganizationExecutions"), 200),
        (get(BASE + b"/getWorkflowById?workflow_id=no&workflow_version=1"), 404),
        (get(BASE), 404),
        (get(b"/"), 404),
        (get(b"/nobody/x?y=z"), 404),
        (request(b"POST " + LIST + b" HTTP/1.1"), 405),
        (get(b"/" + b"x" * 9000), 414),
        (get(b"/__administrator/x"), 404),
    ],
)
def test_the_same_headers_are_not_read_twice(again: bytes, status: int) -> None:
    got, parsed = both(get(), again, get())
    assert (statuses(got), parsed) == ([200, status, 200], 2 if b"__admin" in again else 1)


def test_a_body_of_the_same_length_is_each_calls_own() -> None:
    other, wrong = BODY.replace(b": {", b":{ ", 1), b"x" * len(BODY)
    got, parsed = both(post(), post(body=other), post(body=wrong), post(BASE + b"/no/such"))
    assert (statuses(got), parsed) == ([200, 409, 400, 404], 1)


@pytest.mark.parametrize(
    "again",
    [
        request(b"GET " + LIST + b" HTTP/1.0"),
        request(b"HEAD " + LIST + b" HTTP/1.1"),
        request(b"OPTIONS " + LIST + b" HTTP/1.1"),
        request(b"BREW " + LIST + b" HTTP/1.1"),
        request(b"get " + LIST + b" HTTP/1.1"),
        request(b"GET  " + LIST + b" HTTP/1.1"),
        request(b"GET " + LIST + b" x HTTP/1.1"),
        request(b"GET " + LIST),
        request(b"GET http://a" + LIST + b" HTTP/1.1"),
        request(b"GET " + LIST + b"#part HTTP/1.1"),
        request(b"GET /\xff HTTP/1.1"),
        request(b"GET /__admin/health HTTP/1.1"),
        request(b"CONNECT a:443 HTTP/1.1"),
        b"\r\n" + get(),
        get() + get(),
        get() + post(),
        get()[:-1],
        get() + b"GET /",
        request(b"GET " + LIST + b" HTTP/1.1", KEY.replace(b"Host", b"HOST")),
        request(b"GET " + LIST + b" HTTP/1.1", KEY + b"Prefer: code=401\r\n"),
        request(b"GET " + LIST + b" HTTP/1.1", KEY + b"Connection: close\r\n"),
        request(b"GET " + LIST + b" HTTP/1.1", KEY + b"Connection: upgrade\r\nUpgrade: h2c\r\n"),
        request(b"POST " + RESUME + b" HTTP/1.1", KEY + b"Transfer-Encoding: chunked\r\n")
        + b"2\r\n{}\r\n0\r\n\r\n",
    ],
)
def test_whatever_else_comes_is_for_the_parser(again: bytes) -> None:
    got, parsed = both(get(), again, get())
    assert statuses(got)[0] == 200
    assert parsed > 1


@pytest.mark.parametrize(("again", "then"), [(b"\r\n\r\n", [200]), (b"\x16\x03\x01", [400])])
def test_what_is_no_request_is_none(again: bytes, then: list[int]) -> None:
    got, _ = both(get(), again, get())
    assert statuses(got) == [200, *then]


def test_a_request_in_pieces_is_for_the_parser() -> None:
    whole = post()
    got, parsed = both(whole, whole[:-5], whole[-5:], whole, whole[:40], whole[40:])
    assert (statuses(got), parsed) == ([200, 409, 409, 409], 3)


def test_a_long_body_is_refused_each_time() -> None:
    headers = KEY + b"Content-Type: application/json\r\nContent-Length: 300\r\n"
    long = request(b"POST " + RESUME + b" HTTP/1.1", headers, b"[" * 300)
    got, _ = both(long, long)
    assert statuses(got) == [413, 413]


def test_an_empty_line_behind_a_request_is_no_body() -> None:
    bare = request(b"POST " + RESUME + b" HTTP/1.1") + b"\r\n"
    got, _ = both(
        bare, bare, get() + b"\r\n", get() + b"GE", b"T / HTTP/1.1\r\nHost: x\r\n\r\n", post()
    )
    assert statuses(got) == [400, 400, 200, 200, 404, 200]
    assert _app().sandbox.sessions["default"].journal.get(2).body == b""


def test_an_empty_line_before_a_request_is_none_of_its_headers() -> None:
    got, _ = both(b"\r\n" + get(), b"GET / HTTP/1.1\r\n" + get(), get())
    assert statuses(got) == [200, 400]


def test_who_is_to_go_on_first_is_asked_each_time() -> None:
    headers = POSTED + b"Expect: 100-continue\r\n"
    asking = request(b"POST " + RESUME + b" HTTP/1.1", headers, BODY)
    got, parsed = both(asking, asking)
    assert (statuses(got), parsed) == ([100, 200, 100, 409], 2)


def test_other_headers_are_learnt_anew() -> None:
    other = request(b"GET " + LIST + b" HTTP/1.1", KEY + b"X-Understudy-Session: default\r\n")
    got, parsed = both(get(), other, other, get(), get())
    assert (statuses(got), parsed) == ([200] * 5, 3)


PIECES = st.sampled_from(
    [
        get(),
        get(BASE + b"/getOrganizationExecutions?limit=2"),
        get(b"/__admin/health"),
        get(b"/x#y"),
        post(),
        post(BASE + b"/terminateWorkflow/order-1001"),
        get() + b"\r\n",
        post()[: -len(BODY)] + b"\r\n\r\n" + BODY[4:],
        request(b"POST " + RESUME + b" HTTP/1.1") + b"\r\n",
        post(body=b"{}" + b" " * (len(BODY) - 2)),
        request(b"GET " + LIST + b" HTTP/1.0"),
        request(b"HEAD " + LIST + b" HTTP/1.1"),
        request(b"GET " + LIST + b" HTTP/1.1", KEY + b"Connection: close\r\n"),
        request(b"POST " + RESUME + b" HTTP/1.1", KEY + b"Transfer-Encoding: chunked\r\n")
        + b"2\r\n{}\r\n0\r\n\r\n",
        b"\r\n",
        b"nonsense\r\n\r\n",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=6), st.lists(st.integers(1, 900), max_size=4))
def test_however_a_connection_is_cut_its_answers_are_the_same(
    requests: Sequence[bytes], cuts: Sequence[int]
) -> None:
    both(*requests)
    stream, pieces, at = b"".join(requests), [], 0
    for cut in sorted({*cuts}):
        pieces.append(stream[at:cut])
        at = max(at, min(cut, len(stream)))
    both(*(piece for piece in (*pieces, stream[at:]) if piece))


class TestFamiliar:
    def test_tells_method_target_and_body(self) -> None:
        known = request_pattern(post(), [(b"host", b"a")], BODY)
        assert known == RequestPattern(
            POSTED + b"\r\n", len(POSTED) + 2 + len(BODY), [(b"host", b"a")]
        )
        assert known.read(post(LIST)) == ("POST", LIST.decode(), BODY)

    def test_knows_none_whose_end_only_its_body_tells(self) -> None:
        assert request_pattern(get(), [(b"transfer-encoding", b"chunked")], b"") is None

    def test_knows_none_that_is_long(self) -> None:
        line = b"GET / HTTP/1.1"
        for size, is_known in ((LONGEST_BLOCK - 4, True), (LONGEST_BLOCK - 3, False)):
            headers = b"a: " + b"x" * (size - 3)
            made = request_pattern(
                line + b"\r\n" + headers + b"\r\n\r\n", [(b"a", headers[3:])], b""
            )
            assert (made is not None) is is_known
