"""What every vendor's world file has in common: how entries are described, read and named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import structs

from understudy.errors import InputError
from understudy.simulation.clock import Instant, duration, instant
from understudy.simulation.collection import Record
from understudy.simulation.world import World

Entry = Mapping[str, Any]
Schema = dict[str, Any]

SHOWN = 20  # names told when one is unknown: more would hide the mistake


def text(description: str, **more: Any) -> Schema:
    """The schema of a short text."""
    return {"type": "string", "minLength": 1, "maxLength": 200, "description": description, **more}


def one_of(*words: str) -> Schema:
    """The schema of a choice."""
    return {"enum": list(words), "description": " or ".join(words)}


def entry(title: str, properties: Schema, *required: str) -> Schema:
    """The schema of an entry: it says what is here, and nothing else."""
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def moment(stated: Entry, key: str, start: Instant) -> Instant | None:
    """An instant of an entry, or an offset from the start; None where it says none."""
    if key not in stated:
        return None
    said = str(stated[key])
    try:
        return instant(said) if "T" in said.upper() or ":" in said else start + duration(said)
    except InputError as error:
        raise error.at(f"/{key}") from None


def past(stated: Entry, key: str, start: Instant, otherwise: Instant) -> Instant:
    """An instant of an entry that is not in the future."""
    at = moment(stated, key, start)
    if at is not None and at > start:
        raise InputError(f"{stated[key]} lies after the session's start", where=f"/{key}")
    return otherwise if at is None else at


class Population:
    """One section on its way into a world; its names come before those of the world."""

    replaced = frozenset({"credentials"})  # where a record of the same id takes the other's place

    def __init__(self, world: World, start: Instant) -> None:
        self.world = world
        self.start = start
        self.named: dict[tuple[str, str], str] = {}

    def add(
        self,
        section: Mapping[str, Sequence[Entry]],
        makers: Mapping[str, Callable[[Entry], Record]],
    ) -> None:
        """Every entry as a record, in the makers' order; InputError with its pointer."""
        if unknown := section.keys() - makers.keys():
            name, there = min(unknown), ", ".join(makers)
            raise InputError(f"a world has no {name}", where=f"/{name}", fix=f"It has {there}")
        for collection, make in makers.items():
            for number, stated in enumerate(section.get(collection, ())):
                try:
                    self.put(collection, make(stated))
                except InputError as error:
                    raise error.at(f"/{collection}/{number}") from None

    def put(self, collection: str, record: Record) -> None:
        """Adds a record; one that had its name before loses it."""
        records, name = self.world[collection], getattr(record, "name", "")
        if collection in self.replaced and record.id in records:
            self.world.remove(collection, record.id)
        if record.id in records:
            what = f"{collection} have a {record.id!r} already"
            raise InputError(what, where="/id", fix="Choose another")
        if name:
            if (collection, name) in self.named:
                raise InputError(f"a second {name!r}", where="/name", fix="Choose another name")
            self.named[collection, name] = record.id
            self._unname(collection, name)
        self.world.add(collection, record, at=record.created)

    def _unname(self, collection: str, name: str) -> None:
        if "name" not in self.world.kinds[collection].indexes:
            return
        older = self.world[collection].first("name", name)
        if older is not None:
            self.world.replace(collection, structs.replace(older, name=""))

    def names(self, collection: str) -> str:
        """What there is to name instead, as a fix."""
        found: list[Any] = sorted(self.world[collection].keys("name"))
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        if not found:
            return f"Declare one in `{collection}`"
        return f"There are {', '.join(found[:SHOWN])}{more}"
