"""A server of this process: on a free loopback port, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any, TypeVar

from understudy.errors import UnderstudyError
from understudy.server.wire.listen import Server, configuration, open_socket, origin_of
from understudy.server.wire.protocol import SandboxProtocol
from understudy.settings import DEFAULT_HOST

PATIENCE = 30  # seconds that the thread may take for what it is asked

T = TypeVar("T")


class ThreadServer:
    """Serves an ASGI application until it is closed; `url` is its origin."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._loop: asyncio.AbstractEventLoop
        self._opened = open_socket(DEFAULT_HOST, 0)
        self.url = origin_of(self._opened)
        self._ready = Event()
        options = {"http": SandboxProtocol, "timeout_graceful_shutdown": 0}
        self._server = Server(configuration(app, **options), self._listening)
        self._thread = Thread(target=self._serve, name="understudy", daemon=True)
        self._thread.start()
        if not self._ready.wait(PATIENCE) or not self._thread.is_alive():
            self._opened.close()
            raise UnderstudyError("the sandbox's server did not start", where=self.url)

    def __enter__(self) -> ThreadServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, function: Callable[[], T]) -> T:
        """What a function gives that runs in the server's thread, between two requests.

        UnderstudyError when the thread is busy with something else for too long.
        """
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(function())
            except BaseException as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        try:
            return done.result(PATIENCE)
        except TimeoutError:
            what = f"the sandbox is busy for more than {PATIENCE} s"
            raise UnderstudyError(what, fix="Let time pass in smaller steps") from None

    def close(self) -> None:
        """Ends the server, and what still waits in it."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)

    def _listening(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()

    def _serve(self) -> None:
        log = logging.getLogger("uvicorn.error")
        level = log.level
        try:
            self._server.run([self._opened])
        finally:
            log.setLevel(level)  # which the server lowers as it ends; others may serve here, too
            self._opened.close()
            self._ready.set()
