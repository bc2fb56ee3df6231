"""How the entries of a world file become records; a mistake is told with its JSON pointer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import structs

from understudy.errors import InputError
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import default_credential
from understudy.vendors.interactly.records import Key, Run, Workflow
from understudy.vendors.interactly.records.declared import declared
from understudy.vendors.interactly.records.reading import Entry, workflow

TEAM = "65a0c0de0000000000000001"  # whose an entry is, in a world that names no team
USER = "65a0c0de00000000000000a1"  # who a key acts as that names no user
SHOWN = 20  # names told when one is unknown: more would hide the mistake


def populate(world: World, section: Mapping[str, Sequence[Entry]], start: Instant) -> None:
    """Adds what a section declares; InputError with the pointer of what cannot be."""
    population = _Population(world, section, start)
    makers: Mapping[str, Callable[[Entry], Record]] = {
        "credentials": population.key,
        "workflows": population.workflow,
        "runs": population.run,
    }
    if unknown := section.keys() - makers.keys():
        name, there = min(unknown), ", ".join(makers)
        raise InputError(f"a world has no {name}", where=f"/{name}", fix=f"It has {there}")
    for collection, make in makers.items():
        for number, entry in enumerate(section.get(collection, ())):
            try:
                population.put(collection, make(entry))
            except InputError as error:
                raise error.at(f"/{collection}/{number}") from None


class _Population:
    """One section on its way into a world; its names come before those of the world."""

    def __init__(
        self, world: World, section: Mapping[str, Sequence[Entry]], start: Instant
    ) -> None:
        self.world = world
        self.start = start
        self.named: dict[tuple[str, str], str] = {}
        stated = (each.get("team") for each in section.get("credentials", ()))
        first = default_credential(world)
        self.team: str = next(filter(None, stated), None) or (
            TEAM if first is None else first.tenant
        )

    def put(self, collection: str, record: Record) -> None:
        """Adds a record; one that had its name before loses it, a key of its name goes."""
        records, name = self.world[collection], getattr(record, "name", "")
        if collection == "credentials" and record.id in records:
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
        if collection in ("workflows", "runs"):
            older = self.world[collection].first("name", name)
            if older is not None:
                self.world.replace(collection, structs.replace(older, name=""))

    def key(self, entry: Entry) -> Key:
        name = entry["name"]
        key = entry.get("key", f"interactly-key-{name}")
        owner = self.world["credentials"].first("key", key)
        if owner is not None and owner.id != name:
            what = f"this is the key of {owner.id!r}"
            raise InputError(what, where="/key", fix="Choose another")
        return Key(
            id=name,
            name=name,
            key=key,
            tenant=entry.get("team", self.team),
            user=entry.get("user", USER),
            created=self.start,
        )

    def workflow(self, entry: Entry) -> Workflow:
        made = entry.get("id") or self.world.identifiers.hex(f"workflow {entry.get('name')}", 24)
        return workflow(entry, made, entry.get("team", self.team), self.start)

    def run(self, entry: Entry) -> Run:
        meant = self._workflow_meant(str(entry["workflow"]))
        made = entry.get("id") or self.world.identifiers.hex(f"run {entry.get('name')}", 24)
        return declared(meant, entry, made, self._user(meant.team), self.start)

    def _user(self, team: str) -> str:
        """Who made the runs of a team: the user of its first key."""
        keys = (key for key in self.world["credentials"].as_added() if key.tenant == team)
        return next((str(key.user) for key in keys), USER)

    def _workflow_meant(self, handle: str) -> Workflow:
        """The workflow of a name (this section's first) or of an id."""
        workflows = self.world["workflows"]
        own = self.named.get(("workflows", handle))
        found: Workflow | None = (
            workflows.get(own) if own else workflows.first("name", handle) or workflows.get(handle)
        )
        if found is None:
            raise InputError(f"no workflow {handle!r}", where="/workflow", fix=self._names())
        return found

    def _names(self) -> str:
        names: list[Any] = self.world["workflows"].keys("name")
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        there = ", ".join(sorted(names)[:SHOWN]) + more
        return f"There are {there}" if names else "Give one of the workflows this name"
