"""Who is told what happens in a sandbox's sessions: soon after, together, and never too much."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from understudy.simulation.due_events import Owner
from understudy.simulation.history import Step
from understudy.simulation.journal import Draft

log = logging.getLogger("understudy")

DELAY = 0.02  # seconds that what happens is collected for: one turn of work for all of it
MOST = 5_000  # happenings collected at once; the rest is only counted

TIME, CALL, TESTER = "time", "call", "tester"  # what a transition came from


class CallHappened(NamedTuple):
    """A call was answered: the session's journal keeps it."""

    session: Any
    draft: Draft


class TransitionHappened(NamedTuple):
    """A record of a vendor's world changed its state."""

    session: Any
    vendor: str
    owner: Owner
    step: Step
    by: str


class ChangeHappened(NamedTuple):
    """Somebody changed a session by the admin API."""

    session: str
    kind: str  # clock, rules, record, session
    told: Mapping[str, Any]


Happening = CallHappened | TransitionHappened | ChangeHappened


class Batch(NamedTuple):
    """What happened since the last one, in its order, and how much more there was no room for."""

    happenings: list[Happening]
    calls: int = 0
    transitions: int = 0


Listener = Callable[[Batch], None]


class Observers:
    """The listeners of one sandbox, and what they are still to be told."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self.actor = CALL  # whose deed a transition is that time did not bring
        self._pending: list[Happening] = []
        self._calls = self._transitions = 0
        self._loop: Any = None  # where the next flush is due

    def call(self, session: Any, draft: Draft) -> None:
        """A call of the session was answered."""
        if len(self._pending) < MOST:
            self._pending.append(CallHappened(session, draft))
        else:
            self._calls += 1
        self._flush_soon()

    def transition(self, session: Any, vendor: str, owner: Owner, step: Step, due: bool) -> None:
        """A record changed its state."""
        if len(self._pending) < MOST:
            by = TIME if due else self.actor
            self._pending.append(TransitionHappened(session, vendor, owner, step, by))
        else:
            self._transitions += 1
        self._flush_soon()

    def change(self, session: str, kind: str, told: Mapping[str, Any]) -> None:
        """Somebody changed the session by the admin API; there are never many of these."""
        if self.listeners:
            self._pending.append(ChangeHappened(session, kind, told))
            self._flush_soon()

    def retract(self, session: Any) -> None:
        """What went on in the session while it was held has not happened after all."""
        self._pending = [each for each in self._pending if not _of_work(each, session)]

    def flush(self) -> None:
        """Tells the listeners now, but for what goes on in a session that is held."""
        self._loop = None
        if not self._pending:
            return
        later = [each for each in self._pending if _is_held(each)]
        now = [each for each in self._pending if not _is_held(each)] if later else self._pending
        batch = Batch(now, self._calls, self._transitions)
        self._pending, self._calls, self._transitions = later, 0, 0
        for listener in tuple(self.listeners):
            try:
                listener(batch)
            except Exception:  # nobody who looks on may stop what is looked at
                log.exception("who observes the sessions broke")
        if later:
            self._flush_soon()

    def _flush_soon(self) -> None:
        if self._loop is None or self._loop.is_closed():
            try:
                self._loop = asyncio.get_running_loop()
            except RuntimeError:
                return  # nobody's loop: whoever wants to know asks
            self._loop.call_later(DELAY, self.flush)


def _of_work(happening: Happening, session: Any) -> bool:
    return type(happening) is TransitionHappened and happening.session is session


def _is_held(happening: Happening) -> bool:
    return type(happening) is TransitionHappened and happening.session.held
