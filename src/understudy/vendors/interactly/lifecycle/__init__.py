"""What Interactly's runs live through: commands, their scripts on the clock, the reaper."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from msgspec import Raw, structs

from understudy.simulation.clock import LAST, Instant
from understudy.simulation.collection import by
from understudy.simulation.due_events import Due
from understudy.simulation.progress import Progress
from understudy.simulation.timeline import Position
from understudy.simulation.world import Kind, World
from understudy.vendor import credentials
from understudy.vendors.interactly.lifecycle.next_event import (
    NOTHING,
    START,
    EventDetails,
    EventWriter,
    at_once,
    following,
    standing,
)
from understudy.vendors.interactly.lifecycle.progress import TURNS, moved
from understudy.vendors.interactly.lifecycle.transitions import RUN
from understudy.vendors.interactly.records import (
    ACTIVE,
    BLOCKING,
    BUSY,
    STARTED,
    Key,
    Pair,
    Run,
    Workflow,
    logical_id,
)


def begun(workflow: Workflow, run_id: str, run_input: Raw, user: str, at: Instant) -> Run:
    """A new run of a workflow, at its first step; not yet in the world."""
    position = Position(since=at)
    next_at, next_event = standing(workflow.timeline, position, STARTED)
    run = Run(
        id=run_id,
        state=STARTED,
        created=at,
        logical_id=logical_id(run_id),
        workflow_id=workflow.id,
        team=workflow.team,
        created_by=user,
        updated_by=user,
        updated=at,
        position=position,
        next_at=next_at,
        next_event=next_event,
        reaper=workflow.reaper,
    )
    writer = EventWriter(run, at)
    first = Pair(run_input, (writer.event(START),))
    return structs.replace(run, pairs=(first,), event_count=writer.count)


def happen(
    world: World, run: Run, event: str, at: Instant, told: EventDetails = NOTHING, **fields: Any
) -> Run:
    """One event of a run, with its position, history and due instant brought along."""
    fields |= moved(workflow_of(world, run).timeline, run, event, at, told)
    return world.change("runs", run, event, at, **fields)


def play(world: World, run: Run, at: Instant) -> Run:
    """A run on its way to the next stop, all at that instant."""
    timeline = workflow_of(world, run).timeline
    while run.state in BUSY:
        event, told = at_once(timeline, run)
        run = happen(world, run, event, at, told)
    return run


def workflow_of(world: World, run: Run) -> Workflow:
    """The workflow that a run runs."""
    found: Workflow | None = world["workflows"].get(run.workflow_id)
    assert found is not None, "workflows are never removed"
    return found


def due_of_run(run: Run) -> Sequence[Due]:
    """When a run goes on by itself, and when the reaper comes, who sweeps again and again."""
    due = [] if run.next_at is None else [Due(run.next_event, run.next_at)]
    if run.reaper is not None and run.state in ACTIVE and run.updated + run.reaper <= LAST:
        due.append(Due("reap", run.updated + run.reaper, recurring=True))
    return due


def strike_run(world: World, run: Run, due: Due) -> None:
    """A step's time is up, or the reaper's."""
    event, told = following(workflow_of(world, run).timeline, run, due.kind)
    happen(world, run, event, due.at, told)


def made_to(world: World, run: Run, event: str, at: Instant) -> Run:
    """An event that a rule makes happen; a turn is played as if a call had asked for it."""
    run = happen(world, run, event, at)
    blocks = event in TURNS and workflow_of(world, run).mode == BLOCKING
    return play(world, run, at) if blocks else run


def pace(world: World, run: Run) -> Progress | None:
    """How the workflow of a run hastens its work."""
    return workflow_of(world, run).progress


KINDS: tuple[Kind[Any], ...] = (
    credentials(Key),
    Kind(
        "workflows",
        Workflow,
        indexes={
            "team": by("team"),
            "name": by("name"),
        },
    ),
    Kind(
        "runs",
        Run,
        lifecycle=RUN,
        indexes={
            "team": by("team"),
            "workflow": by("team", "workflow_id"),
            "status": by("team", "state"),
            "workflow status": by("team", "workflow_id", "state"),
            "name": by("name"),
        },
        due=due_of_run,
        on_due=strike_run,
        on_event=made_to,
        working=frozenset(BUSY),
        progress=pace,
        refers={"workflows": attrgetter("workflow_id")},
    ),
)
