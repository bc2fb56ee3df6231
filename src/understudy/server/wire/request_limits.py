"""The bounds of what one request may bring: beyond them nobody reads it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from understudy.server.wire.response import problem
from understudy.settings import Settings
from understudy.vendor import Reply

# Bytes beyond its bound that are still taken of a body, and dropped: a client that sends and only
# then reads would see its connection reset instead of the refusal.
READ_ON = 64 * 1024 * 1024


class Refused(Exception):
    """A request beyond a bound of the settings; carries what is sent instead."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def too_large(limit: int) -> Refused:
    return Refused(problem(413, "Body too large", f"at most {limit} bytes"))


def check_target(target: str, limit: int) -> None:
    """Refused: path and query are longer than is read."""
    path, _, query = target.partition("?")
    if len(path) + len(query) > limit:
        most = f"path and query together have at most {limit} bytes"
        raise Refused(problem(414, "URI too long", most))


def check_headers(bounds: Settings, headers: Sequence[tuple[bytes, bytes]]) -> int:
    """How many bytes they have; Refused: more of them, or more bytes, than is read."""
    if len(headers) > bounds.header_count:
        most = f"a request has at most {bounds.header_count} headers"
        raise Refused(problem(431, "Too many headers", most))
    size = sum(map(len, chain.from_iterable(headers)))
    if size > bounds.header_bytes:
        most = f"a request's headers have at most {bounds.header_bytes} bytes together"
        raise Refused(problem(431, "Headers too large", most))
    return size
