"""Instants, durations and the one clock of a session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import InputError
from understudy.simulation import clock as clocks
from understudy.simulation.clock import (
    FROZEN_START,
    LAST,
    Clock,
    clock_instant,
    duration,
    instant,
    iso,
    spoken,
)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-01-01T00:00:00Z", FROZEN_START),
        ("2026-01-01t00:00:00z", FROZEN_START),
        ("2026-01-01 00:00:00.25Z", FROZEN_START + 250),
        ("2026-01-01T00:00:00.123456789Z", FROZEN_START + 123),
        ("2026-01-01T01:30:00+01:30", FROZEN_START),
        ("2025-12-31T22:59:00-01:01", FROZEN_START),
        ("1969-12-31T23:59:59.999Z", -1),
        ("9998-12-31T23:59:59Z", LAST),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ],
)
def test_an_instant_is_read_whatever_its_zone(text: str, at: int) -> None:
    assert instant(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T00:00:60Z",  # passes a date-time format, and raises in Python
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+00:01",
        "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+00:60",
        "2026-01-01T00:00:00",
        "2026-01-01",
        "2026-01-01T00:00:00Z\n",
        "\uff12\uff10\uff12\uff16-01-01T00:00:00Z",
        "",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no instant"):
        instant(text)


@given(st.datetimes(datetime(1, 1, 2), datetime(9998, 12, 31)), st.integers(-1439, 1439))
def test_an_instant_agrees_with_the_standard_library(moment: datetime, minutes: int) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    at = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    sign, zone = ("-" if minutes < 0 else "+"), abs(minutes)
    try:
        local = (moment + timedelta(minutes=minutes)).replace(tzinfo=None)
    except OverflowError:
        return
    text = local.isoformat(timespec="milliseconds")
    assert instant(f"{text}{sign}{zone // 60:02d}:{zone % 60:02d}") == at


@given(st.integers(instant("0001-01-01T00:00:00Z"), LAST))
def test_what_is_written_is_read_back(at: int) -> None:
    assert instant(iso(at)) == at
    assert len(iso(at)) == 24


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0", 0),
        (0, 0),
        ("300ms", 300),
        ("30s", 30_000),
        ("5m", 300_000),
        ("1h", 3_600_000),
        ("2d", 172_800_000),
        ("1w", 604_800_000),
        ("-10m", -600_000),
        ("1h30m", 5_400_000),
        ("1w2d3h4m5s6ms", 788_645_006),
        ("-1m1ms", -60_001),
    ],
)
def test_a_duration_is_a_number_with_a_unit(text: str | int, length: int) -> None:
    assert duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "5", "1.5s", "5 m", "m", "1y", "+5s", "\u0665s", "5S", "--5s", "1m1h", "1s1s", "1h30"],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no duration"):
        duration(text)


def test_a_duration_longer_than_the_calendar_is_refused() -> None:
    with pytest.raises(InputError, match="longer than the calendar"):
        duration("999999999999w")


@given(st.integers(-LAST, LAST))
def test_a_spoken_duration_is_read_back(length: int) -> None:
    assert duration(spoken(length)) == length


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = Clock(FROZEN_START)
    assert (clock.now(), clock.frozen) == (FROZEN_START, True)
    assert clock.advance(1_000) == FROZEN_START + 1_000
    assert clock.move(FROZEN_START + 5_000) == clock.now() == FROZEN_START + 5_000


def test_each_call_moves_a_frozen_clock() -> None:
    clock = Clock(FROZEN_START, each_call=30_000)
    assert [clock.call(), clock.call()] == [FROZEN_START + 30_000, FROZEN_START + 60_000]
    assert clock.now() == FROZEN_START + 60_000


def test_a_clock_never_goes_back_nor_beyond_the_calendar() -> None:
    clock = Clock(FROZEN_START)
    with pytest.raises(InputError, match=r"cannot go back from 2026-01-01T00:00:00\.000Z"):
        clock.advance(-1)
    with pytest.raises(InputError, match="ends with the year 9998"):
        clock.move(LAST + 1)
    assert clock.now() == FROZEN_START


class Machine:
    """A machine whose monotonic clock a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = 0.0
        monkeypatch.setattr(clocks, "_elapsed", self.elapsed)

    def elapsed(self) -> float:
        self.at += self.step
        return self.at

    step = 0.0


def test_a_running_clock_goes_at_its_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = Clock(FROZEN_START, speed=60)
    machine.at = 1_000
    assert clock.now() == FROZEN_START + 60_000
    clock.run(0)
    machine.at = 9_000
    assert clock.now() == FROZEN_START + 60_000
    clock.run(1)
    machine.at = 10_000
    assert clock.now() == FROZEN_START + 61_000


def test_advancing_by_nothing_is_never_going_back(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = Clock(FROZEN_START, speed=1_000)
    machine.step = 5  # each look at the machine takes a while
    assert clock.advance(0) >= FROZEN_START


def test_a_fast_clock_stops_at_the_end_of_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = Clock(FROZEN_START, speed=1_000_000)
    machine.at = 1e12
    assert clock.now() == LAST
    assert iso(clock.now()) == "9998-12-31T23:59:59.000Z"


@pytest.mark.parametrize("speed", [-1, 1_000_001, float("nan"), float("inf")])
def test_a_speed_without_sense_is_refused(speed: float) -> None:
    with pytest.raises(InputError, match="cannot run"):
        Clock(FROZEN_START).run(speed)


def test_a_fork_goes_its_own_way() -> None:
    clock = Clock(FROZEN_START, each_call=5)
    twin = clock.fork()
    clock.advance(1_000)
    assert (twin.now(), twin.each_call, twin.frozen) == (FROZEN_START, 5, True)


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "9998-12-31T23:59:59Z"])
def test_a_clock_stands_from_1970_to_9998(text: str) -> None:
    assert iso(clock_instant(text)) == text.replace("Z", ".000Z")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"])
def test_a_clock_stands_at_no_other_instant(text: str) -> None:
    with pytest.raises(InputError, match="is no instant of the years 1970 to 9998"):
        clock_instant(text)
