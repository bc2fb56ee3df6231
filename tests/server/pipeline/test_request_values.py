"""The request's values in what a rule replies, and names that are none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.admin.admin_client import AdminClient

RESUME = "looply.resumeWorkflow"


@pytest.fixture(scope="module")
def admin() -> AdminClient:
    return AdminClient()


def reply(body: Any, **more: Any) -> dict[str, Any]:
    return {
        "operation": RESUME,
        "reply": {"status": 409, "undocumented": True, "body": body} | more,
    }


def test_a_reply_says_what_the_request_said(admin: AdminClient) -> None:
    body = {
        "whole": "${body.payload}",
        "text": "resumed ${path.process_id} from ${body.payload.source}",
        "none": "${body.payload.nothing}",
        "agent": "${header.user-agent}",
        "literal": "$${body.x}",
    }
    headers = {"X-Process": "${path.process_id}"}
    told = admin.ask("POST", "/sessions/default/rules", reply(body, headers=headers))
    assert told.status == 201, told.body
    sent = {"payload": {"source": "SAP", "n": [1, 2]}}
    answer = admin.call(
        "POST", "/resumeWorkflow/order-1001", json=sent, headers={"user-agent": "mine/1"}
    )
    assert answer.headers["x-process"] == "order-1001"
    assert answer.json() == {
        "whole": sent["payload"],
        "text": "resumed order-1001 from SAP",
        "none": None,
        "agent": "mine/1",
        "literal": "${body.x}",
    }


def test_a_rule_for_all_calls_knows_the_path_and_what_was_sent(
    admin: AdminClient, session: str
) -> None:
    body = {"path": "${path}", "asked": "${query.trace}", "body": "${body}"}
    rule = {**reply(body), "operation": "looply.*"}
    assert admin.ask("POST", f"/sessions/{session}/rules", rule).status == 201
    answer = admin.call("POST", "/nothing?trace=7", session=session, json={"a": 1})
    assert answer.json() == {"path": "/v2/workflows/nothing", "asked": "7", "body": {"a": 1}}


@pytest.fixture
def session(admin: AdminClient) -> str:
    admin.ask("POST", "/sessions", {"name": "mine"})
    return "mine"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("${bdy.x}", "`${bdy.x}` names nothing"),
        ("${path.proces_id}", "resumeWorkflow has no path parameter `proces_id`"),
        ("${query.trace}", "resumeWorkflow has no query parameter `trace`"),
        ("${body.paylod}", "resumeWorkflow's body has no `paylod`"),
        ("${header.x-api-key}", "`x-api-key` is a credential"),
        ("${path}", "`${path}` names no value"),
    ],
)
def test_a_wrong_name_is_told_with_its_place(admin: AdminClient, said: str, what: str) -> None:
    told = admin.ask("POST", "/sessions/default/rules", reply({"a": {"b": said}}))
    assert (told.status, told.answer) == (409, "RULE_REFUSED")
    assert (told.body["where"], told.body["detail"]) == ("/reply/body/a/b", what)
    assert told.body["fix"]


def test_a_misspelt_field_of_a_body_is_told_when_the_rule_is_read(admin: AdminClient) -> None:
    rule = {"operation": RESUME, "when": {"body": {"paylod": {"a": 1}}}, "reply": 409}
    told = admin.ask("POST", "/sessions/default/rules", rule)
    assert (told.body["where"], told.body["detail"]) == (
        "/when/body/paylod",
        "resumeWorkflow's body has no `paylod`",
    )
    assert "Did you mean `payload`?" in told.body["fix"]
    rule["when"] = {"body": {"$.paylod": {"$absent": True}}}
    assert admin.ask("POST", "/sessions/default/rules", rule).status == 201
