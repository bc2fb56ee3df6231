"""How the entries of a world file become records; a mistake is told with its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from understudy.errors import InputError
from understudy.simulation import progress
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import default_credential
from understudy.vendors.population import Entry, Population, Section, by_now, free
from understudy.vendors.refold.lifecycle import begin, meet
from understudy.vendors.refold.records import (
    KEY,
    PREFIXES,
    PRODUCTION,
    SESSION,
    TEST,
    Application,
    Key,
    LinkedAccount,
    Workflow,
    account_key,
    object_id,
    tenant_of,
)
from understudy.vendors.refold.records.execution_entry import placed
from understudy.vendors.refold.records.workflow_steps import grouped, steps

ORGANIZATION = "65bc6e05a1b2c3d400000001"  # whose an entry is, in a world that names none


def populating(world: World, section: Section, start: Instant) -> Iterator[None]:
    """Adds what a section declares; InputError with the pointer of what cannot be."""
    population = _Population(world, section, start)
    return population.adding(
        {
            "credentials": population.key,
            "applications": population.application,
            "workflows": population.workflow,
            "linked_accounts": population.account,
            "executions": population.execution,
        },
    )


class _Population(Population):
    replaced = frozenset({"credentials", "linked_accounts"})

    @cached_property
    def organization(self) -> str:
        """Whose an entry is that does not say."""
        stated = (each.get("organization") for each in self.section.get("credentials", ()))
        first = default_credential(self.world)
        return next(filter(None, stated), None) or (
            first.organization if isinstance(first, Key) else ORGANIZATION
        )

    def key(self, entry: Entry) -> Key:
        name = entry["name"]
        where = "/token" if "token" in entry else "/key"
        text = entry.get("token") or entry.get("key") or f"tk-{name}"
        self.check_owner(name, text, where)
        organization = entry.get("organization", self.organization)
        environment = _environment(entry, text)
        return Key(
            id=name,
            name=name,
            key=text,
            tenant=tenant_of(organization, environment),
            role=SESSION if "token" in entry else KEY,
            organization=organization,
            environment=environment,
            linked_account_id=entry.get("linked_account_id", ""),
            readings=self.readings(entry),
            created=self.start,
        )

    def application(self, entry: Entry) -> Application:
        organization = entry.get("organization", self.organization)
        if self.world["applications"].first("slug", (organization, entry["slug"])):
            what = f"a second application {entry['slug']!r} of {organization}"
            raise InputError(what, where="/slug", fix="Choose another slug")
        return self._application(organization, entry["slug"], entry)

    def _application(self, organization: str, slug: str, entry: Entry) -> Application:
        return Application(
            id=entry.get("id") or self._id("application"),
            name=entry.get("name", ""),
            organization=organization,
            slug=slug,
            title=entry.get("title") or slug.replace("-", " ").capitalize(),
            icon=entry.get("icon", ""),
            created=self.start,
        )

    def workflow(self, entry: Entry) -> Workflow:
        organization = entry.get("organization", self.organization)
        environment, slug = entry.get("environment", TEST), entry["slug"]
        alias, name = entry.get("alias", ""), entry.get("name", "")
        taken = (tenant_of(organization, environment), slug, alias)
        if alias and self.world["workflows"].first("alias", taken) is not None:
            what = f"a second {alias!r} in {slug}"
            raise InputError(what, where="/alias", fix="Choose another alias")
        application = self.world["applications"].first("slug", (organization, slug))
        if application is None:
            made = self._application(organization, slug, {})
            application = self.world.add("applications", made, at=self.start)
        return Workflow(
            id=entry.get("id") or self._id(f"workflow {name}"),
            name=name,
            organization=organization,
            environment=environment,
            application=application.id,
            slug=slug,
            alias=alias,
            title=entry.get("title") or name or alias or "Workflow",
            timeline=steps(entry),
            grouped=grouped(entry.get("steps", ())),
            published=entry.get("published", True),
            progress=progress.parse(entry["progress"]) if "progress" in entry else None,
            linked_account_id=entry.get("linked_account_id", ""),
            created=by_now(entry, "created", self.start, self.start),
        )

    def account(self, entry: Entry) -> LinkedAccount:
        organization = entry.get("organization", self.organization)
        environment = entry.get("environment", TEST)
        account = entry["linked_account_id"]
        return LinkedAccount(
            id=account_key(tenant_of(organization, environment), account),
            name=entry.get("name", ""),
            organization=organization,
            environment=environment,
            linked_account_id=account,
            created=by_now(entry, "created", self.start, self.start),
        )

    def execution(self, entry: Entry) -> Record:
        workflow = self._workflow_meant(str(entry["workflow"]))
        begun = begin(
            workflow,
            self.start,
            record_id=entry.get("id") or self._id("execution"),
            linked_account_id=entry["linked_account_id"],
            config_id=entry.get("config_id", ""),
            sync=entry.get("sync", False),
            payload=free(entry, "input"),
            name=entry.get("name", ""),
        )
        made = placed(workflow.timeline, begun, entry, self.start)
        meet(self.world, workflow, made.linked_account_id, made.created)
        return made

    def _id(self, kind: str) -> str:
        return object_id(self.world.identifiers, kind, self.start)

    def _workflow_meant(self, handle: str) -> Workflow:
        """The workflow an execution runs: by name (this section's first), by id, by alias."""
        workflows = self.world["workflows"]
        found = self.by_name("workflows", handle) or workflows.get(handle)
        if found is None:
            found = next((each for each in workflows if each.alias == handle), None)
        if not isinstance(found, Workflow):
            raise self.unknown("workflows", handle)
        return found


def _environment(entry: Entry, text: str) -> str:
    """The environment a key is for, by its prefix; of a token as it says."""
    if "token" in entry:
        if "key" in entry:
            raise InputError("a credential is a key or a token", where="/token", fix="Keep one")
        if "linked_account_id" not in entry:
            fix = "Say linked_account_id: ada@northwind.example"
            raise InputError("a token is that of a linked account", where="/token", fix=fix)
        return str(entry.get("environment", TEST))
    environment = PRODUCTION if text.startswith(PREFIXES[PRODUCTION]) else TEST
    stated = entry.get("environment", environment)
    if stated != environment:
        fix = f"A key of {stated} begins with {PREFIXES[stated]}"
        raise InputError(f"this key is one of {environment}", where="/environment", fix=fix)
    return environment
