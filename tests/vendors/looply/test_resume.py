"""Resume: the decision over several executions of one process id, the answer, the input."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from msgspec import json

from tests.vendors.looply.harness import APPROVAL, Harness
from understudy.vendors.looply import VENDOR

WAITING = {"name": "waiting", "state": "AWAITING_RESPONSE", "since": "-10m"}
RESTARTED = {"name": "restarted", "state": "IN_PROGRESS", "resumed": "-10s"}
RUNNING = {"name": "running", "state": "IN_PROGRESS", "since": "-5s"}
COMPLETED = {"name": "completed", "state": "COMPLETED", "since": "-1h"}
FAILED = {"name": "failed", "state": "FAILED", "since": "-2h"}
BODY = {"payload": {"source": "SAP"}}


def harness(*entries: dict[str, Any]) -> Harness:
    return Harness(
        executions=[{"workflow": "approval", "process_id": "order"} | e for e in entries]
    )


def about(one: Harness) -> tuple[str, str]:
    """Which answer a resume of `order` gets, and which execution it is about."""
    status, body = one.ask("resumeWorkflow", process_id="order", body=BODY)
    data = body["data"].get("workflow_identifier", body["data"])
    key = next(
        data[n] for n in ("workflow_execution_id", "execution_key", "execution_id") if n in data
    )
    assert status == (200 if body["code"] == "WORKFLOW_RESTARTED" else 409)
    return body["code"], one.execution(key).name


@pytest.mark.parametrize("order", list(permutations([WAITING, RESTARTED, RUNNING, COMPLETED])))
def test_of_several_the_decision_is_waiting_restarted_running_over(
    order: tuple[dict[str, Any], ...],
) -> None:
    left = list(order)
    told = []
    for gone in (WAITING, RESTARTED, RUNNING, COMPLETED):
        told.append(about(harness(*left)))
        left.remove(gone)
    assert told == [
        ("WORKFLOW_RESTARTED", "waiting"),
        ("ALREADY_RESTARTED", "restarted"),
        ("EXECUTION_IN_PROGRESS", "running"),
        ("NO_RESUMABLE_EXECUTION", "completed"),
    ]


def test_of_two_that_wait_the_newest_goes_on_then_the_other() -> None:
    one = harness(
        WAITING | {"name": "older", "created": "-2h"}, WAITING | {"name": "newer", "created": "-1h"}
    )
    assert [about(one), about(one)] == [
        ("WORKFLOW_RESTARTED", "newer"),
        ("WORKFLOW_RESTARTED", "older"),
    ]
    assert about(one)[0] == "ALREADY_RESTARTED"


def test_of_those_of_one_instant_the_smaller_id_is_the_newest() -> None:
    one = harness(
        COMPLETED | {"name": "b", "id": "id-b", "created": "-3h"},
        FAILED | {"name": "a", "id": "id-a", "created": "-3h"},
    )
    assert about(one) == ("NO_RESUMABLE_EXECUTION", "a")


def test_a_newer_run_that_is_over_does_not_hide_an_older_that_waits() -> None:
    one = harness(WAITING | {"created": "-2h"}, COMPLETED | {"created": "-61m"})
    assert about(one) == ("WORKFLOW_RESTARTED", "waiting")


def test_an_open_window_counts_wherever_it_is_among_those_that_run() -> None:
    slow = [{"wait": "w"}, {"do": "work", "takes": "1h"}]
    one = Harness(
        workflows=[{"name": "long", "restart_window": "30m", "steps": slow}],
        executions=[
            {"name": "open", "workflow": "long", "process_id": "order", "resumed": "-20m"},
            {"name": "shut", "workflow": "approval", "process_id": "order", "resumed": "-4m"},
        ],
    )
    assert about(one) == ("ALREADY_RESTARTED", "open")


def test_an_execution_id_means_that_execution() -> None:
    one = harness(WAITING | {"id": "execution-1"}, WAITING | {"name": "other", "created": "-11m"})
    status, body = one.ask("resumeWorkflow", process_id="execution-1", body=BODY)
    assert status == 200
    assert body["data"]["workflow_identifier"]["workflow_execution_id"] == "execution-1"
    assert one.resume("execution-1") == (409, "ALREADY_RESTARTED")


def test_the_id_of_one_may_be_the_process_id_of_another() -> None:
    one = Harness(
        executions=[
            {
                "name": "itself",
                "workflow": "approval",
                "id": "order",
                **COMPLETED,
            },
            {"workflow": "approval", "process_id": "order", **WAITING},
        ]
    )
    assert about(one) == ("WORKFLOW_RESTARTED", "waiting")
    assert about(one) == ("ALREADY_RESTARTED", "waiting")
    one.after("10m")
    assert about(one) == ("NO_RESUMABLE_EXECUTION", "waiting")


def test_without_a_process_id_the_execution_id_is_one() -> None:
    one = Harness()
    made = one.trigger().id
    assert one.resume(made) == (409, "EXECUTION_IN_PROGRESS")
    assert one.after("30s").resume(made) == (200, "WORKFLOW_RESTARTED")


def test_the_answer_names_what_goes_on() -> None:
    one = harness(WAITING)
    execution = one.execution("waiting")
    assert one.ask("resumeWorkflow", process_id="order", body=BODY) == (
        200,
        {
            "message": "success",
            "code": "WORKFLOW_RESTARTED",
            "data": {
                "workflow_identifier": {
                    "organization_id": "ours",
                    "workflow_id": APPROVAL,
                    "workflow_execution_id": execution.id,
                }
            },
        },
    )


def test_a_refusal_says_where_the_run_is() -> None:
    one = harness(RUNNING)
    assert one.ask("resumeWorkflow", process_id="order", body=BODY) == (
        409,
        {
            "code": "EXECUTION_IN_PROGRESS",
            "data": {
                "execution_id": one.execution("running").id,
                "workflow_id": APPROVAL,
                "workflow_status": "IN_PROGRESS",
                "workflow_current_state": "check",
                "workflow_process_id": "order",
                "execution_description": "Approval",
                "timestamp": "2026-01-01T00:00:00.000Z",
            },
        },
    )


def test_the_whole_payload_joins_the_input() -> None:
    one = harness(WAITING | {"input": {"amount": 1, "kept": True}})
    assert one.resume("order", {"amount": 2, "note": None})[0] == 200
    resumed = one.execution("waiting")
    assert json.decode(resumed.input) == {
        "amount": 2,
        "kept": True,
        "source": "SAP",
        "note": None,
    }
    assert (resumed.modified_by, resumed.resumed) == ("ada", one.world.now)


@pytest.mark.parametrize(
    ("entries", "because"),
    [
        ([], "ours has no execution of 'order'"),
        ([RESTARTED], "its restart window ends 2026-01-01T00:00:50.000Z"),
        ([RUNNING], "it is at check and does not wait"),
        ([FAILED], "every execution of 'order' is over; the newest FAILED"),
    ],
)
def test_every_refusal_says_why(entries: list[dict[str, Any]], because: str) -> None:
    assert (
        because
        in harness(*entries).refused("resumeWorkflow", process_id="order", body=BODY).because
    )


def test_a_terminate_ends_the_newest_that_runs_or_waits() -> None:
    one = harness(WAITING, RUNNING, COMPLETED | {"created": "-1h"})
    assert [one.terminate("order")[0] for _ in range(3)] == [200, 200, 404]
    states = {each.name: each.state for each in one.world["executions"]}
    assert states == {
        "waiting": "TERMINATED",
        "running": "TERMINATED",
        "completed": "COMPLETED",
    }


def test_the_newest_is_ended_first() -> None:
    one = harness(WAITING, RUNNING)
    assert one.terminate("order")[0] == 200
    assert [one.execution(name).state for name in ("running", "waiting")] == [
        "TERMINATED",
        "AWAITING_RESPONSE",
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "Workflow execution terminated by user."),
        ({}, "Workflow execution terminated by user."),
        ({"payload": {}}, "Workflow execution terminated by user."),
        ({"payload": {"termination_reason": "Too late."}}, "Too late."),
        ({"payload": {"termination_reason": ""}}, ""),
    ],
)
def test_the_reason_is_kept_in_both_logs(body: Any, reason: str) -> None:
    one = harness(WAITING)
    assert one.ask("terminateWorkflow", process_id="order", body=body) == (
        200,
        {"message": "terminated"},
    )
    execution = one.execution("waiting")
    _, read = one.ask(
        "getWorkflowExecutionById", workflow_id=APPROVAL, workflow_execution_id=execution.id
    )
    item = read["item"]
    assert item["workflow_event_log"]["manager"]["status"] == "TERMINATED"
    assert item["workflow_event_log"]["manager"]["reason"] == reason
    assert item["condensed_logs"]["manager"]["reason"] == reason


def test_what_a_call_is_about_is_what_it_would_change() -> None:
    one = harness(WAITING, RUNNING)
    resume = one.request("resumeWorkflow", process_id="order", body=BODY)
    terminate = one.request("terminateWorkflow", process_id="order")
    assert VENDOR.named(resume, one.world) == ("executions", one.execution("waiting"))
    assert VENDOR.named(terminate, one.world) == ("executions", one.execution("running"))
    foreign = one.request("resumeWorkflow", process_id="order", body=BODY, by="other")
    assert VENDOR.named(foreign, one.world) is None
