"""The last transitions of a record, shared by all that go on from them."""

from __future__ import annotations

import pytest

from understudy.simulation.history import STEPS, Step, Trail, longer, trail_of


def step(number: int) -> Step:
    return Step(number, "tick", "ON", "ON")


def lived(count: int) -> Trail:
    return trail_of(step(number) for number in range(count))


@pytest.mark.parametrize("count", [1, 2, STEPS - 1, STEPS, STEPS + 1, 2 * STEPS, 10 * STEPS + 3])
def test_the_last_steps_are_kept_oldest_first(count: int) -> None:
    kept = [each.at for each in lived(count).steps()]
    assert kept == [*range(max(0, count - STEPS), count)]


def test_it_never_grows_beyond_twice_of_what_is_kept() -> None:
    trail, longest = lived(1), 0
    for number in range(1, 20 * STEPS):
        trail = longer(trail, step(number))
        longest = max(longest, trail.length)
    assert longest == 2 * STEPS


def test_two_that_go_on_from_one_share_it_and_keep_it() -> None:
    common = lived(2 * STEPS - 1)
    one, other = common, longer(common, step(-1))
    for number in range(3 * STEPS):
        one = longer(one, step(number))
    assert [each.at for each in other.steps()] == [*range(STEPS, 2 * STEPS - 1), -1]
    assert other.before is common
    assert [each.at for each in one.steps()] == [*range(2 * STEPS, 3 * STEPS)]
