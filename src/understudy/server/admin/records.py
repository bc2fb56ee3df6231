"""The records of a vendor's world, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import json

from understudy.server.admin.lookup import present_session, vendor_of
from understudy.server.admin.problems import unknown
from understudy.server.sessions.record_changes import Hand
from understudy.server.sessions.sandbox import Sandbox
from understudy.simulation.clock import iso
from understudy.simulation.collection import Collection, Record
from understudy.simulation.history import Step
from understudy.simulation.world import World
from understudy.vendor import Reply, Request

LIMIT = 100  # of a page, where nobody says another
NEAR = 10  # ids told when one does not exist


def list_records(request: Request, sandbox: Sandbox) -> Reply:
    """A page of a collection's records, newest first; or the collections there are."""
    values = request.values
    if "vendor" not in values or "collection" not in values:
        return Reply(200, {"collections": list(_collections(request, sandbox))})
    world, collection = collection_of(request, sandbox)
    after = None
    if "after" in values:
        after = collection.place("", record_of(collection, values["after"], "after", world))
    page, more = collection.page(limit=values.get("limit", LIMIT), after=after)
    body = {
        "vendor": world.name,
        "collection": collection.name,
        "count": len(collection),
        "records": [_view(record) for record in page],
        "next": page[-1].id if more else None,
    }
    return Reply(200, body)


def _collections(request: Request, sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    """The collections of every vendor, of one, or those of one name, with how much they hold."""
    session, wanted = present_session(request, sandbox), request.values.get("collection")
    named = request.values.get("vendor")
    for vendor in sandbox.vendors if named is None else [vendor_of(named, sandbox).name]:
        for name, collection in session.world(vendor).collections.items():
            if wanted in (None, name):
                yield {"vendor": vendor, "collection": name, "count": len(collection)}


def get_record(request: Request, sandbox: Sandbox) -> Reply:
    """One record, what led to its state, and what will happen to it."""
    world, collection = collection_of(request, sandbox)
    record = record_of(collection, request.values["id"], "id", world)
    return Reply(200, detail(sandbox, world, collection, record))


def detail(
    sandbox: Sandbox, world: World, collection: Collection[Any], record: Record
) -> dict[str, Any]:
    """A record as it is now, what led there, what happens next, and what may be done to it."""
    name, vendor = collection.name, sandbox.vendors[world.name]
    hand = Hand(vendor, sandbox.contract(world.name), world, world.now)
    return _view(record) | {
        "transitions": transitions(world.transitions(name, record.id)),
        "due": [
            {"at": iso(due.at), "event": due.kind}
            for due in sorted(world.events.of((name, record.id)), key=lambda d: d.at)
        ],
        "events": _events(world, name, record),
        "entry": hand.entry(name, record),
    }


def _events(world: World, collection: str, record: Record) -> list[dict[str, Any]]:
    """The events of its lifecycle that can happen to a record now, and where they lead."""
    lifecycle = world.kinds[collection].lifecycle
    if lifecycle is None:
        return []
    return [
        {"event": event, "to": list(lifecycle.table[record.state, event])}
        for event in lifecycle.allowed(record.state)
    ]


def fields(record: Record) -> dict[str, Any]:
    """Everything a record holds, as JSON."""
    held: dict[str, Any] = json.decode(json.encode(record))
    return held


def transitions(steps: Iterable[Step]) -> list[dict[str, str]]:
    """Transitions as JSON."""
    return [
        {"at": iso(step.at), "event": step.event, "from": step.source, "to": step.target}
        for step in steps
    ]


def first_ids(collection: Collection[Any], count: int = NEAR) -> list[str]:
    """The ids of the newest records."""
    return [record.id for record in collection.page(limit=count)[0]]


def _view(record: Record) -> dict[str, Any]:
    held = fields(record)
    for name in ("id", "state", "created"):
        held.pop(name, None)
    return {
        "id": record.id,
        "state": record.state,
        "created": iso(record.created),
        "fields": held,
    }


def collection_of(request: Request, sandbox: Sandbox) -> tuple[World, Collection[Any]]:
    """The collection in the path, at the session's present."""
    session = present_session(request, sandbox)
    vendor = vendor_of(request.values["vendor"], sandbox)
    world = session.world(vendor.name)
    session.present()
    name = request.values["collection"]
    collection = world.collections.get(name)
    if collection is None:
        because = f"{vendor.name} has no collection {name!r}"
        there = sorted(world.collections)
        raise unknown("COLLECTION_NOT_FOUND", name, because, "collection", there)
    return world, collection


def record_of(collection: Collection[Any], record_id: str, where: str, world: World) -> Record:
    """The record of that id; a 404 with ids that there are."""
    record: Record | None = collection.get(record_id)
    if record is None:
        because = f"{world.name} has no record {record_id!r} in {collection.name}"
        raise unknown("RECORD_NOT_FOUND", record_id, because, where, first_ids(collection))
    return record
