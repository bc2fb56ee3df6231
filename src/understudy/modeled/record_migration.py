"""Records of a document that was edited: those that still fit go on, the others are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import structs

from understudy.modeled.assembly import Modeled
from understudy.modeled.records import Item, data_of
from understudy.simulation.clock import Instant
from understudy.simulation.serialization import put_back, written
from understudy.simulation.world import World

NAMED = 5  # records that are named; of more the number is told


class Carried(NamedTuple):
    """The world of the edited document, and what of the former one is not in it."""

    world: World
    lost: tuple[str, ...]  # `orders ord_1: total`


def warm(made: Modeled) -> None:
    """Puts together what the first records need: that takes its time, and waits for nobody here."""
    vendor = made.vendor
    if vendor.begin is not None:
        vendor.begin(World(vendor.name, vendor.kinds, seed=0, now=0), 0)
    for name in made.model.collections:
        made.api.fields(name).wrong({})


def carry(made: Modeled, before: World, start: Instant) -> Carried:
    """The former world as the edited document has it; new collections begin as they would."""
    fresh = _begun(before, made, start)
    old, new = written(before), written(fresh)
    lost: list[str] = []
    kept: dict[str, set[str]] = {}
    for name, rows in sorted(old["records"].items(), key=lambda each: _depth(made, each[0])):
        if name not in new["records"]:
            lost += [f"{name} {row['id']}: there is no such collection" for row in rows]
            continue
        records = {each.id: each for each in before.collections[name]}
        wrong = {each: _wrong(made, name, record, kept) for each, record in records.items()}
        lost += [f"{name} {each}: {why}" for each, why in wrong.items() if why]
        kept[name] = {each for each, why in wrong.items() if not why}
        new["records"][name] = [row for row in rows if row["id"] in kept[name]]
    told = {**old, "records": new["records"], "ids": {**new["ids"], **old["ids"]}}
    told |= {part: [*_of_kept(old[part], kept)] for part in ("events", "trails", "paces")}
    world = World(before.name, made.vendor.kinds, seed=before.identifiers.seed, now=before.now)
    world.flags = before.flags
    put_back(world, told)
    _live_on(made, world)
    return Carried(world, tuple(lost))


def _live_on(made: Modeled, world: World) -> None:
    """What happens by itself is what is said now; where a state is no more another begins."""
    acting = made.api.acting
    for name in made.model.collections:
        states = () if acting is None else acting.states(name)[1]
        for record in [*world[name].as_added()]:
            if acting is not None and states and record.state not in states:
                record = acting.place(name, structs.replace(record, since=world.now))
                world[name].put(record)
            world.replace(name, record)


def lost_records(lost: tuple[str, ...]) -> str:
    """What did not go on, in a line."""
    more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    return f"{', '.join(lost[:NAMED])}{more}"


def _begun(before: World, made: Modeled, start: Instant) -> World:
    vendor = made.vendor
    world = World(vendor.name, vendor.kinds, seed=before.identifiers.seed, now=start)
    if vendor.begin is not None:
        vendor.begin(world, start)
    return world


def _wrong(made: Modeled, name: str, record: Any, kept: Mapping[str, set[str]]) -> str:
    """Why a record does not go on; empty: it does."""
    collection = made.model.collections.get(name)
    if collection is None or not isinstance(record, Item):
        return ""
    if collection.under in kept and record.scope not in kept[collection.under]:
        return f"what it belongs to, {record.scope}, does not fit"
    return ", ".join(made.api.fields(name).wrong(data_of(record)))


def _depth(made: Modeled, name: str) -> int:
    """How deep a collection stands below others: owners come first."""
    collection = made.model.collections.get(name)
    return 0 if collection is None else (collection.item or collection.path).count("{")


def _of_kept(rows: list[Any], kept: Mapping[str, set[str]]) -> Iterator[Any]:
    return (row for row in rows if row[1] in kept.get(row[0], ()))
