"""What is kept of a create, an advance, a suspension and a resumption."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.hydracore.harness import ADA, LETTINGS, ONE, OURS, START, Harness

APPROVER = "ffffffff-0000-4000-8000-000000000001"


def test_a_new_record_has_its_defaults_and_all_twenty_keys() -> None:
    made = Harness().create()
    assert made == {
        "approver_id": None,
        "assigned_to": None,
        "completed_at": None,
        "created_at": START,
        "customer_id": ADA,
        "escalation_level": 0,
        "expires_at": None,
        "history": [
            {
                "action": "created",
                "at": START,
                "actor": "agent",
                "from_status": None,
                "to_status": "active",
                "from_stage": None,
                "to_stage": None,
                "data": {},
            }
        ],
        "id": made["id"],
        "instance_id": LETTINGS,
        "last_action_at": START,
        "next_action_at": None,
        "reference": None,
        "stage": None,
        "status": "active",
        "tenant_id": OURS,
        "title": None,
        "updated_at": START,
        "workflow_state": {},
        "workflow_type": "custom",
    }
    assert list(made) == sorted(made), "the page shows the keys by the alphabet"


def test_a_new_record_takes_what_it_is_given() -> None:
    given: dict[str, Any] = {
        "approver_id": APPROVER.upper(),
        "assigned_to": "ada",
        "expires_at": "2026-02-01T01:30:00.250917+01:00",
        "next_action_at": "2026-01-02T00:00:00.000004Z",
        "reference": "FLAT-1",
        "stage": "first",
        "title": "A title",
        "workflow_state": {"a": [1, {"b": None}], "big": 10**18, "x": 1.5},
    }
    one = Harness()
    made = one.create(**given)
    assert {name: made[name] for name in given} == {
        **given,
        "approver_id": APPROVER,
        "expires_at": "2026-02-01T00:30:00.250917Z",
    }
    assert one.read(made["id"]) == made


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2026-02-01T10:00:00.1234567Z", "2026-02-01T10:00:00.123456Z"),
        ("2026-02-01T10:00:00.5Z", "2026-02-01T10:00:00.500000Z"),
        ("2026-02-01T10:00:00.000000Z", "2026-02-01T10:00:00Z"),
        (None, None),
    ],
)
def test_an_instant_that_a_client_writes_is_said_back_to_the_microsecond(
    said: str | None, kept: str | None
) -> None:
    one = Harness({"id": ONE, "expires_at": "1h"})
    told = one.advance(expires_at=said, next_action_at="2026-03-01T00:00:00.000001Z")
    assert (told.status, told.body["expires_at"]) == (200, kept)
    assert one.advance(expires_at=said).body["next_action_at"] == "2026-03-01T00:00:00.000001Z"


@pytest.mark.parametrize("name", ["approver_id", "assigned_to", "stage", "title", "expires_at"])
def test_null_is_as_good_as_nothing_in_a_new_record(name: str) -> None:
    assert Harness().create(**{name: None})[name] is None


def test_ids_are_read_whatever_their_case() -> None:
    one = Harness()
    made = one.create(customer_id=ADA.upper())
    assert made["customer_id"] == ADA
    assert one.read(made["id"].upper())["id"] == made["id"]


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": 3}}, {"a": {"x": 3}}),
        ({"a": 1, "b": 2}, {"a": None}, {"a": None, "b": 2}),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, None, {"a": 1}),
        ({}, {"": [1.0, "é"]}, {"": [1.0, "é"]}),
    ],
)
def test_state_is_merged_at_the_top_level(before: Any, sent: Any, after: Any) -> None:
    record = {"id": ONE, "workflow_state": before}
    assert Harness(record).advance(workflow_state=sent).body["workflow_state"] == after
    suspended = Harness(record)
    suspended.dashboard("POST", f"/{ONE}/suspend", {"step": "s", "payload": sent})
    assert suspended.read()["workflow_state"] == after
    suspended.dashboard("POST", f"/{ONE}/resume", {"resume_data": {"done": True}})
    assert suspended.read()["workflow_state"] == {**after, "done": True}


def test_an_advance_changes_what_it_says_and_nothing_else() -> None:
    record = {"id": ONE, "stage": "first", "title": "A title", "assigned_to": "ada"}
    one = Harness(record)
    before = one.read()
    told = one.after("1h").advance(stage="second", assigned_to=None, escalation_level=3).body
    changed = {name for name in told if told[name] != before[name]}
    assert changed == {
        "stage",
        "assigned_to",
        "escalation_level",
        "history",
        "updated_at",
        "last_action_at",
    }
    assert (told["stage"], told["assigned_to"], told["escalation_level"]) == ("second", None, 3)
    entry = told["history"][-1]
    assert (entry["from_stage"], entry["to_stage"]) == ("first", "second")
    assert entry["data"] == {"assigned_to": None, "escalation_level": 3}


def test_an_action_alone_is_an_entry() -> None:
    told = Harness({"id": ONE, "created": "-1d"}).advance(action="escalated").body
    assert (told["status"], told["escalation_level"], told["last_action_at"]) == (
        "active",
        0,
        START,
    )
    assert [each["action"] for each in told["history"]] == ["created", "escalated"]


@pytest.mark.parametrize("name", ["status", "escalation_level", "workflow_state"])
def test_null_changes_nothing_that_a_record_cannot_be_without(name: str) -> None:
    one = Harness({"id": ONE, "escalation_level": 2, "workflow_state": {"a": 1}})
    before = one.read()
    assert one.advance(**{name: None}).body[name] == before[name]


def test_a_status_written_instead_of_a_suspension_has_no_step() -> None:
    one = Harness({"id": ONE})
    one.advance(status="suspended")
    (found,) = one.dashboard("GET", "/suspended").body
    assert (found["suspended_step"], found["suspended_at"]) == (None, START)


def test_a_suspended_record_keeps_its_step_through_a_note() -> None:
    one = Harness(
        {"id": ONE, "status": "suspended", "step": "sign", "since": "-1h", "created": "-2h"}
    )
    one.advance(status="suspended")
    (found,) = one.dashboard("GET", "/suspended").body
    assert (found["suspended_step"], found["suspended_at"]) == ("sign", "2025-12-31T23:00:00Z")


def test_leaving_a_suspension_by_an_advance_forgets_the_step() -> None:
    one = Harness({"id": ONE, "status": "suspended", "step": "sign"})
    one.advance(status="paused")
    assert one.dashboard("GET", "/suspended").body == []
    one.advance(status="suspended")
    assert one.dashboard("GET", "/suspended").body[0]["suspended_step"] is None


@pytest.mark.parametrize(
    ("body", "merged"),
    [
        ({}, {}),
        ({"resume_data": {"a": 1}}, {"a": 1}),
        ({"data": {"a": 1}}, {"a": 1}),
        ({"payload": {"a": 1}}, {"a": 1}),
        ({"payload": {"a": 3}, "data": {"a": 2}, "resume_data": {"a": 1}}, {"a": 1}),
        ({"resume_data": None, "data": {"a": 1}}, {}),
    ],
)
def test_a_resume_takes_the_first_of_its_three_names(body: Any, merged: Any) -> None:
    one = Harness({"id": ONE, "status": "suspended"})
    told = one.dashboard("POST", f"/{ONE}/resume", body)
    assert (told.status, one.read()["workflow_state"]) == (200, merged)
    hinted = told.headers.get("x-understudy-hint", "")
    assert hinted.startswith("resume_data was taken, not data") is (len(body) > 1)


@pytest.mark.parametrize(
    ("path", "body", "hint"),
    [
        (
            "resume",
            {"resumeData": {"a": 1}},
            "resumeData is ignored; the body may have resume_data",
        ),
        ("suspend", {"step": "s", "Payload": {}, "x\ny": 1}, "Payload, x?y are ignored"),
    ],
)
def test_a_key_that_is_dropped_is_hinted_at(path: str, body: Any, hint: str) -> None:
    one = Harness({"id": ONE, "status": "suspended" if path == "resume" else "active"})
    told = one.dashboard("POST", f"/{ONE}/{path}", body)
    assert told.status == 200
    assert told.headers["x-understudy-hint"].startswith(hint)
    assert one.read()["workflow_state"] == {}


def test_an_abort_ignores_whatever_body_it_is_sent() -> None:
    one = Harness({"id": ONE})
    told = one.dashboard("POST", f"/{ONE}/abort", raw=b"{not json")
    assert (told.status, told.body["status"]) == (200, "cancelled")


def test_an_answer_to_an_action_has_three_keys() -> None:
    told = Harness({"id": ONE}).internal("POST", f"/{ONE}/suspend", {"step": "x" * 100})
    assert told.status == 200
    assert set(told.body) == {"id", "message", "status"}
    assert (told.body["id"], told.body["status"]) == (ONE, "suspended")


def test_a_next_action_is_a_note_and_nothing_more() -> None:
    one = Harness({"id": ONE, "next_action_at": "1h"})
    before = one.read()
    assert before["next_action_at"] == "2026-01-01T01:00:00Z"
    assert one.after("2h").read() == before
