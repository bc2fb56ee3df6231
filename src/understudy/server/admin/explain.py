"""Why one request was answered as it was, and what would have to be for another answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from understudy.openapi.operation import Violation
from understudy.openapi.request import decode_json
from understudy.server.admin.curl import repeat_command
from understudy.server.admin.missing import caller_of, missing_view
from understudy.server.admin.records import fields, transitions
from understudy.server.admin.shown_entry import known_secrets, redacted, shown_entry
from understudy.server.admin.violation_texts import wanted_value
from understudy.server.sessions.session import Session
from understudy.simulation.clock import Duration, iso
from understudy.simulation.journal import Entry, UnreadName
from understudy.vendor import Problem

# What may hold a value of the request; its bodies are told without secrets from the start.
SAFELY = ("because", "hint", "unread", "parameters", "violations", "rules", "record")


def explanation(session: Session, entry: Entry) -> dict[str, Any]:
    """Everything that is known of one request, without its secrets."""
    known = known_secrets(session, entry)
    told = _explanation(session, shown_entry(session, entry))
    for name in SAFELY:
        if name in told:
            told[name] = redacted(session, told[name], known)
    return told


def _explanation(session: Session, entry: Entry) -> dict[str, Any]:
    problem, caller = entry.problem, caller_of(session, entry)
    return {
        "id": f"{session.name}.{entry.number}",
        "number": entry.number,
        "session": session.name,
        "at": iso(entry.at),
        "vendor": entry.vendor,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "caller": entry.caller,
        **_unless_empty("tenant", None if caller is None else caller.tenant),
        "by": entry.by,
        "provenance": entry.provenance,
        "because": _inferred(session, entry) or reason(entry),
        **_unless_empty("hint", entry.hint),
        **_unless_empty("unread", [_unread(each) for each in entry.unread]),
        **_unless_empty("lost", entry.lost),
        **_unless_empty("parameters", entry.values),
        "request": _message(entry.headers.items(), entry.body),
        "reply": {
            "status": entry.status,
            "answer": entry.answer,
            **_message(entry.reply_headers, entry.reply),
        },
        "violations": list(_violations(session, entry)),
        **_unless_empty("allow", [] if problem is None else list(problem.allow)),
        "rules": _rules(entry),
        **_record(session, entry),
        **_unless_empty("missing", _missing(session, entry)),
        **_unless_empty("attempts", attempts(session, entry)),
        "curl": repeat_command(session, entry),
    }


def _unless_empty(name: str, value: Any) -> dict[str, Any]:
    return {name: value} if value else {}


def _violations(session: Session, entry: Entry) -> Iterator[dict[str, Any]]:
    """What is wrong with a request; of what an object lacks, also what that may be."""
    if entry.problem is None:
        return
    operations = (
        {} if entry.operation is None else session.catalog.contract(entry.vendor).operations
    )
    operation = operations.get(entry.operation or "")
    for each in entry.problem.violations:
        may_be = "" if operation is None else wanted_value(operation, each)
        message = f"{each.message}; it must be {may_be}" if may_be else each.message
        yield each._replace(message=message)._asdict()


def first_reason(session: Session, entry: Entry) -> str:
    """Why it was answered so, and of what was wrong with a request the first, without secrets."""
    first = next(_violations(session, entry), None)
    because = reason(entry) if first is None else str(first["message"])
    return str(redacted(session, because, known_secrets(session, entry)))


def _unread(name: UnreadName) -> dict[str, str]:
    meant = {"meant": name.meant} if name.meant else {}
    return {"location": name.location, "name": name.name, **meant, "message": name.message}


def _message(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> dict[str, Any]:
    told = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
    return {"headers": told, **_body(body)}


def _body(body: bytes) -> dict[str, Any]:
    """A body as JSON where it is some, else as text."""
    if not body:
        return {}
    value = decode_json(body)
    if isinstance(value, Violation):
        return {"text": body.decode("utf-8", "replace")}
    return {"body": value}


def _rules(entry: Entry) -> list[dict[str, Any]]:
    """The rule that acted, then those that nearly did."""
    acted = [{"rule": entry.rule, "acted": True, "because": entry.because}] if entry.rule else []
    near = [{"rule": name, "acted": False, "because": why} for name, why in entry.near_misses]
    return acted + near


def _record(session: Session, entry: Entry) -> dict[str, Any]:
    if entry.record is None:
        return {}
    collection, record_id = entry.record
    trail = session.world(entry.vendor).transitions(collection, record_id)
    return {
        "record": {
            "collection": collection,
            "id": record_id,
            "before": None if entry.before is None else fields(entry.before),
            "after": None if entry.after is None else fields(entry.after),
            "transitions": transitions(step for step in trail if step.at <= entry.at),
        }
    }


def _inferred(session: Session, entry: Entry) -> str:
    """What an operation whose behaviour was inferred does, by which rule, and what it saw."""
    vendor = session.catalog.vendors.get(entry.vendor)
    if vendor is None or vendor.explain is None or entry.because or entry.by != "behaviour":
        return ""
    operation = session.catalog.contract(entry.vendor).operations.get(entry.operation or "")
    return "" if operation is None else vendor.explain(operation)


def _missing(session: Session, entry: Entry) -> dict[str, Any]:
    problem: Problem | None = entry.problem
    if problem is None or problem.missing is None:
        return {}
    return missing_view(session, entry, problem.missing)


def reason(entry: Entry) -> str:
    """Why it was answered so, in one sentence; of the vendor's own behaviour, what it did."""
    if entry.because:
        return entry.because
    before, after = entry.before, entry.after
    if before is None or after is None or before.state == after.state or entry.record is None:
        return "the vendor's own behaviour"
    collection, record_id = entry.record
    return f"{record_id} of the {collection} went from {before.state} to {after.state}"


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
