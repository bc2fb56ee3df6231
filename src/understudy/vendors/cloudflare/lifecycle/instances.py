"""Instances from their creation to the day they are forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Raw, structs

from understudy.simulation.clock import LAST, Duration, Instant
from understudy.simulation.due_events import Due
from understudy.simulation.timeline import Position
from understudy.simulation.world import World
from understudy.vendors.cloudflare.lifecycle.progress import MOVES, Fields, first
from understudy.vendors.cloudflare.lifecycle.queue import admit, lacking, move, version_of
from understudy.vendors.cloudflare.lifecycle.termination import undone
from understudy.vendors.cloudflare.records import (
    API,
    COMPLETE,
    OVER,
    PLANS,
    QUEUED,
    UNSAID,
    Account,
    Instance,
    Retention,
    Version,
    Workflow,
    instance_key,
)


class NewInstance(NamedTuple):
    """What is said of a new instance; "" for an id: one is made up."""

    instance_id: str = ""
    params: Raw | None = None
    retention: Retention = UNSAID
    trigger: str = API
    schedule: tuple[str, Instant] | None = None
    name: str = ""


def begin(
    world: World, workflow: Workflow, version: Version, at: Instant, said: NewInstance
) -> Instance:
    """A new instance of a workflow, queued: it starts at once if there is room for it."""
    blocked = lacking(world, workflow.id, workflow.account)
    fields: Fields = {
        "state": QUEUED,
        "modified": at,
        "position": Position(since=at),
        "next_at": None if blocked else at,
        "next_event": "" if blocked else "start",
        "blocked": blocked,
        "arrival": world.identifiers.ordinal("arrival") if blocked else 0,
    }
    return _made(world, workflow, version, at, said, fields)


def create(
    world: World, workflow: Workflow, version: Version, at: Instant, said: NewInstance
) -> Instance:
    """A new instance that is queued, and begins at once if there is room for it."""
    if lacking(world, workflow.id, workflow.account):
        return world.add("instances", begin(world, workflow, version, at, said), at=at)
    event, fields = first(version, at)
    begun = _made(world, workflow, version, at, said, fields)
    return world.add("instances", begun, at=at, through=((QUEUED, event),))


def _made(
    world: World,
    workflow: Workflow,
    version: Version,
    at: Instant,
    said: NewInstance,
    fields: Fields,
) -> Instance:
    account: Account | None = world["accounts"].get(workflow.account)
    assert account is not None, "a workflow has an account"
    instance_id = said.instance_id or world.identifiers.uuid("instance")
    return Instance(
        id=instance_key(workflow.id, instance_id),
        created=at,
        name=said.name,
        instance_id=instance_id,
        workflow=workflow.id,
        account=workflow.account,
        version=version.id,
        trigger=said.trigger,
        schedule=said.schedule,
        params=said.params,
        retention=retention(account, version.retention, said.retention),
        queued=at,
        **fields,
    )


def retention(account: Account, *retentions: Retention) -> tuple[Duration, Duration]:
    """How long an instance is kept after a success and after an error: no longer than the plan."""
    plan = PLANS[account.plan].retention
    success = error = plan
    for each in (account.retention, *retentions):
        if each is UNSAID:
            continue
        success = success if each.success is None else min(each.success, plan)
        error = error if each.error is None else min(each.error, plan)
    return success, error


def due_of_instance(instance: Instance) -> Sequence[Due]:
    """What comes next by itself; of one that is over, that it is forgotten."""
    if instance.state in OVER:
        assert instance.ended is not None
        at = instance.ended + instance.retention[instance.state != COMPLETE]
        return (Due("forget", at, recurring=True),) if at <= LAST else ()
    if instance.next_at is None:
        return ()
    return (Due(instance.next_event, instance.next_at),)


def strike_instance(world: World, instance: Instance, due: Due) -> None:
    """It starts, a step's time is up, or nobody keeps it any longer."""
    if due.kind == "forget":
        world.remove("instances", instance.id, due.at)
        return
    version = version_of(world, instance)
    moving = undone if due.kind == "undone" else MOVES[due.kind]
    move(world, instance, moving(version, instance, due.at), due.at)


def follow_instance(
    world: World, before: Instance | None, after: Instance | None, at: Instant
) -> None:
    """A slot that is free again goes to the one that waits longest for it."""
    if before is None:
        return
    if before.holds and not (after is not None and after.holds):
        admit(world, before.workflow, before.account, at)
    if after is None:
        _remember(world, before, at)


def _remember(world: World, gone: Instance, at: Instant) -> None:
    """A workflow knows when it was triggered last, also by an instance that is forgotten."""
    workflow: Workflow | None = world["workflows"].get(gone.workflow)
    if workflow is not None and (workflow.triggered is None or workflow.triggered < gone.created):
        world.replace("workflows", structs.replace(workflow, triggered=gone.created), at)
