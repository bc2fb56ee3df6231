"""An execution as a world file declares it: somewhere on its timeline, with a past to match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec import Raw, json, structs

from understudy.errors import InputError
from understudy.simulation.clock import Instant, spoken
from understudy.simulation.timeline import Position, current, lasts
from understudy.simulation.timeline_items import Timeline, Wait
from understudy.simulation.world import World
from understudy.vendors.looply.lifecycle import begin
from understudy.vendors.looply.lifecycle.progress import REASON, collected, error_of, standing
from understudy.vendors.looply.records import (
    EMPTY,
    FAILED,
    LIVE,
    REQUEST,
    TERMINATED,
    Execution,
    Passage,
    Workflow,
)
from understudy.vendors.looply.records.execution_position import (
    declared_position,
    last_wait,
    passages,
)
from understudy.vendors.population import Entry, by_now, free


def declared(
    world: World, workflow: Workflow, entry: Entry, record_id: str, start: Instant
) -> Execution:
    """The execution of an entry; InputError with the pointer of what cannot be."""
    process_id = entry.get("process_id", "")
    begun = begin(
        world,
        workflow,
        by_now(entry, "created", start, start),
        record_id=record_id,
        process_id=process_id,
        payload=free(entry, "input", _named(process_id)),
        trigger=entry.get("trigger", REQUEST),
        name=entry.get("name", ""),
    )
    if entry.keys() & {"state", "step", "since", "resumed"}:
        return _placed(workflow.timeline, begun, _Times.of(workflow.timeline, entry, start), entry)
    return structs.replace(begun, output=free(entry, "output"))


def _named(process_id: str) -> Raw:
    """The input of a run that was given nothing but its process id."""
    return Raw(json.encode({"process_id": process_id})) if process_id else EMPTY


@dataclass(frozen=True, slots=True)
class _Times:
    """Where a declared execution stands, and the instants of its past."""

    state: str
    step: int
    created: Instant
    resumed: Instant | None  # when it left the last wait before its step
    since: Instant
    start: Instant

    @classmethod
    def of(cls, timeline: Timeline, entry: Entry, start: Instant) -> _Times:
        """The times an entry says, and for the others those that fit the timeline."""
        state, step = declared_position(timeline, entry)
        wait = last_wait(timeline, step)
        resumed = by_now(entry, "resumed", start, start) if "resumed" in entry else None
        if resumed is not None and wait is None:
            fix = "Leave it out, or let `step` be one behind a wait"
            raise InputError("it has not come past a wait", where="/resumed", fix=fix)
        fresh = state in LIVE and wait == step - 1 and resumed is not None
        since = by_now(entry, "since", start, resumed if fresh and resumed is not None else start)
        before, behind = _lengths(timeline, wait, step, state)
        if resumed is None and wait is not None:
            resumed = since - behind
        reached = since - behind if resumed is None else resumed
        created = by_now(entry, "created", start, max(reached - before, min(reached, 0)))
        _in_order(created, resumed, since, entry)
        if resumed is not None:
            resumed = max(resumed, created)
        return cls(state, step, created, resumed, since, start)


def _lengths(timeline: Timeline, wait: int | None, step: int, state: str) -> tuple[int, int]:
    """How long the steps up to the last wait take, and those behind it until the step's end."""
    first = 0 if wait is None else wait + 1
    end = step if state in LIVE else step + 1
    return (
        sum(lasts(item) for item in timeline[:first]),
        sum(lasts(item) for item in timeline[first:end]),
    )


def _in_order(created: Instant, resumed: Instant | None, since: Instant, entry: Entry) -> None:
    if created > since:
        raise InputError("it began after that", where="/since", fix="Let `created` be earlier")
    if "resumed" in entry and resumed is not None and not created <= resumed <= since:
        raise InputError("it was not resumed between `created` and `since`", where="/resumed")


def _placed(timeline: Timeline, begun: Execution, times: _Times, entry: Entry) -> Execution:
    position = Position(times.step, since=times.since)
    step, next_at, next_event = standing(current(timeline, position), position, times.state)
    if next_at is not None and next_at <= times.start:
        length = spoken(next_at - times.since)
        raise InputError(
            f"step {step!r} is over after {length}, which was before the session's start",
            where="/since" if "since" in entry else "/state",
            fix="Say a later `since`, or the state it is in by then",
        )
    past = passages(
        timeline, times.step, times.created, times.resumed, times.since, times.state, begun.input
    )
    return structs.replace(
        begun,
        state=times.state,
        created=times.created,
        modified=times.since,
        position=position,
        step=step,
        next_at=next_at,
        next_event=next_event,
        resumed=times.resumed,
        output=_output(timeline, times.step, entry),
        passages=_with_outputs(_ended(timeline, past, times, entry), entry),
    )


def _output(timeline: Timeline, step: int, entry: Entry) -> Raw:
    if "output" in entry:
        return free(entry, "output")
    output = EMPTY
    for item in timeline[:step]:
        output = collected(output, item)
    return output


def _with_outputs(past: tuple[Passage, ...], entry: Entry) -> tuple[Passage, ...]:
    """The passages with the outputs that the entry gives by step."""
    stated = entry.get("output", {})
    return tuple(
        structs.replace(each, output=Raw(json.encode(stated[each.name])))
        if each.name in stated
        else each
        for each in past
    )


def _ended(
    timeline: Timeline, past: tuple[Passage, ...], times: _Times, entry: Entry
) -> tuple[Passage, ...]:
    """The passages, with why the last of them ended the execution."""
    error: Any = entry.get("error")
    if times.state not in (FAILED, TERMINATED):
        if error is not None:
            fix = "Say FAILED or TERMINATED, or leave `error` out"
            raise InputError(f"an execution {times.state} has no error", where="/error", fix=fix)
        return past
    if not past:
        return past
    if times.state == TERMINATED:
        text = error if isinstance(error, str) else json.encode(error).decode()
        return (*past[:-1], structs.replace(past[-1], reason=REASON if error is None else text))
    item = timeline[times.step]
    how = "timeout" if isinstance(item, Wait) else "failed"
    said = error_of(item, how) if error is None else Raw(json.encode(error))
    return (*past[:-1], structs.replace(past[-1], error=said))
