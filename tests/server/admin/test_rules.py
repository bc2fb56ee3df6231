"""Rules over HTTP: added, counted, listed, taken out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.admin.admin_client import AdminClient
from understudy.openapi.request import decode_json
from understudy.server.admin import past_calls

FORCED = {"operation": "looply.resumeWorkflow", "times": 1, "reply": "ALREADY_RESTARTED"}


def test_a_rule_forces_an_answer_and_counts(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/rules"
    told = admin.ask("POST", path, FORCED)
    assert (told.status, told.answer) == (201, "ADDED")
    (rule,) = told.body["rules"]
    assert rule == {
        "id": "r1",
        "name": "looply.resumeWorkflow: ALREADY_RESTARTED",
        "operation": "looply.resumeWorkflow",
        "source": "admin",
        "matched": 0,
        "acted": 0,
        "on": True,
        "spent": False,
        "rule": FORCED,
    }
    assert [admin.resume(session=session).status_code for _ in range(2)] == [409, 200]
    told = admin.ask("GET", f"{path}/r1")
    assert told.body == rule | {"matched": 2, "acted": 1, "spent": True}


def test_a_vendors_name_may_be_left_out(admin: AdminClient, session: str) -> None:
    body = {"operation": "terminateWorkflow", "fault": {"lose": "answer"}}
    told = admin.ask("POST", f"/sessions/{session}/rules", body)
    assert told.body["rules"][0]["operation"] == "looply.terminateWorkflow"


@pytest.mark.parametrize("operation", ["*", "looply.*"])
def test_a_rule_may_be_for_any_call(admin: AdminClient, session: str, operation: str) -> None:
    body = {"name": "outage", "operation": operation, "reply": 503}
    told = admin.ask("POST", f"/sessions/{session}/rules", body)
    assert told.body["rules"][0]["operation"] == operation
    assert admin.call("GET", "/nowhere", session=session).status_code == 503


def test_the_newest_is_asked_first_and_of_several_the_first(
    admin: AdminClient, session: str
) -> None:
    path = f"/sessions/{session}/rules"
    admin.ask("POST", path, FORCED | {"name": "old"})
    admin.ask("POST", path, [FORCED | {"name": "first"}, FORCED | {"name": "second"}])
    listed = admin.ask("GET", path).body["rules"]
    assert [each["name"] for each in listed[:3]] == ["first", "second", "old"]
    assert {each["source"] for each in listed[3:]} == {"magic"}


@pytest.mark.parametrize("name", ["looply.resume", "acme.resumeWorkflow", "acme.*", "resume"])
def test_an_unknown_operation_is_answered_with_those_there_are(
    admin: AdminClient, session: str, name: str
) -> None:
    body = FORCED | {"operation": name}
    told = admin.ask("POST", f"/sessions/{session}/rules", body)
    assert (told.status, told.answer) == (404, "OPERATION_NOT_FOUND")
    assert "looply.resumeWorkflow" in told.body["exists"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"reply": "RESTARTED"}, "/reply"),
        ({"reply": 418}, "/reply"),
        ({"when": {"proces_id": "x"}}, "/when/proces_id"),
        ({"when": {"process_id": {"$matches": "("}}}, "/when/process_id/$matches"),
        ({"when": {"record": {"sate": "COMPLETED"}}}, "/when/record/sate"),
        ({"reply": {"status": 409, "body": {"code": 1}}}, "/reply/body/code"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_with_its_place(
    admin: AdminClient, session: str, changes: Any, where: str
) -> None:
    path = f"/sessions/{session}/rules"
    told = admin.ask("POST", path, FORCED | changes)
    assert (told.status, told.answer, told.body["where"]) == (409, "RULE_REFUSED", where)
    assert told.body["fix"]
    told = admin.ask("POST", path, [FORCED, FORCED | changes])
    assert told.body["where"] == f"/1{where}"
    assert admin.ask("GET", f"/sessions/{session}").body["rules"] == 0


@pytest.mark.parametrize(
    "body", [{}, [], {"operation": "*", "replies": 1}, FORCED | {"times": 0}, "FORCED", None]
)
def test_what_is_no_rule_breaks_the_contract(admin: AdminClient, session: str, body: Any) -> None:
    raw = b"null" if body is None else None
    told = admin.ask("POST", f"/sessions/{session}/rules", body, raw=raw)
    assert (told.status, told.answer) == (400, "BAD_REQUEST")
    assert told.body["violations"]


def test_a_session_takes_so_many_rules(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/rules"
    for _ in range(10):
        assert admin.ask("POST", path, [FORCED] * 100).status == 201
    told = admin.ask("POST", path, FORCED)
    assert (told.status, told.answer) == (409, "RULE_REFUSED")
    assert admin.ask("GET", f"/sessions/{session}").body["rules"] == 1000


def test_rules_are_listed_page_by_page(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/rules"
    admin.ask("POST", path, [FORCED | {"name": str(number)} for number in range(3)])
    first = admin.ask("GET", f"{path}?limit=2").body
    assert [each["name"] for each in first["rules"]] == ["0", "1"]
    second = admin.ask("GET", f"{path}?limit=1&after={first['next']}").body
    assert [each["name"] for each in second["rules"]] == ["2"]
    everything = admin.ask("GET", f"{path}?limit=1000").body
    last = everything["rules"][-1]["id"]
    assert everything["next"] is None
    assert admin.ask("GET", f"{path}?after={last}").body == {"rules": [], "next": None}
    assert admin.ask("GET", f"{path}?after=r99").answer == "RULE_NOT_FOUND"


def test_a_rule_is_taken_out(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/rules"
    admin.ask("POST", path, [FORCED, FORCED])
    assert admin.ask("DELETE", f"{path}/r1").status == 204
    told = admin.ask("GET", f"{path}/r1")
    assert (told.status, told.answer, told.body["exists"]) == (404, "RULE_NOT_FOUND", ["r2"])
    assert admin.ask("DELETE", f"{path}/r1").status == 404


def test_where_no_rule_was_added_an_unknown_one_is_told_where_all_are_listed(
    admin: AdminClient, session: str
) -> None:
    told = admin.ask("GET", f"/sessions/{session}/rules/r1")
    assert "exists" not in told.body
    listing = f"GET /__admin/sessions/{session}/rules"
    assert told.body["fix"] == f"{listing} lists all, the magic inputs among them"


def test_the_latest_needs_no_id(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/rules"
    assert admin.ask("DELETE", f"{path}/latest").answer == "RULE_NOT_FOUND"
    admin.ask("POST", path, [FORCED | {"name": "first"}, FORCED | {"name": "second"}])
    assert admin.ask("GET", f"{path}/latest").body["name"] == "first"
    assert admin.ask("DELETE", f"{path}/latest").status == 204
    assert admin.ask("GET", f"{path}/latest").body["name"] == "second"


def test_magic_inputs_stay(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/rules"
    magic = admin.ask("GET", path).body["rules"]
    told = admin.ask("DELETE", f"{path}/{magic[0]['id']}")
    assert (told.status, told.answer) == (409, "MAGIC_RULE")
    admin.ask("POST", path, FORCED)
    assert admin.ask("POST", f"{path}/clear").status == 204
    assert admin.ask("GET", path).body["rules"] == magic


def test_a_rule_that_never_matched_tells_what_came_nearest(
    admin: AdminClient, session: str
) -> None:
    path = f"/sessions/{session}/rules"
    when = {"process_id": "order-1001", "body": {"payload": {"source": "SAP"}}}
    admin.ask("POST", path, FORCED | {"when": when})
    admin.resume("order-1005", session=session)
    admin.call("POST", "/resumeWorkflow/order-1001", session=session, json={})
    told = admin.ask("GET", f"{path}/r1").body["nearest"]
    assert told["request"] == f"{session}.2"
    assert told["note"].startswith("it was refused before rules are asked: ")
    admin.call(
        "POST", "/resumeWorkflow/order-1001", session=session, json={"payload": {"source": "TEAMS"}}
    )
    assert admin.ask("GET", f"{path}/r1").body["nearest"] == {
        "request": f"{session}.3",
        "note": 'body/payload/source: expected "SAP", got "TEAMS"',
    }
    admin.ask("POST", path, {"operation": "*", "when": {"query.page": 2}, "reply": 503})
    assert admin.ask("GET", f"{path}/r2").body["nearest"] == {
        "request": f"{session}.3",
        "note": 'query.page: expected "2", got nothing',
    }


def test_the_nearest_misses_of_all_rules_are_told_to_whoever_asks(
    admin: AdminClient, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[bytes] = []

    def noting(body: bytes) -> Any:
        decoded.append(body)
        return decode_json(body)

    monkeypatch.setattr(past_calls, "decode_json", noting)
    path = f"/sessions/{session}/rules"
    rules = [
        {"operation": "resumeWorkflow", "when": {"body": {"payload": {"n": n}}}, "reply": 409}
        for n in range(30)
    ]
    assert admin.ask("POST", path, rules).status == 201
    for _ in range(5):
        admin.resume(session=session)
    told = admin.ask("GET", path).body["rules"]
    assert [each for each in told if "nearest" in each] == []
    assert decoded == []
    told = admin.ask("GET", f"{path}?nearest=true&limit=30").body["rules"]
    assert {each["nearest"]["request"] for each in told} == {f"{session}.5"}
    assert len(decoded) == 5


def test_rules_are_told_apart_by_where_they_came_from(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/rules"
    admin.ask("POST", path, [FORCED, FORCED | {"name": "second"}])
    mine = admin.ask("GET", f"{path}?source=admin").body["rules"]
    assert [each["source"] for each in mine] == ["admin", "admin"]
    magic = admin.ask("GET", f"{path}?source=magic&limit=3").body["rules"]
    assert [each["source"] for each in magic] == ["magic"] * len(magic)
    assert admin.ask("GET", f"{path}?source=nobody").body["rules"] == []


def test_a_rule_that_is_off_meets_no_call_and_keeps_its_counters(
    admin: AdminClient, session: str
) -> None:
    path = f"/sessions/{session}/rules"
    rule = admin.ask("POST", path, {"operation": "resumeWorkflow", "reply": 500}).body["rules"][0]
    assert admin.resume(session=session).status_code == 500
    off = admin.ask("PATCH", f"{path}/{rule['id']}", {"on": False}).body
    assert (off["on"], off["matched"], off["acted"]) == (False, 1, 1)
    assert admin.resume(session=session).status_code == 200
    taken = admin.ask("GET", f"/sessions/{session}/snapshot").body
    story = admin.ask("GET", f"/sessions/{session}/scenario").body["scenario"]
    assert [each["times"] for each in story["rules"]] == [1], "it acts no more than it did"
    assert admin.ask("PATCH", f"{path}/{rule['id']}", {"on": True}).body["on"] is True
    assert admin.resume(session=session).status_code == 500
    admin.ask("PUT", f"/sessions/{session}/snapshot", taken)
    assert admin.ask("GET", f"{path}/{rule['id']}").body["on"] is False
    twin = admin.ask("POST", f"/sessions/{session}/fork", {}).body["name"]
    assert admin.ask("GET", f"/sessions/{twin}/rules?source=admin").body["rules"][0]["on"] is False
    admin.ask("DELETE", f"/sessions/{twin}")


def test_a_rule_is_asked_where_it_is_put(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/rules"
    for status in (500, 409, 403):
        admin.ask("POST", path, {"operation": "resumeWorkflow", "reply": status, "times": 1})
    admin.ask("PATCH", f"{path}/r1", {"place": 1.0})
    admin.ask("PATCH", f"{path}/r3", {"place": 99})
    listed = admin.ask("GET", f"{path}?source=admin").body["rules"]
    assert [each["id"] for each in listed] == ["r1", "r2", "r3"]
    assert [admin.resume(session=session).status_code for _ in range(4)] == [500, 409, 403, 200]
