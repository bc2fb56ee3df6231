"""What a workflow record lives through: what clients write, and its end when it expires."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from msgspec import Raw

from understudy.simulation.clock import Instant
from understudy.simulation.collection import Index, Place, by, inverted
from understudy.simulation.due_events import Due
from understudy.simulation.lifecycle import Lifecycle, Transition
from understudy.simulation.world import Kind, World
from understudy.vendor import credentials
from understudy.vendors.hydracore.records import (
    ACTIVE,
    CANCELLED,
    COMPLETED,
    EMPTY,
    EXPIRED,
    LIVE,
    OVER,
    RUNNING,
    STATUSES,
    SUSPENDED,
    SYSTEM,
    Entry,
    Instance,
    Key,
    Workflow,
)

WORKFLOW = Lifecycle(
    states=STATUSES,
    transitions=(
        Transition("advance", LIVE, STATUSES, "a client writes any status, or none"),
        Transition("suspend", RUNNING, (SUSPENDED,)),
        Transition("resume", (SUSPENDED,), (ACTIVE,)),
        Transition("abort", LIVE, (CANCELLED,)),
        Transition("expire", LIVE, (EXPIRED,), "its expires_at has come"),
    ),
    terminal=frozenset(OVER),
)


def happen(
    world: World,
    workflow: Workflow,
    event: str,
    action: str,
    actor: str,
    *,
    status: str,
    at: Instant,
    data: Raw = EMPTY,
    step: str | None = None,
    **fields: Any,
) -> Workflow:
    """One accepted change, with its entry in the history."""
    entry = Entry(
        action,
        at,
        actor,
        workflow.state,
        status,
        workflow.stage,
        fields.get("stage", workflow.stage),
        data,
    )
    return world.change(
        "workflows",
        workflow,
        event,
        at,
        state=status,
        history=(*workflow.history, entry),
        updated=at,
        last_action=at,
        **arrival(workflow.state, status, at, step),
        **fields,
    )


def arrival(before: str, status: str, at: Instant, step: str | None = None) -> dict[str, Any]:
    """What a record remembers of coming to a status: that it was completed, where it waits."""
    if status == SUSPENDED:
        return {} if before == SUSPENDED else {"suspended_at": at, "suspended_step": step}
    left: dict[str, Any] = {}
    if before == SUSPENDED:
        left = {"suspended_at": None, "suspended_step": None}
    return left | {"completed": at} if status == COMPLETED else left


def made_to(world: World, workflow: Workflow, event: str, at: Instant) -> Workflow:
    """An event that a rule brings about: told in the history as the system's."""
    action, status = _MADE[event]
    return happen(world, workflow, event, action, SYSTEM, status=status or workflow.state, at=at)


# Event -> the action in the history, and the status it leads to (None: it stays).
_MADE: Mapping[str, tuple[str, str | None]] = {
    "advance": ("advanced", None),
    "suspend": ("suspended", SUSPENDED),
    "resume": ("resumed", ACTIVE),
    "abort": ("aborted", CANCELLED),
    "expire": ("expired", EXPIRED),
}


def due_of_workflow(workflow: Workflow) -> Sequence[Due]:
    """Its end by itself; an instant that had passed when it was written counts from then."""
    if workflow.expires is None or workflow.state in OVER:
        return ()
    return (Due("expire", max(workflow.expires, workflow.updated)),)


def strike_workflow(world: World, workflow: Workflow, due: Due) -> None:
    happen(world, workflow, due.kind, "expired", SYSTEM, status=EXPIRED, at=due.at)


def _name(record: Workflow | Instance) -> Hashable | None:
    return record.name or None


def _suspended(workflow: Workflow) -> Hashable | None:
    return workflow.tenant if workflow.state == SUSPENDED else None


def _by_suspension(workflow: Workflow) -> Place:
    return workflow.suspended_at or 0, inverted(workflow.id)


def _of(scope: str, *fields: str) -> tuple[str, Index[Workflow]]:
    """An index by a scope and these fields; its name is theirs, `tenant/type/state`."""
    names = (scope, *fields)

    def key(workflow: Workflow) -> Hashable | None:
        return tuple([getattr(workflow, name) for name in names])

    return "/".join(names), Index(key)


# What a list may be narrowed by. Of a customer or a reference there are few: the rest is sifted.
_INDEXES: Mapping[str, Index[Workflow]] = {
    "name": Index(_name),
    "suspended": Index(_suspended, _by_suspension),
    **dict(
        _of(scope, *fields)
        for scope in ("tenant", "instance")
        for fields in ((), ("type",), ("state",), ("type", "state"), ("customer",))
    ),
    **dict((_of("instance", "reference"),)),
}
KINDS: tuple[Kind[Any], ...] = (
    Kind(
        "workflows",
        Workflow,
        lifecycle=WORKFLOW,
        indexes=_INDEXES,
        due=due_of_workflow,
        on_due=strike_workflow,
        on_event=made_to,
    ),
    Kind(
        "instances",
        Instance,
        indexes={"name": Index(_name), "tenant": by("tenant")},
    ),
    credentials(Key),
)
