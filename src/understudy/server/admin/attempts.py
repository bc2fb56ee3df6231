"""Retries of one call: the same request again within a client's back-off. Inferred, never known."""

from __future__ import annotations

from typing import Any

from understudy.server.session import Session
from understudy.simulation.clock import Duration
from understudy.simulation.journal import Entry

BACK_OFF: Duration = 60_000  # between two attempts: the common clients stay below it
MOST = 20  # attempts told of one call


def attempts(session: Session, entry: Entry) -> dict[str, Any] | None:
    """Which attempt a request seems to be, and of which; None: it stands alone."""
    same = [each for each in session.journal if _same(each, entry)]
    place = next((n for n, each in enumerate(same) if each.number == entry.number), None)
    if place is None:
        return None
    first = last = place
    while first > 0 and _retried(same[first - 1], same[first]):
        first -= 1
    while last + 1 < len(same) and _retried(same[last], same[last + 1]):
        last += 1
    if first == last:
        return None
    ids = [f"{session.name}.{each.number}" for each in same[first : last + 1]]
    told = f"attempt {place - first + 1} of {len(ids)}"
    because = "the same request again within a minute of one that failed; inferred, not known"
    return {"told": told, "requests": ids[:MOST], "because": because}


def _same(one: Entry, other: Entry) -> bool:
    return (
        (one.vendor, one.method, one.path, one.query, one.body, one.caller)
        == (other.vendor, other.method, other.path, other.query, other.body, other.caller)
    )  # fmt: skip


def _retried(before: Entry, after: Entry) -> bool:
    """Whether a client would have tried again, and so soon: nobody retries what went well."""
    failed = bool(before.lost) or before.by == "fault" or before.status >= 500
    failed = failed or before.status in (408, 409, 425, 429)
    return failed and after.at - before.at <= BACK_OFF
