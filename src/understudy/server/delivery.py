"""Sends what the pipeline decided, or does to it what a fault says: after the commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from understudy.server.exchange import Sent
from understudy.server.protocol import ABORT

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def deliver(sent: Sent, scope: Scope, receive: Receive, send: Send) -> None:
    """The answer as it is, or as its fault leaves it."""
    if sent.fault is not None and sent.fault.lose:
        await lose(sent, sent.fault.by, scope, receive, send)
        return
    await send({"type": "http.response.start", "status": sent.status, "headers": sent.headers})
    await send({"type": "http.response.body", "body": sent.body})


async def lose(sent: Sent, by: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Drops the connection. A server that cannot do that sends a promise it does not keep."""
    abort = (scope.get("extensions") or {}).get(ABORT)
    if abort is None:
        length = [(b"content-length", b"%d" % (len(sent.body) + 1))]
        await send({"type": "http.response.start", "status": sent.status, "headers": length})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        return
    abort(by)
    while (await receive())["type"] != "http.disconnect":
        pass
