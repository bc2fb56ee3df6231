"""How the entries of a world file become records, and the entries that a missing thing needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import structs

from understudy.errors import InputError
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import Caller, Missing, default_credential
from understudy.vendors.hydracore.records import API_KEY, PROXY, Instance, Key, Workflow
from understudy.vendors.hydracore.records.declared import declared

Declared = Mapping[str, Any]

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"  # whose an entry is, in a world that names none
SHOWN = 20  # names told when one is unknown: more would hide the mistake


def populate(world: World, section: Mapping[str, Sequence[Declared]], start: Instant) -> None:
    """Adds what a section declares; InputError with the pointer of what cannot be."""
    population = _Population(world, section, start)
    makers: Mapping[str, Callable[[Declared], Record]] = {
        "instances": population.instance,
        "credentials": population.key,
        "workflows": population.workflow,
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
        self, world: World, section: Mapping[str, Sequence[Declared]], start: Instant
    ) -> None:
        self.world = world
        self.start = start
        self.named: dict[tuple[str, str], str] = {}
        entries = (*section.get("credentials", ()), *section.get("instances", ()))
        stated = (each["tenant"].lower() for each in entries if "tenant" in each)
        first = default_credential(world)
        self.tenant: str = next(stated, TENANT if first is None else first.tenant)

    def put(self, collection: str, record: Record) -> None:
        """Adds a record; one that had its name before loses it, a credential of its name goes."""
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
        if collection != "credentials":
            older = self.world[collection].first("name", name)
            if older is not None:
                self.world.replace(collection, structs.replace(older, name=""))

    def instance(self, entry: Declared) -> Instance:
        name = entry.get("name", "")
        return Instance(
            id=self._id(entry, "instance"),
            name=name,
            created=self.start,
            tenant=entry.get("tenant", self.tenant).lower(),
        )

    def key(self, entry: Declared) -> Key:
        name, role = entry["name"], entry.get("role", API_KEY)
        key = entry.get("key", f"hc_live_{name}" if role == API_KEY else f"hydracore-{role}-{name}")
        owner = self.world["credentials"].first("key", key)
        if owner is not None and owner.id != name:
            what = f"this is the key of {owner.id!r}"
            raise InputError(what, where="/key", fix="Choose another")
        tenant = entry.get("tenant", self.tenant).lower()
        instance = self._instance(entry, tenant).id if role == PROXY else ""
        return Key(
            id=name,
            name=name,
            key=key,
            role=role,
            tenant=tenant,
            instance=instance,
            proxy_key=entry.get("proxy_key", ""),
            created=self.start,
        )

    def workflow(self, entry: Declared) -> Workflow:
        instance = self._instance(entry, self.tenant)
        customer = entry.get("customer_id") or self.world.identifiers.uuid("customer")
        record_id = self._id(entry, "workflow")
        return declared(entry, record_id, instance, customer.lower(), self.start)

    def _id(self, entry: Declared, kind: str) -> str:
        stated: str = entry.get("id", "")
        return stated.lower() or self.world.identifiers.uuid(f"{kind} {entry.get('name', '')}")

    def _instance(self, entry: Declared, tenant: str) -> Instance:
        """The instance an entry names, or the tenant's first."""
        instances = self.world["instances"]
        if "instance" not in entry:
            own = (each for each in instances.as_added() if each.tenant == tenant)
            found: Instance | None = next(own, None)
            if found is None:
                what = f"tenant {tenant} has no instance"
                raise InputError(what, fix=f"Say `instances: [{{name: agent, tenant: {tenant}}}]`")
            return found
        handle = str(entry["instance"])
        own_id = self.named.get(("instances", handle))
        meant: Instance | None = instances.get(own_id or handle.lower())
        meant = meant or instances.first("name", handle)
        if meant is None:
            raise InputError(f"no instance {handle!r}", where="/instance", fix=self._names())
        return meant

    def _names(self) -> str:
        names: list[Any] = sorted(self.world["instances"].keys("name"))
        return f"There are {', '.join(names[:SHOWN])}" if names else "Declare one in `instances`"


def declare(missing: Missing, caller: Caller | None) -> Mapping[str, Any] | None:
    """A section of a world file that has what is missing; None where no world can."""
    match missing.collection:
        case "credentials":
            role = missing.fields.get("role", API_KEY)
            return {"credentials": [{"name": "mine", "key": "my-key", "role": role}]}
        case "instances":
            tenant = TENANT if caller is None else caller.tenant
            instance = {"name": "mine", "id": missing.id, "tenant": tenant}
            key = {"name": "mine", "key": "my-key", "role": PROXY, "instance": "mine"}
            return {"instances": [instance], "credentials": [{**key, "tenant": tenant}]}
        case "workflows":
            where = {"instance": missing.fields["instance"]} if missing.fields else {}
            return {"workflows": [{"name": "mine", "id": missing.id, **where}]}
        case _:
            return None
