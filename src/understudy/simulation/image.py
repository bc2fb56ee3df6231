"""A world as JSON values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from understudy.simulation.events import Due
from understudy.simulation.identifiers import Identifiers
from understudy.simulation.world import World
from understudy.simulation.writing import writing


def written(world: World) -> dict[str, Any]:
    """All of it."""
    return {
        "now": world.now,
        "records": {
            name: [writing(world.kinds[name].record).write(record) for record in each.as_added()]
            for name, each in world.collections.items()
        },
        "events": [
            [*owner, *structs.astuple(due)]
            for owner, due, _ in sorted(world.events, key=lambda each: each[2])
        ],
        "ids": world.identifiers.counters(),
        "meters": world.meters,
        **world.history.written(),
        "paces": world.paces.written(),
    }


def put_back(world: World, told: Mapping[str, Any]) -> None:
    """Fills an empty world with what was written; InputError for records of another kind."""
    for name, records in told["records"].items():
        read, collection = writing(world.kinds[name].record).read, world.collections[name]
        for record in records:
            collection.put(read(record))
    world.events.restore(
        ((name, record_id), Due(kind, at, key, recurring), sequence)
        for sequence, (name, record_id, kind, at, key, recurring) in enumerate(told["events"])
    )
    world.identifiers = Identifiers(world.identifiers.seed, world.name, told["ids"])
    world.meters = dict(told["meters"])
    world.history.put_back(told)
    world.paces.put_back(told["paces"])
