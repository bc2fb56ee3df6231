"""The application with the vendors that ship: in this process, or behind a port of its own."""

from __future__ import annotations

import types
from collections.abc import Coroutine, Generator, Mapping, Sequence
from os import PathLike, fspath
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from understudy.client.admin_api import hide_traceback
from understudy.errors import InputError
from understudy.slices import alone

if TYPE_CHECKING:
    from understudy.server.inprocess import Answered
    from understudy.server.wire.thread_server import ThreadServer
    from understudy.settings import Settings
    from understudy.vendor import Vendor

__tracebackhide__ = hide_traceback

File = str | PathLike[str]
Documents = File | Sequence[File] | Mapping[str, File]


def create_app(settings: Settings | None = None) -> Any:
    """An ASGI application that serves the documents and vendors that the settings name; without
    any the vendors that ship."""
    from understudy.modeled.sources import with_documents
    from understudy.server import app
    from understudy.settings import Settings
    from understudy.vendors import NAMES, shipped

    return app.create_app(*with_documents(settings or Settings(), shipped), NAMES)


def sources(documents: Documents) -> tuple[str, ...]:
    """Documents as the settings name them, from `{"orders": "openapi.yaml"}` or a list of files."""
    if isinstance(documents, str | PathLike):
        return (fspath(documents),)
    if isinstance(documents, Mapping):
        return tuple(f"{name}={fspath(file)}" for name, file in documents.items())
    return tuple(fspath(each) for each in documents)


def serve(
    *,
    vendors: Sequence[str] = (),
    documents: Documents = (),
    project: File | bool | None = None,
    **settings: Any,
) -> ThreadServer:
    """A sandbox on a free port, in a thread of its own, until its `with` block ends or `close()`.

    `url` is its origin; `Sandbox(server.url)` opens a session in it. `documents` are OpenAPI
    documents and `project` a project file, as `Sandbox` takes them. What else may be said is what
    `understudy serve` takes: `clock="frozen"`, `seed`, `any_key`, `scenarios`, `journal`.
    """
    from dataclasses import fields

    from understudy.project.settings import in_process, of
    from understudy.server.wire.thread_server import ThreadServer
    from understudy.settings import Settings

    known = [each.name for each in fields(Settings) if each.name not in ("host", "port")]
    if unknown := [name for name in settings if name not in known]:
        raise InputError(f"serve has no {unknown[0]!r}", fix=f"There are {', '.join(known)}")
    if isinstance(vendors, str):
        raise InputError(f"vendors={vendors!r} is no list", fix=f"Write [{vendors!r}]")
    options: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in settings.items()
    }
    given = {"vendors": tuple(vendors), "documents": sources(documents), **options}
    return ThreadServer(create_app(in_process(of(project), given)))


def shipped_vendor(name: str) -> Vendor | None:
    """The vendor of that name, if it ships."""
    from understudy.vendors import NAMES, shipped

    return shipped([name])[0] if name in NAMES else None


class InProcessTransport:
    """An application in this process. Admin calls seldom wait, and then only need an event loop."""

    origin = "http://sandbox"

    def __init__(self, app: Any) -> None:
        self.app = app
        self.facts: dict[str, Any] = {}
        self._guarded = ThreadSafeApp(app)

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        from understudy.server.inprocess import ask as call

        running = call(self._guarded, method, path, list(headers.items()), body)
        try:
            with alone():
                running.send(None)
        except StopIteration as done:
            return done.value.status, done.value.body
        answer = _ended(running)
        return answer.status, answer.body

    def close(self) -> None:
        return None


def _ended(call: Coroutine[Any, None, Answered]) -> Answered:
    """The answer of a call that began to wait, on a loop of its own: this thread may be in one."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    async def rest() -> Answered:
        return await _going_on(call)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, rest()).result()


@types.coroutine
def _going_on(call: Coroutine[Any, None, Answered]) -> Generator[Any, None, Answered]:
    """What has begun without a loop, for whoever awaits the rest of it."""
    while True:
        try:
            waits = call.send(None)
        except StopIteration as done:
            answer: Answered = done.value
            return answer
        yield waits


_locks: WeakKeyDictionary[Any, Lock] = WeakKeyDictionary()


class ThreadSafeApp:
    """Runs an ASGI application so that no two threads are in it at once.

    The sandbox is plain synchronous code between its waits, and a server has one thread for it. A
    client in process may have many: each goes on alone until its call waits or ends.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self._lock = _locks.setdefault(app, Lock())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await _alone(self.app(scope, receive, send), self._lock)


@types.coroutine
def _alone(call: Coroutine[Any, None, None], lock: Lock) -> Generator[Any, None, None]:
    error: BaseException | None = None
    while True:
        with lock:
            try:
                waits = call.send(None) if error is None else call.throw(error)
            except StopIteration:
                return
        try:
            yield waits
            error = None
        except BaseException as interrupted:  # a cancelled call is told so, too
            error = interrupted
