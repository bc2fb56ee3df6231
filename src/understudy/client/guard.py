"""An application in this process, asked from several threads: one step at a time."""

from __future__ import annotations

import types
from collections.abc import Coroutine, Generator
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

_locks: WeakKeyDictionary[Any, Lock] = WeakKeyDictionary()


class Guarded:
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
