"""A session's clock from Python."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from understudy.client.admin_api import hide_traceback
from understudy.client.inputs import duration
from understudy.client.session import Session

__tracebackhide__ = hide_traceback


class Clock:
    """The session's clock: everything that takes time in any vendor hangs on it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def now(self) -> str:
        """The present as ISO 8601."""
        return str(self._session.ask("GET", "/clock")["now"])

    def advance(self, by: str | timedelta) -> Mapping[str, Any]:
        """Lets a duration pass (`90s`, `2m`, `1h`, a timedelta): what happened meanwhile."""
        return self._advance(by=duration(by))

    def to(self, instant: str) -> Mapping[str, Any]:
        """Lets time pass until an instant (`2026-01-05T09:00:00Z`)."""
        return self._advance(to=instant)

    def next(self) -> Mapping[str, Any]:
        """Lets time pass until the next thing that falls due."""
        return self._advance(next=True)

    def idle(self) -> Mapping[str, Any]:
        """Lets time pass until nothing is pending but schedules, and what they begin meanwhile."""
        return self._advance(idle=True)

    def freeze(self, at: str | None = None) -> None:
        """Stops the clock, now or at an instant."""
        self._set({"speed": 0} if at is None else {"at": at})

    def run(self, speed: float = 1) -> None:
        """Lets the clock run, that many times as fast as the wall's."""
        self._set({"speed": speed})

    def each_call(self, by: str | timedelta) -> None:
        """Stops the clock, and moves it on by that much with every call; 0 moves it no more."""
        self._set({"each_call": duration(by)})

    def _advance(self, **how: str | bool) -> Mapping[str, Any]:
        events: Mapping[str, Any] = self._session.ask("POST", "/clock/advance", how)
        return events

    def _set(self, values: Mapping[str, Any]) -> None:
        self._session.ask("PUT", "/clock", values)
