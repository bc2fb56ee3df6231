"""The last events of a sandbox or of one session, numbered; where too many come they are summed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

from msgspec import json

KEPT = 1_000  # events that whoever comes back can still be told
A_SECOND = 50  # events told one by one; of what is more in a second there is a summary
NAMED = 20  # sessions that a summary counts by name
PIECE = 100  # events written at once
PING = 15.0  # seconds without an event, after which a line keeps the connection alive
RETRY = b"retry: 1000\n\n"  # milliseconds until a browser comes back

SUMMARY, GAP = "summary", "gap"


class Event(NamedTuple):
    """One event: its number, its kind, and what is told."""

    number: int
    kind: str
    told: Any


class Tally:
    """What came in a second beside the events that were told one by one."""

    def __init__(self) -> None:
        self.calls = self.transitions = self.changes = 0
        self.sessions: dict[str, int] = {}  # calls by session

    def __bool__(self) -> bool:
        return bool(self.calls or self.transitions or self.changes)

    def call(self, session: str) -> None:
        """One call more."""
        self.calls += 1
        if session in self.sessions or len(self.sessions) < NAMED:
            self.sessions[session] = self.sessions.get(session, 0) + 1

    def told(self) -> dict[str, Any]:
        """The summary."""
        return {
            "calls": self.calls,
            "transitions": self.transitions,
            "changes": self.changes,
            "sessions": self.sessions,
        }


class EventLog:
    """The events of one scope; each follower has its own place in it, so that none holds it up."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self._numbers = numbers
        self.floor = self.last = next(numbers)  # events until this one are not kept
        self.asked = 0.0  # when somebody last was here, on the loop's clock
        self.ended = False  # its session is gone
        self.followers: set[asyncio.Event] = set()
        self._kept: deque[Event] = deque()
        self._second, self._told = 0.0, 0
        self._more = Tally()

    def room(self, now: float) -> Tally | None:
        """None where there is room to tell one event more; else what counts it instead."""
        if now - self._second >= 1:
            self._second, self._told = now, 0
        if self._told < A_SECOND:
            self._told += 1
            return None
        if not self._more:
            asyncio.get_running_loop().call_later(1, self._close)
        return self._more

    def add(self, kind: str, told: Any) -> None:
        """Keeps one event, and wakes who waits for it."""
        number = self.last = next(self._numbers)
        if len(self._kept) >= KEPT:
            self.floor = self._kept.popleft().number
        self._kept.append(Event(number, kind, told))
        self.wake()

    def wake(self) -> None:
        """Lets the followers look."""
        for each in self.followers:
            each.set()

    def since(self, number: int, most: int) -> list[Event]:
        """The first events behind that number; one that says so where some are lost."""
        lost = [Event(self.floor, GAP, {})] if number < self.floor else []
        later = (each for each in self._kept if each.number > number)
        return [*lost, *_first(later, most - len(lost))]

    def _close(self) -> None:
        """The second of what was not told one by one is over."""
        more, self._more = self._more, Tally()
        self.add(SUMMARY, more.told())

    async def follow(self, run: str, number: int) -> AsyncIterator[bytes]:
        """The events behind that number as they come, as server-sent events."""
        woken = asyncio.Event()
        self.followers.add(woken)
        loop = asyncio.get_running_loop()
        try:
            yield RETRY
            while True:
                woken.clear()
                while events := self.since(number, PIECE):
                    number = events[-1].number
                    yield b"".join(_written(run, each) for each in events)
                if self.ended:
                    return
                try:
                    await asyncio.wait_for(woken.wait(), PING)
                except TimeoutError:
                    yield b": ping\n\n"
        finally:
            self.followers.discard(woken)
            self.asked = loop.time()


def _first(events: Iterator[Event], most: int) -> Iterator[Event]:
    for _, each in zip(range(most), events, strict=False):
        yield each


def _written(run: str, event: Event) -> bytes:
    """An event as it goes out: JSON has no line breaks of its own."""
    head = f"id: {run}-{event.number}\nevent: {event.kind}\n".encode()
    return head + b"data: " + json.encode(event.told) + b"\n\n"
