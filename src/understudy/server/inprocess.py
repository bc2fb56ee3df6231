"""The application without a port: one call after the other, answered by value."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, NamedTuple

from understudy.server.delivery import Message
from understudy.server.protocol import ABORT, GONE

HOST = "sandbox"  # what calls without a port name as their host

_late: set[asyncio.Future[None]] = set()  # an event loop itself keeps tasks only weakly


class ConnectionLost(Exception):
    """The sandbox dropped the connection, as a fault told it to: `reset` or `close`."""

    def __init__(self, by: str) -> None:
        super().__init__(f"connection lost ({by})")
        self.by = by


class CallTimeout(Exception):
    """No answer came within the time the caller gave."""


class Answered(NamedTuple):
    """What came back: status, headers in order, body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


async def ask(
    app: Any,
    method: str,
    target: str,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    timeout: float | None = None,
) -> Answered:
    """One call of an ASGI application; ConnectionLost when it dropped the connection, CallTimeout
    when it took longer than `timeout` seconds: then the application goes on with it, as a server
    does. A call that is never answered is lost at once where nobody gave a timeout."""
    lost: list[str] = []
    sent: list[Message] = []
    asked = False
    gone = asyncio.Event()

    def abort(by: str) -> None:
        lost.append(by)
        gone.set()

    async def receive() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": body, "more_body": False}
        if not lost and timeout is None:
            lost.append("hang")
        elif not lost:
            await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    call = app(_scope(method, target, headers, body, abort, gone.is_set), receive, send)
    if timeout is None:
        await call
    else:
        await _within(timeout, call, gone)
    if lost:
        raise ConnectionLost(lost[0])
    start, *rest = sent
    answer_headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in start["headers"]]
    return Answered(start["status"], answer_headers, b"".join(m.get("body", b"") for m in rest))


async def _within(timeout: float, call: Coroutine[Any, Any, None], gone: asyncio.Event) -> None:
    """Waits for a call so long; what is late goes on behind the caller's back."""
    task = asyncio.ensure_future(call)
    try:
        await asyncio.wait_for(asyncio.shield(task), timeout)
    except TimeoutError:
        gone.set()
        _late.add(task)
        task.add_done_callback(_late.discard)
        raise CallTimeout(f"no answer within {timeout} s") from None


def _scope(
    method: str,
    target: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    abort: Any,
    gone: Any,
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    pairs = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
    names = {name for name, _ in pairs}
    if b"host" not in names:
        pairs.insert(0, (b"host", HOST.encode()))
    if body and b"content-length" not in names:
        pairs.append((b"content-length", b"%d" % len(body)))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": pairs,
        "server": (HOST, 80),
        "client": ("127.0.0.1", 1),
        "extensions": {ABORT: abort, GONE: gone},
    }


class InProcess:
    """An application and an event loop of its own, for callers that are not asynchronous."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._runner = asyncio.Runner()

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._runner.close()

    def ask(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        timeout: float | None = None,
    ) -> Answered:
        """One call; ConnectionLost or CallTimeout as a fault leaves it."""
        return self._runner.run(ask(self.app, method, target, headers, body, timeout))
