"""Records as HydraCore writes them, key for key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec import Raw, Struct

from understudy.simulation.clock import Instant, iso
from understudy.vendor import Reply
from understudy.vendors.hydracore.records import Entry, Workflow


class HistoryItem(Struct, gc=False):
    """One entry of `history`."""

    action: str
    at: str
    actor: str
    from_status: str | None
    to_status: str
    from_stage: str | None
    to_stage: str | None
    data: Raw


class Item(Struct):
    """A record: 20 keys, in the order of the page's sample."""

    approver_id: str | None
    assigned_to: str | None
    completed_at: str | None
    created_at: str
    customer_id: str
    escalation_level: int
    expires_at: str | None
    history: list[HistoryItem]
    id: str
    instance_id: str
    last_action_at: str
    next_action_at: str | None
    reference: str | None
    stage: str | None
    status: str
    tenant_id: str
    title: str | None
    updated_at: str
    workflow_state: Raw
    workflow_type: str


class SuspendedItem(Item):
    """A record in the list of suspended ones, which also says where and since when."""

    suspended_step: str | None
    suspended_at: str


class Page(Struct):
    """One page of records, and how many there are on all."""

    page: int
    per_page: int
    total: int
    workflows: list[Item]


class Action(Struct):
    """What a suspension, a resumption or an abort is answered."""

    id: str
    message: str
    status: str


@lru_cache(maxsize=4_096)
def moment(at: Instant) -> str:
    """An instant as the platform writes it: no fraction, or one of six digits."""
    text = iso(at)
    return f"{text[:-5]}Z" if text.endswith(".000Z") else f"{text[:-1]}000Z"


def maybe(at: Instant | None, rest: int = 0) -> str | None:
    """An instant that may be missing, with the microseconds beyond its millisecond."""
    if at is None or not rest:
        return None if at is None else moment(at)
    return f"{iso(at)[:-1]}{rest:03d}Z"


def item(workflow: Workflow) -> Item:
    return Item(*_values(workflow))


def suspended_item(workflow: Workflow) -> SuspendedItem:
    since = moment(workflow.suspended_at or workflow.updated)
    return SuspendedItem(*(*_values(workflow), workflow.suspended_step, since))


def action(workflow: Workflow, message: str, hint: str = "") -> Reply:
    """The answer of what changes a status."""
    return Reply(200, Action(workflow.id, message, workflow.state), answer="OK", hint=hint)


def page(found: Sequence[Workflow], number: int, size: int, total: int) -> Reply:
    """The answer of a list."""
    return Reply(200, Page(number, size, total, [item(each) for each in found]), answer="OK")


def history(entry: Entry) -> HistoryItem:
    return HistoryItem(
        entry.action,
        moment(entry.at),
        entry.actor,
        entry.from_status,
        entry.to_status,
        entry.from_stage,
        entry.to_stage,
        entry.data,
    )


def _values(workflow: Workflow) -> tuple[Any, ...]:
    return (
        workflow.approver,
        workflow.assigned_to,
        maybe(workflow.completed),
        moment(workflow.created),
        workflow.customer,
        workflow.escalation,
        maybe(workflow.expires, workflow.expires_rest),
        [history(entry) for entry in workflow.history],
        workflow.id,
        workflow.instance,
        moment(workflow.last_action),
        maybe(workflow.next_action, workflow.next_action_rest),
        workflow.reference,
        workflow.stage,
        workflow.state,
        workflow.tenant,
        workflow.title,
        moment(workflow.updated),
        workflow.workflow_state,
        workflow.type,
    )
