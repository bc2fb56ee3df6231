"""Worlds that cannot go on: endless loops, no room, events that nobody handles."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from tests.simulation.sample_kind import LIFE, Thing, thing, world
from understudy.errors import SimulationError
from understudy.simulation import kind
from understudy.simulation import world as worlds
from understudy.simulation.due_events import Due
from understudy.simulation.world import Kind, World


class Trap(Thing, frozen=True, kw_only=True):
    """A thing for worlds that go wrong."""


def trapped(strike: Any, *, every: int = 0) -> World:
    kind: Kind[Any] = Kind(
        "traps",
        Trap,
        lifecycle=LIFE,
        due=lambda each: (Due("snap", each.last + each.every),) if each.state == "ON" else (),
        on_due=strike,
    )
    made = World("traps", [kind], seed=0, now=0)
    made.add("traps", Trap(id="t", state="ON", every=every))
    return made


def test_a_loop_that_never_lets_time_pass_is_refused_and_named() -> None:
    one = trapped(lambda on, each, due: on.change("traps", each, "tick", due.at))
    with pytest.raises(SimulationError, match="'t' strikes more than 10000 times at 1970") as found:
        one.advance(5)
    assert found.value.where == "t"


def test_two_records_cannot_loop_either() -> None:
    def ping(on: World, each: Trap, due: Due) -> None:
        on.change("traps", each, "stop", due.at)
        other = "u" if each.id == "t" else "t"
        found = on["traps"].get(other)
        assert found is not None
        on.change("traps", found, "start", due.at)

    one = trapped(ping)
    one.add("traps", Trap(id="u", state="OFF", every=0))
    with pytest.raises(SimulationError, match="strikes more than 10000 times"):
        one.advance(5)


def test_many_records_may_strike_at_one_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "AT_ONE_INSTANT", 5)
    one = world()
    for number in range(100):
        one.add("things", thing(f"t{number}", ticks=1))
    assert one.advance(2_000) == 200


def test_what_found_no_room_stays_due_and_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "RECORDS", 2)
    one = trapped(
        lambda on, each, due: (
            on.add("traps", Trap(id=on.identifiers.hex("trap"), state="OFF")),
            on.replace("traps", structs.replace(each, last=due.at)),
        ),
        every=1_000,
    )
    for _ in range(2):
        with pytest.raises(SimulationError, match="traps is full with 2 records"):
            one.advance(10_000)
    assert one.events.soonest == 2_000
    assert one.now == 2_000


def test_a_kind_that_is_never_struck_says_so() -> None:
    one = trapped(kind.unhandled_due)
    with pytest.raises(SimulationError, match="t: snap fell due and nothing handles it"):
        one.advance(1)
