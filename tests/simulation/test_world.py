"""Records and time behind one door: advancing, cancelling, forking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.simulation.sample_kind import LIFE, Thing, picture, the, thing, world
from understudy.errors import SimulationError
from understudy.simulation.due_events import NEVER
from understudy.simulation.history import STEPS, Step
from understudy.simulation.lifecycle import IllegalTransition
from understudy.simulation.world import World

durations = st.integers(0, 12_000)
populations = st.lists(
    st.builds(
        thing,
        st.sampled_from(["a", "a'", "b", "b'", "c", "c'"]),
        state=st.sampled_from(["ON", "OFF", "DONE"]),
        every=st.sampled_from([500, 1_000, 1_700, 4_000]),
        ticks=st.integers(0, 4),
    ),
    max_size=6,
    unique_by=lambda each: each.id,
)
# What somebody does to a world: (what, to which thing).
acts = st.lists(
    st.tuples(st.sampled_from(["stop", "start", "end", "remove", "add"]), st.integers(0, 7)),
    max_size=6,
)


def peopled(population: list[Thing]) -> World:
    made = world()
    for each in population:
        made.add("things", each)
    return made


def act(on: World, what: str, which: int) -> None:
    """Does it if it can be done there."""
    everything = list(on["things"])
    if what == "add":
        if f"n{which}" not in on["things"]:
            on.add("things", thing(f"n{which}", last=on.now))
    elif everything:
        one = everything[which % len(everything)]
        if what == "remove":
            on.remove("things", one.id)
        elif what in LIFE.allowed(one.state):
            on.change("things", one, what, last=on.now)


@given(populations, acts, durations, durations)
def test_advancing_in_two_steps_is_advancing_at_once(
    population: list[Thing], done: list[tuple[str, int]], a: int, b: int
) -> None:
    once, twice = peopled(population), peopled(population)
    for each in (once, twice):
        each.advance(700)
        for what, which in done:
            act(each, what, which)
    struck = once.advance(700 + a + b)
    assert twice.advance(700 + a) + twice.advance(700 + a + b) == struck
    assert picture(once) == picture(twice)


@given(populations, acts, durations)
def test_what_was_cancelled_never_strikes(
    population: list[Thing], done: list[tuple[str, int]], then: int
) -> None:
    one = peopled(population)
    one.advance(700)
    for what, which in done:
        act(one, what, which)
    stopped = {each.id: each for each in one["things"] if each.state == "OFF"}
    there = {each.id for each in one["things"]}
    one.advance(700 + then)
    for each in one["things"]:
        assert each.id in there
        before = stopped.get(each.id)
        if before is not None and each.state == "OFF":
            assert each == before


@given(populations, acts, acts, durations)
def test_neither_side_of_a_fork_sees_the_other(
    population: list[Thing],
    ours: list[tuple[str, int]],
    theirs: list[tuple[str, int]],
    then: int,
) -> None:
    one = peopled(population)
    one.advance(700)
    before = picture(one)
    twin = one.fork()
    for what, which in theirs:
        act(twin, what, which)
    twin.advance(700 + then)
    assert picture(one) == before
    after = picture(twin)
    for what, which in ours:
        act(one, what, which)
    one.advance(700 + then)
    assert picture(twin) == after


@given(populations, acts, durations)
def test_a_fork_lives_on_as_the_original_would(
    population: list[Thing], done: list[tuple[str, int]], then: int
) -> None:
    one = peopled(population)
    one.advance(700)
    twin = one.fork()
    for each in (one, twin):
        for what, which in done:
            act(each, what, which)
        each.advance(700 + then)
    assert picture(one) == picture(twin)


@given(populations, durations)
def test_events_are_always_those_the_records_say(population: list[Thing], then: int) -> None:
    one = peopled(population)
    one.advance(then)
    for each in one["things"]:
        assert one.events.of(("things", each.id)) == tuple(one.kinds["things"].due(each))


def test_each_event_is_applied_at_its_own_instant() -> None:
    one = peopled([thing("a", every=1_000, ticks=2)])
    assert one.advance(1_000_000) == 3
    (ended,) = one["things"]
    assert ended.struck == (1_000, 2_000)
    assert [(note.about, note.created) for note in one["notes"]] == [("a", 3_000)]
    assert one.transitions("things", "a") == (
        Step(0, "created", "", "ON"),
        Step(1_000, "tick", "ON", "ON"),
        Step(2_000, "tick", "ON", "ON"),
        Step(3_000, "end", "ON", "DONE"),
    )
    assert one.transition_counts()["things", "ON", "tick", "ON"] == 2
    assert (one.now, one.events.soonest) == (1_000_000, NEVER)


def test_time_never_goes_back() -> None:
    one = world(now=5_000)
    one.advance(1_000)
    assert one.now == 5_000


def test_what_fell_due_before_the_start_is_applied_at_its_instant() -> None:
    one = world(now=10_000)
    one.add("things", thing("late", every=1_000, ticks=1))
    one.advance(10_000)
    assert the(one, "late").struck == (1_000,)
    assert one.now == 10_000


def test_a_removed_record_takes_its_events_and_its_past_along() -> None:
    one = peopled([thing("a")])
    one.remove("things", "a")
    one.remove("things", "a")
    assert (len(one.events), one.transitions("things", "a"), one.advance(9_000)) == (0, (), 0)


def test_an_id_is_free_again_after_removal_and_taken_before() -> None:
    one = peopled([thing("a")])
    with pytest.raises(SimulationError, match="things has a record 'a' already"):
        one.add("things", thing("a"))
    one.remove("things", "a")
    assert one.add("things", thing("a")).id == "a"


def test_what_the_lifecycle_forbids_changes_nothing() -> None:
    one = peopled([thing("a", state="DONE")])
    before = picture(one)
    with pytest.raises(IllegalTransition, match="'stop' cannot happen in state DONE"):
        one.change("things", the(one, "a"), "stop")
    assert picture(one) == before


def test_a_record_that_has_changed_since_is_refused() -> None:
    one = peopled([thing("a")])
    stale = the(one, "a")
    one.change("things", stale, "stop")
    with pytest.raises(AssertionError, match="things a has changed since"):
        one.change("things", stale, "stop")


def test_a_replaced_record_keeps_its_state_and_must_exist() -> None:
    one = peopled([thing("a", every=9_000)])
    one.replace("things", structs.replace(the(one, "a"), every=2_000))
    assert one.events.soonest == 2_000
    with pytest.raises(AssertionError, match="a state changes through change"):
        one.replace("things", thing("a", state="OFF"))
    with pytest.raises(SimulationError, match="things has no record 'b'"):
        one.replace("things", thing("b"))


def test_a_trail_is_bounded() -> None:
    one = peopled([thing("a", ticks=100)])
    one.advance(1_000_000)
    trail = one.transitions("things", "a")
    assert (len(trail), trail[-1].event) == (STEPS, "end")
