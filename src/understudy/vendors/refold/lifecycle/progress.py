"""How one event moves an execution along its timeline: pure, for calls and due events alike."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, json

from understudy.simulation.clock import LAST, Duration, Instant
from understudy.simulation.timeline import Position, after, course, current, next_event, retries
from understudy.simulation.timeline_items import (
    Do,
    Item,
    Outcome,
    Parallel,
    Respond,
    Timeline,
    Wait,
)
from understudy.vendors.refold.records import (
    COMPLETED,
    ERRORED,
    RUNNING,
    STOPPED,
    STOPPING,
    TIMED_OUT,
    Execution,
)

STOPPING_TAKES: Duration = 5_000  # no page says how long a stop takes

# How an execution ends, in the words of an `outcome` step, and the event of it.
ENDINGS = {COMPLETED: "complete", ERRORED: "fail", TIMED_OUT: "time_out", STOPPED: "stop"}
_BECAUSE = {ERRORED: "failed", TIMED_OUT: "timed out", STOPPING: "was stopped"}


def following(timeline: Timeline, execution: Execution, kind: str) -> str:
    """The lifecycle's event for what a timeline says happens next."""
    item = current(timeline, execution.position)
    match kind:
        case "stopped" | "retry":
            return kind
        case "over":
            return ENDINGS[item.outcome] if isinstance(item, Outcome) else "complete"
        case "timeout" if isinstance(item, Wait):
            return "time_out"
        case "failed" | "timeout":
            again = after(timeline, execution.position, kind, 0) is not None
            return "retry" if again else "fail"
        case _:
            last = execution.position.step + 1 >= len(timeline)
            return "complete" if last else "step"


def moved(
    timeline: Timeline, execution: Execution, event: str, state: str, at: Instant
) -> dict[str, Any]:
    """The fields an event changes."""
    here = execution.position
    item = current(timeline, here)
    position = here
    if event == "retry":
        how = "retry" if here.resting else "failed"
        position = after(timeline, here, how, at) or here
    elif event in ("step", "complete") and item is not None and not isinstance(item, Outcome):
        position = Position(here.step + 1 if event == "step" else len(timeline), since=at)
    next_at, coming = standing(timeline, position, state, at)
    fields: dict[str, Any] = {
        "state": state,
        "events": execution.events + 1,
        "modified": at,
        "position": position,
        "next_at": next_at,
        "next_event": coming,
    }
    for passed in timeline[here.step : position.step]:
        if isinstance(passed, Respond):
            fields |= {"response": passed.reply, "status_code": passed.status}
    if state in _BECAUSE:
        fields["error"] = error_of(item, state)
    return fields


def standing(
    timeline: Timeline, position: Position, state: str, at: Instant
) -> tuple[Instant | None, str]:
    """When and how an execution of that state goes on by itself."""
    if state == STOPPING:
        return at + STOPPING_TAKES, "stopped"
    if state != RUNNING:
        return None, ""
    coming = next_event(timeline, position)
    if coming is None or position.since + coming.delay > LAST:
        return None, ""
    return position.since + coming.delay, coming.event


def culprit(item: Parallel) -> Do | None:
    """Which of several nodes side by side fails first; None: by their script none does."""
    broken = [step for step in item.steps if not course(step)[1]]
    return min(broken, key=lambda step: course(step)[0], default=None)


def tried(item: Do) -> int:
    """How often a node is tried that fails for good."""
    return 1 + item.retry.limit if item.retry is not None and retries(item, 1) else 1


def error_of(item: Item | None, state: str) -> Raw:
    """Why an execution did not finish well: what its node says, as a mapping with a message."""
    node = culprit(item) if isinstance(item, Parallel) else item
    said = _error_of(node, state)
    error: dict[str, Any] = {"message": f"The workflow {_BECAUSE[state]}"}
    if isinstance(said, dict):
        error |= said
    elif said is not None:
        error["message"] = said if isinstance(said, str) else json.encode(said).decode()
    if node is not None and not isinstance(node, Outcome):
        error["node_name"] = node.name
    return Raw(json.encode(error))


def _error_of(item: Item | None, state: str) -> Any:
    if isinstance(item, Outcome):
        return None if item.error is None else json.decode(item.error)
    if state != ERRORED or not isinstance(item, Do):
        return None
    return "The node timed out" if item.fails is None else json.decode(item.fails.error)
