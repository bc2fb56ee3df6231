"""How the entries of a world file become records; a mistake is told with its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from understudy.errors import InputError
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendors.looply.records import (
    ACTIVE,
    Installation,
    Key,
    Workflow,
    installation_key,
    workflow_key,
)
from understudy.vendors.looply.records.execution_entry import declared
from understudy.vendors.looply.records.workflow_entry import workflow
from understudy.vendors.population import Entry, Population, Section

ORGANIZATION = "org-northwind"  # whose an entry is, in a world that names no organisation


def populating(world: World, section: Section, start: Instant) -> Iterator[None]:
    """Adds what a section declares; InputError with the pointer of what cannot be."""
    population = _Population(world, section, start)
    return population.adding(
        {
            "credentials": population.key,
            "workflows": population.workflow,
            "installations": population.installation,
            "executions": population.execution,
        },
    )


class _Population(Population):
    @cached_property
    def organization(self) -> str:
        """Whose an entry is that does not say."""
        return self.tenant_meant("organization", ORGANIZATION)

    def key(self, entry: Entry) -> Key:
        name = entry["name"]
        key = entry.get("key", f"looply-key-{name}")
        self.check_owner(name, key)
        return Key(
            id=name,
            name=name,
            key=key,
            tenant=entry.get("organization", self.organization),
            readings=self.readings(entry),
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
        found: Workflow | None = self.by_name("workflows", handle)
        if found is None:
            found = workflows.first("status", (handle, ACTIVE)) or workflows.first(
                "version", handle
            )
        if found is None:
            raise self.unknown("workflows", handle)
        if "version" not in entry or entry["version"] == found.version:
            return found
        other: Workflow | None = workflows.get(workflow_key(found.workflow_id, entry["version"]))
        if other is None:
            there = [str(each.version) for each in workflows.walk("version", found.workflow_id)]
            what = f"workflow {handle!r} has no version {entry['version']}"
            raise InputError(what, where="/version", fix=f"It has {', '.join(there)}")
        return other
