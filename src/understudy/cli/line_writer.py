"""Lines to a stream by a thread of their own: who reads slowly, or not at all, holds up nobody."""

from __future__ import annotations

import os
from queue import SimpleQueue
from threading import Thread

ROOM = 1024 * 1024  # bytes that may wait to be written; what comes beyond is counted
PATIENCE = 1.0  # seconds for what still waits as the server ends


class LineWriter:
    """Writes whole lines, in their order; what there is no room for is told in a line."""

    def __init__(self, number: int) -> None:
        self._number = number  # of the file: 1 is the standard output
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._waiting = 0  # bytes put in the queue, and bytes taken out of it
        self._written = 0
        self._lost = 0
        self._open = True
        self._thread = Thread(target=self._run, name="understudy-log", daemon=True)
        self._thread.start()

    def write(self, lines: list[str]) -> None:
        """Lines to be written as soon as somebody takes them."""
        if not lines or not self._open:
            return
        if self._waiting - self._written > ROOM:
            self._lost += len(lines)
            return
        if self._lost:
            lines = [f"... {self._lost} lines are left out: nobody took them", *lines]
            self._lost = 0
        data = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        self._waiting += len(data)
        self._queue.put(data)

    def close(self) -> None:
        """Writes what still waits, if somebody takes it."""
        self._queue.put(None)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            left = memoryview(data)
            try:
                while left:
                    left = left[os.write(self._number, left) :]
            except OSError:
                self._open = False  # nobody is there any more
                return
            self._written += len(data)
