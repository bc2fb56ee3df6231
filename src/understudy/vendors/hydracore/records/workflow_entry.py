"""A workflow record as a world file declares it, with a past to match its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Raw, json, structs

from understudy.errors import InputError
from understudy.simulation.clock import Instant
from understudy.vendors.hydracore.records import (
    ACTIVE,
    ADMIN,
    AGENT,
    AWAITING_APPROVAL,
    CANCELLED,
    COMPLETED,
    EXPIRED,
    FAILED,
    PAUSED,
    SUSPENDED,
    SYSTEM,
    Entry,
    Instance,
    Workflow,
)
from understudy.vendors.population import by_now, moment

# How a record usually comes to its status: what was done, and by whom.
_CAME: Mapping[str, tuple[str, str]] = {
    AWAITING_APPROVAL: ("approval_requested", AGENT),
    PAUSED: ("paused", AGENT),
    SUSPENDED: ("suspended", AGENT),
    COMPLETED: ("completed", AGENT),
    EXPIRED: ("expired", SYSTEM),
    CANCELLED: ("aborted", ADMIN),
    FAILED: ("failed", AGENT),
}


def declared(
    entry: Mapping[str, Any], record_id: str, instance: Instance, customer: str, start: Instant
) -> Workflow:
    """The record of an entry; InputError with the pointer of what cannot be."""
    created = by_now(entry, "created", start, start)
    status = entry.get("status", ACTIVE)
    if status != SUSPENDED and (stray := entry.keys() & {"step", "payload"}):
        what = f"a record that is {status} waits at no step"
        raise InputError(what, where=f"/{min(stray)}", fix="Say `status: suspended`")
    begun = Workflow(
        id=record_id,
        state=ACTIVE,
        created=created,
        name=entry.get("name", ""),
        tenant=instance.tenant,
        instance=instance.id,
        customer=customer,
        type=entry.get("workflow_type", "custom"),
        title=entry.get("title"),
        reference=entry.get("reference"),
        stage=entry.get("stage"),
        assigned_to=entry.get("assigned_to"),
        approver=entry.get("approver_id"),
        escalation=int(entry.get("escalation_level", 0)),
        workflow_state=_free({**entry.get("workflow_state", {}), **entry.get("payload", {})}),
        history=(Entry("created", created, AGENT, None, ACTIVE, None, entry.get("stage")),),
        updated=created,
        last_action=created,
        next_action=moment(entry, "next_action_at", start),
        expires=moment(entry, "expires_at", start),
    )
    since = by_now(entry, "since", start, created)
    if since < created:
        raise InputError("it lies before `created`", where="/since", fix="Say `created` as well")
    return begun if status == ACTIVE and since == created else _come(begun, entry, status, since)


def _come(begun: Workflow, entry: Mapping[str, Any], status: str, since: Instant) -> Workflow:
    """The record after what brought it to its status."""
    action, actor = _CAME.get(status, ("contacted", AGENT))
    data = _free({key: entry[key] for key in ("step", "payload") if key in entry})
    stage = begun.stage
    done = Entry(action, since, actor, ACTIVE, status, stage, stage, data)
    changed = structs.replace(
        begun, state=status, history=(*begun.history, done), updated=since, last_action=since
    )
    if status == SUSPENDED:
        return structs.replace(changed, suspended_at=since, suspended_step=entry.get("step"))
    if status == COMPLETED:
        return structs.replace(changed, completed=since)
    if status == EXPIRED and begun.expires is None:
        return structs.replace(changed, expires=since)
    return changed


def _free(value: Mapping[str, Any]) -> Raw:
    return Raw(json.encode(value))
