"""What Cloudflare's records live through: every kind with its indexes and what befalls it."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import Any

from understudy.simulation.clock import Instant
from understudy.simulation.collection import Index, Place, by, inverted
from understudy.simulation.world import Kind, World
from understudy.vendor import credentials
from understudy.vendors.cloudflare.lifecycle.forced_events import made_to, pace, works
from understudy.vendors.cloudflare.lifecycle.instances import (
    due_of_instance,
    follow_instance,
    strike_instance,
)
from understudy.vendors.cloudflare.lifecycle.queue import admit
from understudy.vendors.cloudflare.lifecycle.schedules import due_of_workflow, strike_workflow
from understudy.vendors.cloudflare.lifecycle.termination import due_of_job, strike_job
from understudy.vendors.cloudflare.lifecycle.transitions import INSTANCE
from understudy.vendors.cloudflare.records import (
    Account,
    Instance,
    Job,
    Key,
    Script,
    Triggers,
    Version,
    Workflow,
)


def follow_version(
    world: World, before: Version | None, after: Version | None, at: Instant
) -> None:
    """A deployment may leave more room than the one before it."""
    if before is None and after is not None:
        workflow: Workflow | None = world["workflows"].get(after.workflow)
        if workflow is not None:
            admit(world, workflow.id, workflow.account, at)


def _highest(version: Version) -> Place:
    return version.number, inverted(version.id)


def _arrived(instance: Instance) -> Place:
    return instance.modified, instance.arrival.to_bytes(8, "big")


KINDS: tuple[Kind[Any], ...] = (
    Kind("accounts", Account, indexes={"name": by("name")}),
    replace(credentials(Key), refers={"accounts": attrgetter("tenant")}),
    Kind("scripts", Script, refers={"accounts": attrgetter("account")}),
    Kind("triggers", Triggers, refers={"accounts": attrgetter("account")}),
    Kind(
        "workflows",
        Workflow,
        indexes={
            "account": by("account"),
            "name": by("account", "name"),
        },
        due=due_of_workflow,
        on_due=strike_workflow,
        refers={"accounts": attrgetter("account")},
    ),
    Kind(
        "versions",
        Version,
        indexes={"workflow": by("workflow", order=_highest)},
        effects=follow_version,
        refers={"workflows": attrgetter("workflow")},
    ),
    Kind(
        "instances",
        Instance,
        lifecycle=INSTANCE,
        indexes={
            "workflow": by("workflow"),
            "state": by("workflow", "state"),
            "status": by("workflow", "status"),
            "holding": Index(lambda each: each.workflow if each.holds else None),
            "busy": Index(lambda each: each.account if each.holds else None),
            "line": by("line", order=_arrived),
            "queued": Index(lambda each: each.account if each.blocked else None),
            "name": by("name"),
        },
        due=due_of_instance,
        on_due=strike_instance,
        effects=follow_instance,
        on_event=made_to,
        working=works,
        progress=pace,
        refers={"workflows": attrgetter("workflow"), "versions": attrgetter("version")},
    ),
    Kind(
        "jobs",
        Job,
        due=due_of_job,
        on_due=strike_job,
        refers={"workflows": attrgetter("id")},
    ),
)
