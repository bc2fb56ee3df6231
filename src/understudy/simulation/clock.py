"""The only source of time in a session. Instants and durations are integer milliseconds."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

from understudy.errors import InputError

Instant = int
Duration = int

FROZEN_START: Instant = 1_767_225_600_000  # 2026-01-01T00:00:00Z
LAST: Instant = 253_370_764_799_000  # 9998-12-31T23:59:59Z: a day's offset still fits in year 9999

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_seconds: dict[int, str] = {}  # seconds as they were last written
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]{1,9}))?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
# Milliseconds of each unit, the largest first.
UNITS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
# A duration as a pattern: of each unit at most one number, the largest first; 0 needs none.
LENGTH = "(0|(?=[0-9])" + "".join(f"([0-9]{{1,12}}{unit})?" for unit in UNITS) + ")"
_DURATION = re.compile(f"(-)?{LENGTH}")


def instant(text: str) -> Instant:
    """The instant of an RFC 3339 text; InputError for `:60`, year 0000 or a missing zone."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise InputError(f"{text!r} is no instant", fix="Write 2026-01-05T09:00:00Z")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction = (found[7] or "").ljust(3, "0")[:3]
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _zone(found[8])
    except (ValueError, OverflowError) as error:
        raise InputError(f"{text!r} is no instant: {error}") from None
    return (moment - _EPOCH) // timedelta(milliseconds=1) + int(fraction)


def clock_instant(text: str) -> Instant:
    """An instant at which a clock can stand: InputError for one before 1970 or after 9998."""
    at = instant(text)
    if not 0 <= at <= LAST:
        raise InputError(f"{text!r} is no instant of the years 1970 to 9998")
    return at


def _zone(text: str) -> timedelta:
    if text in "Zz":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("offset out of range")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset


def duration(text: str | int) -> Duration:
    """Milliseconds of `300ms`, `30s`, `1h30m`, `2d`, `1w` or `-10m`; a bare 0 needs no unit.

    InputError for anything else, and for more than the calendar holds.
    """
    found = _DURATION.fullmatch(str(text))
    if found is None:
        fix = "Write whole numbers with w, d, h, m, s or ms, the largest first: 90s, 1h30m"
        raise InputError(f"{text!r} is no duration", fix=fix)
    parts = zip(found.groups()[2:], UNITS.items(), strict=True)
    size = sum(int(part.removesuffix(unit)) * each for part, (unit, each) in parts if part)
    if size > LAST:
        raise InputError(f"{text!r} is longer than the calendar", fix="Stay below 2900000d")
    return -size if found[1] else size


def iso(at: Instant) -> str:
    """The instant as ISO 8601 in UTC with milliseconds and `Z`."""
    second, rest = divmod(at, 1000)
    text = _seconds.get(second)
    if text is None:
        if len(_seconds) > 1000:
            _seconds.clear()
        text = _seconds[second] = (_EPOCH + timedelta(seconds=second)).isoformat()[:19]
    return f"{text}.{rest:03d}Z"


def spoken(length: Duration) -> str:
    """A duration as a person writes it, the largest units first: `1h30m`, `250ms`, `0s`."""
    if length < 0:
        return "-" + spoken(-length)
    parts, rest = [], length
    for unit in ("d", "h", "m", "s", "ms"):
        size, rest = divmod(rest, UNITS[unit])
        if size:
            parts.append(f"{size}{unit}")
    return "".join(parts) or "0s"


def pace(speed: float | None, each_call: Duration | None) -> tuple[float | None, Duration | None]:
    """How fast a clock is to run, and how far a call moves it, where one of them says the other:
    what moves with each call stands otherwise. InputError for one that is to do both."""
    if speed and each_call:
        what = f"a clock of speed {speed:g} runs by itself; each_call moves one that stands"
        raise InputError(
            what, where="/each_call", fix="Leave out speed or each_call, or say speed 0"
        )
    if each_call:
        speed = 0
    return speed, 0 if speed else each_call


def _wall() -> Instant:
    return time.time_ns() // 1_000_000


def _elapsed() -> float:
    return time.monotonic_ns() / 1_000_000


class Clock:
    """Frozen (speed 0) or running from a base at a speed; it never goes back."""

    __slots__ = ("_base", "_mark", "each_call", "speed", "waits")

    def __init__(
        self, at: Instant | None = None, *, speed: float = 0, each_call: Duration = 0
    ) -> None:
        self._base = _wall() if at is None else at
        self._mark = _elapsed()
        self.speed = speed
        self.each_call = each_call
        self.waits = False  # no call moves it on until what is due has happened

    @classmethod
    def real(cls) -> Clock:
        """A clock that shows the machine's time."""
        return cls(speed=1)

    @property
    def frozen(self) -> bool:
        return self.speed == 0

    def now(self) -> Instant:
        if self.speed == 0:
            return self._base
        now = self._base + int((_elapsed() - self._mark) * self.speed)
        return now if now < LAST else LAST

    def call(self) -> Instant:
        """The present of one call; a frozen clock with `each_call` has moved by that much."""
        if self.speed == 0:
            if self.each_call and not self.waits:
                self._base = min(self._base + self.each_call, LAST)
            return self._base
        return self.now()

    def advance(self, by: Duration) -> Instant:
        """Moves on by that much; InputError when that is back, or beyond the year 9998."""
        now = self.now()
        return self._move(now, now + by)

    def move(self, to: Instant) -> Instant:
        """Moves on to that instant; InputError when it has passed."""
        return self._move(self.now(), to)

    def _move(self, now: Instant, to: Instant) -> Instant:
        if to < now:
            raise InputError(f"the clock cannot go back from {iso(now)}", fix="Reset the session")
        if to > LAST:
            raise InputError("the clock ends with the year 9998")
        self._base, self._mark = to, _elapsed()
        return to

    def run(self, speed: float) -> None:
        """Goes on from the present at that speed, whatever is called; 0 freezes it."""
        if not 0 <= speed <= 1_000_000:
            raise InputError(f"a clock cannot run {speed} times as fast", fix="Say 0 to 1000000")
        self._base, self._mark = self.now(), _elapsed()
        self.speed = speed
        if speed:
            self.each_call = 0

    def fork(self) -> Clock:
        return Clock(self.now(), speed=self.speed, each_call=self.each_call)
