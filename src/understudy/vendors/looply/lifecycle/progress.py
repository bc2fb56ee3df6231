"""How one event moves an execution along its timeline: pure, for handlers and due events alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Raw, Struct, json, structs

from understudy.simulation.clock import LAST, Instant
from understudy.simulation.timeline import Position, after, coming, current
from understudy.simulation.timeline_items import Do, Item, Outcome, Parallel, Timeline, Wait
from understudy.vendors.looply.lifecycle.transitions import ENDED
from understudy.vendors.looply.records import (
    AWAITING_RESPONSE,
    COMPLETED,
    IN_PROGRESS,
    PASSAGES,
    Execution,
    Passage,
)

BLOCK = 8  # passages that are kept together
END = "End"  # the step name behind the last step
REASON = "Workflow execution terminated by user."  # the vendor's default
BY_STEP = "Workflow execution terminated by its own step."

Passages = tuple[Passage, ...]


class EventDetails(Struct, frozen=True, gc=False):
    """What is said about the step that an event ends: its output, its error, the reason."""

    output: Raw | None = None
    error: Raw | None = None
    reason: str | None = None


NOTHING = EventDetails()


def moved(
    timeline: Timeline, execution: Execution, event: str, at: Instant, told: EventDetails
) -> Execution:
    """What an event makes of an execution; its input is already what it is from now on."""
    here, passages, earlier = execution.position, execution.passages, execution.earlier
    position, last = _MOVES[event](timeline, execution, event, at, told)
    item = timeline[position.step] if position.step < len(timeline) else None
    state = _target(item, event)
    if position.step != here.step:
        begun = entered(item, position, execution.input, state)
        ended = passages if last is None else (*passages[:-1], last)
        if len(ended) < BLOCK or not begun:
            passages = ended + begun
        else:  # the oldest make room
            passages, earlier = begun, (*earlier[-PASSAGES // BLOCK :], ended)
    elif last is not None:
        if state == AWAITING_RESPONSE:
            last = structs.replace(last, status=state)
        passages = (*passages[:-1], last)
    output = execution.output
    if event in _GIVING and here.step < len(timeline):
        output = collected(output, timeline[here.step])
    step, next_at, following = standing(item, position, state)
    return structs.replace(
        execution,
        state=state,
        modified=at,
        events=execution.events + 1,
        position=position,
        passages=passages,
        earlier=earlier,
        step=step,
        next_at=next_at,
        next_event=following,
        output=output,
    )


def arrival(timeline: Timeline, position: Position) -> str:
    """The event that follows when the step at a position is done."""
    following = position.step + 1
    if following >= len(timeline):
        return "complete"
    return "wait" if isinstance(timeline[following], Wait) else "step"


def _target(item: Item | None, event: str) -> str:
    if event == "wait" or (event == "resume" and isinstance(item, Wait)):
        return AWAITING_RESPONSE
    return ENDED.get(event, IN_PROGRESS)


def _next_step(
    timeline: Timeline, execution: Execution, event: str, at: Instant, told: EventDetails
) -> tuple[Position, Passage | None]:
    here = execution.position
    output = told.output or output_of(current(timeline, here))
    return Position(here.step + 1, since=at), _left(execution, COMPLETED, at, output=output)


def _again(
    timeline: Timeline, execution: Execution, event: str, at: Instant, told: EventDetails
) -> tuple[Position, Passage | None]:
    how = "retry" if execution.position.resting else "failed"
    position = after(timeline, execution.position, how, at) or execution.position
    last = _last(execution)
    return position, last and structs.replace(last, attempts=position.attempt)


def _to_wait(
    timeline: Timeline, execution: Execution, event: str, at: Instant, told: EventDetails
) -> tuple[Position, Passage | None]:
    here = execution.position
    for step in range(here.step, len(timeline)):
        if isinstance(timeline[step], Wait):
            break
    else:
        step = here.step  # made to wait by a rule, where nothing waits
    if step == here.step:
        return here, _last(execution)
    output = output_of(current(timeline, here))
    return Position(step, since=at), _left(execution, COMPLETED, at, output=output)


def _complete(
    timeline: Timeline, execution: Execution, event: str, at: Instant, told: EventDetails
) -> tuple[Position, Passage | None]:
    output = output_of(current(timeline, execution.position))
    return Position(len(timeline), since=at), _left(execution, COMPLETED, at, output=output)


def _to_end(
    timeline: Timeline, execution: Execution, event: str, at: Instant, told: EventDetails
) -> tuple[Position, Passage | None]:
    by_default = REASON if event == "terminate" else None
    reason = by_default if told.reason is None else told.reason
    last = _left(execution, ENDED[event], at, error=told.error, reason=reason)
    return execution.position, last


_Move = Callable[[Timeline, Execution, str, Instant, EventDetails], tuple[Position, Passage | None]]
_MOVES: Mapping[str, _Move] = {
    "step": _next_step,
    "resume": _next_step,
    "retry": _again,
    "wait": _to_wait,
    "complete": _complete,
    "fail": _to_end,
    "terminate": _to_end,
}
_GIVING = frozenset({"step", "wait", "complete"})  # the events that end a step with its output


def standing(item: Item | None, position: Position, state: str) -> tuple[str, Instant | None, str]:
    """The name of the step an execution is at, and when and how it goes on by itself."""
    name, waits = END if item is None else item.name, isinstance(item, Wait)
    if state == IN_PROGRESS and waits:
        return name, position.since, "wait"
    if state != IN_PROGRESS and not (waits and state == AWAITING_RESPONSE):
        return name, None, ""
    following = coming(item, position)
    if following is None or position.since + following.delay > LAST:
        return name, None, ""
    return name, position.since + following.delay, following.event


def entered(
    item: Item | None, position: Position, payload: Raw, state: str = IN_PROGRESS
) -> Passages:
    """The passage that begins at a step; none behind the last."""
    if item is None:
        return ()
    status = AWAITING_RESPONSE if state == AWAITING_RESPONSE else IN_PROGRESS
    return (Passage(item.name, status, position.since, input=payload),)


def _last(execution: Execution) -> Passage | None:
    return execution.passages[-1] if execution.passages else None


def _left(execution: Execution, status: str, at: Instant, **told: Any) -> Passage | None:
    """The last passage, over now; one that was over before stays as it is."""
    last = execution.passages[-1] if execution.passages else None
    if last is None or last.exited is not None:
        return last
    return structs.replace(last, status=status, exited=at, **told)


def output_of(item: Item | None) -> Raw | None:
    """What a step gives; parallel steps give theirs by name."""
    if isinstance(item, Do):
        return item.output
    if isinstance(item, Parallel):
        outputs = {step.name: step.output for step in item.steps if step.output is not None}
        return Raw(json.encode(outputs)) if outputs else None
    return None


def collected(outputs: Raw, item: Item) -> Raw:
    """All outputs so far by step, those of this one among them."""
    steps = item.steps if isinstance(item, Parallel) else (item,)
    given = {each.name: each.output for each in steps if isinstance(each, Do) and each.output}
    if not given:
        return outputs
    return Raw(json.encode(json.decode(outputs, type=dict[str, Raw]) | given))


def error_of(item: Item | None, event: str) -> Raw:
    """Why a step failed for good: its own error, or that its time was up."""
    if isinstance(item, Outcome) and item.error is not None:
        return item.error
    if event == "timeout":
        return Raw(b'"timeout"')
    failing = item.steps if isinstance(item, Parallel) else (item,)
    errors = (step.fails.error for step in failing if isinstance(step, Do) and step.fails)
    return next(errors, Raw(b'"failed"'))
