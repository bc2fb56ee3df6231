"""What an execution lives through, and what befalls it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from msgspec import Raw

from understudy.simulation.clock import Instant
from understudy.simulation.collection import Index, by
from understudy.simulation.due_events import Due
from understudy.simulation.lifecycle import Lifecycle, Transition
from understudy.simulation.progress import Progress
from understudy.simulation.timeline import Position, next_event
from understudy.simulation.world import Kind, World
from understudy.vendor import credentials
from understudy.vendors.refold.lifecycle.progress import following, moved, standing
from understudy.vendors.refold.records import (
    COMPLETED,
    EMPTY,
    ERRORED,
    LIVE,
    OVER,
    RUNNING,
    STOPPED,
    STOPPING,
    TIMED_OUT,
    Application,
    Execution,
    Key,
    LinkedAccount,
    Workflow,
    account_key,
)

EXECUTION = Lifecycle(
    states=(*LIVE, *OVER),
    transitions=(
        Transition("step", (RUNNING,), (RUNNING,), "a node is done, the next begins"),
        Transition("retry", (RUNNING,), (RUNNING,), "a failed node is tried again"),
        Transition("complete", (RUNNING,), (COMPLETED,), "its last node is done"),
        Transition("fail", (RUNNING,), (ERRORED,), "a node failed for good"),
        Transition("time_out", (RUNNING,), (TIMED_OUT,), "nobody came in time to go on with it"),
        Transition("stop", (RUNNING,), (STOPPING,), "it is told to stop"),
        Transition("stopped", (STOPPING,), (STOPPED,), "it has stopped"),
    ),
    terminal=frozenset(OVER),
)


def begin(
    workflow: Workflow,
    at: Instant,
    *,
    record_id: str,
    linked_account_id: str,
    config_id: str = "",
    sync: bool = False,
    payload: Raw = EMPTY,
    name: str = "",
) -> Execution:
    """A new execution of a workflow, at its first node; not yet in the world."""
    position = Position(since=at)
    next_at, coming = standing(workflow.timeline, position, RUNNING, at)
    return Execution(
        id=record_id,
        state=RUNNING,
        created=at,
        name=name,
        workflow=workflow.id,
        organization=workflow.organization,
        environment=workflow.environment,
        linked_account_id=linked_account_id,
        config_id=config_id,
        sync=sync,
        input=payload,
        position=position,
        next_at=next_at,
        next_event=coming,
        modified=at,
    )


def meet(world: World, workflow: Workflow, linked_account_id: str, at: Instant) -> None:
    """A linked account is there from its first use on."""
    key = account_key(workflow.tenant, linked_account_id)
    if key in world["linked_accounts"]:
        return
    account = LinkedAccount(
        id=key,
        created=at,
        organization=workflow.organization,
        environment=workflow.environment,
        linked_account_id=linked_account_id,
    )
    world.add("linked_accounts", account, at=at)


def happen(world: World, execution: Execution, event: str, at: Instant) -> Execution:
    """One event of an execution, with its position, its response and its due instant."""
    timeline = workflow_of(world, execution).timeline
    state = EXECUTION.target(execution.state, event)
    fields = moved(timeline, execution, event, state, at)
    return world.change("executions", execution, event, at, **fields)


def settle(world: World, execution: Execution) -> Execution:
    """Everything that will happen to an execution, at once, at the world's present."""
    timeline = workflow_of(world, execution).timeline
    while execution.state in LIVE:
        kind = "stopped"
        if execution.state == RUNNING:
            coming = next_event(timeline, execution.position)
            kind = "timeout" if coming is None else coming.event  # nobody ends an endless wait
        event = following(timeline, execution, kind)
        execution = happen(world, execution, event, world.now)
    return execution


def workflow_of(world: World, execution: Execution) -> Workflow:
    """The workflow that an execution runs."""
    found: Workflow | None = world["workflows"].get(execution.workflow)
    assert found is not None, "workflows are never removed"
    return found


def application_of(world: World, workflow: Workflow) -> Application:
    """The application that holds a workflow."""
    found: Application | None = world["applications"].get(workflow.application)
    assert found is not None, "applications are never removed"
    return found


def due_of_execution(execution: Execution) -> Sequence[Due]:
    if execution.next_at is None or execution.state in OVER:
        return ()
    return (Due(execution.next_event, execution.next_at),)


def strike_execution(world: World, execution: Execution, due: Due) -> None:
    """A node's time is up: on to the next, to another attempt, or to the end."""
    timeline = workflow_of(world, execution).timeline
    happen(world, execution, following(timeline, execution, due.kind), due.at)


def pace(world: World, execution: Execution) -> Progress | None:
    """How the workflow of an execution hastens its work."""
    return workflow_of(world, execution).progress


KINDS: tuple[Kind[Any], ...] = (
    credentials(Key),
    Kind(
        "applications",
        Application,
        indexes={
            "slug": by("organization", "slug"),
            "name": by("name"),
        },
    ),
    Kind(
        "workflows",
        Workflow,
        indexes={
            "tenant": by("tenant"),
            "alias": Index(
                lambda each: (each.tenant, each.slug, each.alias) if each.alias else None
            ),
            "name": by("name"),
        },
        refers={"applications": attrgetter("application")},
    ),
    Kind(
        "linked_accounts",
        LinkedAccount,
        indexes={"name": by("name")},
    ),
    Kind(
        "executions",
        Execution,
        lifecycle=EXECUTION,
        indexes={
            "account": by("tenant", "linked_account_id"),
            "workflow": by("workflow", "state"),
            "name": by("name"),
        },
        due=due_of_execution,
        on_due=strike_execution,
        on_event=happen,
        working=frozenset({RUNNING}),
        progress=pace,
        refers={"workflows": attrgetter("workflow")},
    ),
)
