"""Records changed by hand: as an entry of a world file says them, or by an event."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import Raw, json, structs

from understudy.errors import InputError, UnderstudyError
from understudy.openapi.operation import Contract
from understudy.server.sessions.record_entry import Entries, entry_of, handles
from understudy.server.sessions.world_check import WorldCheck, ids
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.due_events import Owner
from understudy.simulation.world import World
from understudy.slices import InSlices
from understudy.vendor import Vendor

SLICE = 1_000  # records looked at or removed at a stretch
TRIES = 40  # entries that are tried until one fits what is changed
EVENT = "event"
FIXED = ("id", "created")  # what makes it the record it is


class Hand(NamedTuple):
    """Whoever changes records of one vendor's world, at an instant."""

    vendor: Vendor
    contract: Contract
    world: World
    now: Instant

    def change(
        self, collection: str, record: Record, said: Mapping[str, Any], *, checked: bool = True
    ) -> Record:
        """The record with those fields of an entry, or after that event of its lifecycle.

        InputError with the place of what cannot be; where that is an answer that could not tell
        it, which is `checked` last, nothing may be kept of the world.
        """
        if self.is_event(collection, said):
            return self.world.trigger(collection, record, str(said[EVENT]), self.now)
        entries = self.entries(collection)
        wanted = entries.part(said)
        if not wanted:
            there = ", ".join(entries.properties)
            raise InputError("nothing is changed", fix=f"Say one of {there}")
        after = self._rebuilt(collection, record, wanted, entries)
        if after.id != record.id:
            key = next((each for each in FIXED if each in wanted), next(iter(wanted)))
            what = f"{record.id!r} would become {after.id!r}"
            raise InputError(what, where=f"/{key}", fix="Make another record, and remove this one")
        self._take_name(collection, record, after)
        made = self.world.rewrite(collection, after, self.now)
        if checked:
            self._check(collection, made, wanted)
        return made

    def make(self, collection: str, said: Mapping[str, Any]) -> Record:
        """A new record of an entry."""
        entry = self.entries(collection).whole(said)
        before = ids(self.world)
        self._populate(self.world, collection, entry)
        made = [each for each in self.world[collection] if each.id not in before[collection]]
        if not made:  # a credential takes the place of another one of its name
            made = [self.world[collection].get(str(entry.get("name"))) or self._latest(collection)]
        WorldCheck(self.vendor, self.contract, self.world).check(before, {collection: [entry]})
        found: Record = made[0]
        return found

    def removing(self, collection: str, record: Record) -> InSlices[list[Owner]]:
        """Removes a record and all that cannot be without it; what was removed, its own first."""
        found: dict[Owner, None] = {}
        for number, owner in enumerate(self._with_children(collection, record)):
            if owner is not None:
                found[owner] = None
            if number % SLICE == SLICE - 1:
                yield None
        for number, (name, record_id) in enumerate(reversed(found)):
            self.world.remove(name, record_id, self.now)
            if number % SLICE == SLICE - 1:
                yield None
        return list(found)

    def entries(self, collection: str) -> Entries:
        """What an entry of the collection may say; InputError where a world file has none."""
        if collection not in self.vendor.entries:
            there = ", ".join(self.vendor.entries)
            what = f"no world file says {collection} of {self.vendor.name}"
            raise InputError(what, where="collection", fix=f"It says {there}")
        return _entries(_Same(self.vendor), collection)

    def is_event(self, collection: str, said: Mapping[str, Any]) -> bool:
        """Whether it is an event that is to happen, and no field of that name."""
        properties = self.vendor.entries.get(collection, {}).get("properties", {})
        return said.keys() == {EVENT} and EVENT not in properties

    def entry(self, collection: str, record: Record) -> dict[str, Any]:
        """A record as an entry says it; nothing where no world file has such."""
        if collection not in self.vendor.entries:
            return {}
        return entry_of(self.world, collection, record, self.entries(collection))

    def _latest(self, collection: str) -> Record:
        found: Record = self.world[collection].page(limit=1)[0][0]
        return found

    def _rebuilt(
        self, collection: str, record: Record, wanted: Mapping[str, Any], entries: Entries
    ) -> Record:
        """The record with all that differs when its entry says what is wanted, too."""
        held = entry_of(self.world, collection, record, entries)
        held, with_it = self._fitting(collection, record, held, wanted)
        try:
            without = self._built(collection, record, held)
        except InputError:  # as the record is now, only its history tells: take all that is told
            without = None
        own = {each.name for each in structs.fields(type(record))}
        changed = {
            name: getattr(with_it, name)
            for name in own - {"created"}
            if (without is None and name in wanted)
            or (without is not None and getattr(with_it, name) != getattr(without, name))
            or name in wanted
        }
        if self.vendor.contract is not None and "data" in own:
            changed |= _merged(record, with_it, without, wanted)
        return structs.replace(record, **changed)

    def _fitting(
        self,
        collection: str,
        record: Record,
        held: dict[str, Any],
        wanted: Mapping[str, Any],
    ) -> tuple[dict[str, Any], Record]:
        """What of the record's entry fits what is wanted, and the record of both."""
        tried: dict[str, list[str]] = {}
        for _ in range(TRIES):
            try:
                return held, self._built(collection, record, {**held, **wanted})
            except InputError as error:
                key = error.where.split("/")[1] if error.where.startswith("/") else ""
                held = self._another(collection, record, held, key, tried, wanted, error)
        raise InputError(f"no entry tells of {record.id!r}", fix="Make another record of it")

    def _another(
        self,
        collection: str,
        record: Record,
        held: dict[str, Any],
        key: str,
        tried: dict[str, list[str]],
        wanted: Mapping[str, Any],
        error: InputError,
    ) -> dict[str, Any]:
        """The entry without what does not fit, or with another handle of what it names."""
        if key in held and key not in wanted:
            seen = tried.setdefault(key, [])
            seen.append(str(held[key]))
            others = handles(self.world, collection, record, key)
            other = next((each for each in others if each not in seen), None)
            rest = {name: value for name, value in held.items() if name != key}
            return rest if other is None else {**rest, key: other}
        loose = [name for name in _PAST if name in held and name not in wanted]
        if not loose:
            raise error
        return {name: value for name, value in held.items() if name != loose[0]}

    def _built(self, collection: str, record: Record, entry: Mapping[str, Any]) -> Record:
        """What a world file's entry would make, in a world without the record."""
        world = self.world.fork()
        world[collection].remove(record.id)
        self._populate(world, collection, entry)
        found: Record = deque(world[collection].as_added(), maxlen=1)[0]
        return found

    def _populate(self, world: World, collection: str, entry: Mapping[str, Any]) -> None:
        try:
            self.vendor.populate(world, {collection: [entry]}, self.now)
        except UnderstudyError as error:
            raise InputError(
                error.what, where=error.where.removeprefix(f"/{collection}/0"), fix=error.fix
            ) from None

    def _take_name(self, collection: str, before: Record, after: Record) -> None:
        """A name that the record gets is no other's any more."""
        name = getattr(after, "name", "")
        if not name or name == getattr(before, "name", ""):
            return
        if "name" not in self.world.kinds[collection].indexes:
            return
        older = self.world[collection].first("name", name)
        if older is not None and older.id != after.id:
            self.world.replace(collection, structs.replace(older, name=""), self.now)

    def _check(self, collection: str, made: Record, wanted: Mapping[str, Any]) -> None:
        """InputError where an answer of the contract could not tell the record."""
        before = {**ids(self.world)}
        before[collection] = before[collection] - {made.id}
        check = WorldCheck(self.vendor, self.contract, self.world)
        try:
            check.check(before, {collection: [{"id": made.id, **wanted}]})
        except InputError as error:
            where = error.where.removeprefix(f"/{collection}/0")
            raise InputError(error.what, where=where, fix=error.fix) from None

    def _with_children(self, collection: str, record: Record) -> Iterator[Owner | None]:
        """The record, and those of other collections that need it; None for each that does not."""
        yield collection, record.id
        for name, kind in self.world.kinds.items():
            meant = kind.refers.get(collection)
            if meant is None or name == collection:
                continue
            for each in tuple(self.world[name]):
                if meant(each) == record.id:
                    yield from self._with_children(name, each)
                else:
                    yield None


# Of an entry what tells a past: it may not fit any more what is changed now.
_PAST = (
    "since",
    "resumed",
    "started",
    "attempt",
    "step",
    "error",
    "output",
    "response",
    "rollback",
    "events",
    "termination_source",
    "turns",
    "resumes_to",
    "created",
)


def _merged(
    record: Record, with_it: Record, without: Record | None, wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """Of a document's record the data: what it held, and what is told anew of it."""
    held, told = (json.decode(getattr(each, "data", b"{}")) for each in (record, with_it))
    plain = {} if without is None else json.decode(getattr(without, "data", b"{}"))
    new = {key: value for key, value in told.items() if key in wanted or plain.get(key) != value}
    return {"data": Raw(json.encode({**held, **new}))}


class _Same:
    """A vendor that counts as one with itself alone."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor

    def __hash__(self) -> int:
        return id(self.vendor)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.vendor is self.vendor


@lru_cache(maxsize=64)
def _entries(vendor: _Same, collection: str) -> Entries:
    return Entries(vendor.vendor, collection)
