"""How the entries of a world file become records; a mistake is told with its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from understudy.errors import InputError
from understudy.simulation.clock import Instant
from understudy.simulation.world import World
from understudy.vendor import default_credential
from understudy.vendors.hydracore.records import API_KEY, PROXY, Instance, Key, Workflow
from understudy.vendors.hydracore.records.workflow_entry import declared
from understudy.vendors.population import Entry, Population, Section

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"  # whose an entry is, in a world that names none


def populating(world: World, section: Section, start: Instant) -> Iterator[None]:
    """Adds what a section declares; InputError with the pointer of what cannot be."""
    population = _Population(world, section, start)
    return population.adding(
        {
            "instances": population.instance,
            "credentials": population.key,
            "workflows": population.workflow,
        },
    )


class _Population(Population):
    @cached_property
    def tenant(self) -> str:
        """Whose an entry is that does not say."""
        entries = (*self.section.get("credentials", ()), *self.section.get("instances", ()))
        stated = (each["tenant"].lower() for each in entries if "tenant" in each)
        first = default_credential(self.world)
        return next(stated, TENANT if first is None else first.tenant)

    def instance(self, entry: Entry) -> Instance:
        name = entry.get("name", "")
        return Instance(
            id=self._id(entry, "instance"),
            name=name,
            created=self.start,
            tenant=entry.get("tenant", self.tenant).lower(),
        )

    def key(self, entry: Entry) -> Key:
        name, role = entry["name"], entry.get("role", API_KEY)
        key = entry.get("key", f"hc_live_{name}" if role == API_KEY else f"hydracore-{role}-{name}")
        self.check_owner(name, key)
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
            readings=self.readings(entry),
            created=self.start,
        )

    def workflow(self, entry: Entry) -> Workflow:
        instance = self._instance(entry, self.tenant)
        customer = entry.get("customer_id") or self.world.identifiers.uuid("customer")
        record_id = self._id(entry, "workflow")
        return declared(entry, record_id, instance, customer.lower(), self.start)

    def _id(self, entry: Entry, kind: str) -> str:
        stated: str = entry.get("id", "")
        return stated.lower() or self.world.identifiers.uuid(f"{kind} {entry.get('name', '')}")

    def _instance(self, entry: Entry, tenant: str) -> Instance:
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
        meant: Instance | None = self.by_name("instances", handle)
        meant = meant or instances.get(handle.lower())
        if meant is None:
            raise self.unknown("instances", handle)
        return meant
