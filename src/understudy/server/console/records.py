"""Records: by vendor and collection, and one with its history, its states and its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from understudy.server.console.differences import INSTANTS, shown
from understudy.server.console.entry_form import FormField, form_fields
from understudy.server.console.json_tree import json_tree
from understudy.server.console.lengths import roughly
from understudy.server.console.lifecycle_drawing import draw
from understudy.server.console.visit import View, Visit
from understudy.simulation.clock import instant, iso
from understudy.simulation.kind import KindOf
from understudy.simulation.world import World
from understudy.slices import InSlices

PAGE = 50
KEYS = 3  # columns beside a record's id
USUAL = ("name", "title")  # fields that tell a record where no call names one


def show_collections(visit: Visit, session: str) -> InSlices[View]:
    """The collections there are."""
    vendor = visit.query.get("vendor", "")
    told = yield from visit.ask_session("/records", vendor=vendor)
    groups: dict[str, list[Any]] = {}
    for each in told["collections"]:
        groups.setdefault(each["vendor"], []).append(each)
    return View("collections.html", {"groups": groups, "chosen": vendor})


def show_records(visit: Visit, session: str, vendor: str, collection: str) -> InSlices[View]:
    """A page of a collection, newest first."""
    after = visit.query.get("after", "")
    told = yield from visit.ask_session(
        "/records", vendor=vendor, collection=collection, limit=PAGE, after=after
    )
    world, now = _world(visit, vendor), instant(visit.session["clock"]["now"])
    keys = _keys(visit, vendor, told["records"])
    rows = [
        {
            **each,
            "keys": [shown(each["fields"].get(name)) for name in keys],
            "next": _next(world, collection, each["id"], now),
        }
        for each in told["records"]
    ]
    values = {
        "vendor": vendor,
        "collection": collection,
        "count": told["count"],
        "rows": rows,
        "keys": keys,
        "more": told["next"],
        "fields": _fields(visit, vendor, collection, {}),
    }
    return View("records.html", values)


def show_record(
    visit: Visit, session: str, vendor: str, collection: str, id: str
) -> InSlices[View]:
    """One record."""
    place = "/".join(quote(each, safe="") for each in (vendor, collection, id))
    told = yield from visit.ask_session(f"/records/{place}")
    calls = yield from visit.ask_session(
        "/requests", vendor=vendor, record=id, order="newest", limit=10
    )
    now, kind = instant(visit.session["clock"]["now"]), _kind(visit, vendor, collection)
    lifecycle = None if kind is None else kind.lifecycle
    due = [{**each, "until": roughly(instant(each["at"]) - now)} for each in told["due"]]
    values = {
        "vendor": vendor,
        "collection": collection,
        "record": told,
        "place": place,
        "due": due,
        "drawing": None if lifecycle is None else draw(lifecycle, told["state"]),
        "possible": list(dict.fromkeys(each["event"] for each in told["events"])),
        "tree": json_tree(_with_instants(told["fields"])),
        "fields": _fields(visit, vendor, collection, told["entry"]),
        "calls": calls["requests"],
    }
    return View("record.html", values)


def _world(visit: Visit, vendor: str) -> World:
    return visit.sandbox.sessions[visit.session["name"]].world(vendor)


def _kind(visit: Visit, vendor: str, collection: str) -> KindOf[Any, Any] | None:
    kinds = visit.sandbox.vendors[vendor].kinds
    return next((each for each in kinds if each.name == collection), None)


def _next(world: World, collection: str, record: str, now: int) -> dict[str, str] | None:
    """What happens to a record next, and when."""
    due = min(world.events.of((collection, record)), key=lambda each: each.at, default=None)
    if due is None:
        return None
    return {"event": due.kind, "at": iso(due.at), "until": roughly(due.at - now)}


def _keys(visit: Visit, vendor: str, records: list[dict[str, Any]]) -> list[str]:
    """The fields by which calls name such a record, and what else tells one from another."""
    fields = records[0]["fields"] if records else {}
    operations = visit.sandbox.contract(vendor).operations.values()
    named = dict.fromkeys(each.name for one in operations for each in one.path_parameters)
    chosen = dict.fromkeys(each for each in (*named, *USUAL) if each in fields)
    telling = [name for name in chosen if _tells(name, records)]
    return (telling or list(chosen))[:KEYS]


def _tells(name: str, records: list[dict[str, Any]]) -> bool:
    """Whether a field tells most records from each other."""
    values = [shown(each["fields"].get(name)) for each in records]
    said = [each for each in values if each]
    return len(set(said)) > len(said) / 2


def _fields(visit: Visit, vendor: str, collection: str, held: Mapping[str, Any]) -> list[FormField]:
    """What a form for such a record asks; none where a world file has no such entries."""
    schema = visit.sandbox.vendors[vendor].entries.get(collection)
    return [] if schema is None else list(form_fields(schema, held))


def _with_instants(value: Any) -> Any:
    """Milliseconds as the instants that they are."""
    if isinstance(value, Mapping):
        return {name: _with_instants(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_instants(each) for each in value]
    return iso(value) if type(value) is int and value in INSTANTS else value
