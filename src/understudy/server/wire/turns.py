"""How calls wait: for their turn to do a slice of long work, of which each turn of the loop does
one, and for a time that ends early where nobody needs it any more."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from understudy.slices import InSlices, finished, is_alone, sliced

PAUSE = 0.001  # seconds between two looks whether it is one's turn
LOOK = 0.25  # seconds between two looks whether a long rest is still needed

T = TypeVar("T")


def finish(work: InSlices[T]) -> T:
    """What comes of long work that is done to its end at once, where nobody else waits."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result


class Turns:
    """Who has a slice of work to do, in the order they came."""

    __slots__ = ("_queue",)

    def __init__(self) -> None:
        self._queue: deque[object] = deque()

    async def wait(self) -> None:
        """Until the loop has seen to all that came meanwhile, and nobody else's slice is due."""
        ticket = object()
        self._queue.append(ticket)
        try:
            while self._queue[0] is not ticket:
                await asyncio.sleep(PAUSE)
            await asyncio.sleep(0)
        finally:
            self._queue.remove(ticket)


def with_pauses(work: InSlices[T]) -> InSlices[T]:
    """Long work that also pauses in the middle of what it calls, where others may wait for it."""
    return work if is_alone() else sliced(partial(finished, work))


async def rest(seconds: float, is_over: Callable[[], bool]) -> None:
    """Waits that long, or until nobody needs it any more."""
    while seconds > 0 and not is_over():
        piece = min(seconds, LOOK)
        await asyncio.sleep(piece)
        seconds -= piece


async def in_turns(work: InSlices[T], turns: Turns, has_left: Callable[[], bool]) -> T | None:
    """What comes of long work; None where nobody waits for it any more: then it is given up."""
    try:
        while not has_left():
            pause = next(work)
            if pause is None:
                await turns.wait()
            else:
                await asyncio.sleep(pause)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        work.close()
    return None
