"""The bytes of a connection: what clients may send, and what comes back on the same socket."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.server.looply_sandbox import WAITING
from understudy.client import create_app
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings

KEY = b"x-api-key: looply-key-northwind\r\n"
JSON = b"content-type: application/json\r\n"
SAP = b'{"payload": {"source": "SAP"}}'
BASE = b"/looply/v2/workflows"
LIST = BASE + b"/getOrganizationWorkflows?limit=1"
RESUME = BASE + b"/resumeWorkflow/order-1001"
LIMIT = 4096


class Wire:
    """A server and raw connections to it."""

    def __init__(self, server: ThreadServer, app: Any) -> None:
        host, _, port = server.url.rpartition("//")[2].partition(":")
        self.address = (host, int(port))
        self.app = app

    def talk(self, *pieces: bytes, until: int = 1, half: bool = False) -> list[tuple[int, bytes]]:
        """What comes back when these pieces are sent: each answer's status and body.

        Reads until so many answers are there, or, with 0, until the other side closes.
        """
        with socket.create_connection(self.address, timeout=10) as sock:
            for index, piece in enumerate(pieces):
                if index:
                    time.sleep(0.01)  # so that it arrives by itself
                sock.sendall(piece)
            if half:
                sock.shutdown(socket.SHUT_WR)
            got = b""
            while not until or len(parsed(got)) < until:
                more = sock.recv(65536)
                if not more:
                    break
                got += more
        return parsed(got)

    @property
    def asked(self) -> int:
        """How many calls of vendors the default session has seen."""
        session = self.app.sandbox.sessions.get("default")
        return 0 if session is None else session.journal.number

    @property
    def state(self) -> str:
        world = self.app.sandbox.session("default").world("looply")
        state: str = world["executions"].get(WAITING).state
        return state


def parsed(got: bytes) -> list[tuple[int, bytes]]:
    """The whole answers in these bytes."""
    answers: list[tuple[int, bytes]] = []
    while True:
        top, end, rest = got.partition(b"\r\n\r\n")
        if not end:
            return answers
        status = int(top.split()[1])
        length = 0
        for line in top.lower().split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name == b"content-length":
                length = int(value)
        if len(rest) < length:
            return answers
        if status >= 200:
            answers.append((status, rest[:length]))
        got = rest[length:]


@pytest.fixture(scope="module")
def app() -> Any:
    return create_app(Settings(vendors=("looply",), clock=FROZEN, body_bytes=LIMIT))


@pytest.fixture(scope="module")
def server(app: Any) -> Iterator[ThreadServer]:
    with ThreadServer(app) as server:
        yield server


@pytest.fixture
def wire(server: ThreadServer, app: Any) -> Wire:
    app.sandbox.sessions.clear()
    return Wire(server, app)


def get(path: bytes = LIST, more: bytes = KEY, version: bytes = b"1.1") -> bytes:
    return b"GET " + path + b" HTTP/" + version + b"\r\nhost: localhost\r\n" + more + b"\r\n"


def post(path: bytes = RESUME, body: bytes = SAP, more: bytes = KEY + JSON) -> bytes:
    length = b"content-length: %d\r\n" % len(body)
    return b"POST " + path + b" HTTP/1.1\r\nhost: localhost\r\n" + more + length + b"\r\n" + body


def chunked(*chunks: bytes, trailer: bytes = b"") -> bytes:
    top = b"POST " + RESUME + b" HTTP/1.1\r\nhost: localhost\r\n" + KEY + JSON
    body = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in chunks)
    return top + b"transfer-encoding: chunked\r\n\r\n" + body + b"0\r\n" + trailer + b"\r\n"


def statuses(answers: list[tuple[int, bytes]]) -> list[int]:
    return [status for status, _ in answers]


def test_a_pipeline_is_answered_in_order_whoever_answers(wire: Wire) -> None:
    health, wrong = get(b"/__admin/health"), get(BASE + b"/nope")
    sent = health + get() + post() + health + post() + wrong
    answers = wire.talk(sent, until=6)
    assert statuses(answers) == [200, 200, 200, 200, 409, 404]
    bodies = [json.loads(body) for _, body in answers]
    assert bodies[0]["status"] == bodies[3]["status"] == "ok"
    assert bodies[1]["count"] == 1
    assert [bodies[2]["code"], bodies[4]["code"]] == ["WORKFLOW_RESTARTED", "ALREADY_RESTARTED"]


def test_a_pipeline_behind_a_call_that_waits_keeps_its_order(wire: Wire) -> None:
    rule = {"operation": "looply.resumeWorkflow", "fault": {"latency": "60ms"}, "times": 1}
    headers = b"content-type: application/json\r\n"
    rules = post(b"/__admin/sessions/default/rules", json.dumps(rule).encode(), headers)
    assert statuses(wire.talk(get() + rules, until=2)) == [200, 201]
    answers = wire.talk(post() + post() + get(), until=3)
    assert statuses(answers) == [200, 409, 200]


def test_a_body_may_come_byte_by_byte(wire: Wire) -> None:
    whole = post()
    top, tail = whole[: -len(SAP)], [bytes([each]) for each in SAP]
    assert statuses(wire.talk(top, *tail)) == [200]
    assert statuses(wire.talk(top[:9], top[9:] + SAP[:3], SAP[3:])) == [409]


def test_chunks_are_put_together_and_trailers_are_no_body(wire: Wire) -> None:
    assert statuses(wire.talk(chunked(SAP[:7], SAP[7:], trailer=b"x-end: 1\r\n"))) == [200]


@pytest.mark.parametrize("method", [b"HEAD", b"OPTIONS"])
def test_a_head_has_the_length_and_no_body(wire: Wire, method: bytes) -> None:
    asked = get().replace(b"GET", method, 1)
    with socket.create_connection(wire.address, timeout=10) as sock:
        sock.sendall(asked + get(more=KEY + b"connection: close\r\n"))
        got = b"".join(iter(lambda: sock.recv(65536), b""))
    first, _, rest = got.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 405 ")
    assert b"content-length: 32" in first
    if method == b"HEAD":
        assert rest.startswith(b"HTTP/1.1 200 ")
    else:
        assert rest.startswith(b'{"message":"Method Not Allowed"}HTTP/1.1 200 ')


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("delay", [{}, {"fault": {"latency": "1ms"}}])
def test_an_answer_that_never_has_a_body_says_no_length(
    wire: Wire, status: int, delay: dict[str, Any]
) -> None:
    """RFC 9110, 8.6: a client knows by the status where such an answer ends."""
    every = {"operation": "looply.getOrganizationWorkflows"}
    forced = every | {"reply": {"status": status, "undocumented": True}}
    rules = [forced, every | delay] if delay else forced
    prepared = wire.talk(
        post(b"/__admin/sessions", b'{"name": "bare"}', JSON),
        post(b"/__admin/sessions/bare/rules", json.dumps(rules).encode(), JSON),
        until=2,
    )
    assert statuses(prepared) == [201, 201]
    asked = get(b"/~bare" + LIST)
    with socket.create_connection(wire.address, timeout=10) as sock:
        sock.sendall(asked + get(b"/~bare" + LIST, KEY + b"connection: close\r\n"))
        got = b"".join(iter(lambda: sock.recv(65536), b"")).lower()
    heads = got.split(b"\r\n\r\n")
    assert [each[9:12] for each in heads] == [str(status).encode()] * 2 + [b""]
    assert b"content-length" not in got
    assert b"transfer-encoding" not in got


def test_what_the_sandbox_itself_has_done_says_no_length(wire: Wire) -> None:
    wire.app.sandbox.create("gone")
    with socket.create_connection(wire.address, timeout=10) as sock:
        host = b"host: localhost\r\nconnection: close\r\n\r\n"
        sock.sendall(b"DELETE /__admin/sessions/gone HTTP/1.1\r\n" + host)
        got = b"".join(iter(lambda: sock.recv(65536), b"")).lower()
    assert got.startswith(b"http/1.1 204 ")
    assert got.endswith(b"\r\n\r\n")
    assert b"content-length" not in got


def test_a_body_beyond_the_bound_is_refused_and_the_connection_goes_on(wire: Wire) -> None:
    large = b'{"a": "' + b"x" * LIMIT + b'"}'
    assert statuses(wire.talk(post(body=large) + get(), until=2)) == [413, 200]
    assert statuses(wire.talk(chunked(*[b"x" * 1024] * 5) + get(), until=2)) == [413, 200]


@pytest.mark.parametrize("path", [RESUME, b"/__admin/sessions"])
def test_a_client_that_only_sends_and_then_reads_sees_the_refusal(wire: Wire, path: bytes) -> None:
    """A connection closed while it still sends would be reset, and the answer gone with it."""
    large = post(path, b"x" * 10_000_000, KEY + JSON + b"connection: close\r\n")
    assert statuses(wire.talk(large, until=0)) == [413]


def test_a_body_of_many_small_chunks_is_put_together() -> None:
    app = create_app(Settings(vendors=("looply",), clock=FROZEN))
    with ThreadServer(app) as server:
        sent = chunked(*[b"x" * 50] * 40_000) + get()
        assert statuses(Wire(server, app).talk(sent, until=2)) == [400, 200]


def test_what_follows_the_last_answer_of_a_connection_is_not_carried_out(wire: Wire) -> None:
    last = get(version=b"1.0", more=KEY + b"connection: keep-alive\r\n")
    for behind in (post(), post(path=RESUME + b"#x"), get(b"/__admin/health")):
        assert statuses(wire.talk(last + behind + behind, until=0)) == [200]
    closing = get(more=KEY + b"connection: close\r\n")
    assert statuses(wire.talk(closing + post(), until=0)) == [200]
    assert wire.asked == 4
    assert wire.state == "AWAITING_RESPONSE"


def test_a_client_that_only_reads_on_is_answered(wire: Wire) -> None:
    assert statuses(wire.talk(post(), until=0, half=True)) == [200]


def test_a_call_that_is_cut_off_never_was(wire: Wire) -> None:
    assert wire.talk(post()[:-4], until=0, half=True) == []
    assert (wire.asked, wire.state) == (0, "AWAITING_RESPONSE")


@pytest.mark.parametrize(
    "spoilt",
    [
        chunked(SAP).replace(b"1e\r\n", b"zz\r\n"),
        chunked(SAP).replace(b"transfer-encoding", b"content-length: 3\r\ntransfer-encoding"),
        post().replace(b"content-length", b"content-length: 3\r\ncontent-length"),
        b"BREW / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_is_no_http_ends_the_connection(wire: Wire, spoilt: bytes) -> None:
    assert statuses(wire.talk(spoilt, until=0)) == [400]
    assert wire.asked == 0


def test_a_client_that_asks_first_is_told_to_go_on(wire: Wire) -> None:
    top, _, body = post(more=KEY + JSON + b"expect: 100-continue\r\n").partition(b"\r\n\r\n")
    with socket.create_connection(wire.address, timeout=10) as sock:
        sock.sendall(top + b"\r\n\r\n")
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert sock.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket"])
def test_no_other_protocol_is_spoken(wire: Wire, protocol: bytes) -> None:
    more = KEY + b"connection: upgrade\r\nupgrade: " + protocol + b"\r\n"
    assert statuses(wire.talk(get(more=more))) == [200]


def test_a_peer_that_does_not_read_is_waited_for(wire: Wire) -> None:
    ahead = 300
    page = get(BASE + b"/getOrganizationWorkflows?limit=30")
    with socket.create_connection(wire.address, timeout=10) as sock:
        sock.sendall(page * ahead)
        time.sleep(0.3)
        got, found = b"", 0
        while found < ahead:
            got += sock.recv(1 << 20)
            whole = parsed(got)
            found = len(whole)
    assert {status for status, _ in whole} == {200}
    assert wire.asked == ahead


def test_a_head_beyond_the_bounds_is_refused(wire: Wire) -> None:
    for path in (LIST, b"/__admin/health"):
        assert statuses(wire.talk(get(path, KEY + b"a: %s\r\n" % (b"x" * 31_000)))) == [200]
        large = get(path, KEY + b"a: %s\r\nb: %s\r\n" % (b"x" * 20_000, b"y" * 20_000))
        many = get(path, KEY + b"".join(b"h%d: x\r\n" % each for each in range(130)))
        long = get(path + b"?" + b"x" * 9_000)
        for sent, status, most in ((large, 431, 32768), (many, 431, 128), (long, 414, 8192)):
            ((came, body),) = wire.talk(sent)
            assert came == status
            assert f"at most {most}" in json.loads(body)["detail"]


def test_a_head_that_never_ends_is_not_read_for_ever(wire: Wire) -> None:
    endless = get()[:-2] + b"x-long: " + b"x" * 300_000
    assert statuses(wire.talk(endless, until=0)) == [431]
    assert wire.asked == 0


HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 secret\r\nX: y"


@pytest.mark.parametrize("pieces", [(HELLO,), (HELLO[:1], HELLO[1:])])
def test_tls_is_told_to_both_sides_once(
    pieces: tuple[bytes, ...], app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with ThreadServer(app) as server:
        wire = Wire(server, app)
        for _ in range(2):
            with suppress(OSError):  # it may hang up before all is sent
                *_, (status, body) = wire.talk(*pieces, until=0)
        assert status == 400
        assert "http:// instead of https://" in json.loads(body)["detail"]
        said = f"somebody speaks TLS here; this is plain HTTP: use {server.url}, not https"
    assert [each.getMessage() for each in caplog.records] == [said]


@pytest.mark.parametrize("more", [b"", b"proxy-connection: keep-alive\r\n"])
def test_a_tunnel_is_refused_in_words(
    more: bytes, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    asked = b"CONNECT api.looply.io:443 HTTP/1.1\r\nhost: api.looply.io:443\r\n" + more + b"\r\n"
    ((status, body),) = wire.talk(asked, until=0)
    assert (status, json.loads(body)["title"]) == (501, "No proxy")
    assert "base URL" in json.loads(body)["detail"]
    assert (caplog.records, wire.asked) == ([], 0)


def test_what_was_answered_goes_out_before_the_connection_is_ended(wire: Wire) -> None:
    call = b"GET " + LIST + b" HTTP/1.1\r\nhost: localhost\r\n" + KEY
    last = call + b"connection: close\r\n\r\n"
    told = wire.talk((call + b"\r\n") * 3 + last, until=0)
    assert [status for status, _ in told] == [200, 200, 200, 200]
    told = wire.talk((call + b"\r\n") * 2 + b"no HTTP\r\n\r\n", until=0)
    assert [status for status, _ in told] == [200, 200, 400]
    told = wire.talk(call + b"\r\n", until=0, half=True)
    assert [status for status, _ in told] == [200]
