"""Cron schedules on the session's clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import InputError
from understudy.simulation.clock import LAST, instant, iso
from understudy.simulation.schedule import check, next_run


@pytest.mark.parametrize(
    ("expression", "after", "run"),
    [
        ("0 2 * * *", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00.000Z"),
        ("0 2 * * *", "2026-01-01T02:00:00Z", "2026-01-02T02:00:00.000Z"),
        ("0 2 * * *", "2026-01-01T01:59:59.999Z", "2026-01-01T02:00:00.000Z"),
        ("0 9 * * 1-5", "2026-01-02T09:00:00Z", "2026-01-05T09:00:00.000Z"),
        ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00.000Z"),
        ("*/15 * * * *", "2026-12-31T23:46:00Z", "2027-01-01T00:00:00.000Z"),
    ],
)
def test_a_schedule_comes_true_strictly_later(expression: str, after: str, run: str) -> None:
    found = next_run(expression, instant(after))
    assert found is not None
    assert iso(found) == run


@given(st.integers(0, instant("2100-01-01T00:00:00Z")))
def test_nothing_is_left_out_between_two_runs(at: int) -> None:
    first = next_run("7 */3 * * *", at)
    assert first is not None
    assert first > at
    assert next_run("7 */3 * * *", first - 1) == first


def test_a_schedule_ends_with_the_calendar() -> None:
    assert next_run("0 2 * * *", LAST) is None


@pytest.mark.parametrize("expression", ["", "* * *", "61 * * * *", "x * * * *", "0 0 30 2 *"])
def test_what_is_no_schedule_is_refused_with_an_example(expression: str) -> None:
    with pytest.raises(InputError, match=r'is no schedule.*"0 9 \* \* 1-5"'):
        check(expression)


def test_a_schedule_that_holds_is_answered() -> None:
    assert check("0 9 * * 1-5") == "0 9 * * 1-5"
