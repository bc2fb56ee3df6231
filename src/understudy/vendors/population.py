"""What every vendor's world file has in common: how entries are described, read and named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Raw, json, structs

from understudy.errors import InputError
from understudy.simulation.clock import Instant, duration, instant
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import default_credential

Entry = Mapping[str, Any]
Section = Mapping[str, Sequence[Entry]]
Schema = dict[str, Any]
Makers = Mapping[str, Callable[[Entry], Record | None]]  # by collection

EMPTY = Raw(b"{}")
AT_A_STRETCH = 50  # entries that are added between two pauses: about 3 ms
SHOWN = 20  # names told when one is unknown: more would hide the mistake


def text(description: str, **more: Any) -> Schema:
    """The schema of a short text."""
    return {"type": "string", "minLength": 1, "maxLength": 200, "description": description, **more}


def one_of(*words: str) -> Schema:
    """The schema of a choice."""
    return {"enum": list(words), "description": " or ".join(words)}


def readings(*names: str) -> Schema:
    """The schema of the less likely readings of a vendor's pages that hold for a key."""
    return {
        "type": "array",
        "items": one_of(*names),
        "maxItems": len(names),
        "description": f"readings of the vendor's pages, any of {', '.join(names)}; "
        "those that an earlier scenario said of the key stay, unless this is []",
    }


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


def by_now(stated: Entry, key: str, start: Instant, otherwise: Instant) -> Instant:
    """An instant of an entry that is not in the future."""
    at = moment(stated, key, start)
    if at is not None and at > start:
        fix = "What lies before it has a minus, like -10m"
        raise InputError(f"{stated[key]} lies after the session's start", where=f"/{key}", fix=fix)
    return otherwise if at is None else at


def free(stated: Entry, key: str, otherwise: Raw = EMPTY) -> Raw:
    """Free JSON of an entry, as bytes."""
    return Raw(json.encode(stated[key])) if key in stated else otherwise


def listed(names: Iterable[Any]) -> str:
    """What there is to name instead, as a fix; empty where there is nothing."""
    there = sorted(names)
    more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
    return f"There are {', '.join(there[:SHOWN])}{more}" if there else ""


class Population:
    """One section on its way into a world; its names come before those of the world."""

    replaced = frozenset({"credentials"})  # where a record of the same id takes the other's place

    def __init__(self, world: World, section: Section, start: Instant) -> None:
        self.world = world
        self.section = section
        self.start = start
        self.named: dict[tuple[str, str], str] = {}

    def add(self, makers: Makers) -> None:
        """Every entry as a record, at a stretch."""
        for _ in self.adding(makers):
            pass

    def adding(self, makers: Makers) -> Iterator[None]:
        """Every entry as a record, in the makers' order, with pauses; InputError with its pointer.

        A maker that gives none has put its records in by itself.
        """
        if unknown := self.section.keys() - makers.keys():
            name, there = min(unknown), ", ".join(makers)
            raise InputError(f"a world has no {name}", where=f"/{name}", fix=f"It has {there}")
        for collection, make in makers.items():
            stated_ids: set[str] = set()
            for number, stated in enumerate(self.section.get(collection, ())):
                before = self._count() if "id" in stated else 0
                try:
                    made = make(stated)
                    if made is not None:
                        self.put(collection, made)
                    if "id" in stated and stated["id"] in stated_ids and self._count() == before:
                        what = f"a second {stated['id']!r} among the {collection}"
                        raise InputError(what, where="/id", fix="Choose another id")
                except InputError as error:
                    raise error.at(f"/{collection}/{number}") from None
                if "id" in stated:
                    stated_ids.add(stated["id"])
                if number % AT_A_STRETCH == AT_A_STRETCH - 1:
                    yield

    def _count(self) -> int:
        return sum(map(len, self.world.collections.values()))

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
            self.unname(collection, name)
        self.world.add(collection, record, at=record.created)

    def unname(self, collection: str, name: str) -> None:
        """Takes the name from the record that has it."""
        if not name or "name" not in self.world.kinds[collection].indexes:
            return
        older = self.world[collection].first("name", name)
        if older is not None:
            self.world.replace(collection, structs.replace(older, name=""))

    def tenant_meant(self, key: str, otherwise: str) -> str:
        """Whose an entry is that does not say: the section's first, else the default key's."""
        stated = (each.get(key) for each in self.section.get("credentials", ()))
        first = default_credential(self.world)
        return next(filter(None, stated), None) or (otherwise if first is None else first.tenant)

    def readings(self, entry: Entry) -> tuple[str, ...]:
        """A credential's readings: its own beside those of the one whose place it takes."""
        older = self.world["credentials"].get(entry["name"])
        had = () if older is None else older.readings
        said = entry.get("readings", had)
        return tuple(dict.fromkeys((*had, *said))) if said else ()

    def check_owner(self, name: str, text: str, where: str = "/key") -> None:
        """InputError where a key is another credential's already."""
        owner = self.world["credentials"].first("key", text)
        if owner is not None and owner.id != name:
            what = f"this is the {where[1:]} of {owner.id!r}"
            raise InputError(what, where=where, fix="Choose another")

    def by_name(self, collection: str, name: str) -> Any:
        """The record of that name, this section's first; None where there is none."""
        own, records = self.named.get((collection, name)), self.world[collection]
        return records.get(own) if own else records.first("name", name)

    def unknown(self, collection: str, handle: str) -> InputError:
        """What is told of an entry that names a record that is not there."""
        kind = collection.removesuffix("s")
        return InputError(f"no {kind} {handle!r}", where=f"/{kind}", fix=self.names(collection))

    def names(self, collection: str) -> str:
        """What there is to name instead, as a fix."""
        return listed(self.world[collection].keys("name")) or f"Declare one in `{collection}`"
