"""Schedules of workflows: cron expressions as this vendor counts weekdays, from 1 for Sunday."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import structs

from understudy.errors import InputError
from understudy.simulation import schedule
from understudy.simulation.clock import Instant
from understudy.simulation.due_events import Due
from understudy.simulation.world import World
from understudy.vendors.cloudflare.lifecycle.instances import Said, create
from understudy.vendors.cloudflare.lifecycle.queue import latest
from understudy.vendors.cloudflare.records import CRON, Schedule, Workflow, instance_key

_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAY = re.compile(r"(?<![/#0-9A-Z])(?:([1-7])(?![0-9])|(" + "|".join(_DAYS) + r"))")


def check(cron: str) -> str:
    """The expression itself; InputError when it is none, or never comes true."""
    if schedule.next_run(_usual(cron), 0) is None:
        raise InputError(f"{cron!r} never comes true", fix="Write a day that months have")
    return cron


def next_run(cron: str, after: Instant) -> Instant | None:
    """The first instant of the schedule after that one."""
    return schedule.next_run(_usual(cron), after)


def _usual(cron: str) -> str:
    """The expression with weekdays counted from 0, as the rest of the world does."""
    fields = cron.upper().split()
    if len(fields) != 5:
        raise InputError(
            f"{cron!r} has {len(fields)} fields", fix="Write minute, hour, day, month and weekday"
        )
    weekday = fields[4]
    if re.search(r"(?<![/#0-9])0", weekday):
        raise InputError(f"{cron!r} has a weekday 0", fix="Weekdays are 1 (Sunday) to 7, or MON")
    fields[4] = _DAY.sub(_counted, weekday)
    return " ".join(fields)


def _counted(found: re.Match[str]) -> str:
    return str(int(found[1]) - 1) if found[1] else str(_DAYS.index(found[2]))


def schedules(crons: Sequence[str], after: Instant) -> tuple[Schedule, ...]:
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
        said = Said(instance_id, trigger=CRON, schedule=(due.key, due.at))
        create(world, workflow, version, due.at, said)
    following = tuple(
        Schedule(each.cron, next_run(each.cron, due.at)) if each.cron == due.key else each
        for each in workflow.schedules
    )
    world.replace("workflows", structs.replace(workflow, schedules=following), at=due.at)
