"""For clients with the vendor's host built in: their calls come here, and nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx

from understudy.client.admin_api import UnexpectedHost
from understudy.client.application import ThreadSafeApp
from understudy.client.session import Session
from understudy.client.transport import AsyncSandboxTransport, SandboxTransport
from understudy.server.wire.thread_server import ThreadServer

Sync = Callable[[httpx.HTTPTransport, httpx.Request], httpx.Response]
Async = Callable[[httpx.AsyncHTTPTransport, httpx.Request], Awaitable[httpx.Response]]

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Routes:
    """Which real host is which vendor of a session, and how a call gets there."""

    def __init__(self, session: Session, allow: Sequence[str] = ()) -> None:
        self.session = session
        self.allow = tuple(each.lower() for each in allow)
        self.vendors = {
            host: name
            for name in session.names
            for server in session.fact(f"/vendors/{name}")["servers"]
            if (host := _host(server))
        }
        self.here = _LOOPBACK | {urlsplit(session.origin).hostname}
        self.port: ThreadServer | None = None  # for requests, where the sandbox has none
        self.synchronous: httpx.BaseTransport
        self.asynchronous: httpx.AsyncBaseTransport
        # Transports of our own: a client's may go through a proxy, which knows no sandbox.
        if session.app is None:
            self.synchronous = httpx.HTTPTransport(verify=False)
            # A kept connection belongs to one event loop, and a script may run several.
            limits = httpx.Limits(max_keepalive_connections=0)
            self.asynchronous = httpx.AsyncHTTPTransport(verify=False, limits=limits)
        else:
            self.synchronous = SandboxTransport(session.app)
            self.asynchronous = AsyncSandboxTransport(session.app)

    def target(self, url: str) -> str | None:
        """The path in the sandbox; None for a host that is no vendor of it."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        if self.session.app is not None and url.startswith(f"{self.session.origin}/"):
            return f"{parts.path}{query}"
        vendor = self.vendors.get(_host(url))
        return None if vendor is None else f"/~{self.session.name}/{vendor}{parts.path}{query}"

    def passes(self, host: str) -> bool:
        """Whether calls to that host go where they are sent."""
        return host in self.here or any(_allows(each, host) for each in self.allow)

    def listening(self) -> str:
        """An origin with a port, made when first asked for where the sandbox is in process."""
        if self.session.app is None:
            return self.session.origin
        with _lock:
            if self.port is None:
                self.port = ThreadServer(ThreadSafeApp(self.session.app))
        return self.port.url

    def close(self) -> None:
        self.synchronous.close()
        if self.port is not None:
            self.port.close()


def _host(url: str) -> str:
    """The host of a URL, on this machine with its port; empty where it says none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return f"{host}:{parts.port or 80}" if host in _LOOPBACK else host
    except ValueError:
        return ""


_active: list[Routes] = []  # the newest one routes
_patched: list[tuple[Any, str, Any, Any]] = []  # owner, attribute, what it was, what it is
_lock = Lock()


@contextmanager
def intercepted(session: Session, allow: Sequence[str] = ()) -> Iterator[None]:
    """Routes httpx and requests while it lasts; afterwards they are as they were."""
    routes = Routes(session, allow)
    with _lock:
        if not _patched:
            _patch()
        _active.append(routes)
    try:
        yield
    finally:
        with _lock:
            _active.remove(routes)
            if not _active:
                _restore()
        routes.close()


def _routed(url: str) -> tuple[Routes, str] | None:
    """The newest sandbox that has the host, and the path in it; None: the call goes where it is
    sent. UnexpectedHost for a host that is nobody's."""
    active = _active[::-1]
    for routes in active:
        target = routes.target(url)
        if target is not None:
            return routes, target
    host = str(urlsplit(url).hostname)
    if not active or any(routes.passes(host) for routes in active):
        return None
    active[0].session.stopped.append(host)
    known = sorted({str(each) for routes in active for each in routes.vendors})
    raise UnexpectedHost(
        f"a call to {host} was stopped: while a sandbox intercepts, only {', '.join(known)} and"
        f" this machine are reached. Let it pass: intercept(allow=[{host!r}])"
    )


def _allows(allowed: str, host: str) -> bool:
    """Whether that is the host, or with `*.` before it a host below."""
    return host == allowed or (allowed.startswith("*.") and host.endswith(allowed[1:]))


def _patch() -> None:
    _replace(httpx.HTTPTransport, "handle_request", _sync(httpx.HTTPTransport.handle_request))
    was = httpx.AsyncHTTPTransport.handle_async_request
    _replace(httpx.AsyncHTTPTransport, "handle_async_request", _async(was))
    try:
        from requests.adapters import HTTPAdapter
    except ImportError:
        return
    _replace(HTTPAdapter, "send", _requests(HTTPAdapter.send))


def _replace(owner: Any, name: str, by: Any) -> None:
    _patched.append((owner, name, getattr(owner, name), by))
    setattr(owner, name, by)


def _restore() -> None:
    """What others have patched since stays theirs; ours then passes calls on."""
    for owner, name, was, ours in reversed(_patched):
        if getattr(owner, name) is ours:
            setattr(owner, name, was)
    _patched.clear()


def _sync(was: Sync) -> Sync:
    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        ours = any(self is each.synchronous for each in _active)
        routed = None if ours else _routed(str(request.url))
        if routed is None:
            return was(self, request)
        routes, target = routed
        moved = _sent_to(f"{routes.session.origin}{target}", request, request.read())
        return routes.synchronous.handle_request(moved)

    return handle_request


def _async(was: Async) -> Async:
    async def handle_async_request(
        self: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        ours = any(self is each.asynchronous for each in _active)
        routed = None if ours else _routed(str(request.url))
        if routed is None:
            return await was(self, request)
        routes, target = routed
        moved = _sent_to(f"{routes.session.origin}{target}", request, await request.aread())
        return await routes.asynchronous.handle_async_request(moved)

    return handle_async_request


def _sent_to(target: str, request: httpx.Request, body: bytes) -> httpx.Request:
    """The request at another URL; how its body is measured is said anew."""
    framing = ("host", "content-length", "transfer-encoding")
    headers = [each for each in request.headers.raw if each[0].decode().lower() not in framing]
    return httpx.Request(
        request.method, target, headers=headers, content=body, extensions=request.extensions
    )


def _requests(was: Any) -> Any:
    def send(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        routed = _routed(request.url)
        if routed is None:
            return was(self, request, *args, **options)
        routes, target = routed
        moved = request.copy()
        moved.url = f"{routes.listening()}{target}"
        # The client's own adapter, since it may retry; but not by way of a proxy.
        reply = was(self, moved, **_direct(args, options))
        reply.url, reply.request = request.url, request
        return reply

    return send


def _direct(args: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    named = dict(zip(("stream", "timeout", "verify", "cert", "proxies"), args, strict=False))
    return {**named, **options, "proxies": {}}
