"""How one event moves a run along its script: pure, for commands and due events alike."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, json, structs

from understudy.simulation.clock import Instant
from understudy.simulation.timeline import Position, after, current
from understudy.simulation.timeline_items import Timeline
from understudy.vendors.interactly.lifecycle import next_event as events
from understudy.vendors.interactly.lifecycle.next_event import (
    NOTHING,
    EventDetails,
    EventWriter,
    outputs,
    standing,
    stop_of,
)
from understudy.vendors.interactly.records import (
    ABORTED,
    BUSY,
    CANCELLED,
    COMPLETED,
    EXECUTION_ERROR,
    FAILED,
    NOT_STARTED,
    PAUSED,
    RUNNING,
    STALE,
    STARTED,
    WAITING,
    Pair,
    Run,
)

TURNS = ("start", "data", "resume")


_TARGETS = {
    "pause": PAUSED,
    "stop": CANCELLED,
    "wait": WAITING,
    "hold": PAUSED,
    "complete": COMPLETED,
    "fail": FAILED,
    "abort": ABORTED,
}


def moved(
    timeline: Timeline, run: Run, event: str, at: Instant, told: EventDetails = NOTHING
) -> dict[str, Any]:
    """The fields that an event changes, the state it leads to among them."""
    state = _target(run, event)
    position = _position(timeline, run, event, at)
    writer = EventWriter(run, at)
    pairs = _pairs(timeline, run, event, told, writer, state)
    next_at, following = standing(timeline, position, state)
    return {
        "state": state,
        "updated": at,
        "position": position,
        "pairs": pairs,
        "event_count": writer.count,
        "resumes_to": (WAITING if run.state == WAITING else RUNNING) if event == "pause" else "",
        "next_at": next_at,
        "next_event": following,
        "termination_source": _source(run, event, told),
    }


def _target(run: Run, event: str) -> str:
    if event == "resume" and run.resumes_to == WAITING:
        return WAITING
    return _TARGETS.get(event, RUNNING)


def _source(run: Run, event: str, told: EventDetails) -> str | None:
    if event == "fail":
        return told.source or EXECUTION_ERROR
    return run.termination_source


def _position(timeline: Timeline, run: Run, event: str, at: Instant) -> Position:
    here = run.position
    if event in TURNS:
        return _turn(run, event, at)
    if event == "run" or (event == "pause" and run.state == STARTED):
        return structs.replace(here, since=at)
    if event == "step":
        return Position(here.step + 1, since=at)
    if event == "retry":
        return after(timeline, here, "retry" if here.resting else "failed", at) or here
    if event in ("wait", "hold"):
        return Position(_stop_ahead(timeline, here.step, event), since=at)
    if event == "complete":
        return Position(len(timeline), since=at)
    return here


def _turn(run: Run, event: str, at: Instant) -> Position:
    """Where a command continues: what was paused goes on as if no time had passed."""
    here = run.position
    if run.resumes_to == RUNNING or (run.resumes_to == WAITING and event == "resume"):
        return structs.replace(here, since=here.since + at - run.updated)
    return Position(here.step if run.state == NOT_STARTED else here.step + 1, since=at)


def _stop_ahead(timeline: Timeline, step: int, event: str) -> int:
    """The step that a run stops at; the one it is at where a rule stops it and nothing would."""
    ahead = range(step, len(timeline))
    return next((number for number in ahead if stop_of(timeline[number]) == event), step)


def _pairs(
    timeline: Timeline, run: Run, event: str, told: EventDetails, writer: EventWriter, state: str
) -> tuple[Pair, ...]:
    if event in TURNS:
        if state == WAITING:
            return run.pairs  # no segment is played
        given = told.run_input or echo(event, run.workflow_id, run.id)
        first = () if run.pairs else (writer.event(events.START),)
        return (*run.pairs, Pair(given, first))
    if not run.pairs:
        return run.pairs
    last = run.pairs[-1]
    item = current(timeline, run.position)
    done = event in ("step", "wait", "hold", "complete")
    told_now = (*(writer.script(item) if done else ()), *_closing(run, event, told, writer))
    gave = tuple(outputs(item)) if done else ()
    if not told_now and not gave:
        return run.pairs
    changed = Pair(last.run_input, last.events + told_now, last.outputs + gave)
    return (*run.pairs[:-1], changed)


def _closing(run: Run, event: str, told: EventDetails, writer: EventWriter) -> tuple[Raw, ...]:
    """What a run says when a segment ends; one that waited already has said it."""
    number = len(run.pairs)
    if run.state not in BUSY:
        return ()
    match event:
        case "wait":
            ready = writer.event(events.READY)
            return ready, writer.event(events.ITERATION, iteration_number=number)
        case "hold" | "pause":
            return (writer.event(events.ITERATION, iteration_number=number),)
        case "complete":
            ended = writer.event(events.ITERATION, iteration_number=number)
            return ended, writer.event(events.END)
        case "stop":
            return (writer.event(events.END),)
        case "fail" | "abort" if told.source != STALE:
            return (writer.event(events.ERROR, error_message=_message(told.error)),)
        case _:
            return ()


def _message(error: Raw | None) -> str:
    said = "failed" if error is None else json.decode(error)
    return said if isinstance(said, str) else json.encode(said).decode()


def echo(command: str, workflow_id: str, run_id: str | None, body: Any = None) -> Raw:
    """The seven fields of a run's input as they are kept, defaults for what was not sent."""
    given = body or {}
    return Raw(
        json.encode(
            {
                "dynamic_variables": given.get("dynamic_variables", {}),
                "runtime_variables": given.get("runtime_variables", {}),
                "miscellaneous": given.get("miscellaneous", {}),
                "command": command,
                "workflow_id": workflow_id,
                "workflow_run_id": run_id,
                "thread_to_node_inputs": given.get("thread_to_node_inputs", {}),
            }
        )
    )
