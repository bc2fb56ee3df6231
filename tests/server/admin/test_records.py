"""Records over HTTP: listed page by page, and one with its past and future."""

from __future__ import annotations

import pytest

from tests.server.admin.admin_client import WAITING, AdminClient

RUNNING = "11111111-aaaa-4bbb-8ccc-000000000002"


def test_a_walk_meets_each_record_once(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/records?vendor=looply&collection=executions"
    whole = admin.ask("GET", f"{path}&limit=1000").body
    assert whole["count"] == len(whole["records"]) > 50
    page = admin.ask("GET", f"{path}&limit=7").body
    found = page["records"]
    while page["next"] is not None:
        assert len(page["records"]) == 7
        page = admin.ask("GET", f"{path}&limit=7&after={page['next']}").body
        found += page["records"]
    assert found == whole["records"]


def test_one_record_tells_its_past_and_future(admin: AdminClient, session: str) -> None:
    told = admin.ask("GET", f"/sessions/{session}/records/looply/executions/{RUNNING}").body
    assert (told["id"], told["state"]) == (RUNNING, "IN_PROGRESS")
    assert told["created"] == "2026-01-05T08:59:55.000Z"
    assert told["fields"]["process_id"] == "order-1002"
    assert told["fields"]["input"] == {
        "process_id": "order-1002",
        "invoice": "INV-1002",
        "amount": 80,
    }
    assert told["transitions"][0]["event"] == "created"
    assert [each["at"] for each in told["due"]] == ["2026-01-05T09:00:25.000Z"]


def test_records_are_those_of_the_present(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    admin.ask("PUT", f"/sessions/{session}/clock", {"each_call": "5m"})
    admin.call("GET", "/getOrganizationWorkflows", session=session)
    told = admin.ask("GET", f"/sessions/{session}/records/looply/executions/{WAITING}").body
    assert (told["state"], told["due"]) == ("COMPLETED", [])


@pytest.mark.parametrize(
    ("path", "answer", "there"),
    [
        ("records/acme/executions/1", "VENDOR_NOT_FOUND", "looply"),
        ("records/looply/runs/1", "COLLECTION_NOT_FOUND", "executions"),
        ("records/looply/executions/1", "RECORD_NOT_FOUND", RUNNING),
        ("records?vendor=acme&collection=executions", "VENDOR_NOT_FOUND", "looply"),
        ("records?vendor=looply&collection=runs", "COLLECTION_NOT_FOUND", "executions"),
        ("records?vendor=looply&collection=executions&after=1", "RECORD_NOT_FOUND", RUNNING),
    ],
)
def test_unknown_names_are_answered_with_those_there_are(
    admin: AdminClient, session: str, path: str, answer: str, there: str
) -> None:
    told = admin.ask("GET", f"/sessions/{session}/{path}")
    assert (told.status, told.answer) == (404, answer)
    assert there in told.body["exists"]


def test_without_a_collection_those_there_are_is_told(admin: AdminClient, session: str) -> None:
    told = admin.ask("GET", f"/sessions/{session}/records").body["collections"]
    names = {(each["vendor"], each["collection"]) for each in told}
    assert {("looply", "executions"), ("looply", "workflows")} <= names
    mine = admin.ask("GET", f"/sessions/{session}/records?vendor=looply").body["collections"]
    assert {each["vendor"] for each in mine} == {"looply"}
    keys = admin.ask("GET", f"/sessions/{session}/records?collection=credentials").body[
        "collections"
    ]
    assert {each["collection"] for each in keys} == {"credentials"}
    assert all(each["count"] > 0 for each in keys)
