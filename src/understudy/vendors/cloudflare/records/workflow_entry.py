"""A workflow and its versions as a world file declares them, or more versions of a known one."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, json

from understudy.errors import InputError
from understudy.simulation import progress
from understudy.simulation.clock import Instant
from understudy.simulation.world import World
from understudy.vendors.cloudflare.lifecycle import schedules
from understudy.vendors.cloudflare.lifecycle.queue import latest
from understudy.vendors.cloudflare.records import (
    PLANS,
    Account,
    Script,
    Version,
    Workflow,
    script_key,
)
from understudy.vendors.cloudflare.records.entry_values import free, retention
from understudy.vendors.cloudflare.records.version_timeline import (
    DEFAULT,
    facets,
    limited,
    returned,
    timeline,
    works,
)
from understudy.vendors.population import Entry, by_now

_OF_A_WORKFLOW = frozenset(
    (
        "id",
        "script_name",
        "class_name",
        "created",
        "triggered",
        "script_deleted",
        "schedules",
        "jurisdiction",
    )
)


def deployed(
    world: World, entry: Entry, account: Account, start: Instant
) -> tuple[Workflow | None, list[Version]]:
    """The workflow of an entry, None if there is one of that name, and the versions it adds."""
    name = entry["name"]
    known: Workflow | None = world["workflows"].first("name", (account.id, name))
    if known is not None:
        return None, _more(world, known, entry, account, start)
    workflow_id = entry.get("id") or world.identifiers.uuid(f"workflow {account.id} {name}")
    versions = [
        _version(world, entry, each, workflow_id, number, account, start)
        for number, each in enumerate(entry.get("versions", [{}]), 1)
    ]
    created = by_now(entry, "created", start, start)
    workflow = Workflow(
        id=workflow_id,
        name=name,
        created=created,
        account=account.id,
        script_name=entry.get("script_name", name),
        class_name=entry.get("class_name") or _class_name(name),
        modified=max((each.created for each in versions), default=created),
        triggered=by_now(entry, "triggered", start, 0) if "triggered" in entry else None,
        script_deleted=entry.get("script_deleted", False),
        jurisdiction=entry.get("jurisdiction", ""),
        schedules=_schedules(entry, start),
    )
    return workflow, versions


def know_script(world: World, workflow: Workflow, at: Instant) -> None:
    """A workflow's own script is deployed, unless the workflow says that it is gone."""
    key = script_key(workflow.account, workflow.script_name)
    if workflow.script_deleted or key in world["scripts"]:
        return
    script = Script(id=key, created=at, script_name=workflow.script_name, account=workflow.account)
    world.add("scripts", script, at=at)


def event_trigger(script_name: str, entry: Entry) -> Raw:
    """An event trigger as the vendor writes it."""
    targets = [
        {"type": "workflow", "script_name": script_name, "workflow_name": each}
        for each in entry["workflows"]
    ]
    more = {"filter": entry["filter"]} if "filter" in entry else {}
    return Raw(json.encode({"type": entry["type"], **more, "targets": targets}))


def _more(
    world: World, known: Workflow, entry: Entry, account: Account, start: Instant
) -> list[Version]:
    """Later versions of a workflow that is there: nothing else of it can be declared again."""
    own = sorted(entry.keys() & _OF_A_WORKFLOW)
    if own or not entry.get("versions"):
        what = f"account {account.id} has a workflow {known.name!r} already"
        fix = "Choose another name, or say nothing but the `versions` it gets"
        raise InputError(what, where=f"/{own[0]}" if own else "/name", fix=fix)
    newest = latest(world, known.id)
    first = 1 if newest is None else newest.number + 1
    said = {"class_name": known.class_name, **entry}
    return [
        _version(world, said, each, known.id, number, account, start)
        for number, each in enumerate(entry["versions"], first)
    ]


def _version(
    world: World,
    workflow: Entry,
    entry: Entry,
    workflow_id: str,
    number: int,
    account: Account,
    start: Instant,
) -> Version:
    """A version: what its entry does not say, the workflow's says."""
    said = {**workflow, **entry}
    steps = said.get("limits", {}).get("steps")
    whole = timeline(said.get("steps", DEFAULT))
    made = limited(whole, steps or PLANS[account.plan].steps)
    sensitive = works(whole, said.get("sensitive", ()), "sensitive")
    streams = works(whole, said.get("streams", ()), "streams")
    return Version(
        id=entry.get("id") or world.identifiers.uuid(f"version {workflow_id}"),
        created=by_now(said, "created", start, start),
        workflow=workflow_id,
        number=number,
        class_name=said.get("class_name") or _class_name(said["name"]),
        language=entry.get("language", "javascript"),
        whole=whole,
        timeline=made,
        sensitive=sensitive,
        streams=streams,
        facets=facets(made, sensitive, streams),
        output=free(said, "output") or returned(made),
        progress=progress.parse(said["progress"]) if "progress" in said else None,
        steps=steps,
        concurrency=said.get("concurrency", {}).get("limit"),
        retention=retention(said, "default_retention"),
        dag=free(entry, "dag"),
        graph=free(entry, "graph"),
    )


def _schedules(entry: Entry, start: Instant) -> tuple[Any, ...]:
    try:
        return schedules.parse(entry.get("schedules", ()), start)
    except InputError as error:
        raise error.at("/schedules") from None


def _class_name(name: str) -> str:
    """The class of a workflow that does not say it: OrderApproval of `order-approval`."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("_", "-").split("-"))
