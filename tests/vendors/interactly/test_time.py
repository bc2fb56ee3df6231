"""Runs on the clock: asynchronous ones, pauses that keep what is left, the reaper, progress."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vendors.interactly.harness import START, STEPS, Harness, inputs

SLOW: list[dict[str, Any]] = [
    {"do": "read", "takes": "10m"},
    {"wait": "input", "timeout": "1h"},
    {"do": "file", "takes": "5m", "fails": {"times": 1}, "retry": {"limit": 1, "delay": "20s"}},
]


def harness(**more: Any) -> Harness:
    """A world with an asynchronous workflow called slow."""
    return Harness(workflows=[{"name": "slow", "mode": "async", "steps": SLOW, **more}])


def begun(one: Harness) -> str:
    return one.start(one.workflow("slow").id).id


def seen(one: Harness, run: str) -> tuple[str, int]:
    """The status, and when it last changed, in seconds after the start."""
    found = one.run(run)
    return found.state, (found.updated - START) // 1000


def test_a_run_on_the_clock() -> None:
    one = harness()
    run = begun(one)
    told = [seen(one, run)]
    for length in ("999ms", "1ms", "599s", "1s"):
        told.append(seen(one.after(length), run))
    assert told == [
        ("started", 0),
        ("started", 0),
        ("running", 1),
        ("running", 1),
        ("waiting_for_user_input", 601),
    ]
    assert one.command("data", run) == (200, "running")
    assert seen(one.after("10m", "19s"), run)[0] == "running"
    assert seen(one.after("1s"), run) == ("completed", 601 + 620)


def test_a_timeout_ends_the_wait() -> None:
    one = harness()
    run = begun(one)
    assert seen(one.after("601s", "59m", "59s"), run)[0] == "waiting_for_user_input"
    assert seen(one.after("1s"), run) == ("failed", 601 + 3600)
    assert one.run(run).termination_source == "stale_run_reaper"


@pytest.mark.parametrize(("before", "left"), [("0s", 600), ("500ms", 600), ("4m", 361), ("10m", 1)])
@pytest.mark.parametrize("command", ["resume", "start"])
def test_a_step_that_was_paused_goes_on_where_it_was(before: str, left: int, command: str) -> None:
    one = harness()
    run = begun(one)
    assert one.after(before).command("pause", run) == (200, "paused")
    assert one.after("1d").command(command, run) == (200, "running")
    assert one.after(f"{left * 1000 - 1}ms").state(run) == "running"
    assert one.after("1ms").state(run) == "waiting_for_user_input"


def test_a_wait_that_was_paused_has_only_its_rest_left() -> None:
    one = harness()
    run = begun(one)
    assert one.after("601s", "20m").command("pause", run) == (200, "paused")
    assert one.after("1d").command("resume", run) == (200, "waiting_for_user_input")
    assert one.after("39m", "59s").state(run) == "waiting_for_user_input"
    assert one.after("1s").state(run) == "failed"


def test_a_pause_between_two_attempts_keeps_the_rest_of_the_delay() -> None:
    one = harness()
    run = begun(one)
    one.after("601s").command("data", run)
    assert one.after("5m", "5s").command("pause", run) == (200, "paused")
    one.after("1d").command("resume", run)
    assert one.after("15s", "299s").state(run) == "running"
    assert one.after("1s").state(run) == "completed"


def test_nothing_befalls_a_paused_or_stopped_run() -> None:
    one = harness(reaper="2h")
    for command in ("pause", "stop"):
        run = begun(one)
        one.after("30s").command(command, run)
        before = one.run(run)
        assert one.world.events.of(("runs", run)) == ()
        assert one.after("30d").run(run) is before


def test_the_reaper_comes_so_long_after_the_last_change() -> None:
    steps = [{"do": "ask", "takes": "1m"}, {"wait": "input"}, {"do": "work", "takes": "3h"}]
    one = Harness(workflows=[{"name": "slow", "mode": "async", "reaper": "2h", "steps": steps}])
    run = begun(one)
    one.after("61s", "1h", "59m").command("data", run)
    assert seen(one.after("1h", "59m", "59s"), run)[0] == "running"
    assert seen(one.after("1s"), run)[0] == "failed"
    assert one.run(run).termination_source == "stale_run_reaper"


def test_the_reaper_keeps_no_session_busy() -> None:
    one = Harness(workflows=[{"name": "w", "reaper": "1h", "steps": STEPS}])
    run = one.start(one.workflow("w").id)
    assert not one.world.events.pending()
    assert one.after("1h").state(run.id) == "failed"


@pytest.mark.parametrize("reaper", [None, "1h"])
def test_work_that_is_done_after_a_while_whatever_its_steps_take(reaper: str | None) -> None:
    more = {} if reaper is None else {"reaper": reaper}
    one = Harness(workflows=[{"name": "slow", "progress": {"after": "30s"}, "steps": SLOW, **more}])
    run = begun(one)
    assert one.state(run) == "started"
    assert seen(one.after("29s"), run)[0] == "started"
    assert seen(one.after("1s"), run) == ("waiting_for_user_input", 30)
    one.command("data", run)
    assert seen(one.after("30s"), run) == ("completed", 60)


def test_work_that_is_done_once_it_was_asked_for_so_often() -> None:
    one = Harness(workflows=[{"name": "slow", "progress": {"reads": 2}, "steps": SLOW}])
    run = begun(one)
    states = []
    for _ in range(3):
        states.append(one.after("1m").state(run))
        one.world.read("runs", run)
        one.after("0")
    assert states == ["started", "started", "waiting_for_user_input"]


def test_work_that_is_done_at_once_blocks_the_call() -> None:
    one = Harness(workflows=[{"name": "slow", "progress": "now", "steps": SLOW}])
    assert (one.workflow("slow").mode, one.state(begun(one))) == (
        "blocking",
        "waiting_for_user_input",
    )


def test_a_blocking_run_takes_no_time_at_all() -> None:
    one = Harness()
    made = one.start()
    one.command("data", made.id)
    one.command("resume", made.id)
    assert one.run(made.id).updated == START
    assert {step.at for step in one.world.transitions("runs", made.id)} == {START}


def test_a_long_script_is_played_within_a_call() -> None:
    steps = [{"group": [{"do": "a", "takes": "1d"}, {"sleep": "300d"}], "times": 4_000}]
    one = Harness(workflows=[{"name": "long", "steps": steps}])
    assert one.start(one.workflow("long").id).state == "completed"


def test_many_attempts_take_one_step_within_a_call() -> None:
    step = {"do": "a", "takes": "1s", "fails": {"times": 900_000}, "retry": {"limit": 900_000}}
    one = Harness(workflows=[{"name": "stubborn", "steps": [step]}])
    made = one.start(one.workflow("stubborn").id)
    assert (made.state, len(one.world.transitions("runs", made.id))) == ("completed", 3)


acts = st.lists(
    st.tuples(
        st.sampled_from(["begin", "start", "data", "resume", "pause", "stop", "look"]),
        st.integers(0, 2),
        st.integers(0, 90 * 60_000),
    ),
    max_size=12,
)


def played(done: list[tuple[str, int, int]], looks: int) -> Harness:
    """All that is done, with so many looks at the world between two acts."""
    one = harness(reaper="80m")
    runs = [begun(one), one.start().id]
    for act, which, length in done:
        for step in range(looks):
            one.world.advance(one.world.now + length * (step + 1) // looks - length * step // looks)
        if act == "begin":
            runs.append(begun(one))
        elif act != "look":
            one.command(act, runs[which % len(runs)])
    return one


@given(acts, st.integers(2, 4))
def test_looking_more_often_changes_nothing(done: list[tuple[str, int, int]], looks: int) -> None:
    once, often = played(done, 1), played(done, looks)
    assert list(once.world["runs"]) == list(often.world["runs"])
    assert once.world.transition_counts() == often.world.transition_counts()


@given(acts)
def test_a_run_has_a_pair_for_each_command_that_ran(done: list[tuple[str, int, int]]) -> None:
    one = played(done, 1)
    for run in one.world["runs"]:
        rested = sum(
            step.event == "resume" and step.target == "waiting_for_user_input"
            for step in one.world.transitions("runs", run.id)
        )
        turns = sum(
            step.event in ("start", "data", "resume")
            for step in one.world.transitions("runs", run.id)
        )
        assert len(run.pairs) == 1 + turns - rested
        assert inputs(run)[0][0] == "start"
