"""Sends a response, or does to it what its fault says: after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from understudy.openapi.operation import Violation
from understudy.openapi.request import decode_json
from understudy.scenarios.rules.faults import Drip, Fault
from understudy.server.wire.protocol import ABORT, GONE
from understudy.server.wire.response import Response
from understudy.server.wire.turns import rest

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_LENGTH = b"content-length"
_TYPE = b"content-type"


async def send_response(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """The answer as it is, or as its fault leaves it."""
    fault: Fault | None = response.fault
    if response.stream is not None:
        await _stream(response, response.stream, receive, send)
    elif fault is None:
        await _send(response.status, response.headers, response.body, send)
    elif fault.hang:
        await _disconnected(receive)
        if response.observer is not None:
            response.observer.gave_up()
    elif fault.lose is not None:
        await _drop(response, fault.by, scope, receive, send)
    elif fault.truncate is not None and fault.truncate < len(response.body):
        await _truncate(response, fault.truncate, scope, receive, send)
    elif fault.drip is not None:
        await _drip(response, fault.drip, scope, send)
    else:
        headers, body = damaged(response, fault)
        await _send(response.status, headers, body, send)


def damaged(response: Response, fault: Fault) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The headers and the body that a `malformed` or a `content_type` fault makes of an answer."""
    headers, body = response.headers, response.body
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


async def _stream(
    response: Response, stream: AsyncIterator[bytes], receive: Receive, send: Send
) -> None:
    """Piece by piece, until there is no more or the client has left."""

    async def all_of_it() -> None:
        async for piece in stream:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    await send(
        {"type": "http.response.start", "status": response.status, "headers": response.headers}
    )
    both = asyncio.ensure_future(all_of_it()), asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in both:
            each.cancel()
        await asyncio.gather(*both, return_exceptions=True)


async def _drop(response: Response, by: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Drops the connection. A server that cannot do that sends a promise it does not keep."""
    abort = (scope.get("extensions") or {}).get(ABORT)
    if abort is None:
        length = [(_LENGTH, b"%d" % (len(response.body) + 1))]
        await send(
            {"type": "http.response.start", "status": response.status or 500, "headers": length}
        )
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        return
    abort(by)
    await _disconnected(receive)


async def _truncate(
    response: Response, size: int, scope: Scope, receive: Receive, send: Send
) -> None:
    """Promises the whole body, sends its beginning, and ends the connection."""
    await send(
        {"type": "http.response.start", "status": response.status, "headers": response.headers}
    )
    await send({"type": "http.response.body", "body": response.body[:size], "more_body": True})
    abort = (scope.get("extensions") or {}).get(ABORT)
    if abort is not None:
        abort("finish")
        await _disconnected(receive)


async def _drip(response: Response, drip: Drip, scope: Scope, send: Send) -> None:
    """A few bytes at a time, for as long as somebody is there to take them and the session of the
    call goes on."""
    observer, abort = response.observer, (scope.get("extensions") or {}).get(ABORT)

    def is_over() -> bool:
        return has_disconnected(scope) or (observer is not None and observer.is_forgotten())

    await send(
        {"type": "http.response.start", "status": response.status, "headers": response.headers}
    )
    for start in range(0, len(response.body), drip.size):
        if start:
            await rest(drip.every / 1000, is_over)
        if is_over():
            if observer is not None:
                observer.left(start)
            if abort is not None:
                abort("close")
            return
        piece = response.body[start : start + drip.size]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def has_disconnected(scope: Scope) -> bool:
    """Whether the client has dropped the connection, as far as the server can say."""
    ask = (scope.get("extensions") or {}).get(GONE)
    return ask is not None and bool(ask())


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
