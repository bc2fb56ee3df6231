"""How the entries of a world file become records; a mistake is told with its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from understudy.errors import InputError
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import default_credential
from understudy.vendors.cloudflare.lifecycle.queue import admit, latest
from understudy.vendors.cloudflare.records import (
    PAID,
    PLANS,
    USER,
    WRITE,
    Account,
    Key,
    Script,
    Triggers,
    Version,
    Workflow,
    script_key,
)
from understudy.vendors.cloudflare.records.entry_values import retention
from understudy.vendors.cloudflare.records.instance_entry import declared
from understudy.vendors.cloudflare.records.workflow_entry import (
    deployed,
    event_trigger,
    know_script,
)
from understudy.vendors.population import Entry, Population, Section, listed

ACCOUNT = "6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01"  # of a world that names none


def populating(world: World, section: Section, start: Instant) -> Iterator[None]:
    """Adds what a section declares; InputError with the pointer of what cannot be."""
    population = _Population(world, section, start)
    yield from population.adding(
        {
            "accounts": population.account,
            "credentials": population.key,
            "scripts": population.script,
            "triggers": population.triggers,
            "workflows": population.workflow,
            "instances": population.instance,
        },
    )
    for workflow in list(world["workflows"]):
        admit(world, workflow.id, workflow.account, start)


class _Population(Population):
    @cached_property
    def accounts(self) -> Mapping[str, str]:
        """The ids of the section's accounts by their names."""
        stated = self.section.get("accounts", ())
        return {each["name"]: each["id"] for each in stated if "name" in each}

    def account(self, entry: Entry) -> None:
        settings, name = entry.get("settings", {}), entry.get("name", "")
        if name and self.named.setdefault(("accounts", name), entry["id"]) != entry["id"]:
            raise InputError(f"a second {name!r}", where="/name", fix="Choose another name")
        plan = settings.get("plan", PAID)
        account = Account(
            id=entry["id"],
            name=name,
            created=self.start,
            plan=plan,
            retention=retention(settings, "default_retention"),
            running=settings.get("running", PLANS[plan].running),
            queued=settings.get("queued", PLANS[plan].queued),
        )
        self._put(account, "accounts")

    def key(self, entry: Entry) -> Key:
        name, email = entry["name"], entry.get("email", "")
        if ("token" in entry) == ("key" in entry) or bool(email) != ("key" in entry):
            fix = "Say `token`, or `email` and `key`"
            raise InputError(f"credential {name!r} is neither of the two kinds", fix=fix)
        if email and entry.get("owner", USER) != USER:
            raise InputError("a global key is a user's", where="/owner", fix="Say `token`")
        text = entry.get("token", entry.get("key", ""))
        self.check_owner(name, text, "/token" if "token" in entry else "/key")
        return Key(
            id=name,
            name=name,
            created=self.start,
            key=text,
            email=email,
            tenant=self._account(entry),
            role=entry.get("role", WRITE),
            owner=entry.get("owner", USER),
            readings=self.readings(entry),
            accounts=self._reached(entry),
        )

    def _reached(self, entry: Entry) -> tuple[str, ...]:
        """The accounts that a credential reaches beside its own."""
        found = []
        for number, wanted in enumerate(entry.get("accounts", ())):
            try:
                found.append(self._account({"account": wanted}))
            except InputError as error:
                error.where = f"/accounts/{number}"
                raise
        return tuple(found)

    def script(self, entry: Entry) -> None:
        name, account, classes = entry["name"], self._account(entry), entry.get("classes", ())
        made = Script(
            id=script_key(account, name),
            created=self.start,
            script_name=name,
            account=account,
            classes=tuple(classes),
        )
        self._put(made, "scripts")

    def triggers(self, entry: Entry) -> None:
        name, account = entry["script_name"], self._account(entry)
        made = Triggers(
            id=script_key(account, name),
            created=self.start,
            script_name=name,
            account=account,
            events=tuple(event_trigger(name, each) for each in entry["events"]),
        )
        self._put(made, "triggers")

    def _put(self, made: Record, collection: str) -> None:
        """Adds a record; it takes the place of one that was declared before."""
        if made.id in self.world[collection]:
            self.world.replace(collection, made)
        else:
            self.world.add(collection, made)

    def workflow(self, entry: Entry) -> None:
        account: Account | None = self.world["accounts"].get(self._account(entry))
        assert account is not None, "it was found by its name"
        workflow, versions = deployed(self.world, entry, account, self.start)
        if workflow is not None:
            self._add("workflows", workflow)
            know_script(self.world, workflow, self.start)
        for version in versions:
            self._add("versions", version)

    def instance(self, entry: Entry) -> None:
        workflow = self._workflow_meant(entry)
        version = self._version_meant(workflow, entry)
        made = declared(self.world, workflow, version, entry, self.start)
        self.unname("instances", made.name)
        if made.id in self.world["instances"]:
            what = f"workflow {workflow.name!r} has an instance {made.instance_id!r} already"
            raise InputError(what, where="/id", fix="Choose another")
        self.world.add("instances", made, at=made.created)

    def _workflow_meant(self, entry: Entry) -> Workflow:
        workflows, handle, account = (
            self.world["workflows"],
            entry["workflow"],
            self._account(entry),
        )
        found: Workflow | None = workflows.first("name", (account, handle)) or workflows.get(handle)
        if found is None or found.account != account:
            fix = listed(each.name for each in workflows.walk("account", account)) or "Declare one"
            raise InputError(f"no workflow {handle!r}", where="/workflow", fix=fix)
        return found

    def _version_meant(self, workflow: Workflow, entry: Entry) -> Version:
        wanted = entry.get("version")
        versions = [*self.world["versions"].walk("workflow", workflow.id)]
        newest = latest(self.world, workflow.id)
        found = (
            newest
            if wanted is None
            else next((each for each in versions if wanted in (each.number, each.id)), None)
        )
        if found is None:
            there = ", ".join(str(each.number) for each in reversed(versions)) or "none"
            what = f"workflow {workflow.name!r} has no version {wanted or 'at all'}"
            raise InputError(what, where="/version", fix=f"It has {there}")
        return found

    def _account(self, entry: Entry) -> str:
        """The account an entry names; else the default key's, or the first there is."""
        accounts = self.world["accounts"]
        wanted = entry.get("account")
        if wanted is not None:
            named = accounts.first("name", wanted)
            found = self.accounts.get(wanted) or (wanted if named is None else named.id)
            if found not in accounts:
                names = ", ".join(each.name or each.id for each in accounts)
                fix = f"There are {names}" if names else "Declare one among the `accounts`"
                raise InputError(f"no account {wanted!r}", where="/account", fix=fix)
            return str(found)
        default = default_credential(self.world)
        if default is not None:
            return default.tenant
        for stated in self.section.get("accounts", ()):
            return str(stated["id"])
        if not len(accounts):
            self.account({"id": ACCOUNT})
        return str(next(accounts.as_added()).id)

    def _add(self, collection: str, record: Record) -> None:
        if record.id in self.world[collection]:
            what = f"{collection} have a {record.id!r} already"
            raise InputError(what, where="/id", fix="Choose another")
        self.world.add(collection, record, at=record.created)
