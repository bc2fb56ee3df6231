"""uvicorn's HTTP protocol, with two things more: a call whose answer needs no waiting is answered
as soon as it has arrived, without a task, and what cannot be a call is refused in words."""

from __future__ import annotations

import logging
from asyncio import Event
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from understudy.server.wire.headers import RequestPattern, request_pattern
from understudy.server.wire.reading import RequestReader
from understudy.server.wire.response import Response

ABORT = "understudy.abort"  # drops the connection
GONE = "understudy.gone"  # whether the peer has dropped it

_ADMIN = b"/__admin"
_BROKEN = (500, "The sandbox broke", "a bug in Understudy; its log tells more")

TLS = 0x16  # the first byte of a TLS handshake; no HTTP request begins with it
EVERY = 60  # seconds between two lines of the log: a client that tries again says nothing new

NO_TLS = (
    400,
    "No TLS here",
    "this port speaks plain HTTP: write http:// instead of https:// before its address",
)
NO_HOST = (400, "No Host", "HTTP/1.1 wants one Host header: send Host: and the name you call")
TWO_HOSTS = (
    400,
    "Two Hosts",
    "a request has one Host header: nobody can say which of them is meant",
)
NO_PROXY = (
    501,
    "No proxy",
    "CONNECT asks a proxy for a tunnel, and the sandbox is none: make it the base URL of your "
    "client, with http:// before it, and leave it out of the proxy settings",
)

log = logging.getLogger("understudy")
_next_log: dict[object, float] = {}  # by address: when the next line about TLS is due


