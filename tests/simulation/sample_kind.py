"""A small kind of record for tests: a thing that ticks, breeds and ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import structs

from understudy.simulation.collection import Index, Record
from understudy.simulation.due_events import Due
from understudy.simulation.lifecycle import Lifecycle, Transition
from understudy.simulation.world import Kind, World

LIFE = Lifecycle(
    states=("ON", "OFF", "DONE"),
    transitions=(
        Transition("tick", ("ON",), ("ON",)),
        Transition("stop", ("ON",), ("OFF",)),
        Transition("start", ("OFF",), ("ON",)),
        Transition("end", ("ON", "OFF"), ("DONE",)),
    ),
    terminal=frozenset({"DONE"}),
)


class Thing(Record, frozen=True, kw_only=True):
    """It ticks every so often until its ticks are used up; while it is off nothing happens."""

    tenant: str = "a"
    every: int = 1_000
    ticks: int = 3
    last: int = 0  # when it ticked last
    struck: tuple[int, ...] = ()


class Note(Record, frozen=True, kw_only=True):
    """Something written down whenever a thing ends."""

    about: str


def due(thing: Thing) -> Sequence[Due]:
    if thing.state != "ON":
        return ()
    return (Due("tick" if thing.ticks else "end", thing.last + thing.every),)


def strike(world: World, thing: Thing, event: Due) -> None:
    if event.kind == "end":
        world.change("things", thing, "end", event.at)
        return
    world.change(
        "things",
        thing,
        "tick",
        event.at,
        ticks=thing.ticks - 1,
        last=event.at,
        struck=(*thing.struck, event.at),
    )


def effects(world: World, before: Thing | None, after: Thing | None, at: int) -> None:
    """A thing that ends leaves a note, and wakes the thing it is named after."""
    if after is None or after.state != "DONE" or (before is not None and before.state == "DONE"):
        return
    world.add("notes", Note(id=world.identifiers.hex("note", 8), created=at, about=after.id))
    woken = world["things"].get(after.id + "'")
    if woken is not None and woken.state == "OFF":
        world.change("things", woken, "start", at, last=at)


KINDS: tuple[Kind[Any], ...] = (
    Kind(
        "things",
        Thing,
        lifecycle=LIFE,
        indexes={
            "tenant": Index(lambda each: each.tenant),
            "state": Index(lambda each: each.state),
        },
        due=due,
        on_due=strike,
        effects=effects,
    ),
    Kind("notes", Note),
)


def world(now: int = 0, seed: int = 1) -> World:
    return World("things", KINDS, seed=seed, now=now)


def thing(thing_id: str, *, state: str = "ON", **fields: Any) -> Thing:
    made = Thing(id=thing_id, state=state)
    return structs.replace(made, **fields)


def the(of: World, thing_id: str) -> Thing:
    """The thing of that id, which is there."""
    found: Thing | None = of["things"].get(thing_id)
    assert found is not None
    return found


def picture(of: World) -> dict[str, Any]:
    """All there is to see of a world."""
    return {
        "now": of.now,
        "records": {name: list(each) for name, each in of.collections.items()},
        "events": sorted((owner, event) for owner, event, _ in of.events),
        "moves": of.transition_counts(),
        "trails": {one.id: of.transitions("things", one.id) for one in of["things"]},
        "ids": of.identifiers.counters(),
        "indexes": {
            name: {
                index: {key: [one.id for one in each.walk(index, key)] for key in each.keys(index)}
                for index in of.kinds[name].indexes
            }
            for name, each in of.collections.items()
        },
    }
