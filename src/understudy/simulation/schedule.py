"""Cron schedules on the session's clock, in UTC."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cronsim import CronSim, CronSimError

from understudy.errors import InputError
from understudy.simulation.clock import LAST, Instant

EXPRESSIONS = 1_000  # parsed schedules kept at hand: a parse costs as much as ten look-ups

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def check(expression: str) -> str:
    """The expression itself; InputError when it is none, or never comes true."""
    if next_run(expression, 0) is None:
        raise InputError(f"{expression!r} never comes true", fix="Write a day that months have")
    return expression


def next_run(expression: str, after: Instant) -> Instant | None:
    """The first instant of the schedule after that one; None when there is none any more."""
    return first_after(_parsed(expression), after)


def first_after(parsed: CronSim, after: Instant) -> Instant | None:
    """The same of an expression that is parsed; it may be asked any number of times."""
    schedule = copy(parsed)
    schedule.dt = EPOCH + timedelta(seconds=after // 1000)
    try:
        moment = next(schedule)
    except (StopIteration, OverflowError):
        return None
    run = (moment - EPOCH) // timedelta(seconds=1) * 1000
    return run if run <= LAST else None


@lru_cache(maxsize=EXPRESSIONS)
def _parsed(expression: str) -> CronSim:
    try:
        return CronSim(expression, EPOCH)
    except CronSimError as error:
        raise InputError(
            f"{expression!r} is no schedule: {error}",
            fix='Write minute, hour, day, month and weekday: "0 9 * * 1-5"',
        ) from None
