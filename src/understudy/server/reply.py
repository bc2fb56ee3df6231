"""From a Reply to bytes and headers, the session's Date and our own two headers among them."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import msgspec

from understudy.vendor import Reply

Header = tuple[bytes, bytes]

# Statuses that never have a body: a length of 0 would be forbidden (204), or not true (304).
BARE = (204, 304)

_encode = msgspec.json.Encoder().encode
_JSON: Header = (b"content-type", b"application/json")
_dates: dict[int, Header] = {}


def encode(reply: Reply) -> bytes:
    """The body's bytes; nothing for a reply without one."""
    if reply.raw is not None:
        return reply.raw
    return b"" if reply.body is None else _encode(reply.body)


def content_type(reply: Reply) -> Header:
    if reply.media_type == "application/json":
        return _JSON
    return b"content-type", reply.media_type.encode("latin-1")


def date(at: int) -> Header:
    """An instant as HTTP writes it; the same second is formatted once."""
    second = at // 1000
    header = _dates.get(second)
    if header is None:
        if len(_dates) > 100:
            _dates.clear()
        header = _dates[second] = (b"date", formatdate(second, usegmt=True).encode())
    return header


def safe(text: str) -> bytes:
    """Text for a header: printable ASCII only, so that nothing a client sent breaks a line."""
    return "".join(c if " " <= c <= "~" else "?" for c in text).encode()[:1000]


def problem(status: int, title: str, detail: str, *, fix: str = "", **more: Any) -> Reply:
    """A refusal of the sandbox itself, where no vendor is concerned."""
    body = {"title": title, "status": status, "detail": detail, **({"fix": fix} if fix else {})}
    return Reply(status, body | more, media_type="application/problem+json")
