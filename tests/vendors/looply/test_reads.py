"""Reading: whose a thing is, key for key what it looks like, and its logs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.looply.harness import APPROVAL, START, Harness

BY_ID = "getWorkflowExecutionById"
HISTORY = "getWorkflowExecutionHistory"
WORKFLOW = "getWorkflowById"
SCHEMA = "getWorkflowSchemaById"
INSTALLED = "getAppUserInstallationStatus"

UNAUTHORIZED, NOT_FOUND, BAD = (401, "UNAUTHORIZED"), (404, "NOT_FOUND"), (400, "BAD_REQUEST")


def harness() -> Harness:
    return Harness(
        executions=[
            {
                "name": "ours",
                "workflow": "approval",
                "process_id": "order",
                "state": "AWAITING_RESPONSE",
                "since": "-10m",
                "input": {"amount": 5},
            },
            {"name": "theirs", "workflow": "foreign"},
        ]
    )


def read(one: Harness, name: str, **said: Any) -> Any:
    run = one.execution(name)
    values = {"workflow_id": run.workflow_id, "workflow_execution_id": run.id}
    return one.ask(BY_ID, **values | said)


def test_an_execution_is_told_whole() -> None:
    one = harness()
    status, body = read(one, "ours")
    assert (status, body["message"]) == (200, "success")
    assert body["item"] == {
        "workflow_current_state": "manager",
        "organization_id": "ours",
        "workflow_execution_id": one.execution("ours").id,
        "modified_by": None,
        "workflow_version": 1,
        "workflow_event_log": {
            "check": {
                "status": "COMPLETED",
                "entered_on": START - 630_000,
                "exited_on": START - 600_000,
            },
            "manager": {"status": "AWAITING_RESPONSE", "entered_on": START - 600_000},
        },
        "workflow_id": APPROVAL,
        "workflow_input_payload": {"amount": 5},
        "workflow_output_payload": {"check": {"valid": True}},
        "workflow_trigger_type": "REQUEST",
        "workspace_id": "ws-default",
        "created_on": START - 630_000,
        "condensed_logs": {"check": {"input": {"amount": 5}, "output": {"valid": True}}},
        "workflow_details": {
            "workflow_name": "Approval",
            "workflow_steps": [{"name": "check"}, {"name": "manager"}, {"name": "post"}],
            "workflow_connections": [
                {"from": "check", "to": "manager"},
                {"from": "manager", "to": "post"},
            ],
        },
    }


def test_a_resumed_run_keeps_what_it_was_told() -> None:
    one = harness()
    assert one.resume("order", {"approved": True})[0] == 200
    item = read(one.after("5m"), "ours")[1]["item"]
    assert item["workflow_current_state"] == "COMPLETED"
    assert item["condensed_logs"]["manager"]["output"] == {"source": "SAP", "approved": True}
    assert item["condensed_logs"]["post"]["input"] == {
        "amount": 5,
        "source": "SAP",
        "approved": True,
    }
    assert item["workflow_output_payload"] == {"check": {"valid": True}, "post": {"document": 1}}
    assert item["modified_by"] == "ada"


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("ours", {}, (200, "OK")),
        ("theirs", {}, UNAUTHORIZED),
        ("ours", {"by": "other"}, UNAUTHORIZED),
        ("ours", {"workflow_execution_id": "nowhere"}, NOT_FOUND),
        ("ours", {"workflow_id": "another"}, NOT_FOUND),
        ("theirs", {"workflow_id": APPROVAL}, NOT_FOUND),
    ],
)
def test_whose_an_execution_is(name: str, said: dict[str, Any], told: tuple[int, str]) -> None:
    one = harness()
    run = one.execution(name)
    values = {"workflow_id": run.workflow_id, "workflow_execution_id": run.id}
    assert one.outcome(BY_ID, **values | said) == told


@pytest.mark.parametrize("operation", [WORKFLOW, SCHEMA])
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, (200, "OK")),
        ({"by": "other"}, UNAUTHORIZED),
        ({"workflow_version": "9", "by": "other"}, UNAUTHORIZED),
        ({"workflow_version": "9"}, NOT_FOUND),
        ({"workflow_id": "nowhere"}, NOT_FOUND),
    ],
)
def test_whose_a_workflow_is(operation: str, said: dict[str, Any], told: tuple[int, str]) -> None:
    values = {"workflow_id": APPROVAL, "workflow_version": "1"}
    assert harness().outcome(operation, **values | said) == told


def test_that_the_page_speaks_of_executions_where_it_means_workflows_is_told() -> None:
    one, values = harness(), {"workflow_id": APPROVAL, "workflow_version": "9"}
    missing = one.refused(SCHEMA, **values)
    assert missing.because.endswith("with a version '9'; the vendor says 'Execution' here too")
    theirs = one.refused(SCHEMA, by="other", **values)
    assert theirs.because.endswith("another organisation; the vendor says 'execution' here too")
    assert one.refused(WORKFLOW, by="other", **values).because.endswith("another organisation")


def test_whose_a_history_is() -> None:
    one = harness()
    assert one.outcome(HISTORY, workflow_id=APPROVAL, by="other") == UNAUTHORIZED
    assert one.ask(HISTORY, workflow_id="nowhere") == (
        200,
        {"message": "success", "count": 0, "items": []},
    )


def test_a_workflow_version_is_told_whole() -> None:
    one = Harness(
        workflows=[
            {
                "id": "w",
                "title": "Whole",
                "workspace": "ws-1",
                "created": "-1d",
                "steps": [{"do": "a"}, {"wait": "b"}],
                "schema": {"type": "object"},
                "mock_payload": {"n": 1},
                "integrations": {"sap": {"profile": "P"}},
            }
        ]
    )
    day = START - 86_400_000
    assert one.ask(WORKFLOW, workflow_id="w", workflow_version="1")[1]["item"] == {
        "organization_id": "ours",
        "workflow_integrations": {"sap": {"profile": "P"}},
        "workflow_name": "Whole",
        "created_by": "ada",
        "workflow_status_version": "ACTIVE_1",
        "modified_by": None,
        "workflow_version": 1,
        "workflow_steps": [{"name": "a"}, {"name": "b"}],
        "workflow_id": "w",
        "modified_on": day,
        "workflow_connections": [{"from": "a", "to": "b"}],
        "workflow_status": "ACTIVE",
        "latest": "true",
        "workspace_id": "ws-1",
        "created_on": day,
        "workflow_schema": {"type": "object"},
    }
    assert one.ask(SCHEMA, workflow_id="w", workflow_version="1")[1]["item"] == {
        "workflow_id": "w",
        "modified_on": day,
        "created_by": "ada",
        "workflow_mock_payload": {"n": 1},
        "workflow_schema": {"type": "object"},
        "modified_by": None,
        "workflow_version": 1,
        "created_on": day,
    }


@pytest.mark.parametrize(
    ("statuses", "latest"),
    [
        (["ACTIVE"], [1]),
        (["ACTIVE", "ACTIVE", "DRAFT"], [2]),
        (["DRAFT"], [1]),
        (["DRAFT", "DRAFT"], [2]),
        (["DRAFT", "ACTIVE"], [2]),
    ],
)
def test_latest_is_what_a_trigger_starts_or_of_drafts_the_newest(
    statuses: list[str], latest: list[int]
) -> None:
    one = Harness(
        workflows=[
            {"id": "w", "version": number, "status": status}
            for number, status in enumerate(statuses, 1)
        ]
    )
    items = [
        one.ask(WORKFLOW, workflow_id="w", workflow_version=str(number))[1]["item"]
        for number in range(1, len(statuses) + 1)
    ]
    assert [each["workflow_version"] for each in items if each["latest"] == "true"] == latest
    assert {each["latest"] for each in items} <= {"true", "false"}


@pytest.mark.parametrize(
    ("email", "app_id", "by", "installed"),
    [
        ("ada@ours.example", "1", "default", "true"),
        ("ada@ours.example", "2", "default", "false"),
        ("ada@ours.example", "9", "default", "false"),
        ("nobody@ours.example", "1", "default", "false"),
        ("ada@ours.example", "1", "other", "false"),
    ],
)
def test_whether_an_app_is_installed_is_a_text(
    email: str, app_id: str, by: str, installed: str
) -> None:
    one = Harness(
        installations=[
            {"email": "ada@ours.example", "app_id": "1"},
            {"email": "ada@ours.example", "app_id": "2", "installed": False},
        ]
    )
    assert one.ask(INSTALLED, email=email, app_id=app_id, by=by) == (
        200,
        {"message": "success", "email": email, "app_id": app_id, "installed": installed},
    )


@pytest.mark.parametrize(
    ("operation", "values", "collection"),
    [
        (WORKFLOW, {"workflow_id": "w", "workflow_version": "2"}, "workflows"),
        (BY_ID, {"workflow_id": "w", "workflow_execution_id": "x"}, "executions"),
        ("triggerWorkflow", {"workflow_id": "w", "workflow_version": "2"}, "workflows"),
    ],
)
def test_a_refusal_says_what_is_missing(
    operation: str, values: dict[str, str], collection: str
) -> None:
    problem = harness().refused(operation, **values)
    assert problem.missing is not None
    assert problem.missing.collection == collection
    assert "w" in problem.because
