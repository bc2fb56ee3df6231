"""The state table: what each operation and the clock do to a record in each of the 8 statuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.vendors.hydracore.harness import ONE, START, Harness, Response

RUNNING = ("active", "awaiting_approval", "paused")
LIVE = (*RUNNING, "suspended")
OVER = ("completed", "expired", "cancelled", "failed")
STATUSES = (*LIVE, *OVER)

Do = Callable[[Harness], Response]


def suspend(harness: Harness) -> Response:
    return harness.dashboard("POST", f"/{ONE}/suspend", {"step": "sign"})


def suspend_internal(harness: Harness) -> Response:
    return harness.internal("POST", f"/{ONE}/suspend", {"step": "sign"})


def resume(harness: Harness) -> Response:
    return harness.dashboard("POST", f"/{ONE}/resume", {})


def resume_internal(harness: Harness) -> Response:
    return harness.internal("POST", f"/{ONE}/resume", {})


def abort(harness: Harness) -> Response:
    return harness.dashboard("POST", f"/{ONE}/abort")


def note(harness: Harness) -> Response:
    return harness.advance()


# As the facts list them: status -> what each operation makes of it; 409 where it is refused.
TABLE: list[tuple[Do, dict[str, str | int]]] = [
    (
        suspend,
        {**dict.fromkeys(RUNNING, "suspended"), "suspended": 409, **dict.fromkeys(OVER, 409)},
    ),
    (resume, {**dict.fromkeys(RUNNING, 409), "suspended": "active", **dict.fromkeys(OVER, 409)}),
    (abort, {**dict.fromkeys(LIVE, "cancelled"), **dict.fromkeys(OVER, 409)}),
    (note, {**{status: status for status in LIVE}, **dict.fromkeys(OVER, 409)}),
]
TABLE += [(suspend_internal, TABLE[0][1]), (resume_internal, TABLE[1][1])]
ROWS = [
    pytest.param(do, status, becomes, id=f"{do.__name__} when {status}")
    for do, row in TABLE
    for status, becomes in row.items()
]


def harness(status: str, **fields: Any) -> Harness:
    """One record in that status, since an hour ago."""
    return Harness({"id": ONE, "status": status, "created": "-2h", "since": "-1h", **fields})


def test_every_operation_has_a_row_for_every_status() -> None:
    assert all(set(row) == set(STATUSES) for _, row in TABLE)


@pytest.mark.parametrize(("do", "status", "becomes"), ROWS)
def test_what_an_operation_makes_of_a_status(do: Do, status: str, becomes: str | int) -> None:
    one = harness(status)
    before = one.read()
    told = do(one)
    after = one.read()
    if becomes == 409:
        assert told.status == 409
        assert isinstance(told.body["detail"], str)
        assert after == before
    else:
        assert told.status == 200
        assert (told.body["status"], after["status"]) == (becomes, becomes)
        assert len(after["history"]) == len(before["history"]) + 1
        assert after["history"][:-1] == before["history"]
        assert (after["history"][-1]["from_status"], after["history"][-1]["to_status"]) == (
            status,
            becomes,
        )
        assert after["updated_at"] == after["last_action_at"] == START


@pytest.mark.parametrize("target", STATUSES)
@pytest.mark.parametrize("status", LIVE)
def test_a_live_record_may_be_given_any_status(status: str, target: str) -> None:
    told = harness(status).advance(status=target)
    assert (told.status, told.body["status"]) == (200, target)
    assert told.body["completed_at"] == (START if target == "completed" else None)


@pytest.mark.parametrize("target", STATUSES)
@pytest.mark.parametrize("status", OVER)
def test_a_record_that_is_over_is_given_none(status: str, target: str) -> None:
    told = harness(status).advance(status=target)
    assert (told.status, told.body) == (409, {"detail": f"Workflow is already {status}"})


@pytest.mark.parametrize("status", LIVE)
def test_a_live_record_expires_at_its_instant(status: str) -> None:
    one = harness(status, expires_at="30m")
    assert one.after("29m").read()["status"] == status
    found = one.after("1d").read()
    assert found["status"] == "expired"
    assert found["updated_at"] == "2026-01-01T00:30:00Z"
    assert found["history"][-1] == {
        "action": "expired",
        "at": "2026-01-01T00:30:00Z",
        "actor": "system",
        "from_status": status,
        "to_status": "expired",
        "from_stage": None,
        "to_stage": None,
        "data": {},
    }


@pytest.mark.parametrize("status", OVER)
def test_a_record_that_is_over_does_not_expire(status: str) -> None:
    one = harness(status, expires_at="30m")
    before = one.read()
    assert one.after("1d").read() == before


def test_expiry_comes_before_what_is_asked_at_the_same_instant() -> None:
    one = harness("suspended", expires_at="30m")
    told = resume(one.after("30m"))
    assert (told.status, told.body) == (409, {"detail": "Workflow is already expired"})


@pytest.mark.parametrize(
    ("do", "actor", "action"),
    [
        (suspend, "admin", "suspended"),
        (suspend_internal, "agent", "suspended"),
        (abort, "admin", "aborted"),
        (note, "agent", "noted"),
    ],
)
def test_the_history_tells_the_surface_not_the_person(do: Do, actor: str, action: str) -> None:
    one = harness("active")
    do(one)
    entry = one.read()["history"][-1]
    assert (entry["actor"], entry["action"]) == (actor, action)


@pytest.mark.parametrize("do", [resume, resume_internal])
def test_a_resume_keeps_the_stage_and_forgets_the_step(do: Do) -> None:
    one = harness("suspended", step="sign", stage="contract")
    assert do(one).body["status"] == "active"
    assert one.read()["stage"] == "contract"
    assert one.dashboard("GET", "/suspended").body == []


@pytest.mark.parametrize(
    ("event", "status", "action", "becomes"),
    [
        ("expire", "active", "expired", "expired"),
        ("abort", "paused", "aborted", "cancelled"),
        ("suspend", "active", "suspended", "suspended"),
        ("resume", "suspended", "resumed", "active"),
        ("advance", "paused", "advanced", "paused"),
    ],
)
def test_what_a_rule_brings_about_is_in_the_history_too(
    event: str, status: str, action: str, becomes: str
) -> None:
    rule = {"operation": "getWorkflow", "times": 1, "then": {"event": event}}
    one = Harness({"id": ONE, "status": status}, rules=[rule])
    found = one.read()
    assert found["status"] == becomes
    assert (found["history"][-1]["action"], found["history"][-1]["actor"]) == (action, "system")


@pytest.mark.parametrize(
    ("expires", "seen"),
    [
        ("2020-01-01T00:00:00Z", ("expired", START)),
        (START, ("expired", START)),
        ("2026-01-01T00:00:01Z", ("active", START)),
    ],
)
def test_an_instant_that_has_passed_expires_a_record_at_once(
    expires: str, seen: tuple[str, str]
) -> None:
    one = Harness()
    made = one.create(expires_at=expires)
    assert made["status"] == "active"
    found = one.read(made["id"])
    assert (found["status"], found["updated_at"]) == seen
    assert found["history"][-1]["at"] >= found["created_at"]


def test_another_instant_takes_the_place_of_the_first() -> None:
    one = Harness({"id": ONE, "expires_at": "1h"})
    one.advance(expires_at="2026-01-01T03:00:00Z")
    assert one.after("2h").read()["status"] == "active"
    assert one.after("2h").read()["history"][-1]["at"] == "2026-01-01T03:00:00Z"


def test_null_lets_a_record_live_for_ever() -> None:
    one = Harness({"id": ONE, "expires_at": "1h"})
    assert one.advance(expires_at=None).body["expires_at"] is None
    assert one.after("520w").read()["status"] == "active"
