"""How the entries of a world file become records; a mistake is told with its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from understudy.simulation.clock import Instant
from understudy.simulation.world import World
from understudy.vendors.interactly.records import Key, Run, Workflow
from understudy.vendors.interactly.records.run_entry import declared
from understudy.vendors.interactly.records.workflow_entry import workflow
from understudy.vendors.population import Entry, Population, Section

TEAM = "65a0c0de0000000000000001"  # whose an entry is, in a world that names no team
USER = "65a0c0de00000000000000a1"  # who a key acts as that names no user


def populating(world: World, section: Section, start: Instant) -> Iterator[None]:
    """Adds what a section declares; InputError with the pointer of what cannot be."""
    population = _Population(world, section, start)
    return population.adding(
        {
            "credentials": population.key,
            "workflows": population.workflow,
            "runs": population.run,
        },
    )


class _Population(Population):
    @cached_property
    def team(self) -> str:
        """Whose an entry is that does not say."""
        return self.tenant_meant("team", TEAM)

    def key(self, entry: Entry) -> Key:
        name = entry["name"]
        key = entry.get("key", f"interactly-key-{name}")
        self.check_owner(name, key)
        return Key(
            id=name,
            name=name,
            key=key,
            tenant=entry.get("team", self.team),
            readings=self.readings(entry),
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
        found: Workflow | None = self.by_name("workflows", handle)
        found = found or self.world["workflows"].get(handle)
        if found is None:
            raise self.unknown("workflows", handle)
        return found
