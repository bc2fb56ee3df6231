"""Sends what the pipeline decided, or does to it what a fault says: after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from understudy.openapi.operation import Violation
from understudy.openapi.request import decode_json
from understudy.scenarios.rules.faults import Drip, Fault
from understudy.server.pipeline.exchange import Sent
from understudy.server.wire.protocol import ABORT, GONE

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_LENGTH = b"content-length"
_TYPE = b"content-type"


async def deliver(sent: Sent, scope: Scope, receive: Receive, send: Send) -> None:
    """The answer as it is, or as its fault leaves it."""
    fault: Fault | None = sent.fault
    if fault is None:
        await _send(sent.status, sent.headers, sent.body, send)
    elif fault.hang:
        await _gone(receive)
        if sent.exchange is not None and sent.exchange.entry is not None:
            sent.exchange.entry.held = sent.exchange.session.journal.number
    elif fault.lose is not None:
        await _drop(sent, fault.by, scope, receive, send)
    elif fault.truncate is not None and fault.truncate < len(sent.body):
        await _truncate(sent, fault.truncate, scope, receive, send)
    elif fault.drip is not None:
        await _drip(sent, fault.drip, scope, send)
    else:
        headers, body = spoilt(sent, fault)
        await _send(sent.status, headers, body, send)


def spoilt(sent: Sent, fault: Fault) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The headers and the body that a `malformed` or a `content_type` fault makes of an answer."""
    headers, body = sent.headers, sent.body
    if fault.malformed and body:
        body = malformed(body)
        headers = _with(headers, _LENGTH, b"%d" % len(body))
    if fault.content_type is not None:
        headers = _with(headers, _TYPE, fault.content_type.encode("latin-1", "replace"))
    return headers, body


def malformed(body: bytes) -> bytes:
    """The first half of a body, as an interrupted writer leaves it; never JSON itself."""
    half = body[: max(1, len(body) // 2)]
    return half if isinstance(decode_json(half), Violation) else b"{" + half


def _with(
    headers: list[tuple[bytes, bytes]], name: bytes, value: bytes
) -> list[tuple[bytes, bytes]]:
    return [*(each for each in headers if each[0] != name), (name, value)]


async def _send(status: int, headers: list[tuple[bytes, bytes]], body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _drop(sent: Sent, by: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Drops the connection. A server that cannot do that sends a promise it does not keep."""
    abort = (scope.get("extensions") or {}).get(ABORT)
    if abort is None:
        length = [(_LENGTH, b"%d" % (len(sent.body) + 1))]
        await send({"type": "http.response.start", "status": sent.status or 500, "headers": length})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        return
    abort(by)
    await _gone(receive)


async def _truncate(sent: Sent, size: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Promises the whole body, sends its beginning, and ends the connection."""
    await send({"type": "http.response.start", "status": sent.status, "headers": sent.headers})
    await send({"type": "http.response.body", "body": sent.body[:size], "more_body": True})
    abort = (scope.get("extensions") or {}).get(ABORT)
    if abort is not None:
        abort("finish")
        await _gone(receive)


async def _drip(sent: Sent, drip: Drip, scope: Scope, send: Send) -> None:
    """A few bytes at a time, for as long as somebody is there to take them."""
    await send({"type": "http.response.start", "status": sent.status, "headers": sent.headers})
    for start in range(0, len(sent.body), drip.size):
        if start:
            await asyncio.sleep(drip.every / 1000)
        if gone(scope):
            if sent.exchange is not None and sent.exchange.entry is not None:
                sent.exchange.entry.leave(start)
            return
        piece = sent.body[start : start + drip.size]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def gone(scope: Scope) -> bool:
    """Whether the client has dropped the connection, as far as the server can say."""
    told = (scope.get("extensions") or {}).get(GONE)
    return told is not None and bool(told())


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
