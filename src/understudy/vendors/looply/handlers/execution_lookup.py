"""Which execution a process id means: the same answer for resume, terminate and explanations."""

from __future__ import annotations

from understudy.simulation.clock import Instant
from understudy.simulation.world import World
from understudy.vendors.looply.records import AWAITING_RESPONSE, IN_PROGRESS, LIVE, OVER, Execution


class Candidates:
    """An organisation's executions of one process id, and the one of that execution id."""

    __slots__ = ("_all", "_itself", "_key")

    def __init__(self, world: World, organization: str, process_id: str) -> None:
        everyone = self._all = world.collections["executions"]
        self._key = organization, process_id
        itself: Execution | None = everyone.get(process_id)
        if itself is not None and itself.organization != organization:
            itself = None
        self._itself = itself

    def newest(self, *states: str) -> Execution | None:
        """The newest that is in one of these states."""
        itself = self._itself
        best = None if itself is None or itself.state not in states else itself
        for state in states:
            found = self._all.first("process", (*self._key, state))
            if found is not None and (best is None or _newer(found, best)):
                best = found
        return best

    def restarted(self, now: Instant) -> Execution | None:
        """One that runs since a resume whose restart window is still open."""
        for found in (self._all.first("restarted", self._key), self._itself):
            if found is not None and found.state == IN_PROGRESS and found.restart_ends > now:
                return found
        return None

    def live(self) -> Execution | None:
        """The newest that runs or waits: what a terminate ends."""
        return self.newest(*LIVE)

    def ended(self) -> Execution | None:
        """The newest that is over."""
        return self.newest(*OVER)

    def meant(self, now: Instant) -> Execution | None:
        """The one a resume is about: waiting, just restarted, running, over; in that order."""
        return (
            self.newest(AWAITING_RESPONSE)
            or self.restarted(now)
            or self.newest(IN_PROGRESS)
            or self.ended()
        )


def _newer(one: Execution, other: Execution) -> bool:
    return (-one.created, one.id) < (-other.created, other.id)
