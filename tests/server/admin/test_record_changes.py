"""Records changed, made and removed by hand: of every vendor, all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.behaviour.documents import LIFECYCLE, SHOP, section
from tests.server.admin.admin_client import WAITING, AdminClient

RUNNING = "11111111-aaaa-4bbb-8ccc-000000000002"
EXECUTIONS = "records/looply/executions"


def test_a_state_is_written_and_the_vendor_answers_by_it(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/{EXECUTIONS}/{WAITING}"
    told = admin.ask("PATCH", path, {"state": "FAILED", "error": "SAP is down"})
    assert (told.status, told.body["state"], told.body["due"]) == (200, "FAILED", [])
    assert told.body["transitions"][-1] == {
        "at": "2026-01-05T09:00:00.000Z",
        "event": "changed",
        "from": "AWAITING_RESPONSE",
        "to": "FAILED",
    }
    assert admin.resume(session=session).json()["code"] == "NO_RESUMABLE_EXECUTION"


def test_an_event_happens_with_all_that_goes_with_it(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/{EXECUTIONS}/{WAITING}"
    before = admin.ask("GET", path).body
    assert [each["event"] for each in before["events"]] == ["resume", "fail", "terminate"]
    assert before["entry"]["process_id"] == "order-1001"
    told = admin.ask("PATCH", path, {"event": "resume"}).body
    assert told["state"] == "IN_PROGRESS"
    assert told["due"] == [{"at": "2026-01-05T09:05:00.000Z", "event": "done"}]
    assert admin.resume(session=session).json()["code"] == "ALREADY_RESTARTED"


@pytest.mark.parametrize(
    ("said", "where", "what"),
    [
        ({"event": "step"}, None, "possible: resume, fail, terminate"),
        ({"state": "WAITING"}, "/state", "Write IN_PROGRESS or AWAITING_RESPONSE or COMPLETED"),
        ({"proces_id": "x"}, "/proces_id", "Did you mean `process_id`?"),
        ({"step": "post_to_sap", "state": "AWAITING_RESPONSE"}, "/step", "does not wait"),
        ({"since": "1h"}, "/since", "lies after the session's start"),
        ({"workflow": "nobodys"}, "/workflow", "no workflow 'nobodys'"),
        ({"id": RUNNING}, "/id", f"executions have a '{RUNNING}' already"),
        ({"id": "mine"}, "/id", f"'{WAITING}' would become 'mine'"),
    ],
)
def test_what_the_world_does_not_hold_is_refused_and_nothing_is_changed(
    admin: AdminClient, session: str, said: Any, where: str | None, what: str
) -> None:
    path = f"/sessions/{session}/{EXECUTIONS}/{WAITING}"
    before = admin.ask("GET", path).body
    told = admin.ask("PATCH", path, said)
    assert (told.status, told.answer) == (409, "RECORD_REFUSED")
    assert told.body.get("where") == where
    assert what in f"{told.body['detail']}. {told.body.get('fix', '')}"
    assert admin.ask("GET", path).body == before
    assert admin.ask("GET", f"/sessions/{session}/requests").body["requests"] == []


def test_a_record_is_made_and_found_where_it_was_made(admin: AdminClient, session: str) -> None:
    entry = {"workflow": "approval", "process_id": "order-7", "state": "AWAITING_RESPONSE"}
    made = admin.ask("POST", f"/sessions/{session}/{EXECUTIONS}", entry)
    assert (made.status, made.body["state"]) == (201, "AWAITING_RESPONSE")
    found = admin.ask("GET", made.headers["location"].removeprefix("/__admin"))
    assert found.body == made.body
    reply = admin.resume("order-7", session=session)
    assert reply.json()["code"] == "WORKFLOW_RESTARTED"


def test_what_cannot_be_without_a_record_goes_with_it(admin: AdminClient, session: str) -> None:
    base = f"/sessions/{session}/records/looply"
    workflow = "be9439c2-16b9-4de2-bb1a-9154b85af065/2"
    count = admin.ask("GET", f"{base}/executions").body["count"]
    gone = admin.ask("DELETE", f"{base}/workflows/{workflow.replace('/', '%2F')}").body["removed"]
    assert gone[0] == {"collection": "workflows", "id": workflow}
    assert {each["collection"] for each in gone[1:]} == {"executions"}
    assert admin.ask("GET", f"{base}/executions").body["count"] == count - len(gone[1:])
    assert admin.ask("GET", f"{base}/executions/{WAITING}").status == 404


def test_the_deed_is_the_testers_and_counts_as_no_call(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/{EXECUTIONS}/{WAITING}"
    admin.ask("PATCH", path, {"event": "resume"})
    (told,) = admin.ask("GET", f"/sessions/{session}/requests?by=tester").body["requests"]
    assert (told["method"], told["operation"], told["status"]) == ("PATCH", None, 200)
    assert told["because"] == f"{WAITING} of the executions was 'resume' made to happen by hand"
    why = admin.ask("GET", f"/sessions/{session}/requests/latest").body
    assert why["record"]["before"]["state"] == "AWAITING_RESPONSE"
    assert why["record"]["after"]["state"] == "IN_PROGRESS"
    assert why["curl"].split()[:4] == ["curl", "-i", "-X", "PATCH"]
    assert f"/__admin{path}" in why["curl"]
    assert admin.ask("GET", f"/sessions/{session}/coverage").body["vendors"] == []


def test_who_follows_is_told_of_the_deed_and_what_it_moved(
    admin: AdminClient, session: str
) -> None:
    begin = admin.ask("GET", f"/sessions/{session}/events").body["next"]
    admin.ask("PATCH", f"/sessions/{session}/{EXECUTIONS}/{WAITING}", {"event": "resume"})
    told = admin.ask("GET", f"/sessions/{session}/events?after={begin}").body["events"]
    assert [each["event"] for each in told] == ["transition", "call", "record"]
    assert (told[0]["data"]["by"], told[1]["data"]["by"]) == ("tester", "tester")
    assert (told[2]["data"]["operation"], told[2]["data"]["id"]) == ("changeRecord", WAITING)


@pytest.fixture(scope="module")
def every() -> AdminClient:
    return AdminClient(vendors=())


# One of each vendor's collections, what is changed, and what it then says.
CHANGES = [
    ("looply", "workflows", {"title": "Approval", "restart_window": "5m"}, "window", 300_000),
    ("looply", "installations", {"installed": False}, "installed", False),
    ("looply", "credentials", {"organization": "org-other"}, "tenant", "org-other"),
    ("refold", "executions", {"state": "COMPLETED"}, "state", "COMPLETED"),
    ("refold", "workflows", {"published": True}, "published", True),
    ("cloudflare", "instances", {"state": "paused"}, "state", "paused"),
    ("cloudflare", "workflows", {"class_name": "Other"}, "class_name", "Other"),
    ("interactly", "runs", {"state": "completed"}, "state", "completed"),
    ("interactly", "workflows", {"title": "Intake"}, "title", "Intake"),
    ("hydracore", "workflows", {"status": "suspended"}, "state", "suspended"),
    ("hydracore", "workflows", {"title": "Viewing"}, "title", "Viewing"),
]


@pytest.mark.parametrize(("vendor", "collection", "said", "field", "value"), CHANGES)
def test_every_vendors_records_are_changed(
    every: AdminClient, vendor: str, collection: str, said: Any, field: str, value: Any
) -> None:
    every.ask("POST", "/sessions/default/reset")
    base = f"/sessions/default/records/{vendor}/{collection}"
    first = every.ask("GET", f"{base}?limit=1").body["records"][0]
    path = f"{base}/{first['id'].replace('/', '%2F')}"
    told = every.ask("PATCH", path, said)
    assert told.status == 200, told.body
    changed = {**told.body["fields"], "state": told.body["state"]}
    assert changed[field] == value
    kept = {key: each for key, each in first["fields"].items() if key in ("name", "timeline")}
    assert {key: told.body["fields"][key] for key in kept} == kept


def test_a_documents_record_goes_through_its_lifecycle_by_hand() -> None:
    client = Client(SHOP, section=section(LIFECYCLE))
    made = client.post("/orders", {"lines": [{"sku": "tea", "price": 700, "quantity": 6}]}).body
    path = f"/sessions/default/records/orders/orders/{made['id']}"
    admin = AdminClient(app=client.app)
    told = admin.ask("GET", path).body
    assert [each["event"] for each in told["events"]] == ["payOrder", "cancelOrder", "expire"]
    assert admin.ask("PATCH", path, {"event": "payOrder"}).body["state"] == "paid"
    told = admin.ask("PATCH", path, {"status": "shipped", "carrier": "swift"}).body
    assert told["due"] == [{"at": "2026-01-03T00:00:00.000Z", "event": "deliver"}]
    refused = admin.ask("PATCH", path, {"status": "nowhere"})
    assert (refused.status, refused.body["where"]) == (409, "/status")
    shipped = client.get(f"/orders/{made['id']}").body
    assert (shipped["status"], shipped["carrier"], shipped["total"]) == ("shipped", "swift", 4_200)
