"""The journal: what a session was asked, and why it was answered so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from understudy.server.admin.explain import explanation, reason
from understudy.server.admin.lookup import (
    OperationKey,
    operations_of,
    present_session,
    session_of,
    vendor_of,
)
from understudy.server.admin.problems import unknown
from understudy.server.admin.shown_entry import known_secrets, redacted
from understudy.server.sessions.catalog import Catalog
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.simulation.clock import iso
from understudy.simulation.journal import Entry
from understudy.slices import paused
from understudy.vendor import Problem, Reply, Request

LIMIT = 100  # of a page, where nobody says another
LATEST = "latest"  # instead of a number
NEWEST = "newest"  # the order that has the last one first
OTHERS = 5  # sessions told to somebody who looks into an empty one

Test = Callable[[Entry], bool]


def list_requests(request: Request, sandbox: Sandbox) -> Reply:
    """A page of requests, oldest first or newest first."""
    session = present_session(request, sandbox)
    tests = list(_filters(request.values, sandbox))
    limit = request.values.get("limit", LIMIT)
    chosen = (
        entry for entry in _behind(session, request.values) if all(test(entry) for test in tests)
    )
    page = list(islice(chosen, limit + 1))
    body = {
        "requests": [summary(session, entry) for entry in paused(page[:limit])],
        "next": page[limit - 1].number if len(page) > limit else None,
        "dropped": session.journal.dropped,
    }
    return Reply(200, body)


def _behind(session: Session, values: Mapping[str, Any]) -> Iterator[Entry]:
    """The entries behind the page before, in the order that is wanted."""
    after = values.get("after")
    if values.get("order") == NEWEST:
        return (each for each in reversed(session.journal) if after is None or each.number < after)
    return (each for each in session.journal if each.number > (after or 0))


def get_request(request: Request, sandbox: Sandbox) -> Reply:
    """Why one request was answered as it was."""
    session = present_session(request, sandbox)
    named, _, text = request.values["request"].rpartition(".")
    if named and named != session.name:
        raise _of_another(named, text, session)
    number = session.journal.number if text == LATEST else int(text)
    entry = session.journal.get(number)
    if entry is None:
        raise _no_request(text, session, sandbox)
    return Reply(200, explanation(session, entry))


def _of_another(named: str, text: str, session: Session) -> Problem:
    fix = f"Ask /__admin/sessions/{named}/requests/{text}"
    because = f"the request {named}.{text} is of another session than {session.name!r}"
    return unknown("REQUEST_NOT_FOUND", f"{named}.{text}", because, "request", [], fix)


def _no_request(text: str, session: Session, sandbox: Sandbox) -> Problem:
    numbers = [each.number for each in session.journal]
    held = f"holds {numbers[0]} to {numbers[-1]}" if numbers else "is empty"
    if not numbers and (others := _sessions_with_requests(sandbox)):
        held += f". Requests came to {', '.join(others)}: ask for {others[0]}.{LATEST}"
    if session.journal.outgrown:
        held += f"; `understudy serve --journal {session.journal.enough}` keeps all"
    because = f"session {session.name!r} has no request {text}"
    return unknown("REQUEST_NOT_FOUND", text, because, "request", [], f"Its journal {held}")


def _sessions_with_requests(sandbox: Sandbox) -> list[str]:
    """A few of the other sessions that were asked anything, those that began last first."""
    begun = reversed(sandbox.sessions.values())
    return list(islice((each.name for each in begun if len(each.journal)), OTHERS))


def clear_requests(request: Request, sandbox: Sandbox) -> Reply:
    """Empties the journal; numbers go on."""
    session_of(request, sandbox).journal.clear()
    return Reply(204, media_type="")


def operation_of(entry: Entry, catalog: Catalog) -> OperationKey | None:
    """The operation an entry's request meant, its variants folded in."""
    if entry.operation is None:
        return None
    operation = catalog.contract(entry.vendor).operations[entry.operation]
    return OperationKey(entry.vendor, operation.handled_by)


def _filters(values: Mapping[str, Any], sandbox: Sandbox) -> Iterator[Test]:
    if "vendor" in values:
        vendor = vendor_of(values["vendor"], sandbox).name
        yield lambda entry: entry.vendor == vendor
    if "operation" in values:
        wanted = operations_of(values["operation"], sandbox)
        yield lambda entry: operation_of(entry, sandbox) in wanted
    if "status" in values:
        yield lambda entry: entry.status == values["status"]
    if "by" in values:
        yield lambda entry: entry.by == values["by"]
    if "record" in values:
        yield lambda entry: entry.record is not None and entry.record[1] == values["record"]


def summary(session: Session, entry: Entry) -> dict[str, Any]:
    """A request as a list of them shows it."""
    lost = {"lost": entry.lost} if entry.lost else {}
    return {
        "id": f"{session.name}.{entry.number}",
        "number": entry.number,
        "at": iso(entry.at),
        "vendor": entry.vendor,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "status": entry.status,
        "answer": entry.answer,
        "by": entry.by,
        **lost,
        **_record(entry),
        "because": redacted(session, reason(entry), known_secrets(session, entry)),
    }


def _record(entry: Entry) -> dict[str, Any]:
    """The record that a request named, and what state it left it in."""
    if entry.record is None:
        return {}
    told = {"collection": entry.record[0], "id": entry.record[1]}
    for name, record in (("from", entry.before), ("to", entry.after)):
        if record is not None and record.state:
            told[name] = record.state
    return {"record": told}
