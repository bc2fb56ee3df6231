"""What a request says: who asks, how many, which version, and which execution it means."""

from __future__ import annotations

import re
from typing import TypeVar

from understudy.simulation.clock import Instant
from understudy.simulation.world import World
from understudy.vendor import Request, refusal
from understudy.vendors.looply.records import (
    AWAITING_RESPONSE,
    IN_PROGRESS,
    KEY_OF_FULL_PAGE,
    LIVE,
    OVER,
    Execution,
    Key,
)

R = TypeVar("R")

DEFAULT_LIMIT = 20
MOST = 30  # items on a page, whatever a client asks for

_POSITIVE = re.compile(r"[1-9][0-9]*")
_VERSION = re.compile(r"[0-9]{1,9}")


def tenant(request: Request) -> str:
    """The organisation of the key."""
    assert request.caller is not None, "every operation needs a key"
    return request.caller.tenant


def user(request: Request) -> str | None:
    """The user the key acts as."""
    assert request.caller is not None, "every operation needs a key"
    key = request.caller.credential
    return key.user if isinstance(key, Key) else None


def version_number(text: str) -> int | None:
    """The version a path or query says in digits."""
    return int(text) if _VERSION.fullmatch(text) else None


Page = tuple[list[R], bool]  # records, and whether more follow


def with_last_key(request: Request, found: Page[R], limit: int) -> Page[R]:
    """The page, with whether its lastKey is told: where more follow, or once it is full."""
    records, more = found
    full = len(records) == limit
    told = request.caller is not None and request.caller.meets(KEY_OF_FULL_PAGE)
    return records, more or (told and full)


def page_size(request: Request, *, strict: bool) -> int:
    """How many items to give; what is no positive number is refused, or counts as the default."""
    text = request.values.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if _POSITIVE.fullmatch(text):
        return MOST if len(text) > 2 else min(int(text), MOST)
    if strict:
        raise refusal("BAD_REQUEST", f"limit is {text!r}, which is no positive whole number")
    return DEFAULT_LIMIT


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
