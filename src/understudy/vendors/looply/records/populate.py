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
from understudy.vendors.looply.records import (
    ACTIVE,
    Installation,
    Key,
    Workflow,
    installation_key,
    workflow_key,
)
from understudy.vendors.looply.records.declared import declared
from understudy.vendors.looply.records.reading import Entry, workflow

ORGANIZATION = "org-northwind"  # whose an entry is, in a world that names no organisation
SHOWN = 20  # names told when one is unknown: more would hide the mistake


def populate(world: World, section: Mapping[str, Sequence[Entry]], start: Instant) -> None:
    """Adds what a section declares; InputError with the pointer of what cannot be."""
    population = _Population(world, section, start)
    makers: Mapping[str, Callable[[Entry], Record]] = {
        "credentials": population.key,
        "workflows": population.workflow,
        "installations": population.installation,
        "executions": population.execution,
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
        stated = (each.get("organization") for each in section.get("credentials", ()))
        first = default_credential(world)
        self.organization: str = next(filter(None, stated), None) or (
            ORGANIZATION if first is None else first.tenant
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
        if collection in ("workflows", "executions"):
            older = self.world[collection].first("name", name)
            if older is not None:
                self.world.replace(collection, structs.replace(older, name=""))

    def key(self, entry: Entry) -> Key:
        name = entry["name"]
        key = entry.get("key", f"looply-key-{name}")
        owner = self.world["credentials"].first("key", key)
        if owner is not None and owner.id != name:
            what = f"this is the key of {owner.id!r}"
            raise InputError(what, where="/key", fix="Choose another")
        return Key(
            id=name,
            name=name,
            key=key,
            tenant=entry.get("organization", self.organization),
            user=entry.get("user", f"user-{name}"),
            created=self.start,
        )

    def installation(self, entry: Entry) -> Installation:
        organization = entry.get("organization", self.organization)
        return Installation(
            id=installation_key(organization, entry["email"], entry["app_id"]),
            name=entry.get("name", ""),
            organization=organization,
            email=entry["email"],
            app_id=entry["app_id"],
            installed=entry.get("installed", True),
            created=self.start,
        )

    def workflow(self, entry: Entry) -> Workflow:
        name, organization = entry.get("name", ""), entry.get("organization", self.organization)
        workflow_id = entry.get("id") or self.world.identifiers.uuid(f"workflow {name}")
        known = self.world["workflows"].first("version", workflow_id)
        if known is not None and known.organization != organization:
            what = f"workflow {workflow_id} belongs to {known.organization}"
            raise InputError(what, where="/organization")
        return workflow(entry, workflow_id, organization, self._user(organization), self.start)

    def _user(self, organization: str) -> str:
        """Who made the workflows of an organisation: the user of its first key."""
        for key in self.world["credentials"]:
            if key.tenant == organization and key.user is not None:
                return str(key.user)
        return f"user-{organization}"

    def execution(self, entry: Entry) -> Record:
        name = entry.get("name", "")
        record_id = entry.get("id") or self.world.identifiers.uuid(f"execution {name}")
        return declared(self.world, self._workflow_meant(entry), entry, record_id, self.start)

    def _workflow_meant(self, entry: Entry) -> Workflow:
        """The version an execution runs: by name (this section's first), by id, by version."""
        workflows, handle = self.world["workflows"], str(entry["workflow"])
        own = self.named.get(("workflows", handle))
        found: Workflow | None = workflows.get(own) if own else workflows.first("name", handle)
        if found is None:
            found = workflows.first("status", (handle, ACTIVE)) or workflows.first(
                "version", handle
            )
        if found is None:
            raise InputError(f"no workflow {handle!r}", where="/workflow", fix=self._names())
        if "version" not in entry or entry["version"] == found.version:
            return found
        other: Workflow | None = workflows.get(workflow_key(found.workflow_id, entry["version"]))
        if other is None:
            there = [str(each.version) for each in workflows.walk("version", found.workflow_id)]
            what = f"workflow {handle!r} has no version {entry['version']}"
            raise InputError(what, where="/version", fix=f"It has {', '.join(there)}")
        return other

    def _names(self) -> str:
        names: list[Any] = self.world["workflows"].keys("name")
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        there = ", ".join(sorted(names)[:SHOWN]) + more
        return f"There are {there}" if names else "Give one of the workflows this name"
