"""What happens next to a run by its script, and what is said with it: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Raw, Struct, json

from understudy.simulation.clock import LAST, Duration, Instant
from understudy.simulation.timeline import Position, after, course, current, next_event
from understudy.simulation.timeline_items import Do, Item, Outcome, Parallel, Timeline, Wait
from understudy.vendors.interactly.lifecycle.transitions import ENDINGS
from understudy.vendors.interactly.records import (
    COMPLETED,
    INPUT,
    RUNNING,
    STALE,
    STARTED,
    WAITING,
    Run,
    derived,
)

START = "start_workflow"
READY = "workflow_ready_for_input"
ITERATION = "end_workflow_iteration"
END = "end_workflow"
ERROR = "workflow_error"


class EventWriter:
    """Writes the events of one run at one instant, each with an id of its own."""

    __slots__ = ("_at", "_run_id", "count")

    def __init__(self, run: Run, at: Instant) -> None:
        self.count = run.event_count
        self._run_id = run.id
        self._at = at

    def event(self, kind: str, **more: Any) -> Raw:
        """An event of the workflow itself."""
        return self._write({"type": kind}, more)

    def script(self, item: Item | None) -> Iterator[Raw]:
        """The events that a finished step has in its script."""
        for step in works(item):
            for raw in step.events:
                event = json.decode(raw)
                if isinstance(event, Mapping):
                    kind = {"type": event["type"]} if "type" in event else {}
                    yield self._write(kind, {"origin_node_name": step.name, **event})
                else:
                    yield raw

    def _write(self, kind: Mapping[str, Any], more: Mapping[str, Any]) -> Raw:
        self.count += 1
        stamp = {
            "logical_id": f"event_{derived(self._run_id, self.count)}",
            "timestamp": self._at / 1000,
        }
        return Raw(json.encode({**kind, **stamp, **more}))


def outputs(item: Item | None) -> Iterator[Raw]:
    """What a finished step gives."""
    return (step.output for step in works(item) if step.output is not None)


def works(item: Item | None) -> tuple[Do, ...]:
    """The work that a step does: itself, or all that are side by side."""
    if isinstance(item, Parallel):
        return item.steps
    return (item,) if isinstance(item, Do) else ()


STARTUP: Duration = 1_000  # how long an asynchronous run is `started` before it runs


class EventDetails(Struct, frozen=True):
    """What is said with an event: what a turn was given, why a run failed."""

    run_input: Raw | None = None
    error: Raw | None = None
    source: str | None = None


NOTHING = EventDetails()
STALE_RUN = EventDetails(source=STALE)


def standing(timeline: Timeline, position: Position, state: str) -> tuple[Instant | None, str]:
    """When and how a run in that state goes on by itself."""
    item = current(timeline, position)
    if state == STARTED:
        return position.since + STARTUP, "run"
    if state == RUNNING and isinstance(item, Wait):
        return position.since, "arrive"
    if state != RUNNING and not (state == WAITING and isinstance(item, Wait)):
        return None, ""
    following = next_event(timeline, position)
    if following is None or position.since + following.delay > LAST:
        return None, ""
    return position.since + following.delay, following.event


def following(timeline: Timeline, run: Run, kind: str) -> tuple[str, EventDetails]:
    """The event of what fell due, and what is said with it."""
    item = current(timeline, run.position)
    if kind == "reap" or run.state == WAITING:
        return "fail", STALE_RUN
    if kind in ("run", "retry"):
        return kind, NOTHING
    if kind == "arrive":
        return stop_of(item) or "step", NOTHING
    if kind == "over":
        outcome = item.outcome if isinstance(item, Outcome) else COMPLETED
        return ENDINGS[outcome], EventDetails(error=error_of(item, kind))
    if kind not in ("failed", "timeout"):
        return _arrival(timeline, run.position), NOTHING
    if after(timeline, run.position, kind, 0) is not None:
        return "retry", NOTHING
    return "fail", EventDetails(error=error_of(item, kind))


def at_once(timeline: Timeline, run: Run) -> tuple[str, EventDetails]:
    """The event that follows within a call: a step takes one, with all its attempts."""
    item = current(timeline, run.position)
    if run.state == STARTED:
        return "run", NOTHING
    if isinstance(item, Do):
        if course(item)[1]:
            return _arrival(timeline, run.position), NOTHING
        slow = item.timeout is not None and item.timeout < item.takes
        return "fail", EventDetails(error=error_of(item, "timeout" if slow else "failed"))
    return following(timeline, run, standing(timeline, run.position, run.state)[1])


def stop_of(item: Item | None) -> str:
    """The event of coming to a stop; empty for a step that is none."""
    if not isinstance(item, Wait):
        return ""
    return "wait" if item.name == INPUT else "hold"


def _arrival(timeline: Timeline, position: Position) -> str:
    """The event that follows when the step at a position is done."""
    if position.step + 1 >= len(timeline):
        return "complete"
    return stop_of(timeline[position.step + 1]) or "step"


def error_of(item: Item | None, how: str) -> Raw | None:
    """Why a step failed for good: its own error, or that its time was up."""
    if isinstance(item, Outcome):
        return item.error
    if how == "timeout":
        return Raw(b'"timeout"')
    return next((step.fails.error for step in works(item) if step.fails is not None), None)
