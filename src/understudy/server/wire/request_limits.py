"""The bounds of what one request may bring: beyond them nobody reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from understudy.server.wire.response import problem
from understudy.settings import Settings
from understudy.vendor import Reply

# Bytes beyond its bound that are still taken of a body, and dropped: a client that sends and only
# then reads would see its connection reset instead of the refusal.
READ_ON = 64 * 1024 * 1024
PARTS = 1_000  # of a multipart body: as many as Starlette reads
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


class Refused(Exception):
    """A request beyond a bound of the settings; carries what is sent instead."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def too_large(limit: int) -> Refused:
    return Refused(problem(413, "Body too large", f"at most {limit} bytes"))


def has_too_many_values(body: bytes, media_type: str, most: int) -> bool:
    """Whether a body has more values, keys and fields than is read: seen without reading them."""
    if len(body) <= 2 * most:
        return False
    if body[:64].lstrip()[:1] not in (b"{", b"["):
        mark = b"\n--" if media_type.startswith("multipart/") else b"&"
        return "form" in media_type and body.count(mark) > (PARTS if mark != b"&" else most)
    if _marks(body) < most:
        return False
    texts = (body.count(b'"') - body.count(b'\\"')) // 2
    return texts > most or _marks(_TEXT.sub(b"", body)) >= most


def _marks(text: bytes) -> int:
    return len(text) - len(text.translate(None, b",:[{"))


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
