"""What goes out: a response, and how replies, headers and dates become its bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from email.utils import formatdate
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from understudy.scenarios.rules.faults import Fault
from understudy.simulation.clock import Instant
from understudy.vendor import Headers, Reply

Line = bytes  # a header as it goes out, its end included

# Statuses that never have a body: a length of 0 would be forbidden (204), or not true (304).
BARE = (204, 304)

SANDBOX = "sandbox"  # who answers, also where a journal names a vendor
NONE = "-"  # no operation, no session

_encode = msgspec.json.Encoder().encode
_JSON = b"content-type: application/json\r\n"
_dates: dict[int, Line] = {}


class DeliveryObserver(Protocol):
    """Who wants to know how the delivery of a faulted response ended."""

    def gave_up(self) -> None:
        """The client stopped waiting for a response that never comes."""

    def left(self, size: int) -> None:
        """The client left after so many bytes of the body."""

    def is_forgotten(self) -> bool:
        """Whether nobody keeps the call any more: its session has begun anew."""


class Streamed(Reply, eq=False, gc=False):
    """A reply whose body comes piece by piece, as long as somebody is there to take it."""

    stream: AsyncIterator[bytes] | None = None


class Response(Struct, eq=False, gc=False):
    """What goes back over the wire, and what is done to it on the way."""

    status: int
    head: bytes  # the headers, as the lines that go out
    body: bytes
    fault: Fault | None = None  # still to be applied
    observer: DeliveryObserver | None = None  # only of a response with a fault
    stream: AsyncIterator[bytes] | None = None  # comes instead of the body, piece by piece

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Names and values, in their order."""
        cut = [line.partition(b": ") for line in self.head.split(b"\r\n")[:-1]]
        return [(name, value) for name, _, value in cut]


def sandbox_response(
    reply: Reply, at: Instant, operation: str = NONE, session: str = NONE, number: int = 0
) -> Response:
    """The sandbox's own reply as it goes out; with a number where a journal has it."""
    body = encode(reply)
    label = f"operation={operation}, by={SANDBOX}, provenance=documented, session={session}"
    head = date(at) + line(b"x-understudy", label.encode())
    if number:
        head += line(b"x-understudy-request", f"{session}.{number}".encode())
    if isinstance(reply, Streamed):
        head += line(b"content-type", reply.media_type.encode()) + lines(reply.headers)
        return Response(reply.status, head, b"", stream=reply.stream)
    head += framing(reply, body) + lines(reply.headers)
    return Response(reply.status, head, body)


def problem(status: int, title: str, detail: str, *, fix: str = "", **more: Any) -> Reply:
    """A refusal of the sandbox itself, where no vendor is concerned."""
    body = {"title": title, "status": status, "detail": detail, **({"fix": fix} if fix else {})}
    return Reply(status, body | more, media_type="application/problem+json")


def encode(reply: Reply) -> bytes:
    """The body's bytes; nothing for a reply without one."""
    if reply.raw is not None:
        return reply.raw
    return b"" if reply.body is None else _encode(reply.body)


def line(name: bytes, value: bytes) -> Line:
    return b"%b: %b\r\n" % (name, value)


def lines(headers: Headers) -> bytes:
    """The headers that a reply says itself, as they go out."""
    return b"".join(
        line(name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in headers
    )


def framing(reply: Reply, body: bytes) -> bytes:
    """What tells of the body: its type and its length; nothing where no body can be."""
    if reply.body is None and reply.raw is None:
        return b"" if reply.status in BARE else b"content-length: 0\r\n"
    if reply.media_type == "application/json":
        return b"%bcontent-length: %d\r\n" % (_JSON, len(body))
    media_type = line(b"content-type", reply.media_type.encode("latin-1"))
    bare = reply.status in BARE and not body
    return media_type if bare else b"%bcontent-length: %d\r\n" % (media_type, len(body))


def date(at: int) -> Line:
    """An instant as HTTP writes it; the same second is formatted once."""
    second = at // 1000
    found = _dates.get(second)
    if found is None:
        if len(_dates) > 100:
            _dates.clear()
        found = _dates[second] = line(b"date", formatdate(second, usegmt=True).encode())
    return found


def safe(text: str) -> bytes:
    """Text for a header: printable ASCII only, so that nothing a client sent breaks a line."""
    return "".join(c if " " <= c <= "~" else "?" for c in text).encode()[:1000]


LARGEST = 1024 * 1024  # bytes of what is indented: more is for programs


def indented(reply: Reply, headers: Mapping[str, str]) -> Reply:
    """The reply, its JSON indented and with a newline behind it where a person reads it."""
    if reply.body is None or reply.raw is not None or not _read_by_a_person(headers):
        return reply
    plain = msgspec.json.encode(reply.body)
    if len(plain) <= LARGEST:
        reply.raw = msgspec.json.format(plain, indent=2) + b"\n"
    return reply


def _read_by_a_person(headers: Mapping[str, str]) -> bool:
    agent = headers.get("user-agent", "").lower()
    return agent.startswith(("curl/", "wget/", "httpie/")) or "text/html" in headers.get(
        "accept", ""
    )
