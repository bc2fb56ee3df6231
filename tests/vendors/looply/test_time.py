"""Time in two steps is time at once, whatever was asked in between."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.vendors.looply.harness import STEPS, Harness

SLOW = [
    {"do": "try", "takes": "40s", "fails": {"times": 2}, "retry": {"limit": 2, "delay": "7s"}},
    {"wait": "answer", "timeout": "3h"},
    {"sleep": "20m"},
]
acts = st.lists(
    st.tuples(
        st.sampled_from(["trigger", "resume", "terminate", "toggle", "wait"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 4 * 3_600_000),
    ),
    max_size=8,
)


def harness() -> Harness:
    return Harness(
        workflows=[
            {"name": "nightly", "schedule": "*/40 * * * *", "steps": STEPS},
            {"name": "slow", "steps": SLOW},
        ],
        executions=[
            {"workflow": "slow", "process_id": "a", "created": "-20s"},
            {"workflow": "approval", "process_id": "b", "state": "AWAITING_RESPONSE"},
        ],
    )


def act(one: Harness, what: str, process_id: str) -> Any:
    if what == "trigger":
        return one.trigger(body={"process_id": process_id}).id
    if what == "toggle":
        return one.toggle("PAUSE"), one.toggle("PLAY")
    if what == "wait":
        return None
    return one.resume(process_id) if what == "resume" else one.terminate(process_id)


def everything(one: Harness) -> Any:
    world = one.world
    return (
        {name: list(each) for name, each in world.collections.items()},
        sorted((owner, due) for owner, due, _ in world.events),
        world.transition_counts(),
    )


@given(acts, st.integers(1, 5))
def test_looking_more_often_changes_nothing(done: list[tuple[str, str, int]], looks: int) -> None:
    once, often = harness(), harness()
    for what, process_id, length in done:
        assert act(once, what, process_id) == act(often, what, process_id)
        start = once.world.now
        once.world.advance(start + length)
        for look in range(1, looks + 1):
            often.world.advance(start + length * look // looks)
    assert everything(once) == everything(often)


@given(acts)
def test_a_fork_lives_as_the_original_would(done: list[tuple[str, str, int]]) -> None:
    one, other = harness(), harness()
    before = everything(one)
    other.world = one.world.fork()
    for what, process_id, length in done:
        act(other, what, process_id)
        other.world.advance(other.world.now + length)
    assert everything(one) == before
    for what, process_id, length in done:
        act(one, what, process_id)
        one.world.advance(one.world.now + length)
    assert everything(one) == everything(other)
