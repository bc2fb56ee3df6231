"""Records as Cloudflare writes them, key for key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import UNSET, Raw, UnsetType, json

from understudy.simulation.clock import Instant, iso
from understudy.simulation.timeline import current
from understudy.simulation.timeline_items import Parallel
from understudy.simulation.world import World
from understudy.vendor import Reply
from understudy.vendors.cloudflare.lifecycle.queue import version_of
from understudy.vendors.cloudflare.records import (
    COMPLETE,
    OVER,
    QUEUED,
    STATUSES,
    Instance,
    Retention,
    Version,
    Workflow,
)
from understudy.vendors.cloudflare.wire import steps
from understudy.vendors.cloudflare.wire.shapes import (
    Created,
    Described,
    Envelope,
    InstanceRow,
    PutWorkflow,
    VersionRow,
    WorkflowRow,
)

KEPT = 4_096  # encoded answers kept at hand
SIZE = 4_096  # bytes of one: with the records that they hold on to, 30 MB at the very worst

_EMPTY = Raw(b'""')
_NUMBER = frozenset(b"-0123456789")


def success(result: Any, answer: str = "OK") -> Reply:
    """A success around its result."""
    return Reply(200, Envelope(True, (), (), result), answer=answer)


def workflow_row(world: World, workflow: Workflow, told_by: str) -> WorkflowRow:
    schedules = [
        {"cron": each.cron, "next_instance": iso(each.next_run)}
        for each in workflow.schedules
        if each.next_run is not None
    ]
    return WorkflowRow(
        workflow.id,
        workflow.name,
        workflow.script_name,
        workflow.class_name,
        iso(workflow.created),
        iso(workflow.modified),
        triggered_on(world, workflow),
        counts(world, workflow, told_by),
        schedules or UNSET,
        workflow.script_deleted,
        workflow.jurisdiction or UNSET,
    )


def counts(world: World, workflow: Workflow, told_by: str) -> dict[str, int]:
    """Its instances by status; a status that none has is absent."""
    count = world["instances"].count
    counted = ((status, count(told_by, (workflow.id, status))) for status in STATUSES)
    return {status: number for status, number in counted if number}


def triggered_on(world: World, workflow: Workflow) -> str | None:
    """When its newest instance was made, be it still kept or not."""
    newest = world["instances"].first("workflow", workflow.id)
    instants = [workflow.triggered, None if newest is None else newest.created]
    known = [each for each in instants if each is not None]
    return iso(max(known)) if known else None


def put_workflow(world: World, workflow: Workflow, version: Version) -> PutWorkflow:
    return PutWorkflow(
        workflow.id,
        workflow.name,
        workflow.script_name,
        workflow.class_name,
        iso(workflow.created),
        iso(workflow.modified),
        triggered_on(world, workflow),
        0,
        int(workflow.id in world["jobs"]),
        version.id,
        workflow.jurisdiction or UNSET,
    )


def created(instance: Instance) -> Created:
    """Whatever it does by now, it was queued."""
    return Created(
        instance.instance_id,
        QUEUED,
        instance.version,
        instance.workflow,
        instance.trigger,
    )


# Records never change, so one that was encoded is not encoded again. An entry holds its record,
# whose id stays its own for as long.
_encoded: dict[tuple[int, str], tuple[Instance, Raw]] = {}


def _once(instance: Instance, how: str, make: Callable[[], Any]) -> Raw:
    """The bytes of what is made of an instance, made when they are first asked for."""
    key = id(instance), how
    known = _encoded.get(key)
    if known is not None and known[0] is instance:
        return known[1]
    encoded = json.encode(make())
    made = Raw(encoded)
    if len(encoded) <= SIZE:
        if len(_encoded) >= KEPT:
            _encoded.clear()
        _encoded[key] = instance, made
    return made


def instance_row(instance: Instance, told_by: str) -> Raw:
    """The row of an instance in a list."""
    return _once(instance, told_by, partial(_row, instance, told_by))


def _row(instance: Instance, told_by: str) -> InstanceRow:
    return InstanceRow(
        instance.instance_id,
        getattr(instance, told_by),
        instance.version,
        instance.workflow,
        iso(instance.created),
        iso(instance.modified),
        maybe(instance.started),
        maybe(instance.ended),
        instance.trigger,
    )


def maybe(at: Instant | None) -> str | None:
    """An instant, if it has come."""
    return None if at is None else iso(at)


def described(
    world: World, instance: Instance, told_by: str, *, simple: bool, newest_first: bool
) -> Any:
    """An instance by itself; only parallel steps go on without the instance moving."""
    version = version_of(world, instance)
    make = partial(_described, version, instance, world.now, told_by, simple, newest_first)
    item = current(version.timeline, instance.position)
    if isinstance(item, Parallel) and instance.ended is None:
        return make()
    return _once(instance, f"{told_by} {simple} {newest_first}", make)


def _described(
    version: Version,
    instance: Instance,
    now: Instant,
    told_by: str,
    simple: bool,
    newest_first: bool,
) -> Described:
    log = [] if simple else steps.items(version, instance, now)
    cron = instance.schedule
    return Described(
        getattr(instance, told_by),
        instance.params,
        {"source": instance.trigger},
        instance.version,
        iso(instance.queued),
        maybe(instance.started),
        maybe(instance.ended),
        instance.state == COMPLETE if instance.state in OVER else None,
        instance.error if instance.state in OVER else None,
        output(instance.output),
        instance.rollback,
        log[::-1] if newest_first else log,
        len(instance.log),
        UNSET if cron is None else {"cron": cron[0], "scheduledTime": cron[1]},
    )


def output(value: Raw | None) -> Raw:
    """A text or a number as it is, anything else as a text of JSON; nothing as an empty text."""
    if value is None:
        return _EMPTY
    raw = bytes(value)
    if raw[:1] == b'"' or raw[0] in _NUMBER:
        return value
    return Raw(json.encode(raw.decode()))


def version_row(world: World, version: Version) -> VersionRow:
    return VersionRow(
        version.id,
        version.workflow,
        version.class_name,
        iso(version.created),
        iso(version.created),
        version.dag is not None,
        version.language,
        _one("steps", version.steps),
        _one("limit", version.concurrency),
        retention(version.retention) or UNSET,
    )


def version_part(version: Version, key: str, part: Raw | None) -> dict[str, Any]:
    """A version with its `dag`, or its `graph`."""
    return {
        "id": version.id,
        "workflow_id": version.workflow,
        "class_name": version.class_name,
        "created_on": iso(version.created),
        "modified_on": iso(version.created),
        key: part,
    }


def _one(key: str, value: int | None) -> dict[str, int] | UnsetType:
    return UNSET if value is None else {key: value}


def retention(value: Retention) -> dict[str, int]:
    """What is said of a retention, in milliseconds."""
    said = {"success_retention": value.success, "error_retention": value.error}
    return {key: length for key, length in said.items() if length is not None}
