"""The server of a run, and the tests' way to its admin API: without a port, in its own thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from understudy.client.door import Inside
from understudy.plugin.run import Run
from understudy.plugin.watched import Watched
from understudy.server.app import create_app
from understudy.server.thread import ThreadServer
from understudy.settings import Settings

T = TypeVar("T")


class SandboxServer:
    """A real server on a free port of this machine; every test has a session of its own in it."""

    def __init__(self, settings: Settings, run: Run) -> None:
        self.run = run
        self.settings = settings
        self.app = create_app(settings)
        self._thread = ThreadServer(self.app)
        self._open = True
        self._sandboxes: set[Watched] = set()
        self.url = self._thread.url
        self.door = Beside(self)

    def __enter__(self) -> SandboxServer:
        return self

    def __exit__(self, *_: object) -> None:
        for sandbox in list(self._sandboxes):
            sandbox.close()
        self._open = False
        self._thread.close()

    def sandbox(self, **options: Any) -> Watched:
        """Another session, for a test that wants two or a fixture of a wider scope.

        It ends with its `with` block, at the latest with the run.
        """
        opened = Watched(self, **options)
        self._sandboxes.add(opened)
        return opened

    def forget(self, sandbox: Watched) -> None:
        """It has ended."""
        self._sandboxes.discard(sandbox)

    def call(self, function: Callable[[], T]) -> T:
        """Runs it between two requests; afterwards there are none."""
        return self._thread.call(function) if self._open else function()


class Beside:
    """The admin API by way of the server's thread: nothing of it goes over a socket."""

    app = None

    def __init__(self, server: SandboxServer) -> None:
        self.origin = server.url
        self.facts: dict[str, Any] = {}
        self._server = server
        self._inside = Inside(server.app)

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        return self._server.call(partial(self._inside.send, method, path, headers, body))

    def close(self) -> None:
        """It is the server's, not the session's."""
