"""A record that a story changes by hand: read from its file, and written from a journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import DecodeError, json

from understudy.scenarios.language.grammar_records import HOW
from understudy.scenarios.language.operations import Names, known
from understudy.scenarios.language.source import Source
from understudy.scenarios.stories.model import ChangeRecord
from understudy.simulation.journal import Entry

TESTER = "tester"  # by whom a journal's entry is that is no call


def record_step(
    step: Mapping[str, Any], source: Source, names: Names, pointer: str
) -> ChangeRecord:
    """The step at that pointer; ScenarioError for a record that cannot be meant so."""
    said = [key for key in HOW if key in step]
    if len(said) != 1:
        what = "a change of a record says one of change, event, make, remove"
        raise source.refuse(what, pointer, "Say `change: {state: FAILED}` or `event: NAME`")
    how = said[0]
    if (how == "make") == ("id" in step):
        what = "a record that is made says its id in its entry" if "id" in step else "whose?"
        raise source.refuse(what, pointer, "Leave out `id:`" if "id" in step else "Say `id:`")
    vendor, collection = _collection(step["record"], source, names, f"{pointer}/record")
    value = step[how]
    if how == "event":
        _check_event(vendor, collection, value, source, names, f"{pointer}/event")
    what = f" {value}" if how == "event" else ""
    return ChangeRecord(
        name=step.get("name") or " ".join(filter(None, [how + what, collection, step.get("id")])),
        where=source.where(pointer),
        vendor=vendor,
        collection=collection,
        id=step.get("id", ""),
        how=how,
        value=value,
        needs=frozenset(step.get("needs", ())),
    )


def deed(entry: Entry) -> dict[str, Any] | None:
    """The step that changes the record of a journal's entry again; None: it is a call."""
    if entry.by != TESTER or entry.record is None:
        return None
    collection, record_id = entry.record
    step: dict[str, Any] = {"record": f"{entry.vendor}.{collection}"}
    try:
        body = json.decode(entry.body) if entry.body else {}
    except DecodeError:
        body = {}
    if entry.before is None:
        return {"name": f"{collection} are given one more", **step, "make": body}
    named = f"{record_id} of the {collection} is"
    if entry.after is None:
        return {"name": f"{named} removed", **step, "id": record_id, "remove": True}
    if body.keys() == {"event"} and "made to happen" in entry.reason:
        told = f"{named} made to {body['event']}"
        return {"name": told, **step, "id": record_id, "event": body["event"]}
    return {"name": f"{named} changed by hand", **step, "id": record_id, "change": body}


def _collection(said: str, source: Source, names: Names, pointer: str) -> tuple[str, str]:
    vendor, _, collection = said.rpartition(".")
    vendor = vendor or names.default or ""
    if vendor not in names.vendors:
        what = f"there is no vendor `{vendor}`" if vendor else f"whose `{collection}`?"
        raise source.refuse(what, pointer, f"Write one of {', '.join(names.vendors)} and a dot")
    there = [kind.name for kind in names.vendors[vendor].kinds]
    if collection not in there:
        what = f"{vendor} has no collection `{collection}`"
        raise source.refuse(what, pointer, known(collection, there))
    return vendor, collection


def _check_event(
    vendor: str, collection: str, event: str, source: Source, names: Names, pointer: str
) -> None:
    kinds = {kind.name: kind for kind in names.vendors[vendor].kinds}
    lifecycle = kinds[collection].lifecycle
    there = list(lifecycle.events) if lifecycle is not None else []
    if event not in there:
        fix = known(event, there) if there else "Say `change:` with fields"
        raise source.refuse(f"nothing of {collection} has an event `{event}`", pointer, fix)
