"""Answers on their way out: those of one turn of the loop are written together at its end.

A write wakes whoever waits for it, and on the machine of the server that stops the server; a
hundred clients that are written to together are woken once.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

_of: WeakKeyDictionary[Any, Outbox] = WeakKeyDictionary()  # by loop


class Outbox:
    """What one loop still has to write, in the order it came."""

    __slots__ = ("_loop", "_waiting")

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._waiting: list[tuple[Any, bytes]] = []

    def put(self, transport: Any, data: bytes) -> None:
        """Writes soon: before any task that is begun from now on goes on."""
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append((transport, data))

    def flush(self) -> None:
        """Writes now; to be called before anything is written or closed past the outbox."""
        waiting, self._waiting = self._waiting, []
        for transport, data in waiting:
            if not transport.is_closing():
                transport.write(data)


def outbox(loop: Any) -> Outbox:
    """The one of that loop."""
    found = _of.get(loop)
    if found is None:
        found = _of[loop] = Outbox(loop)
    return found
