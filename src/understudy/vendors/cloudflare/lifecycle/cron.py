"""Cron expressions as this vendor reads them: 1 is Sunday; W, L, #, ranges that wrap round.

A day of the month and a day of the week that are both restricted are alternatives, and a step on
`*` restricts like any other.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from cronsim import CronSim, CronSimError

from understudy.errors import InputError
from understudy.simulation.clock import Instant
from understudy.simulation.schedule import EPOCH, EXPRESSIONS, first_after

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class Field(NamedTuple):
    """What one field of an expression may hold."""

    name: str
    low: int
    high: int
    names: Sequence[str] = ()

    @property
    def allowed(self) -> str:
        """Its values, and the largest step, in words."""
        named = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"{self.low} to {self.high}{named}, a step is 1 to {self.high - self.low}"


MINUTE, HOUR = Field("minute", 0, 59), Field("hour", 0, 23)
DAY, MONTH = Field("day of the month", 1, 31), Field("month", 1, 12, MONTHS)
WEEKDAY = Field("weekday", 1, 7, DAYS)

_DAY = re.compile(r"L(?:-([1-9]|[12][0-9]|30))?(W)?|([1-9]|[12][0-9]|3[01])W")
_WEEKDAY = re.compile(r"([1-7]|" + "|".join(DAYS) + r")(?:L|#([1-5]))")


def check(cron: str) -> str:
    """The expression itself; InputError when it is none, or never comes true."""
    if next_run(cron, 0) is None:
        raise InputError(f"{cron!r} never comes true", fix="Write a day that months have")
    return cron


def next_run(cron: str, after: Instant) -> Instant | None:
    """The first instant of the schedule after that one; None when there is none any more."""
    return first_after(_parsed(cron), after)


class _Expression(CronSim):
    """An expression whose days may be told by their place in the month."""

    def __init__(self, fields: Sequence[str], day: Callable[[date], bool] | None, either: bool):
        super().__init__(" ".join(fields), EPOCH)
        self.day_and = not either
        self.day = day

    def match_dom(self, d: date) -> bool:
        return super().match_dom(d) if self.day is None else self.day(d)


@lru_cache(maxsize=EXPRESSIONS)
def _parsed(cron: str) -> CronSim:
    fields = cron.upper().split()
    if len(fields) != 5:
        raise InputError(
            f"{cron!r} has {len(fields)} fields", fix="Write minute, hour, day, month and weekday"
        )
    minute, hour, day, month, weekday = fields
    special = _DAY.fullmatch(day)
    usual = (
        _values(cron, MINUTE, minute),
        _values(cron, HOUR, hour),
        "1" if special else _values(cron, DAY, day),
        _values(cron, MONTH, month),
        _weekdays(cron, weekday),
    )
    try:
        return _Expression(usual, special and _place(special), "*" not in (day, weekday))
    except CronSimError:
        fix = "Write a day that months have"
        raise InputError(f"{cron!r} never comes true", fix=fix) from None


def _values(cron: str, field: Field, text: str) -> str:
    """The values of a field, each written out; `*` where it restricts nothing."""
    if text == "*":
        return text
    found = {value for part in text.split(",") for value in _part(cron, field, part)}
    return ",".join(map(str, sorted(found)))


def _part(cron: str, field: Field, text: str) -> list[int]:
    """The values of `3`, `FRI-MON`, `*/15`, `8-18/2`, `30/5`; a range may wrap round."""
    span, slash, said = text.partition("/")
    step = _number(said) if slash else 1
    first, dash, last = span.partition("-")
    everything = span == "*" and bool(slash)
    start = field.low if everything else _value(field, first)
    if everything or (slash and not dash):
        end: int | None = field.high
    else:
        end = _value(field, last) if dash else start
    if start is None or end is None or step is None or not 1 <= step <= field.high - field.low:
        raise _unreadable(cron, field, text)
    if end < start:
        around = [*range(start, field.high + 1), *range(field.low, end + 1)]
        return around[::step]
    return list(range(start, end + 1, step))


def _value(field: Field, text: str) -> int | None:
    if text in field.names:
        return field.low + field.names.index(text)
    value = _number(text)
    return value if value is not None and field.low <= value <= field.high else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _weekdays(cron: str, text: str) -> str:
    """The field as the rest of the world writes it, which counts from 0 for Sunday."""
    special = _WEEKDAY.fullmatch(text)
    if special:
        day, nth = _value(WEEKDAY, special[1]), special[2]
        assert day is not None, "the pattern takes days only"
        return f"{day - 1}#{nth}" if nth else f"{day - 1}L"
    values = _values(cron, WEEKDAY, text)
    return values if values == "*" else ",".join(str(int(each) - 1) for each in values.split(","))


def _unreadable(cron: str, field: Field, text: str) -> InputError:
    more = ", also MON-FRI, 2-6, 6L, MON#2" if field is WEEKDAY else ""
    more = ", also L, LW, L-3, 15W" if field is DAY else more
    what = f"{cron!r} has the {field.name} {text!r}"
    return InputError(what, fix=f"Write {field.allowed}{more}")


def _place(found: re.Match[str]) -> Callable[[date], bool]:
    """Whether a date is that place of its month: `L`, `L-3`, `LW`, `L-3W`, `15W`."""
    back, nearest, day = int(found[1] or 0), bool(found[2] or found[3]), int(found[3] or 0)

    def holds(at: date) -> bool:
        first, last = monthrange(at.year, at.month)
        wanted = day or last - back
        if not 1 <= wanted <= last:
            return False
        return at.day == (_workday(wanted, first, last) if nearest else wanted)

    return holds


def _workday(day: int, first: int, last: int) -> int:
    """The day from Monday to Friday that is nearest to a day, in the same month."""
    weekday = (first + day - 1) % 7
    if weekday == 5:
        return day - 1 if day > 1 else day + 2
    if weekday == 6:
        return day + 1 if day < last else day - 2
    return day
