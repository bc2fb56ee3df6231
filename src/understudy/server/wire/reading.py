"""How bytes become requests: in pieces, a few calls at each turn of the loop; what the parser takes
for another protocol or does not know is read again, what never comes whole is given up."""

from __future__ import annotations

import logging
import re
from asyncio import TimerHandle
from typing import Any

import httptools

from understudy.server.wire.connection import Connection

PIECE = 1024  # bytes that are read at a stretch where a head may begin
OF_A_BODY = 4 * 1024  # where a body goes on
TURN = 8  # calls of one connection that are answered at a stretch
HEAD = 256 * 1024  # bytes of a head or of trailers that are read; the bounds refuse far less
PATIENCE = 30  # seconds without a byte of a request that has begun

LARGE = (431, "Headers too large", f"a request's head has at most {HEAD} bytes")
TRAILERS = (431, "Trailers too large", f"what follows a body has at most {HEAD} bytes")
UNREADABLE = "No HTTP request"
LATE = (
    408,
    "The rest never came",
    f"nothing more of the request came for {PATIENCE} s: its body is shorter than it says, or its "
    "head has no end",
)
STANDS_IN = b"GET"  # for a method that the parser does not know

_METHOD = re.compile(rb"[\r\n]*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ")
_OUTSIDE = re.compile(rb"[^!-~]")  # of what a target may have

log = logging.getLogger("understudy")


class RequestReader(Connection):
    """Feeds the parser; what it calls back is the protocol's."""

    parser: Any
    headers: list[tuple[bytes, bytes]]
    url: bytes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begun = 0  # messages that began with what came last
        self.answered = 0  # calls, at this turn of the loop
        self.rest: bytes | memoryview = b""  # what came and is read at another turn
        self.head_size = -1  # bytes of a head that still arrives; -1: none does
        self.behind = 0  # bytes since the last one of a body: of its trailers
        self.offered = False  # to go on by another protocol: the head is read again without that
        self.method = b""  # that the parser does not know
        self.last_came = 0.0  # when something came of a request that is not whole
        self.late_timer: TimerHandle | None = None

    def read(self, data: bytes | memoryview) -> None:
        """Reads what came, as far as it is this connection's turn."""
        if self.rest:
            self._read_later(bytes(self.rest) + data)
            return
        self.answered = start = 0
        size = len(data)
        view = data if size <= PIECE else memoryview(data)
        while start < size:
            if self.answered >= TURN or self.flow.write_paused or self.pipeline:
                self._read_later(view[start:])
                return
            end = start + (OF_A_BODY if self.inside and self.head_size < 0 else PIECE)
            if not self._feed(view[start:end] if size > PIECE else view):
                return
            start = end
        if self.inside:
            self._wait_for_more()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._go_on_soon()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._go_on_soon()

    def connection_lost(self, exc: Exception | None) -> None:
        self.rest = b""
        if self.late_timer is not None:
            self.late_timer.cancel()
        super().connection_lost(exc)

    def _read_later(self, data: bytes | memoryview) -> None:
        self.rest = data
        self.flow.pause_reading()
        self._go_on_soon()

    def _go_on_soon(self) -> None:
        if self.rest and not (self.flow.write_paused or self.pipeline):
            self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        rest, self.rest = self.rest, b""
        if rest and not self.transport.is_closing():
            self.read(rest)
            if not self.rest:
                self.flow.resume_reading()

    def _feed(self, data: bytes | memoryview) -> bool:
        """Gives the parser what came; False when the connection ends by that."""
        pieces = [data]
        while pieces:
            piece, fresh, begun = pieces.pop(), not self.inside, self.begun
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserUpgrade as offer:
                if self.transport.is_closing():
                    return False
                pieces += [piece[offer.args[0] :], self._head_without_offer()]
            except httptools.HttpParserInvalidMethodError:
                found = _METHOD.match(piece) if fresh and self.begun == begun + 1 else None
                if found is None:
                    return self._unreadable(piece, "no method stands where a request begins")
                self.method = bytes(found[1])
                self._begin_parser()
                pieces.append(STANDS_IN + bytes(piece[found.end(1) :]))
            except httptools.HttpParserError as error:
                return self._unreadable(piece, str(error))
            if not self._is_bounded(len(piece)):
                return False
        return not self.transport.is_closing()

    def _is_bounded(self, size: int) -> bool:
        """Counts bytes of a head, or of trailers; False, and turned away, for too many."""
        if self.head_size >= 0:
            self.head_size += size
            if self.head_size > HEAD:
                self.turn_away(*LARGE)
                return False
        elif self.inside:
            self.behind += size
            if self.behind > HEAD:
                self.turn_away(*TRAILERS)
                return False
        return True

    def _begin_parser(self) -> None:
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def _head_without_offer(self) -> bytes:
        """The head that was read, for a new parser: without the offer it goes on with the body."""
        version = self.parser.get_http_version().encode()
        line = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, version)
        kept = [b"%b: %b\r\n" % each for each in self.headers if each[0] != b"upgrade"]
        self.offered = False
        self._begin_parser()
        return b"".join([line, *kept, b"\r\n"])

    def _wait_for_more(self) -> None:
        """A request has begun and is not whole: nobody waits for it for ever."""
        self.last_came = self.loop.time()
        if self.late_timer is None:
            self.late_timer = self.loop.call_later(PATIENCE, self._give_up)

    def _give_up(self) -> None:
        self.late_timer = None
        if not self.inside or self.transport.is_closing():
            return
        left = self.last_came + PATIENCE - self.loop.time()
        if left > 0 or self.flow.read_paused:
            self.late_timer = self.loop.call_later(max(left, 1), self._give_up)
            return
        log.warning("a request was never whole: %s", LATE[2])
        method = self.method or self.parser.get_method() or b"-"
        self.turn_away(*LATE, asked=(method, self.url, self.headers))

    def _unreadable(self, piece: bytes | memoryview, reason: str) -> bool:
        """Says what of a request cannot be read; always False."""
        line, *lines = bytes(piece).split(b"\r\n\r\n")[0].split(b"\r\n")
        method, _, target = line.partition(b" ")
        target = target.rpartition(b" ")[0] or target
        detail = f"what came cannot be read as HTTP: {reason[:1].lower()}{reason[1:]}"
        outside = _OUTSIDE.search(target)
        if outside is not None:
            byte = outside[0][0]
            detail += (
                f"; byte {outside.start() + 1} of the target is 0x{byte:02X}, write %{byte:02X}"
            )
        pairs = [(n.strip().lower(), v.strip()) for n, colon, v in _cut(lines) if colon]
        self.turn_away(400, UNREADABLE, detail, asked=(method, target, pairs))
        return False


def _cut(lines: list[bytes]) -> list[tuple[bytes, bytes, bytes]]:
    return [line.partition(b":") for line in lines]
