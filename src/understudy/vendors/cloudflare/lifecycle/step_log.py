"""What an instance's log says of the steps it came through: pure."""

from __future__ import annotations

from msgspec import Raw, json, structs

from understudy.simulation.clock import Instant
from understudy.simulation.timeline import fails, retries
from understudy.simulation.timeline_items import Do, Item, Parallel, Timeline, Wait
from understudy.vendors.cloudflare.records import TERMINATION, Attempt, Instance, LogEntry

Log = tuple[LogEntry, ...]

ATTEMPTS = 1_000  # kept of one step: a limit of retries may be a million


def is_begun(instance: Instance) -> bool:
    """Whether the step it is at has an entry already; not if it was paused or queued before it."""
    return bool(instance.log) and instance.log[-1].step == instance.position.step


def entered(timeline: Timeline, step: int, at: Instant) -> Log:
    """The entries of a step that begins."""
    item = timeline[step]
    if isinstance(item, Parallel):
        return tuple(
            LogEntry(step, at, attempts=((at, None),), part=part) for part in range(len(item.steps))
        )
    if isinstance(item, Do):
        return (LogEntry(step, at, attempts=((at, None),)),)
    return (LogEntry(step, at),)


def left(timeline: Timeline, log: Log, at: Instant, output: Raw | None = None) -> Log:
    """The log with its last step ended well."""
    item = timeline[log[-1].step]
    if isinstance(item, Parallel):
        return played(item, log, at)
    last = log[-1]
    ended = structs.replace(
        last, end=at, ok=True, output=output, attempts=_ended(last.attempts, at)
    )
    return (*log[:-1], ended)


def failed(timeline: Timeline, log: Log, at: Instant, event: str) -> Log:
    """The log with its last step failed for good."""
    item = timeline[log[-1].step]
    if isinstance(item, Parallel):
        return played(item, log, at)
    last = log[-1]
    ended = structs.replace(
        last, end=at, ok=False, error=error_of(item, event), attempts=_ended(last.attempts, at)
    )
    return (*log[:-1], ended)


def rested(log: Log, at: Instant) -> Log:
    """The log with the present attempt failed, and another to come."""
    return (*log[:-1], structs.replace(log[-1], attempts=_ended(log[-1].attempts, at)))


def tried_again(log: Log, at: Instant) -> Log:
    """The log with another attempt of its last step begun."""
    attempts = (*log[-1].attempts, (at, None))[-ATTEMPTS:]
    return (*log[:-1], structs.replace(log[-1], attempts=attempts))


def _ended(attempts: tuple[Attempt, ...], at: Instant) -> tuple[Attempt, ...]:
    if not attempts or attempts[-1][1] is not None:
        return attempts
    return (*attempts[:-1], (attempts[-1][0], at))


def played(item: Parallel, log: Log, until: Instant) -> Log:
    """The log with each parallel step as far as it has come by then."""
    first = len(log) - len(item.steps)
    return (
        *log[:first],
        *(play(step, entry, until) for step, entry in zip(item.steps, log[first:], strict=True)),
    )


def play(item: Do, entry: LogEntry, until: Instant) -> LogEntry:
    """The entry of a step that began with it, as far as its script has come by then."""
    slow = item.timeout is not None and item.timeout < item.takes
    length = item.timeout if slow and item.timeout is not None else item.takes
    attempts: list[Attempt] = []
    at, number = entry.start, 1
    while at <= until:
        end, broken = at + length, slow or fails(item, number)
        attempts.append((at, end if end <= until else None))
        if end > until:
            break
        if not broken:
            return structs.replace(entry, end=end, ok=True, attempts=_last_attempts(attempts))
        if not retries(item, number):
            error = error_of(item, "timeout" if slow else "failed")
            return structs.replace(
                entry, end=end, ok=False, error=error, attempts=_last_attempts(attempts)
            )
        assert item.retry is not None
        at = end + item.retry.pause(number)
        number += 1
    return structs.replace(entry, attempts=_last_attempts(attempts))


def _last_attempts(attempts: list[Attempt]) -> tuple[Attempt, ...]:
    return tuple(attempts[-ATTEMPTS:])


def error_of(item: Item | None, event: str) -> Raw:
    """Why a step failed: its own error, or that its time was up."""
    if event == "timeout" and isinstance(item, Do | Wait):
        return timed_out(item.timeout or 0)
    failing = item.steps if isinstance(item, Parallel) else (item,)
    errors = (step.fails.error for step in failing if isinstance(step, Do) and step.fails)
    return next(errors, fault("Error", "failed"))


def timed_out(after: int) -> Raw:
    """The error of a step or an event that did not come in time."""
    return fault("WorkflowTimeoutError", f"Execution timed out after {after}ms")


def fault(name: str, message: str) -> Raw:
    """An error as logs tell it."""
    return Raw(json.encode({"name": name, "message": message}))


def termination(timeline: Timeline, at: Instant) -> LogEntry:
    """The entry of a termination from outside."""
    return LogEntry(len(timeline), at, at, True, kind=TERMINATION)
