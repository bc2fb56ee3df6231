"""The past of a declared instance: the steps it has behind it, with instants that fit."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw, Struct, structs

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant
from understudy.simulation.timeline import Position, course, current, lasts
from understudy.simulation.timeline_items import Do, Item, Outcome, Parallel, Sleep, Timeline, Wait
from understudy.vendors.cloudflare.lifecycle.rollback import undoing_takes
from understudy.vendors.cloudflare.lifecycle.step_log import Log, entered, left, play
from understudy.vendors.cloudflare.records import (
    ERRORED,
    OVER,
    PAUSED,
    ROLLING_BACK,
    TERMINATED,
    WAITING,
    Event,
    LogEntry,
    Version,
)
from understudy.vendors.cloudflare.records.entry_values import free
from understudy.vendors.cloudflare.records.instance_position import declared_position
from understudy.vendors.population import Entry, by_now

EMPTY = Raw(b"{}")


class Sent(Struct, frozen=True):
    """An event of a declared instance, and when it came, if that is said."""

    type: str
    payload: Raw
    at: Instant | None = None


def sent(entry: Entry, start: Instant) -> tuple[Sent, ...]:
    """The events an entry says, the oldest first."""
    return tuple(
        Sent(
            each["type"],
            free(each, "payload") or EMPTY,
            by_now(each, "at", start, start) if "at" in each else None,
        )
        for each in entry.get("events", ())
    )


def kept_events(events: Sequence[Sent]) -> tuple[Event, ...]:
    """Those that nobody waited for."""
    return tuple(Event(each.type, each.payload) for each in events)


class Past(Struct, frozen=True):
    """Where a declared instance stands, and what it has behind it."""

    state: str
    step: int
    named: int  # the step its entry means: what is being undone, of one that rolls back
    attempt: int
    created: Instant
    started: Instant
    reached: Instant  # when it came to its step
    since: Instant
    log: Log  # of the steps before
    inbox: tuple[Event, ...]

    @classmethod
    def of(cls, version: Version, entry: Entry, start: Instant) -> Past:
        """The times an entry says, and for the others those that fit the timeline."""
        timeline = version.timeline
        state, named = declared_position(timeline, entry)
        step = _reach(timeline, named) if state == ROLLING_BACK else named
        since, attempt = by_now(entry, "since", start, start), entry.get("attempt", 1)
        spent = _spent(timeline, state, step, attempt)
        if state == ROLLING_BACK:
            spent = undoing_takes(timeline, named, step)
        before = sum(lasts(item) for item in timeline[:step])
        created = by_now(entry, "created", start, since - spent - before)
        started = by_now(entry, "started", start, created)
        if not created <= started <= since:
            fix = "Let `created` be earlier, or `since` later"
            raise InputError("it began after that", where="/since", fix=fix)
        until = max(since - spent, started)
        log, reached, inbox = come_through(timeline, step, started, until, sent(entry, start))
        if _at_once(timeline, state, step, entry):
            log, reached = ended_at(log, until), until
        return cls(state, step, named, attempt, created, started, reached, since, log, inbox)


def _reach(timeline: Timeline, undone: int) -> int:
    """How far an instance came whose step is being undone: to the next step that waits."""
    waits = (n for n, item in enumerate(timeline) if n > undone and isinstance(item, Sleep | Wait))
    return next(waits, len(timeline))


def _at_once(timeline: Timeline, state: str, step: int, entry: Entry) -> bool:
    """Whether `since` tells when it came to its step; else it was there already."""
    if state in (ERRORED, TERMINATED):
        return False
    if state == ROLLING_BACK:
        return step >= len(timeline)
    item = current(timeline, Position(step))
    return state != PAUSED or "attempt" in entry or isinstance(item, Do | None)


def _spent(timeline: Timeline, state: str, step: int, attempt: int) -> Duration:
    """How long it has been at its step when the present attempt began, or its rest."""
    item = current(timeline, Position(step))
    if not isinstance(item, Do) or item.retry is None or state in OVER:
        return 0
    once = item.takes if item.timeout is None else min(item.takes, item.timeout)
    failed = attempt if state == WAITING else attempt - 1
    return once * failed + item.retry.pauses(attempt - 1)


def come_through(
    timeline: Timeline, steps: int, start: Instant, until: Instant, events: Sequence[Sent]
) -> tuple[Log, Instant, tuple[Event, ...]]:
    """The entries of so many steps, one after the other; when they end; the events left over.

    Everything is over at `until`; a wait whose event came later ends when it came.
    """
    log: list[LogEntry] = []
    at, unused = start, list(events)
    for step in range(steps):
        item = timeline[step]
        _passable(item)
        event = _event(item, unused)
        end = min(at + lasts(item), until)
        if event is not None and event.at is not None:
            end = min(max(event.at, at), until)
        output = None if not isinstance(item, Wait) else EMPTY if event is None else event.payload
        log += _passed(timeline, step, at, end, output)
        at = end
    return tuple(log), at, kept_events(unused)


def _passed(timeline: Timeline, step: int, start: Instant, end: Instant, output: Raw | None) -> Log:
    """The entries of one step that ended well, its failed attempts among them."""
    item, begun = timeline[step], entered(timeline, step, start)
    if isinstance(item, Do):
        done = play(item, begun[0], end)
        if done.ok:
            return (done,)
    return left(timeline, begun, end, output)


def ended_at(log: Log, until: Instant) -> Log:
    """The log with its last step ended at that instant."""
    if not log or log[-1].end == until:
        return log
    last = log[-1]
    attempts = last.attempts
    if attempts:
        attempts = (*attempts[:-1], (attempts[-1][0], until))
    return (*log[:-1], structs.replace(last, end=until, attempts=attempts))


def _event(item: Item, unused: list[Sent]) -> Sent | None:
    """The oldest event of a wait's type, which is used up by it."""
    if isinstance(item, Wait):
        for number, event in enumerate(unused):
            if event.type == item.event:
                return unused.pop(number)
    return None


def _passable(item: Item) -> None:
    """InputError for a step that nothing comes past."""
    works = item.steps if isinstance(item, Parallel) else (item,)
    broken = any(isinstance(work, Do) and not course(work)[1] for work in works)
    if broken or isinstance(item, Outcome):
        what = f"it cannot have come past step {item.name!r}, which ends it"
        raise InputError(what, where="/step", fix="Let it stand there, or before it")
