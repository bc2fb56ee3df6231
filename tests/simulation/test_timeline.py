"""What a run does by itself: retries, backoff, sleeps, waits, timeouts, groups."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import InputError
from understudy.simulation.timeline import (
    FOREVER,
    STEPS,
    Do,
    Failure,
    Parallel,
    Position,
    Retry,
    Timeline,
    after,
    course,
    current,
    next_event,
    parse,
    position_of,
)

Told = list[tuple[int, str]]


def play(timeline: Timeline, limit: int = 200) -> Told:
    """Everything that happens to a run that nobody touches: (when, what)."""
    position = Position()
    told: Told = []
    while len(told) < limit:
        coming = next_event(timeline, position)
        if coming is None:
            return [*told, (position.since, "waits")]
        at = position.since + coming.delay
        told.append((at, coming.event))
        following = after(timeline, position, coming.event, at)
        if following is None:
            return [*told, (at, "broken")]
        if coming.event == "over":
            return told
        position = following
    raise AssertionError("it never ends")


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([], [(0, "over")]),
        ([{"do": "a", "takes": "2s"}], [(2_000, "done"), (2_000, "over")]),
        ([{"sleep": "1h"}], [(3_600_000, "woke"), (3_600_000, "over")]),
        ([{"do": "a", "takes": "1s"}, {"wait": "w"}], [(1_000, "done"), (1_000, "waits")]),
        ([{"wait": "w", "timeout": "5s"}], [(5_000, "timeout"), (5_000, "broken")]),
        ([{"reply": {"ok": True}}], [(0, "done"), (0, "over")]),
        ([{"do": "a", "takes": "1s"}, {"outcome": "FAILED"}], [(1_000, "done"), (1_000, "over")]),
        ([{"do": "a", "takes": "9s", "timeout": "3s"}], [(3_000, "timeout"), (3_000, "broken")]),
        ([{"do": "a", "takes": "3s", "timeout": "3s"}], [(3_000, "done"), (3_000, "over")]),
        ([{"do": "a", "takes": "1s", "fails": {}}], [(1_000, "failed"), (1_000, "broken")]),
    ],
)
def test_each_kind_of_step(steps: list[dict[str, Any]], told: Told) -> None:
    assert play(parse(steps)) == told


@pytest.mark.parametrize(
    ("backoff", "instants"),
    [
        ("constant", [1_000, 3_000, 4_000, 6_000, 7_000, 9_000, 10_000]),
        ("linear", [1_000, 3_000, 4_000, 8_000, 9_000, 15_000, 16_000]),
        ("exponential", [1_000, 3_000, 4_000, 8_000, 9_000, 17_000, 18_000]),
    ],
)
def test_a_failing_step_is_tried_again_after_longer_and_longer(
    backoff: str, instants: list[int]
) -> None:
    step = {
        "do": "a",
        "takes": "1s",
        "fails": {"times": 3},
        "retry": {"limit": 3, "delay": "2s", "backoff": backoff},
    }
    told = play(parse([step]))
    assert [event for _, event in told] == ["failed", "retry"] * 3 + ["done", "over"]
    assert [at for at, _ in told[:-1]] == instants
    assert course(step_of(step)) == (instants[-1], True)


def step_of(item: dict[str, Any]) -> Do:
    (made,) = parse([item])
    assert isinstance(made, Do)
    return made


def test_after_the_last_attempt_the_run_is_broken() -> None:
    step = {"do": "a", "takes": "1s", "fails": {"times": 3}, "retry": {"limit": 2, "delay": "1s"}}
    assert play(parse([step]))[-2:] == [(5_000, "failed"), (5_000, "broken")]
    assert course(step_of(step)) == (5_000, False)


dos = st.builds(
    Do,
    st.just("a"),
    takes=st.integers(0, 50),
    fails=st.none() | st.builds(Failure, st.none() | st.integers(0, 6)),
    retry=st.none()
    | st.builds(
        Retry,
        st.integers(0, 6),
        st.integers(0, 9),
        st.sampled_from(["constant", "linear", "exponential"]),
    ),
    timeout=st.none() | st.integers(0, 60),
)


@given(dos)
def test_the_course_of_a_step_is_what_playing_it_gives(step: Do) -> None:
    told = play((step,))
    assert course(step) == (told[-1][0], told[-1][1] == "over")


@given(st.lists(dos, min_size=1, max_size=4))
def test_parallel_steps_end_with_the_longest_or_with_the_first_that_breaks(
    steps: list[Do],
) -> None:
    courses = [course(step) for step in steps]
    broken = [length for length, well in courses if not well]
    told = play((Parallel(tuple(steps)),))
    if broken:
        assert told == [(min(broken), "failed"), (min(broken), "broken")]
    else:
        longest = max(length for length, _ in courses)
        assert told == [(longest, "done"), (longest, "over")]


def test_delays_beyond_all_measure_stay_numbers() -> None:
    retry = Retry(1_000_000, 86_400_000, "exponential")
    assert retry.pause(1_000_000) == FOREVER
    assert retry.pauses(1_000_000) == FOREVER
    assert Retry(1, FOREVER, "linear").pause(9) == FOREVER


def test_groups_are_written_out_and_nest() -> None:
    steps = [{"group": [{"do": "a"}, {"group": [{"wait": "w"}], "times": 2}], "times": 2}]
    assert [item.name for item in parse(steps)] == ["a", "w", "w"] * 2


@pytest.mark.parametrize(
    "steps",
    [
        [{"group": [{"do": "a"}], "times": STEPS + 1}],
        [{"group": [{"group": [{"do": "a"}], "times": STEPS}], "times": STEPS}],
        [{"group": [{"do": "a"}], "times": STEPS}, {"do": "b"}],
    ],
)
def test_too_many_steps_are_refused_before_they_are_made(steps: list[dict[str, Any]]) -> None:
    with pytest.raises(InputError, match=f"/steps: more than {STEPS} steps"):
        parse(steps)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"do": "a", "takes": "-1s"}, "/steps/0/takes: a step cannot last -1s"),
        ({"sleep": "soon"}, "/steps/0/sleep: 'soon' is no duration"),
        ({"wait": "w", "timeout": "1"}, "/steps/0/timeout: '1' is no duration"),
        ({"do": "a", "retry": {"delay": "x"}}, "/steps/0/retry/delay: 'x' is no duration"),
        ({"do": "a", "rollback": {"takes": "-5s"}}, "/steps/0/rollback/takes: a step cannot"),
        ({"parallel": [{"wait": "w"}]}, "/steps/0: only `do` steps run in parallel"),
        ({"group": [{"do": "a", "takes": "x"}]}, "/steps/0/group/0/takes: 'x' is no duration"),
    ],
)
def test_a_mistake_is_told_with_its_place(step: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as found:
        parse([step])
    assert str(found.value).startswith(told)


def test_everything_the_grammar_says_is_kept() -> None:
    step = step_of(
        {
            "do": "a",
            "takes": "1s",
            "output": {"n": 1},
            "events": [{"e": 1}],
            "fails": {"times": 2, "error": "no"},
            "retry": {"limit": 5, "delay": "1s", "backoff": "linear"},
            "timeout": "9s",
            "rollback": {"takes": "2s", "fails": True},
        }
    )
    assert step.output is not None
    assert (bytes(step.output), [bytes(each) for each in step.events]) == (b'{"n":1}', [b'{"e":1}'])
    assert step.fails is not None
    assert (step.fails.times, bytes(step.fails.error)) == (2, b'"no"')
    assert step.retry == Retry(5, 1_000, "linear")
    assert step.rollback is not None
    assert (step.timeout, step.rollback.takes, step.rollback.fails) == (9_000, 2_000, True)


def test_a_step_is_found_by_name_or_the_names_are_told() -> None:
    timeline = parse([{"do": "a"}, {"wait": "b"}, {"do": "b"}])
    assert position_of(timeline, "b", since=7) == Position(1, since=7)
    with pytest.raises(InputError, match=r"no step 'c' in this timeline\. It has a, b, b"):
        position_of(timeline, "c", since=0)
    assert current(timeline, Position(9)) is None
