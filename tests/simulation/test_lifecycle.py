"""The table of states and transitions."""

from __future__ import annotations

import pytest

from understudy.simulation.lifecycle import IllegalTransition, Lifecycle, Transition

DOOR = Lifecycle(
    states=("OPEN", "CLOSED", "LOCKED", "GONE"),
    transitions=(
        Transition("close", ("OPEN",), ("CLOSED", "LOCKED")),
        Transition("open", ("CLOSED",), ("OPEN",)),
        Transition("lock", ("CLOSED",), ("LOCKED",)),
        Transition("remove", ("OPEN", "CLOSED"), ("GONE",)),
    ),
    terminal=frozenset({"GONE"}),
)


def test_an_event_leads_to_the_first_target_or_to_the_one_wanted() -> None:
    assert DOOR.target("OPEN", "close") == "CLOSED"
    assert DOOR.target("OPEN", "close", "LOCKED") == "LOCKED"


@pytest.mark.parametrize(
    ("state", "event", "wanted", "told"),
    [
        ("LOCKED", "open", None, "'open' cannot happen in state LOCKED; possible: nothing"),
        ("CLOSED", "close", None, "'close' cannot happen in state CLOSED; possible: open, lock,"),
        ("OPEN", "close", "GONE", "'close to GONE' cannot happen in state OPEN; possible: CLOSED"),
        ("NOWHERE", "open", None, "possible: nothing"),
    ],
)
def test_what_cannot_happen_says_what_can(
    state: str, event: str, wanted: str | None, told: str
) -> None:
    with pytest.raises(IllegalTransition, match=told.replace("?", r"\?")):
        DOOR.target(state, event, wanted)


def test_the_table_names_its_events_and_rows_in_order() -> None:
    assert DOOR.events == ("close", "open", "lock", "remove")
    assert DOOR.allowed("CLOSED") == ("open", "lock", "remove")
    assert list(DOOR.rows())[:3] == [
        ("OPEN", "close", "CLOSED"),
        ("OPEN", "close", "LOCKED"),
        ("CLOSED", "open", "OPEN"),
    ]


def test_two_rows_of_one_event_and_state_add_up() -> None:
    table = Lifecycle(
        ("A", "B", "C"), (Transition("go", ("A",), ("B",)), Transition("go", ("A",), ("C",)))
    )
    assert table.target("A", "go", "C") == "C"


@pytest.mark.parametrize(
    ("transitions", "terminal", "told"),
    [
        ((Transition("go", ("A",), ("X",)),), (), "no such states: X"),
        ((Transition("go", ("X",), ("A",)),), (), "no such states: X"),
        ((), ("X",), "no such states: X"),
        ((Transition("go", ("A",), ("A", "A")),), (), "'go' leads twice from A to A"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    transitions: tuple[Transition, ...], terminal: tuple[str, ...], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Lifecycle(("A",), transitions, frozenset(terminal))


def test_an_illegal_transition_is_told_with_its_place() -> None:
    assert str(IllegalTransition("A", "go").at("/then")).startswith("/then: 'go' cannot happen")
