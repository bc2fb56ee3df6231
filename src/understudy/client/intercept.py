"""For clients with the vendor's host built in: their calls come here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from understudy.client.sandbox import Sandbox

_HERE = frozenset({"127.0.0.1", "localhost", "::1", "sandbox", "testserver"})


class UnexpectedHost(RuntimeError):
    """A client under test wanted to reach a host that is no vendor's of the sandbox."""


class Routes:
    """Which real host is which vendor of a session."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.vendors = {
            urlsplit(server).hostname: name
            for name in sandbox.names
            for server in sandbox[name].contract["servers"]
        }

    def target(self, url: str) -> str | None:
        """The URL in the sandbox; None for this machine's own. UnexpectedHost for any other."""
        parts = urlsplit(url)
        vendor = self.vendors.get(parts.hostname)
        if vendor is not None:
            query = f"?{parts.query}" if parts.query else ""
            return f"{self.sandbox.prefix}/{vendor}{parts.path}{query}"
        if parts.hostname in _HERE:
            return None
        known = ", ".join(sorted(str(host) for host in self.vendors))
        raise UnexpectedHost(
            f"a call to {parts.hostname} was stopped: while a sandbox intercepts, only"
            f" {known} and this machine are reached"
        )


@contextmanager
def intercepted(sandbox: Sandbox) -> Iterator[None]:
    """Routes httpx and requests while it lasts; nothing of them stays changed."""
    routes = Routes(sandbox)
    undo = [_httpx(routes), _httpx_async(routes), *_requests(routes)]
    try:
        yield
    finally:
        for owner, name, was in reversed(undo):
            setattr(owner, name, was)


def _httpx(routes: Routes) -> tuple[Any, str, Any]:
    was = httpx.HTTPTransport.handle_request

    def handle(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        target = routes.target(str(request.url))
        if target is None:
            return was(self, request)
        if routes.sandbox.app is not None:
            from understudy.client.transport import SandboxTransport

            return SandboxTransport(routes.sandbox.app).handle_request(_sent_to(target, request))
        return was(self, _sent_to(target, request))

    httpx.HTTPTransport.handle_request = handle  # type: ignore[method-assign]
    return httpx.HTTPTransport, "handle_request", was


def _httpx_async(routes: Routes) -> tuple[Any, str, Any]:
    was = httpx.AsyncHTTPTransport.handle_async_request

    async def handle(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        target = routes.target(str(request.url))
        if target is None:
            return await was(self, request)
        await request.aread()
        if routes.sandbox.app is not None:
            from understudy.client.transport import AsyncSandboxTransport

            inside = AsyncSandboxTransport(routes.sandbox.app)
            return await inside.handle_async_request(_sent_to(target, request))
        return await was(self, _sent_to(target, request))

    httpx.AsyncHTTPTransport.handle_async_request = handle  # type: ignore[method-assign]
    return httpx.AsyncHTTPTransport, "handle_async_request", was


def _sent_to(target: str, request: httpx.Request) -> httpx.Request:
    headers = [(name, value) for name, value in request.headers.multi_items() if name != "host"]
    return httpx.Request(
        request.method,
        target,
        headers=headers,
        content=request.read(),
        extensions=request.extensions,
    )


def _requests(routes: Routes) -> list[tuple[Any, str, Any]]:
    try:
        from requests.adapters import HTTPAdapter
    except ImportError:
        return []
    was = HTTPAdapter.send

    def send(self: HTTPAdapter, request: Any, *args: Any, **options: Any) -> Any:
        target = routes.target(request.url)
        if target is None:
            return was(self, request, *args, **options)
        if routes.sandbox.app is not None:
            from understudy.client.requests_reply import answered

            return answered(self, routes.sandbox.app, request, target, options.get("timeout"))
        moved = request.copy()
        moved.url = target
        return was(self, moved, *args, **options)

    HTTPAdapter.send = send  # type: ignore[method-assign]
    return [(HTTPAdapter, "send", was)]
