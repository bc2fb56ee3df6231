"""Workflows, their versions, and the account's settings."""

from __future__ import annotations

from msgspec import structs

from understudy.errors import InputError
from understudy.simulation.world import World
from understudy.vendor import Reply, Request, refusal
from understudy.vendors.cloudflare import wire
from understudy.vendors.cloudflare.handlers import request_lookup, scripts
from understudy.vendors.cloudflare.lifecycle import schedules
from understudy.vendors.cloudflare.lifecycle.queue import latest
from understudy.vendors.cloudflare.records import (
    FREE,
    PLANS,
    Retention,
    Schedule,
    Version,
    Workflow,
)
from understudy.vendors.cloudflare.records.version_timeline import (
    DEFAULT,
    facets,
    limited,
    timeline,
)
from understudy.vendors.cloudflare.wire import paging


def list_workflows(request: Request, world: World) -> Reply:
    """A page of the account's workflows, the newest first; of those whose name holds a text."""
    workflows, account = world["workflows"], request_lookup.tenant(request)
    page, size = request.values.get("page", 1), request.values.get("per_page", 10)
    offset, search = (page - 1) * size, request.values.get("search")
    if search is None:
        total = workflows.count("account", account)
        found, _ = workflows.page("account", account, limit=size, offset=offset)
    else:
        named = [each for each in workflows.walk("account", account) if search in each.name]
        total, found = len(named), named[offset : offset + size]
    told_by = request_lookup.told_by(request)
    rows = [wire.workflow_row(world, each, told_by) for each in found]
    return paging.numbered(rows, page, size, total)


def get_workflow(request: Request, world: World) -> Reply:
    """One workflow with its instances counted."""
    found = request_lookup.workflow(request, world)
    request_lookup.deployed(request, world, found)
    return wire.success(wire.workflow_row(world, found, request_lookup.told_by(request)))


def put_workflow(request: Request, world: World) -> Reply:
    """A new workflow, or a new version of a known one."""
    known, body = request_lookup.workflow_asked(request, world), request.body
    _jurisdiction(request, known)
    schedules = _schedules(request, world, known)
    scripts.deployed(request, world, body["script_name"], body["class_name"])
    name = request.values["workflow_name"]
    if known is None:
        made = Workflow(
            id=world.identifiers.uuid("workflow"),
            name=name,
            created=world.now,
            account=request_lookup.tenant(request),
            script_name=body["script_name"],
            class_name=body["class_name"],
            modified=world.now,
            schedules=schedules,
            jurisdiction=body.get("jurisdiction", ""),
        )
        world.add("workflows", made)
    else:
        made = structs.replace(
            known,
            script_name=body["script_name"],
            class_name=body["class_name"],
            modified=world.now,
            script_deleted=False,
            schedules=schedules,
        )
        world.replace("workflows", made)
    version = world.add("versions", _version(request, world, made))
    return wire.success(wire.put_workflow(world, made, version))


def _jurisdiction(request: Request, known: Workflow | None) -> None:
    """A workflow stays where it was made; who says nothing of it changes nothing."""
    said = request.body.get("jurisdiction")
    if known is not None and said is not None and said != known.jurisdiction:
        because = f"it was made with jurisdiction {known.jurisdiction or 'none'}, not {said}"
        raise refusal("JURISDICTION_IMMUTABLE", because, known)


def _schedules(request: Request, world: World, known: Workflow | None) -> tuple[Schedule, ...]:
    """The schedules a deployment says; those there are, if it says nothing of them."""
    said = request.body.get("schedules")
    if said is None:
        return () if known is None else known.schedules
    if said and request_lookup.account(request, world).plan == FREE:
        because = "the account has the free plan, which knows no schedules"
        raise refusal("CRON_REQUIRES_PAID_PLAN", because, known)
    try:
        return schedules.parse([each["cron"] for each in said], world.now)
    except InputError as error:
        raise refusal("INVALID_BODY", str(error), known) from None


def _version(request: Request, world: World, workflow: Workflow) -> Version:
    """The version of a deployment: it runs what the one before it ran."""
    body, before = request.body, latest(world, workflow.id)
    whole = timeline(DEFAULT) if before is None else before.whole
    steps = request_lookup.limit(body, "limits", "steps")
    made = limited(whole, steps or PLANS[request_lookup.account(request, world).plan].steps)
    sensitive, streams = ((), ()) if before is None else (before.sensitive, before.streams)
    return Version(
        id=world.identifiers.uuid("version"),
        created=world.now,
        workflow=workflow.id,
        number=1 if before is None else before.number + 1,
        class_name=workflow.class_name,
        language="javascript" if before is None else before.language,
        whole=whole,
        timeline=made,
        sensitive=sensitive,
        streams=streams,
        facets=facets(made, sensitive, streams),
        output=None if before is None else before.output,
        progress=None if before is None else before.progress,
        steps=steps,
        concurrency=request_lookup.limit(body, "concurrency", "limit"),
        retention=request_lookup.retention(body, "default_retention"),
    )


def delete_workflow(request: Request, world: World) -> Reply:
    """The workflow is gone, its versions and instances with it."""
    found = request_lookup.workflow(request, world)
    request_lookup.deployed(request, world, found)
    world.remove("workflows", found.id)
    world.remove("jobs", found.id)
    for collection in ("instances", "versions"):
        for each in list(world[collection].walk("workflow", found.id)):
            world.remove(collection, each.id)
    return wire.success({"status": "ok", "success": True})


def list_versions(request: Request, world: World) -> Reply:
    """A page of a workflow's versions, the newest first."""
    found, versions = request_lookup.workflow(request, world), world["versions"]
    page, size = request.values.get("page", 1), request.values.get("per_page", 50)
    rows, _ = versions.page("workflow", found.id, limit=size, offset=(page - 1) * size)
    total = versions.count("workflow", found.id)
    return paging.numbered([wire.version_row(world, each) for each in rows], page, size, total)


def get_version(request: Request, world: World) -> Reply:
    """One version."""
    return wire.success(wire.version_row(world, request_lookup.version(request, world)))


def get_version_dag(request: Request, world: World) -> Reply:
    """A version's DAG, as the world declares it."""
    found = request_lookup.version(request, world)
    return wire.success(wire.version_part(found, "dag", found.dag))


def get_version_graph(request: Request, world: World) -> Reply:
    """A version's graph, as the world declares it."""
    found = request_lookup.version(request, world)
    return wire.success(wire.version_part(found, "graph", found.graph))


def get_settings(request: Request, world: World) -> Reply:
    """What the account says of all its workflows."""
    return wire.success(_settings(request_lookup.account(request, world).retention))


def patch_settings(request: Request, world: World) -> Reply:
    """Changes what the body says; no retention is longer than the plan's."""
    account = request_lookup.account(request, world)
    said, known, most = (
        request_lookup.retention(request.body, "default_retention"),
        account.retention,
        PLANS[account.plan].retention,
    )
    changed = Retention(
        known.success if said.success is None else min(said.success, most),
        known.error if said.error is None else min(said.error, most),
    )
    world.replace("accounts", structs.replace(account, retention=changed))
    return wire.success(_settings(changed))


def _settings(retention: Retention) -> dict[str, object]:
    said = wire.retention(retention)
    return {"default_retention": said} if said else {}