class SandboxProtocol(RequestReader):
    """Serves any ASGI application; one that has `start` and `conclude` answers vendors' calls
    directly, unless something has to be waited for (a slow peer, a fault, a pipelined call)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start: Any = getattr(self.app, "start", None)
        self.conclude: Any = getattr(self.app, "conclude", None)
        self.limit: int = getattr(self.app, "body_limit", 0)
        self.direct = False
        self.pattern: RequestPattern | None = None
        self.content: bytes | bytearray = b""
        self.overlong = False

    def data_received(self, data: bytes) -> None:
        known, begins = self.pattern, not (self.inside or self.rest)
        if known is not None and begins and (asked := known.read(data)) and self._is_idle():
            method, target, body = asked
            self.idle_since = None
            self._answer(method, target, known.headers, body, True, False)
            return
        if begins and data[0] == TLS:
            log_tls(self.server, self.loop.time())
            self.turn_away(*NO_TLS)
            return
        self._unset_keepalive_if_required()
        self.begun = 0
        self.read(data)
        if begins and self.begun == 1 and self.direct and not self.inside and not self.rest:
            self._remember_pattern(data)

    def on_message_begin(self) -> None:
        self.inside = True
        self.begun += 1
        self.head_size = 0
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self.direct = False
        self.idle_since = None

    def _is_idle(self) -> bool:
        """Whether a request that comes now can be answered at once."""
        cycle = self.cycle
        is_busy = cycle is not None and not cycle.response_complete
        return not (is_busy or self.flow.write_paused or self.transport.is_closing())

    def _remember_pattern(self, data: bytes) -> None:
        """Remembers what the next request is recognised by, if it is like this one."""
        if not self.expect_100_continue and self._keeps_alive() and not self.overlong:
            self.pattern = request_pattern(data, self.headers, bytes(self.content))

    def _prepare_scope(self) -> None:
        """Makes up for what uvicorn does when a message begins, and direct answers do without."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.headers, self.expect_100_continue = url, headers, expects
        self.scope["headers"] = headers
        extensions: Any = {ABORT: self.abort, GONE: self.transport.is_closing}
        self.scope["extensions"] = extensions

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.head_size >= 0:  # a trailer says nothing: it came too late for that
            super().on_header(name, value)

    def on_chunk_header(self) -> None:
        self.behind = 0

    def on_headers_complete(self) -> None:
        self.head_size, self.behind = -1, 0
        url, parser = self.url, self.parser
        if self.transport.is_closing():  # what a pipeline holds behind its last answer is dropped
            self.direct = True
            return
        if parser.should_upgrade():
            self.offered = self.direct = True
            if parser.get_method() == b"CONNECT":
                self.turn_away(*NO_PROXY)
            return
        hosts = [name for name, _ in self.headers if name == b"host"]
        if len(hosts) != 1 and (hosts or parser.get_http_version() == "1.1"):
            self.direct = True
            asked = (self.method or parser.get_method(), url, self.headers)
            self.turn_away(*(TWO_HOSTS if hosts else NO_HOST), asked=asked)
            return
        if (
            self.start is None
            or (self.cycle is not None and not self.cycle.response_complete)
            or self.flow.write_paused
            or self.expect_100_continue
            or url[:1] != b"/"
            or url.startswith(_ADMIN)
            or b"#" in url
        ):
            self._prepare_scope()
            super().on_headers_complete()
            if self.method:
                self.scope["method"] = self.method.decode("ascii")
            return
        self.direct = True
        self.content = b""
        self.overlong = False

    def on_body(self, body: bytes) -> None:
        self.behind = 0
        if not self.direct:
            super().on_body(body)
        elif self.overlong or len(self.content) + len(body) > self.limit:
            self.overlong, self.content = True, b""  # half a body is none
        elif not self.content:
            self.content = body
        else:
            if type(self.content) is bytes:
                self.content = bytearray(self.content)  # grows in place, in however many pieces
            self.content += body

    def on_message_complete(self) -> None:
        if self.offered:
            return  # the parser stops behind the head, and is fed with it again
        self.inside = False
        method, self.method = self.method or self.parser.get_method(), b""
        if not self.direct:
            super().on_message_complete()
            return
        if self.transport.is_closing():
            return
        target = self.url.decode("latin-1")
        body, keep = bytes(self.content), self._keeps_alive()
        self._answer(method.decode("ascii"), target, self.headers, body, keep, self.overlong)

    def _answer(
        self,
        method: str,
        target: str,
        headers: list[tuple[bytes, bytes]],
        body: bytes,
        keep: bool,
        overlong: bool,
    ) -> None:
        """Answers a vendor's call: at once, or by a task where it has to wait."""
        self.answered += 1
        try:
            answer = self.start(method, target, headers, body, overlong)
        except Exception:
            log.exception("a call broke the sandbox")
            self.turn_away(*_BROKEN)
            return
        if type(answer) is Response and answer.fault is None:
            self._write(answer, method, keep)
        else:
            self._wait(answer, method, target)

    def _wait(self, answer: Any, method: str, target: str) -> None:
        """Hands over to a task, as uvicorn does with every request."""
        self._prepare_scope()
        path, _, query = target.partition("?")
        self.scope["method"] = method
        self.scope["path"], self.scope["raw_path"] = path, path.encode("latin-1")
        self.scope["query_string"] = query.encode("latin-1")
        self.cycle = RequestResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=_set_event(),
            expect_100_continue=False,
            keep_alive=self._keeps_alive(),
            on_response=self.on_response_complete,
        )
        self.cycle.more_body = False
        self._start_asgi_task(self.cycle, partial(self.conclude, answer))

    def _keeps_alive(self) -> bool:
        keep: bool = self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive()
        return keep


def _set_event() -> Event:
    event = Event()
    event.set()
    return event


def log_tls(address: tuple[str, int | None] | None, now: float) -> None:
    """One line for whoever looks at the server, not one for each try; nothing of the client's."""
    if now < _next_log.get(address, now):
        return
    _next_log[address] = now + EVERY
    host, port = address or ("", None)
    place = f"http://{f'[{host}]' if ':' in host else host}:{port}" if port else "http://"
    log.warning("somebody speaks TLS here; this is plain HTTP: use %s, not https", place)
