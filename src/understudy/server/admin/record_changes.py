"""Records changed, made and removed by hand: the tester's deeds, as a journal keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from understudy.errors import UnderstudyError
from understudy.server.admin.lookup import present_session, vendor_of
from understudy.server.admin.problems import refused
from understudy.server.admin.records import collection_of, detail, record_of
from understudy.server.sessions.observers import TESTER
from understudy.server.sessions.record_changes import Hand
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session, Slices
from understudy.simulation.collection import Record
from understudy.simulation.journal import Entry
from understudy.slices import InSlices
from understudy.vendor import Reply, Request

T = TypeVar("T")


def change_record(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """The record with other fields, or after an event; all of it or nothing."""
    world, collection = collection_of(request, sandbox)
    record = record_of(collection, request.values["id"], "id", world)
    session, name = present_session(request, sandbox), collection.name
    hand = _hand(request, sandbox, session)
    after = yield from _whole(session, _at_once(lambda: hand.change(name, record, request.body)))
    what = "changed"
    if hand.is_event(name, request.body):
        what = f"{request.body['event']!r} made to happen"
    _note(session, request, f"{what} by hand", (name, record.id), record, after)
    return Reply(200, detail(sandbox, world, collection, after))


def make_record(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """A new record as an entry of a world file says it."""
    world, collection = collection_of(request, sandbox)
    session, name = present_session(request, sandbox), collection.name
    hand = _hand(request, sandbox, session)
    made = yield from _whole(session, _at_once(lambda: hand.make(name, request.body)))
    _note(session, request, "made by hand", (name, made.id), None, made)
    place = f"/__admin/sessions/{session.name}/records/{world.name}/{name}/{made.id}"
    headers = (("Location", place),)
    return Reply(201, detail(sandbox, world, collection, made), headers=headers)


def remove_record(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Removes a record and what cannot be without it."""
    world, collection = collection_of(request, sandbox)
    record = record_of(collection, request.values["id"], "id", world)
    session, name = present_session(request, sandbox), collection.name
    hand = _hand(request, sandbox, session)
    gone = yield from _whole(session, hand.removing(name, record))
    _note(session, request, "removed by hand", (name, record.id), record, None)
    body = {"removed": [{"collection": where, "id": record_id} for where, record_id in gone]}
    return Reply(200, body)


def _hand(request: Request, sandbox: Sandbox, session: Session) -> Hand:
    vendor = vendor_of(request.values["vendor"], sandbox)
    world = session.world(vendor.name)
    return Hand(vendor, sandbox.contract(vendor.name), world, session.clock.now())


def _at_once(deed: Callable[[], T]) -> InSlices[T]:
    yield from ()
    return deed()


def _whole(session: Session, deed: InSlices[T]) -> InSlices[T]:
    """Does it, or leaves the worlds as they were."""
    done: list[T] = []
    observers = session.catalog.observers

    def work() -> Slices:
        observers.actor, before = TESTER, observers.actor
        try:
            done.append((yield from deed))
        finally:
            observers.actor = before

    try:
        yield from session.whole(work())
    except UnderstudyError as error:
        raise refused("RECORD_REFUSED", error) from None
    return done[0]


def _note(
    session: Session,
    request: Request,
    what: str,
    owner: tuple[str, str],
    before: Record | None,
    after: Record | None,
) -> None:
    """Keeps the deed in the session's journal; it counts as no call of the vendor's."""
    call: Any = request.call
    session.journal.append(
        Entry(
            number=session.journal.take_number(),
            at=session.clock.now(),
            vendor=request.values["vendor"],
            operation=None,
            method=call.method,
            path=call.path,
            query="",
            headers={b"content-type": b"application/json"} if call.body else {},
            body=call.body,
            status=201 if before is None else 200,
            answer="",
            by=TESTER,
            provenance="documented",
            reply_headers=[],
            reply=b"",
            reason=f"{owner[1]} of the {owner[0]} was {what}",
            record=owner,
            before=before,
            after=after,
        )
    )
