"""Jobs that terminate many instances, a while after they were asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from understudy.simulation.clock import Duration
from understudy.simulation.due_events import Due
from understudy.simulation.world import World
from understudy.vendors.cloudflare.lifecycle.queue import move, version_of
from understudy.vendors.cloudflare.lifecycle.termination import terminated
from understudy.vendors.cloudflare.lifecycle.transitions import LIVE
from understudy.vendors.cloudflare.records import Instance, Job

TAKES: Duration = 2_000  # from the call until the instances are terminated


def due_of_job(job: Job) -> Sequence[Due]:
    """When it comes to its work."""
    return (Due("terminate", job.created + TAKES),)


def strike_job(world: World, job: Job, due: Due) -> None:
    """It terminates what is meant and not over by now, and is done."""
    world.remove("jobs", job.id, due.at)
    for key in [each.id for each in _meant(world, job)]:
        found: Instance | None = world["instances"].get(key)
        if found is not None and found.state in LIVE:
            how = terminated(version_of(world, found), found, due.at, rollback=False)
            move(world, found, how, due.at)


def _meant(world: World, job: Job) -> Iterator[Instance]:
    instances = world["instances"]
    if job.instances is None:
        for status in (job.status,) if job.status else LIVE:
            yield from instances.walk(job.told_by, (job.id, status))
    else:
        yield from filter(None, map(instances.get, job.instances))
