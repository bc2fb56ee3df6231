"""The journal over HTTP: listed, filtered, emptied."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.admin.admin_client import PATH, WAITING, AdminClient


@pytest.fixture
def asked(admin: AdminClient, session: str) -> str:
    """A session that was resumed twice, asked for nothing known, and forced once."""
    admin.resume(session=session)
    admin.resume(session=session)
    admin.call("GET", "/nowhere", session=session)
    headers, body = {"prefer": "code=500"}, {"payload": {"source": "SAP"}}
    admin.call("POST", "/resumeWorkflow/po-1", session=session, headers=headers, json=body)
    return session


def numbers(admin: AdminClient, session: str, query: str = "") -> list[int]:
    told = admin.ask("GET", f"/sessions/{session}/requests{query}").body
    return [each["number"] for each in told["requests"]]


def test_requests_are_listed_oldest_first(admin: AdminClient, asked: str) -> None:
    told = admin.ask("GET", f"/sessions/{asked}/requests").body
    assert (told["next"], told["dropped"]) == (None, 0)
    first, second, *_ = told["requests"]
    assert first == {
        "id": f"{asked}.1",
        "number": 1,
        "at": "2026-01-05T09:00:00.000Z",
        "vendor": "looply",
        "operation": "resumeWorkflow",
        "method": "POST",
        "path": f"{PATH}/resumeWorkflow/order-1001",
        "status": 200,
        "answer": "WORKFLOW_RESTARTED",
        "by": "behaviour",
        "record": {
            "collection": "executions",
            "id": WAITING,
            "from": "AWAITING_RESPONSE",
            "to": "IN_PROGRESS",
        },
        "because": f"{WAITING} of the executions went from AWAITING_RESPONSE to IN_PROGRESS",
    }
    assert (second["status"], second["answer"], second["by"]) == (
        409,
        "ALREADY_RESTARTED",
        "refusal",
    )


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", [1, 2, 3, 4]),
        ("?vendor=looply", [1, 2, 3, 4]),
        ("?operation=resumeWorkflow", [1, 2, 4]),
        ("?operation=looply.terminateWorkflow", []),
        ("?status=409", [2]),
        ("?by=rule", [4]),
        ("?by=refusal", [2, 3]),
        ("?by=refusal&operation=looply.resumeWorkflow", [2]),
        ("?after=2", [3, 4]),
        ("?limit=2", [1, 2]),
        ("?limit=2&after=2", [3, 4]),
        ("?after=99", []),
        ("?order=oldest", [1, 2, 3, 4]),
        ("?order=newest", [4, 3, 2, 1]),
        ("?order=newest&limit=2", [4, 3]),
        ("?order=newest&limit=2&after=3", [2, 1]),
        ("?order=newest&after=1", []),
        (f"?record={WAITING}", [1, 2]),
        (f"?record={WAITING}&status=409", [2]),
        ("?record=none", []),
    ],
)
def test_requests_are_chosen(admin: AdminClient, asked: str, query: str, wanted: list[int]) -> None:
    assert numbers(admin, asked, query) == wanted


def test_a_page_says_where_the_next_begins(admin: AdminClient, asked: str) -> None:
    path = f"/sessions/{asked}/requests"
    assert admin.ask("GET", f"{path}?limit=1&by=refusal").body["next"] == 2
    assert admin.ask("GET", f"{path}?limit=1&by=refusal&after=2").body["next"] is None


@pytest.mark.parametrize(
    ("query", "answer", "there"),
    [
        ("vendor=acme", "VENDOR_NOT_FOUND", "looply"),
        ("operation=resume", "OPERATION_NOT_FOUND", "looply.resumeWorkflow"),
        ("operation=acme.resumeWorkflow", "OPERATION_NOT_FOUND", "looply.resumeWorkflow"),
    ],
)
def test_unknown_names_are_answered_with_those_there_are(
    admin: AdminClient, session: str, query: str, answer: str, there: str
) -> None:
    told = admin.ask("GET", f"/sessions/{session}/requests?{query}")
    assert (told.status, told.answer) == (404, answer)
    assert there in told.body["exists"]


@pytest.mark.parametrize("query", ["by=magic", "status=99", "status=1e2", "limit=0", "limit=x"])
def test_a_filter_keeps_to_the_contract(admin: AdminClient, session: str, query: str) -> None:
    told = admin.ask("GET", f"/sessions/{session}/requests?{query}")
    assert (told.status, told.answer) == (400, "BAD_REQUEST")
    assert told.body["where"] == f"query {query.partition('=')[0]}"


def test_an_emptied_journal_numbers_on(admin: AdminClient, asked: str) -> None:
    path = f"/sessions/{asked}/requests"
    assert admin.ask("POST", f"{path}/clear").status == 204
    assert numbers(admin, asked) == []
    assert admin.ask("GET", f"{path}/1").body["fix"].startswith("Its journal is empty")
    admin.resume(session=asked)
    assert numbers(admin, asked) == [5]
    told = admin.ask("GET", f"{path}/1")
    assert (told.status, told.answer) == (404, "REQUEST_NOT_FOUND")
    assert told.body["fix"] == "Its journal holds 5 to 5"


@pytest.mark.parametrize("number", ["0", "x", "1.x", "%FF", "01", "last"])
def test_a_number_is_a_number(admin: AdminClient, session: str, number: Any) -> None:
    told = admin.ask("GET", f"/sessions/{session}/requests/{number}")
    assert (told.status, told.answer) == (400, "BAD_REQUEST")


def test_the_latest_needs_no_number(admin: AdminClient, asked: str) -> None:
    path = f"/sessions/{asked}/requests"
    assert admin.ask("GET", f"{path}/latest").body == admin.ask("GET", f"{path}/4").body


def test_no_secret_is_kept_wherever_a_client_put_it(admin: AdminClient, session: str) -> None:
    """A key in the query, a proxy's token: what no contract knows is nobody's to keep."""
    headers = {
        "authorization": "Bearer s3cret",
        "cookie": "s=s3cret",
        "x-auth-token": "s3cret",
        "x-amz-security-token": "s3cret",
        "idempotency-key": "kept",
    }
    query = (
        "limit=2&x-api-key=s3cret&API_KEY=s3cret&api%5Fkey=s3cret&access_token=s3cret&monkey=kept"
    )
    admin.call("GET", f"/getOrganizationWorkflows?{query}", session=session, headers=headers)
    told = admin.ask("GET", f"/sessions/{session}/requests/latest").body
    assert "s3cret" not in str(told)
    assert told["query"] == (
        "limit=2&x-api-key=***&API_KEY=***&api%5Fkey=***&access_token=***&monkey=kept"
    )
    assert told["request"]["headers"]["idempotency-key"] == "kept"
    assert told["request"]["headers"]["x-auth-token"] == "***"
    assert told["request"]["headers"]["authorization"] == "Bearer ***"


def test_no_rule_that_nearly_matched_tells_a_secret(admin: AdminClient, session: str) -> None:
    when = {"x-api-key": "another", "header.authorization": {"$matches": "x"}}
    rule = {"operation": "looply.getOrganizationWorkflows", "reply": 500, "when": when}
    assert admin.ask("POST", f"/sessions/{session}/rules", rule).status == 201
    headers = {"authorization": "Bearer s3cret"}
    admin.call("GET", "/getOrganizationWorkflows", session=session, headers=headers)
    told = admin.ask("GET", f"/sessions/{session}/requests/latest").body
    (near,) = told["rules"]
    assert near["because"] == "x-api-key: expected another; header.authorization: expected another"
    assert "looply-key-northwind" not in str(near)
    assert "s3cret" not in str(told)
    assert "-H 'x-api-key: looply-key-northwind' -H 'authorization: <a key>'" in told["curl"]


def test_an_empty_journal_tells_the_session_that_was_asked(
    admin: AdminClient, session: str
) -> None:
    other = f"{session}-other"
    admin.ask("POST", "/sessions", {"name": other})
    admin.resume(session=other)
    fix = admin.ask("GET", f"/sessions/{session}/requests/latest").body["fix"]
    assert fix.startswith(f"Its journal is empty. Requests came to {other}")
    assert fix.endswith(f": ask for {other}.latest")
    admin.resume(session=session)
    fix = admin.ask("GET", f"/sessions/{session}/requests/7").body["fix"]
    assert fix == "Its journal holds 1 to 1"


def test_the_id_that_is_printed_everywhere_is_taken(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    for name in ("1", f"{session}.1", "latest", f"{session}.latest"):
        told = admin.ask("GET", f"/sessions/{session}/requests/{name}").body
        assert told["id"] == f"{session}.1"


def test_an_id_of_another_session_is_told_where_it_is(admin: AdminClient, session: str) -> None:
    told = admin.ask("GET", f"/sessions/{session}/requests/other.7")
    assert (told.status, told.body["fix"]) == (404, "Ask /__admin/sessions/other/requests/7")
