"""What a snapshot has to be before anything is made of it: its shape, and worlds that fit together.

A seal tells a snapshot from one that somebody changed; this is for those who sealed it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct, ValidationError, convert

from understudy.errors import InputError
from understudy.simulation.clock import LAST
from understudy.simulation.due_events import NEVER
from understudy.simulation.world import World
from understudy.slices import InSlices, pause, paused

ROWS = 500  # of a list that are checked at a stretch

Count = Annotated[int, Meta(ge=0)]
Moment = Annotated[int, Meta(ge=0, le=LAST)]
Due = Annotated[int, Meta(ge=-NEVER, le=NEVER)]
Speed = Annotated[float, Meta(ge=0, le=1_000_000)]
Pause = Annotated[int, Meta(ge=0, le=LAST)]


class Closed(Struct, forbid_unknown_fields=True):
    """A mapping that has these keys and no others."""


class Time(Closed):
    now: Moment
    speed: Speed
    each_call: Pause


class Start(Closed):
    seed: int
    at: Moment | None
    speed: Speed
    each_call: Pause
    scenarios: list[Count]


class Rules(Closed):
    rules: list[dict[str, Any]]
    next: Annotated[int, Meta(ge=1)]
    counts: dict[str, tuple[Count, Count]]
    quotas: list[tuple[str, str, int, int, int, int]]  # rule, whose, then what is used
    since: dict[str, Count] = {}
    off: list[str] = []  # rules that are switched off
    gone: list[dict[str, Any]] = []
    order: list[str] = []


class Step(Struct, array_like=True, forbid_unknown_fields=True):
    at: Due
    event: str
    source: str
    target: str


Record = dict[str, Any]
Event = tuple[str, str, str, Due, str, bool]
Trail = tuple[str, str, Annotated[list[Step], Meta(min_length=1)]]


class Written(Closed):
    now: Moment
    records: dict[str, list[Any]]  # of Record
    events: list[Any]  # of Event
    ids: dict[str, Count]
    meters: dict[str, int]
    trails: list[Any]  # of Trail
    moves: list[tuple[str, str, str, str, Count, Count]]
    paces: list[tuple[str, str, Due, Count]]


class Counted(Closed):
    number: Count
    counts: list[tuple[str, str | None, int, str, str, Count]]
    first: Count = 0
    trace: str = ""


class Snapshot(Closed):
    understudy: int
    session: str
    seed: int
    started: Moment
    clock: Time
    origin: Start
    scenarios: list[dict[str, Any]]
    loaded: list[Count]
    rules: Rules
    worlds: dict[str, Written]
    journal: Counted
    seal: str


def check_shape(value: Mapping[str, Any]) -> None:
    """InputError with the place of the first thing that no snapshot has."""
    try:
        convert(value, Snapshot)
    except ValidationError as error:
        raise _wrong(error) from None
    for name, world in value["worlds"].items():
        where = f"/worlds/{name}"
        for collection, rows in world["records"].items():
            _check_rows(rows, list[Record], f"{where}/records/{collection}")
        _check_rows(world["events"], list[Event], f"{where}/events")
        _check_rows(world["trails"], list[Trail], f"{where}/trails")
    if len({each.get("id") for each in value["rules"]["rules"]}) < len(value["rules"]["rules"]):
        raise InputError("two rules of one id", where="/rules/rules")
    for name, world in value["worlds"].items():
        if world["now"] > value["clock"]["now"]:
            what = "a world that is ahead of its session's clock"
            raise InputError(what, where=f"/worlds/{name}/now")


def _check_rows(rows: list[Any], kind: Any, place: str) -> None:
    for start in range(0, len(rows), ROWS):
        pause()
        try:
            convert(rows[start : start + ROWS], kind)
        except ValidationError as error:
            raise _wrong(error, place, start) from None


def _wrong(error: ValidationError, place: str = "", start: int = 0) -> InputError:
    """What is wrong and where; in a part of a list, which begins at `start`."""
    what, _, path = str(error).partition(" - at `$")
    path = path.rstrip("`").replace("[...]", "/*")
    steps = path.replace("[", "/").replace("]", "").replace(".", "/").split("/")
    if place and steps[1:] and steps[1].isdigit():
        steps[1] = str(start + int(steps[1]))
    where = place + "/".join(steps)
    return InputError(f"it is no snapshot: {what}", where=where, fix="Restore it as it was taken")


def check_world(world: World, value: Mapping[str, Any]) -> InSlices[None]:
    """InputError where records of a world do not fit together, or events belong to none."""
    for name, rows in value["records"].items():
        collection, kind = world.collections[name], world.kinds[name]
        where = f"/worlds/{world.name}/records/{name}"
        if len(collection) != len(rows):
            raise InputError("two records of one id", where=where)
        for record in paused(list(collection)):
            if kind.lifecycle is not None and record.state not in kind.lifecycle.states:
                raise InputError(f"{record.id!r} is in no state of its lifecycle", where=where)
            kind.due(record)  # raises where its times do not fit together
        yield None
        for number, record in enumerate(paused(collection.as_added())):
            for other, meant in kind.refers.items():
                if meant(record) not in world.collections[other]:
                    what = (
                        f"{record.id!r} needs {meant(record)!r} of the {other}, which is no record"
                    )
                    raise InputError(what, where=f"{where}/{number}", fix=f"Add it to the {other}")
    for (name, record_id), due, _ in paused(world.events):
        if name not in world.collections or world.collections[name].get(record_id) is None:
            what = f"{due.kind!r} falls due for {record_id!r}, which is no record"
            raise InputError(what, where=f"/worlds/{world.name}/events")
