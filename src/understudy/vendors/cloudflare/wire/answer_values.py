"""The leaves of a forced answer's body that a record supplies, by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.simulation.clock import Instant, iso
from understudy.simulation.collection import Record
from understudy.vendor import Caller, Leaves
from understudy.vendors.cloudflare.records import EVENT_WAIT_IS_WAITING, Instance, Version, Workflow
from understudy.vendors.cloudflare.wire import maybe


def values(record: Record | None, caller: Caller | None, now: Instant) -> Mapping[str, Any]:
    """The leaves of a body that the record supplies."""
    own = {"timestamp": iso(now)}
    if isinstance(record, Instance):
        if caller is not None and caller.meets(EVENT_WAIT_IS_WAITING):
            own["status"] = record.state
        return Leaves(_INSTANCE, record, own)
    if isinstance(record, Workflow):
        return Leaves(_WORKFLOW, record, own)
    if isinstance(record, Version):
        return Leaves(_VERSION, record, own)
    return own


_INSTANCE: Mapping[str, Callable[[Instance], Any]] = {
    "id": lambda each: each.instance_id,
    "instanceId": lambda each: each.instance_id,
    "status": lambda each: each.status,
    "version_id": lambda each: each.version,
    "versionId": lambda each: each.version,
    "workflow_id": lambda each: each.workflow,
    "created_on": lambda each: iso(each.created),
    "modified_on": lambda each: iso(each.modified),
    "started_on": lambda each: maybe(each.started),
    "ended_on": lambda each: maybe(each.ended),
    "queued": lambda each: iso(each.queued),
    "trigger_source": lambda each: each.trigger,
}

_WORKFLOW: Mapping[str, Callable[[Workflow], Any]] = {
    "name": lambda each: each.name,
    "workflow_id": lambda each: each.id,
    "script_name": lambda each: each.script_name,
    "class_name": lambda each: each.class_name,
    "script_deleted": lambda each: each.script_deleted,
}

_VERSION: Mapping[str, Callable[[Version], Any]] = {
    "id": lambda each: each.id,
    "workflow_id": lambda each: each.workflow,
    "class_name": lambda each: each.class_name,
    "created_on": lambda each: iso(each.created),
    "modified_on": lambda each: iso(each.created),
    "language": lambda each: each.language,
    "has_dag": lambda each: each.dag is not None,
}
