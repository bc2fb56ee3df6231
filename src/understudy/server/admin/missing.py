"""What was named and is not there: what exists, and the scenario that would make it exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

from msgspec import structs

from understudy.errors import UnderstudyError
from understudy.server.sessions.session import Session
from understudy.simulation.collection import Collection, Record
from understudy.simulation.journal import Entry
from understudy.vendor import Caller, Missing

SHOWN = 10  # of what exists: enough to see a slip
LOOKED_AT = 1_000  # newest records that are looked through for them
MAGIC = "magic-"  # what ships to be refused is no help to somebody who lacks a key


def missing_view(session: Session, entry: Entry, missing: Missing) -> dict[str, Any]:
    """The thing that is missing, as an explanation tells it."""
    if missing.there is not None:
        return _part_view(missing, missing.there)
    collection = session.world(entry.vendor).collections.get(missing.collection)
    caller = caller_of(session, entry)
    there = [] if collection is None else list(islice(_like(collection, missing, caller), SHOWN))
    count = 0 if collection is None else len(collection)
    text = remedy(session, entry, missing)
    return {
        "collection": missing.collection,
        "id": missing.id,
        "exists": there,
        "more": count - len(there),
        **({"yaml": text} if text else {}),
    }


def _part_view(missing: Missing, there: Sequence[str]) -> dict[str, Any]:
    """A part of a record that is not there, with those that are, the likely ones first."""
    near = get_close_matches(missing.id, there, SHOWN, cutoff=0.3)
    told = list(dict.fromkeys([*near, *there]))
    return {
        "collection": missing.collection,
        "id": missing.id,
        "exists": told[:SHOWN],
        "more": len(told) - len(told[:SHOWN]),
    }


def remedy(session: Session, entry: Entry, missing: Missing) -> str:
    """The scenario that would make the thing exist; empty where the vendor knows none."""
    vendor = session.catalog.vendors[entry.vendor]
    world = vendor.declare(missing, caller_of(session, entry))
    if world is None or not _can_be(session, entry, world):
        return ""
    scenario = {
        "understudy": 1,
        "scenario": f"{missing.id or 'Another one'} is among the {missing.collection}",
        "world": {entry.vendor: dict(world)},
    }
    import yaml  # not before somebody asks why

    text: str = yaml.safe_dump(
        scenario, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120
    )
    return text


def _can_be(session: Session, entry: Entry, section: Mapping[str, Any]) -> bool:
    """Whether a session that begins like this one can hold that: an id may be somebody else's."""
    sandbox = session.catalog
    try:
        world = sandbox.new_world(entry.vendor, session.loaded, session.seed, session.started)
        sandbox.vendors[entry.vendor].populate(world, section, session.started)
    except UnderstudyError:
        return False
    return True


def caller_of(session: Session, entry: Entry) -> Caller | None:
    """Who asked, as the world knows them now."""
    if entry.caller is None:
        return None
    credential = session.world(entry.vendor)["credentials"].get(entry.caller)
    return None if credential is None else Caller(entry.caller, credential.tenant, credential)


def _like(collection: Collection[Any], missing: Missing, caller: Caller | None) -> Iterator[str]:
    """What the missing thing was asked for by, of those there are; the caller's own first."""
    asked = next((name for name, value in missing.fields.items() if value == missing.id), "id")
    records = [r for r in islice(collection.walk(), LOOKED_AT) if not r.id.startswith(MAGIC)]
    mine = [each for each in records if caller is not None and _is_of(each, caller.tenant)]
    values = (getattr(each, asked, each.id) for each in mine or records)
    return (str(value) for value in dict.fromkeys(values) if value not in (None, ""))


def _is_of(record: Record, tenant: str) -> bool:
    return tenant in [each for each in structs.astuple(record) if isinstance(each, str)]
