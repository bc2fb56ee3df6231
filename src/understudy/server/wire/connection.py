"""One connection: how it idles between calls, is written to, turned away, dropped and shut down."""

from __future__ import annotations

import socket
import struct
from asyncio import TimerHandle
from http import HTTPStatus
from typing import Any, Literal
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from understudy.server.wire.response import Response, problem

Asked = tuple[bytes, bytes, list[tuple[bytes, bytes]]]  # method, target, headers
Way = Literal["reset", "close", "finish"]

_RESET = struct.pack("ii", 1, 0)  # linger for no time: the peer gets RST instead of FIN
_CLOSE = b"connection: close\r\n\r\n"


def _line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:  # a status that a scenario made up
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


_LINES = {status: _line(status) for status in range(100, 600)}


class Connection(HttpToolsProtocol):
    """uvicorn's, that answers without a task, and that can be dropped in the middle of a call."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sandbox_response: Any = getattr(self.app, "sandbox_response", None)
        self.refused: Any = getattr(self.app, "refused", None)
        self.outbox = outbox(self.loop)
        self.running: RequestResponseCycle | None = None  # the call that a task answers
        self.inside = False  # a message
        self.idle_since: float | None = None  # since when nothing is asked; None: something is
        self.idle_timer: TimerHandle | None = None  # ends the rest, if it is too long by then

    def _write(self, response: Response, method: str, keep: bool) -> None:
        body = b"" if method == "HEAD" else response.body
        answer = (_LINES[response.status], response.head, b"\r\n" if keep else _CLOSE, body)
        self.outbox.put(self.transport, b"".join(answer))
        self.server_state.total_requests += 1
        if keep:
            self._begin_idle()
        else:
            self.outbox.flush()
            self.transport.close()

    def eof_received(self) -> None:
        self.outbox.flush()  # the transport closes itself after this

    def _begin_idle(self) -> None:
        """The connection waits for the next call; one timer serves for many such rests."""
        self.idle_since = self.loop.time()
        if self.idle_timer is None:
            self.idle_timer = self.loop.call_later(self.timeout_keep_alive, self._end_idle)

    def _end_idle(self) -> None:
        self.idle_timer = None
        if self.idle_since is None or self.transport.is_closing():
            return  # something is asked: its answer begins another rest
        left = self.idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.idle_timer = self.loop.call_later(left, self._end_idle)
        else:
            self.timeout_keep_alive_handler()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.timeout_keep_alive_task is not None:  # only the parser's way takes it back
            self._unset_keepalive_if_required()
            if not self.inside:
                self._begin_idle()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.running = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.idle_timer is not None:
            self.idle_timer.cancel()
        if self.running is not None and not self.running.response_complete:
            self.running.disconnected = True  # uvicorn tells only the last call of a pipeline
            self.running.message_event.set()
        super().connection_lost(exc)

    def turn_away(self, status: int, title: str, detail: str, asked: Asked | None = None) -> None:
        """Answers what never became a call, and ends the connection. Where it is known what was
        `asked`, its session keeps the refusal."""
        self.outbox.flush()
        reply = problem(status, title, detail)
        if self.sandbox_response is None:  # another application: it has no words for that
            self.transport.write(_LINES[status] + b"content-length: 0\r\n" + _CLOSE)
        else:
            response = (
                self.sandbox_response(reply) if asked is None else self.refused(reply, *asked)
            )
            self.transport.write(_LINES[status] + response.head + _CLOSE + response.body)
        self.transport.close()

    def shutdown(self) -> None:
        """Ends with the server; a call that is held gets no answer, as from a machine that dies."""
        self.outbox.flush()
        cycle = self.cycle
        if cycle is None or cycle.response_complete or cycle.response_started:
            super().shutdown()
        else:
            self.abort("close")

    def abort(self, by: Way) -> None:
        """Ends the connection: at once with RST (`reset`) or FIN (`close`), or with FIN when all
        that was written has gone out (`finish`)."""
        self.outbox.flush()
        transport: Any = self.transport
        if by == "finish":
            transport.close()
            return
        if by == "reset":
            sock = transport.get_extra_info("socket")
            if sock is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()


_of: WeakKeyDictionary[Any, Outbox] = WeakKeyDictionary()  # by loop


class Outbox:
    """What one loop still has to write, in the order it came."""

    __slots__ = ("_loop", "_waiting")

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._waiting: list[tuple[Any, bytes]] = []

    def put(self, transport: Any, data: bytes) -> None:
        """Writes soon: before any task that is begun from now on goes on."""
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append((transport, data))

    def flush(self) -> None:
        """Writes now; to be called before anything is written or closed past the outbox."""
        waiting, self._waiting = self._waiting, []
        for transport, data in waiting:
            if not transport.is_closing():
                transport.write(data)


def outbox(loop: Any) -> Outbox:
    """The one of that loop."""
    found = _of.get(loop)
    if found is None:
        found = _of[loop] = Outbox(loop)
    return found
