"""Plain work that pauses: what comes of it, who may come between, and how it is given up."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

import pytest

from understudy import slices
from understudy.slices import finished, pause, paused, sliced


@pytest.fixture
def at_every_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice is over as soon as somebody looks."""
    monkeypatch.setattr(slices, "SLICE", 0)


def deep(levels: int) -> int:
    pause()
    return 1 + deep(levels - 1) if levels else 0


def count(work: Any) -> tuple[int, Any]:
    """How often it let others come, and what came of it."""
    times = 0
    while True:
        try:
            next(work)
        except StopIteration as done:
            return times, done.value
        times += 1


@pytest.mark.usefixtures("at_every_pause")
def test_work_pauses_in_the_middle_of_what_it_calls() -> None:
    assert count(sliced(lambda: deep(3))) == (4, 3)


def test_short_work_lets_nobody_come_between() -> None:
    assert count(sliced(lambda: deep(3))) == (0, 3)


def test_where_nobody_drives_it_a_pause_is_nothing() -> None:
    assert deep(3) == 3
    assert list(paused([1, 2])) == [1, 2]


@pytest.mark.usefixtures("at_every_pause")
def test_a_mistake_comes_to_who_drives_the_work() -> None:
    def wrong() -> None:
        pause()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        count(sliced(wrong))


@pytest.mark.usefixtures("at_every_pause")
def test_work_that_is_given_up_ends_where_it_is() -> None:
    done: list[str] = []

    def tidy() -> None:
        try:
            deep(3)
            done.append("all")
        finally:
            done.append("tidied")

    work = sliced(tidy)
    next(work)
    work.close()
    assert done == ["tidied"]


@pytest.mark.usefixtures("at_every_pause")
def test_two_take_turns_and_each_keeps_its_own() -> None:
    one, two = sliced(lambda: deep(2)), sliced(lambda: deep(4))
    next(one)
    next(two)
    assert count(one) == (2, 2)
    assert count(two) == (4, 4)


def test_a_generator_rests_through_the_work_that_finishes_it() -> None:
    def resting() -> Generator[float, None, None]:
        yield 0.5
        yield 0.25

    work: slices.InSlices[None] = sliced(lambda: finished(resting()))
    assert [*work] == [0.5, 0.25]


@pytest.mark.usefixtures("at_every_pause")
def test_work_that_another_thread_drops_is_let_be() -> None:
    begun: list[Any] = []

    def begin() -> None:
        begun.append(sliced(lambda: deep(3)))
        next(begun[0])

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    begun.pop().close()
    assert count(sliced(lambda: deep(1))) == (2, 1)
