"""Retries of one call: the same request again within a client's back-off. Inferred, never known."""

from __future__ import annotations

from typing import Any

from understudy.server.sessions.session import Session
from understudy.simulation.clock import Duration
from understudy.simulation.journal import Entry

BACK_OFF: Duration = 120_000  # between two attempts, where nobody told to wait: urllib3's longest
MOST = 20  # attempts told of one call
BECAUSE = "the same request again soon after one that failed; inferred, not known"


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
    start = min(max(0, place - first - MOST // 2), max(0, len(ids) - MOST))
    attempt = f"attempt {place - first + 1} of {len(ids)}"
    return {"attempt": attempt, "requests": ids[start : start + MOST], "because": BECAUSE}


def _same(one: Entry, other: Entry) -> bool:
    return _asked(one) == _asked(other)


def _asked(entry: Entry) -> tuple[Any, ...]:
    """What makes a call the same call, as far as a journal knows."""
    sent = entry.method, entry.path, entry.query, entry.body
    return (entry.vendor, *sent, entry.caller, _key(entry))


def _key(entry: Entry) -> bytes | None:
    """What a client calls the same by: an idempotency key of its own is a call of its own."""
    return next((v for name, v in entry.headers.items() if name.endswith(b"idempotency-key")), None)


def _retried(before: Entry, after: Entry) -> bool:
    """Whether a client would have tried again, and so soon: nobody retries what went well, and
    what came before the other was over is another call at the same time."""
    if 0 <= after.opened < before.number or before.held < 0 or after.number <= before.held:
        return False
    failed = before.left or bool(before.lost) or before.by == "fault" or before.status >= 500
    failed = failed or before.status in (408, 409, 425, 429)
    return failed and 0 <= after.at - before.at <= BACK_OFF + _told_to_wait(before)


def _told_to_wait(entry: Entry) -> Duration:
    """How long the answer asked its client to wait."""
    told = next((value for name, value in entry.reply_headers if name == b"retry-after"), b"")
    return int(told) * 1000 if told.isdigit() and len(told) < 9 else 0
