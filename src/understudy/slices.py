"""Long plain work in slices: it pauses in the middle of what it does, and others come between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from math import inf
from time import perf_counter
from typing import Any, TypeVar

SLICE = 0.008  # seconds at a stretch; what is done between two pauses comes on top
T = TypeVar("T")
# Long work, piece by piece, and what comes of it; between two pieces it rests for so many seconds,
# or, for None, until it is its turn again, if its slice is over.
InSlices = Generator[float | None, None, T]


def _go_on(rest: float | None) -> None:
    """What resting is where nobody drives the work."""


class _Running(threading.local):
    """The work that goes on in this thread: until when, and how it lets others come."""

    until: float = inf
    give_way: Callable[[float | None], Any] = staticmethod(_go_on)
    alone: bool = False


_running = _Running()


def pause() -> None:
    """Where long work may be interrupted; costs next to nothing where nobody drives it."""
    if perf_counter() >= _running.until:
        _running.give_way(None)


@contextmanager
def at_a_stretch() -> Iterator[None]:
    """What is done meanwhile does not pause: nobody else may come between."""
    before, _running.until = _running.until, inf
    try:
        yield
    finally:
        _running.until = before


def paused(each: Iterable[T]) -> Iterator[T]:
    """The same things, with a pause before each of them."""
    for one in each:
        pause()
        yield one


def finished(work: InSlices[T]) -> T:
    """What comes of long work, done to its end: it rests and pauses where somebody drives this."""
    while True:
        try:
            rest = next(work)
        except StopIteration as done:
            made: T = done.value
            return made
        if rest is None:
            pause()
        else:
            _running.give_way(rest)


@contextmanager
def alone() -> Iterator[None]:
    """Nobody waits for what begins meanwhile. It may go on in another thread after a rest, which
    work that paused in the middle cannot."""
    before, _running.alone = _running.alone, True
    try:
        yield
    finally:
        _running.alone = before


def is_alone() -> bool:
    """Whether nobody waits for what begins now."""
    return _running.alone


def sliced(work: Callable[[], T]) -> InSlices[T]:
    """What comes of plain work, slice by slice; a driver that gives up ends it where it is."""
    from greenlet import getcurrent, greenlet

    doing, here = greenlet(work), threading.get_ident()
    try:
        while True:
            made = _one_slice(doing, getcurrent())
            if doing.dead:
                done: T = made
                return done
            yield made
    finally:
        if not doing.dead and here == threading.get_ident():  # else it ends in its own thread
            doing.parent = getcurrent()
            doing.throw()


def _one_slice(doing: Any, driver: Any) -> Any:
    """Lets it work on: what comes of it, or for how long it rests."""
    before = _running.until, _running.give_way
    doing.parent = driver
    _running.until, _running.give_way = perf_counter() + SLICE, driver.switch
    try:
        return doing.switch()
    finally:
        _running.until, _running.give_way = before
