"""What Looply's executions and schedules live through, and what befalls them by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from msgspec import Raw, structs

from understudy.simulation.clock import Instant
from understudy.simulation.collection import Index, Place, by, inverted
from understudy.simulation.due_events import Due
from understudy.simulation.progress import Progress
from understudy.simulation.schedule import next_run
from understudy.simulation.timeline import Position, after, current
from understudy.simulation.timeline_items import Outcome
from understudy.simulation.world import Kind, World
from understudy.vendor import credentials
from understudy.vendors.looply.lifecycle.progress import (
    BY_STEP,
    NOTHING,
    EventDetails,
    arrival,
    entered,
    error_of,
    moved,
    standing,
)
from understudy.vendors.looply.lifecycle.transitions import ENDINGS, EXECUTION, SCHEDULE
from understudy.vendors.looply.records import (
    ACTIVE,
    COMPLETED,
    EMPTY,
    IN_PROGRESS,
    OVER,
    REQUEST,
    SCHEDULED,
    TERMINATED,
    Execution,
    Installation,
    Key,
    Workflow,
)


def begin(
    world: World,
    workflow: Workflow,
    at: Instant,
    *,
    record_id: str = "",
    process_id: str = "",
    payload: Raw = EMPTY,
    trigger: str = REQUEST,
    profile: str | None = None,
    name: str = "",
) -> Execution:
    """A new execution of a workflow version, at its first step; not yet in the world."""
    record_id = record_id or world.identifiers.uuid("execution")
    position = Position(since=at)
    item = current(workflow.timeline, position)
    step, next_at, next_event = standing(item, position, IN_PROGRESS)
    return Execution(
        id=record_id,
        state=IN_PROGRESS,
        created=at,
        name=name,
        workflow_id=workflow.workflow_id,
        version=workflow.version,
        title=workflow.title,
        organization=workflow.organization,
        workspace=workflow.workspace,
        process_id=process_id or record_id,
        trigger=trigger,
        profile=profile,
        position=position,
        step=step,
        next_at=next_at,
        next_event=next_event,
        window=workflow.window,
        modified=at,
        input=payload,
        passages=entered(item, position, payload),
    )


def happen(
    world: World,
    execution: Execution,
    event: str,
    at: Instant,
    told: EventDetails = NOTHING,
    **fields: Any,
) -> Execution:
    """One event of an execution, with its position, logs and due instant brought along."""
    changed = structs.replace(execution, **fields) if fields else execution
    after = moved(workflow_of(world, execution).timeline, changed, event, at, told)
    return world.become("executions", execution, event, after, at)


def workflow_of(world: World, execution: Execution) -> Workflow:
    """The workflow version that an execution runs."""
    found: Workflow | None = world.collections["workflows"].get(execution.workflow)
    assert found is not None, "workflow versions are never removed"
    return found


def following_run(workflow: Workflow, at: Instant) -> Instant | None:
    """When a schedule comes true next; drafts never run."""
    if workflow.schedule is None or workflow.status != ACTIVE:
        return None
    return next_run(workflow.schedule, at)


def due_of_execution(execution: Execution) -> Sequence[Due]:
    """When an execution goes on by itself, and how."""
    if execution.next_at is None or execution.state in OVER:
        return ()
    return (Due(execution.next_event, execution.next_at),)


def due_of_workflow(workflow: Workflow) -> Sequence[Due]:
    """When an active schedule comes true; recurring, so that it keeps no session busy."""
    if workflow.next_run is None or workflow.state != ACTIVE:
        return ()
    return (Due("run", workflow.next_run, recurring=True),)


def strike_workflow(world: World, workflow: Workflow, due: Due) -> None:
    """The schedule has come true: an execution begins, and the next instant is set."""
    world.add("executions", begin(world, workflow, due.at, trigger=SCHEDULED), at=due.at)
    following = following_run(workflow, due.at)
    world.replace("workflows", structs.replace(workflow, next_run=following), at=due.at)


def strike_execution(world: World, execution: Execution, due: Due) -> None:
    """A step's time is up: on to the next, to another attempt, to a wait, or to the end."""
    timeline, at = workflow_of(world, execution).timeline, due.at
    item = current(timeline, execution.position)
    if due.kind == "over":
        ended = item if isinstance(item, Outcome) else Outcome(COMPLETED)
        reason = BY_STEP if ended.outcome == TERMINATED else None
        happen(
            world, execution, ENDINGS[ended.outcome], at, EventDetails(None, ended.error, reason)
        )
    elif due.kind in ("wait", "retry"):
        happen(world, execution, due.kind, at)
    elif due.kind not in ("failed", "timeout"):
        happen(world, execution, arrival(timeline, execution.position), at)
    elif after(timeline, execution.position, due.kind, at) is not None:
        happen(world, execution, "retry", at)
    else:
        happen(world, execution, "fail", at, EventDetails(error=error_of(item, due.kind)))


def made_to(world: World, execution: Execution, event: str, at: Instant) -> Execution:
    """An event that a rule makes happen; a resume opens the restart window as any other does."""
    fields: dict[str, Any] = {"resumed": at} if event == "resume" else {}
    return happen(world, execution, event, at, **fields)


def pace(world: World, execution: Execution) -> Progress | None:
    """How the workflow of an execution hastens its work."""
    return workflow_of(world, execution).progress


def follow_schedule(
    world: World, before: Workflow | None, workflow: Workflow | None, at: Instant
) -> None:
    """A schedule that plays again runs at its next instant; what it missed stays missed."""
    if before is None or workflow is None or before.state == workflow.state:
        return
    following = following_run(workflow, at) if workflow.state == ACTIVE else None
    if following != workflow.next_run:
        changed = structs.replace(workflow, next_run=following, modified=at)
        world.replace("workflows", changed, at)


def _latest_restart(execution: Execution) -> Place:
    return (execution.restart_ends << 64) + execution.created, inverted(execution.id)


def _highest_version(workflow: Workflow) -> Place:
    return workflow.version, inverted(workflow.id)


KINDS: tuple[Kind[Any], ...] = (
    credentials(Key),
    Kind(
        "workflows",
        Workflow,
        lifecycle=SCHEDULE,
        indexes={
            "organization": by("organization"),
            "version": by("workflow_id", order=_highest_version),
            "status": by("workflow_id", "status", order=_highest_version),
            "name": by("name"),
        },
        due=due_of_workflow,
        on_due=strike_workflow,
        effects=follow_schedule,
    ),
    Kind(
        "executions",
        Execution,
        lifecycle=EXECUTION,
        indexes={
            "organization": by("organization"),
            "workflow": by("organization", "workflow_id"),
            "process": by("organization", "process_id", "state"),
            "name": by("name"),
            "restarted": Index(
                lambda each: (
                    (each.organization, each.process_id)
                    if each.resumed is not None and each.state == IN_PROGRESS
                    else None
                ),
                _latest_restart,
            ),
        },
        due=due_of_execution,
        on_due=strike_execution,
        on_event=made_to,
        working=frozenset({IN_PROGRESS}),
        progress=pace,
        refers={"workflows": attrgetter("workflow")},
    ),
    Kind("installations", Installation),
)
