"""Who may run: slots of workflows and accounts, and the queues of those that have to wait."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from understudy.simulation.clock import Instant
from understudy.simulation.world import World
from understudy.vendors.cloudflare.lifecycle.actions import queued, shifted
from understudy.vendors.cloudflare.lifecycle.progress import Fields, Inbox, Move
from understudy.vendors.cloudflare.records import (
    BY_ACCOUNT,
    BY_WORKFLOW,
    RUNNING,
    Account,
    Instance,
    Version,
)


def latest(world: World, workflow: str) -> Version | None:
    """The version that new instances run; its concurrency is the workflow's."""
    found: Version | None = world["versions"].first("workflow", workflow)
    return found


def version_of(world: World, instance: Instance) -> Version:
    """The version that an instance runs."""
    found: Version | None = world["versions"].get(instance.version)
    assert found is not None, "versions go with their workflow, as its instances do"
    return found


def move(
    world: World, instance: Instance, move: Move, at: Instant, inbox: Inbox | None = None
) -> Instance:
    """Applies a move; one that would run without a slot is queued instead, with this inbox."""
    event, fields = move
    if fields["state"] == RUNNING and not instance.holds:
        blocked = lacking(world, instance.workflow, instance.account)
        if blocked:
            fields = _in_line(world, blocked, at)
            fields["inbox"] = instance.inbox if inbox is None else inbox
    return world.change("instances", instance, event, at, **fields)


def resumed(world: World, instance: Instance, at: Instant) -> Instance:
    """A paused instance that goes on, as soon as there is room for it."""
    fields = enqueued(world, instance, at) | {"position": shifted(instance, at)}
    return world.change("instances", instance, "resume", at, **fields)


def enqueued(world: World, instance: Instance, at: Instant) -> Fields:
    """The fields of an instance that is queued: it starts at once if there is room for it.

    Who holds a slot already gives it up, and stands behind those who wait for it.
    """
    instances, own = world["instances"], int(instance.holds)
    blocked = ""
    if own and instances.count("line", (BY_WORKFLOW, instance.workflow)):
        blocked = BY_WORKFLOW
    elif own and instances.count("line", (BY_ACCOUNT, instance.account)):
        blocked = BY_ACCOUNT
    elif not own:
        blocked = lacking(world, instance.workflow, instance.account)
    return _in_line(world, blocked, at)


def _in_line(world: World, blocked: str, at: Instant) -> Fields:
    arrival = world.identifiers.ordinal("arrival") if blocked else 0
    return queued(at, blocked, arrival)


def lacking(world: World, workflow: str, account: str) -> str:
    """Whose limit leaves no room for one more; "" if there is room."""
    owner: Account | None = world["accounts"].get(account)
    return lacking_of(world, latest(world, workflow), owner)


def lacking_of(world: World, version: Version | None, owner: Account | None) -> str:
    """The same of a workflow whose latest version is known, and its account."""
    if not _has_room(world, version):
        return BY_WORKFLOW
    if owner is not None and world["instances"].count("busy", owner.id) >= owner.running:
        return BY_ACCOUNT
    return ""


def _has_room(world: World, version: Version | None) -> bool:
    if version is None or version.concurrency is None:
        return True
    return world["instances"].count("holding", version.workflow) < version.concurrency


def admit(world: World, workflow: str, account: str, at: Instant) -> None:
    """Lets those start who can now, the longest waiting first; each look costs O(1)."""
    if workflow in world["workflows"]:
        while (first := _first(world, BY_WORKFLOW, workflow)) and _has_room(
            world, latest(world, workflow)
        ):
            blocked = lacking(world, workflow, account)
            _place(world, first, blocked, at)
    while first := _first(world, BY_ACCOUNT, account):
        blocked = lacking(world, first.workflow, account)
        if blocked == BY_ACCOUNT:
            return
        _place(world, first, blocked, at)


def _first(world: World, blocked: str, owner: str) -> Instance | None:
    page, _ = world["instances"].page("line", (blocked, owner), limit=1, oldest_first=True)
    return page[0] if page else None


def _place(world: World, instance: Instance, blocked: str, at: Instant) -> None:
    """Moves a queued instance to the other queue, or lets it start: its state stays `queued`."""
    fields: dict[str, Any] = {"blocked": blocked}
    if not blocked:
        fields |= {"next_at": at, "next_event": "start"}
    world.replace("instances", structs.replace(instance, **fields), at)
