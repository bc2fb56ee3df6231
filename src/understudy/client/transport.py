"""httpx transports that reach an application in this process, without a port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
from anyio import to_thread

from understudy.client.application import ThreadSafeApp
from understudy.server.inprocess import CallTimeout, ConnectionLost, ask

_LOST = {
    "reset": (httpx.ReadError, "connection reset by peer"),
    "close": (httpx.RemoteProtocolError, "server disconnected without sending a response"),
    "finish": (httpx.RemoteProtocolError, "peer closed connection before the body was complete"),
    "hang": (httpx.ReadTimeout, "no answer will come, and no timeout was set"),
}


class _BrokenBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that breaks off."""

    def __init__(self, content: bytes, broken: httpx.TransportError) -> None:
        self.content, self.broken = content, broken

    def __iter__(self) -> Iterator[bytes]:
        yield self.content
        raise self.broken

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.content
        raise self.broken


class SandboxTransport(httpx.BaseTransport):
    """For `httpx.Client(transport=...)`. Faults raise what httpx raises for a real connection."""

    def __init__(self, app: Any) -> None:
        self.app = ThreadSafeApp(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        call = _call(self.app, request, request.read())
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(call)
        with ThreadPoolExecutor(1) as beside:  # called from a coroutine: its loop must not wait
            return beside.submit(asyncio.run, call).result()


class AsyncSandboxTransport(httpx.AsyncBaseTransport):
    """For `httpx.AsyncClient(transport=...)`."""

    def __init__(self, app: Any) -> None:
        self.app = ThreadSafeApp(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = partial(_call, self.app, request, await request.aread())
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # another kind of loop, as trio's: the application has one of its own
            return await to_thread.run_sync(lambda: asyncio.run(call()), abandon_on_cancel=True)
        return await call()


async def _call(app: Any, request: httpx.Request, body: bytes) -> httpx.Response:
    timeout = request.extensions.get("timeout", {}).get("read")
    headers = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
    ]
    target = request.url.raw_path.decode("ascii")
    try:
        answer = await ask(app, request.method, target, headers, body, timeout)
    except ConnectionLost as lost:
        kind, why = _LOST[lost.by]
        broken = kind(why, request=request)
        if lost.begun is None:
            raise broken from None
        head, rest = lost.begun, _BrokenBody(lost.begun.body, broken)
        return httpx.Response(head.status, headers=head.headers, stream=rest, request=request)
    except CallTimeout as late:
        raise httpx.ReadTimeout(str(late), request=request) from None
    content = b"" if request.method == "HEAD" else answer.body
    # As a stream, like what comes over a connection: with it a response can be streamed, too.
    return httpx.Response(
        answer.status, headers=answer.headers, stream=httpx.ByteStream(content), request=request
    )
