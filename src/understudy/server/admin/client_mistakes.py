"""What a client got wrong, or relied on too much: from a session's journal, alike ones together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from understudy.openapi.operation import Answer, Violation
from understudy.server.sessions.session import Session
from understudy.simulation.journal import Entry

MOST = 200  # kinds of mistakes told of one session; a client that fuzzes makes any number

REFUSED = "refused"  # the contract does not allow the request
UNKNOWN = "unknown"  # no operation has its path, or not with its method
UNREAD = "unread"  # it carries a name that nothing reads and that is near to one that is read
INFERRED = "inferred"  # it was answered as we think the vendor would
WANTED = ("rule", "fault")  # what the test itself asked for is leaned on by no client
AGAINST_CONTRACT = frozenset(
    ("malformed_path", "unauthenticated", "media_type", "malformed_body", "invalid", "too_large")
)
NO_OPERATION = frozenset(("unknown_path", "method_not_allowed"))


class Mistake(NamedTuple):
    """One mistake; of one kind and operation, two with the same `what` are the same."""

    kind: str
    what: str
    because: str


def mistakes(
    session: Session, vendors: Collection[str] | None = None, after: int = 0
) -> list[dict[str, Any]]:
    """Every kind of mistake once, with how often it was made and a request that made it.

    Only those to these vendors, and of requests behind that number.
    """
    found: dict[tuple[str, str, str, str | None], dict[str, Any]] = {}
    for entry in session.journal:
        if entry.number <= after or (vendors is not None and entry.vendor not in vendors):
            continue
        for mistake in _of(session, entry):
            key = (mistake.kind, mistake.what, entry.vendor, entry.operation)
            if key in found:
                found[key]["times"] += 1
            elif len(found) < MOST:
                found[key] = _mistake_view(session, entry, mistake)
    return list(found.values())


def _of(session: Session, entry: Entry) -> Iterator[Mistake]:
    kind = None if entry.problem is None else entry.problem.kind
    for unread in entry.unread:
        if unread.meant or kind == "unread_name":
            yield Mistake(UNREAD, unread.place, unread.message)
    if kind in NO_OPERATION:
        because = "; ".join(each for each in (entry.because, entry.hint) if each)
        yield Mistake(UNKNOWN, f"{entry.method} {entry.path}", because)
    elif kind in AGAINST_CONTRACT:
        yield Mistake(REFUSED, _places(entry) or kind.replace("_", " "), entry.because)
    elif entry.provenance == INFERRED and entry.by not in WANTED:
        answer = _answer(session, entry)
        source = "" if answer is None else f" ({answer.provenance.source})"
        because = f"no page of the vendor shows this answer, it is our judgement{source}"
        yield Mistake(INFERRED, f"{entry.status} {entry.answer}".strip(), because)


def _places(entry: Entry) -> str:
    """Where a request breaks the contract and by which rule, whatever it says there."""
    found: Sequence[Violation] = entry.problem.violations
    places = dict.fromkeys(
        f"{' '.join(filter(None, (each.location, each.name, each.pointer)))}: {each.keyword}"
        for each in found
    )
    return "; ".join(places)


def _answer(session: Session, entry: Entry) -> Answer | None:
    if entry.operation is None:
        return None
    contract = session.catalog.contract(entry.vendor)
    return contract.operations[entry.operation].answers.get(entry.answer)


def _mistake_view(session: Session, entry: Entry, mistake: Mistake) -> dict[str, Any]:
    return {
        "kind": mistake.kind,
        "vendor": entry.vendor,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "status": entry.status,
        "answer": entry.answer,
        "what": mistake.what,
        "because": mistake.because,
        "times": 1,
        "request": f"{session.name}.{entry.number}",
    }
