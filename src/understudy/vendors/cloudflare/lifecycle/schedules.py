"""Schedules of workflows: when they come true, and the instances they make."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from understudy.simulation.clock import Instant
from understudy.simulation.due_events import Due
from understudy.simulation.world import World
from understudy.vendors.cloudflare.lifecycle.cron import check, next_run
from understudy.vendors.cloudflare.lifecycle.instances import NewInstance, create
from understudy.vendors.cloudflare.lifecycle.queue import latest
from understudy.vendors.cloudflare.records import CRON, Schedule, Workflow, instance_key


def parse(crons: Sequence[str], after: Instant) -> tuple[Schedule, ...]:
    """A workflow's schedules, each expression once."""
    return tuple(Schedule(each, next_run(check(each), after)) for each in dict.fromkeys(crons))


def due_of_workflow(workflow: Workflow) -> Sequence[Due]:
    """Its schedules; without its script nothing runs."""
    if workflow.script_deleted:
        return ()
    return tuple(
        Due("cron", each.next_run, each.cron, recurring=True)
        for each in workflow.schedules
        if each.next_run is not None
    )


def strike_workflow(world: World, workflow: Workflow, due: Due) -> None:
    """A schedule has come true: an instance is made, and the next instant is set."""
    version, instance_id = latest(world, workflow.id), f"{due.key}-{due.at}"
    if version is not None and instance_key(workflow.id, instance_id) not in world["instances"]:
        said = NewInstance(instance_id, trigger=CRON, schedule=(due.key, due.at))
        create(world, workflow, version, due.at, said)
    following = tuple(
        Schedule(each.cron, next_run(each.cron, due.at)) if each.cron == due.key else each
        for each in workflow.schedules
    )
    world.replace("workflows", structs.replace(workflow, schedules=following), at=due.at)
