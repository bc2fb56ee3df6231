"""The application without a port: one call after the other, answered by value."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NamedTuple

from understudy.server.wire.protocol import ABORT, GONE
from understudy.server.wire.sending import Message

HOST = "sandbox"  # what calls without a port name as their host

_late: set[asyncio.Future[None]] = set()  # an event loop itself keeps tasks only weakly


class Answered(NamedTuple):
    """What came back: status, headers in order, body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class ConnectionLost(Exception):
    """The sandbox dropped the connection, as a fault told it to: `reset`, `close`, or `finish`
    behind the `begun` answer."""

    def __init__(self, by: str, begun: Answered | None = None) -> None:
        super().__init__(f"connection lost ({by})")
        self.by = by
        self.begun = begun


class CallTimeout(Exception):
    """Nothing came within the time the caller gave."""


async def ask(
    app: Any,
    method: str,
    target: str,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    timeout: float | None = None,
) -> Answered:
    """One call of an ASGI application; ConnectionLost when it dropped the connection, CallTimeout
    when nothing came for `timeout` seconds: then the application goes on with it, as a server
    does. A call that is never answered is lost at once where nobody gave a timeout."""
    lost: list[str] = []
    sent: list[Message] = []
    asked = False
    heard: float | None = None  # when something last came, on the loop's clock
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
        nonlocal heard
        sent.append(message)
        if timeout is not None:
            heard = asyncio.get_running_loop().time()

    call = app(_scope(method, target, headers, body, abort, gone.is_set), receive, send)
    if timeout is None:
        await call
    else:
        await _within(timeout, call, gone, lambda: heard)
    if lost:
        raise ConnectionLost(lost[0], _answered(sent) if sent else None)
    return _answered(sent)


def _answered(sent: list[Message]) -> Answered:
    start, *rest = sent
    headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in start["headers"]]
    return Answered(start["status"], headers, b"".join(m.get("body", b"") for m in rest))


async def _within(
    timeout: float,
    call: Coroutine[Any, Any, None],
    gone: asyncio.Event,
    heard: Callable[[], float | None],
) -> None:
    """Waits for a call as long as something comes; what is late goes on behind one's back."""
    task = asyncio.ensure_future(call)
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout
    while (left := end - loop.time()) > 0:
        done, _ = await asyncio.wait((task,), timeout=left)
        if done:
            return task.result()
        end = (heard() or 0.0) + timeout
    gone.set()
    _late.add(task)
    task.add_done_callback(_late.discard)
    raise CallTimeout(f"no answer within {timeout} s")


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
