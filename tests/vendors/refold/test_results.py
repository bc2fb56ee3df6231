"""What an execute answers: to a run that begins, and to one that is over."""

from __future__ import annotations

import pytest

from tests.vendors.refold.harness import Harness, workflow


def test_what_each_version_answers_to_a_run_that_begins() -> None:
    with Harness() as harness:
        first, second = harness.execute(), harness.execute(public=True)
        assert list(first.body) == ["execution_id"]
        assert second.body == {
            "message": "Workflow execution started",
            "execution_id": second.body["execution_id"],
        }


@pytest.mark.parametrize(
    ("handle", "status", "answer"),
    [
        ("create-task", 200, "OK_SYNC"),
        ("create-note", 201, "CREATED"),
        ("queue-report", 202, "ACCEPTED"),
        ("check-address", 422, "UNPROCESSABLE"),
        ("export-tasks", 200, "OK_SYNC_ERRORED"),
    ],
)
def test_what_each_version_answers_to_a_run_that_is_over(
    handle: str, status: int, answer: str
) -> None:
    with Harness() as harness:
        first = harness.execute(handle, sync="true")
        second = harness.execute(handle, sync="true", public=True)
        assert first.code == second.code == (status, answer)
        errored = answer == "OK_SYNC_ERRORED"
        more = {"errored", "execution_error"} if errored else set()
        assert set(first.body) == {"return_value", "execution_id"} | more
        assert set(second.body) == {"return_value", "execution_id", "errored", "status_code"} | more
        assert (second.body["errored"], second.body["status_code"]) == (errored, status)


def test_a_status_that_no_contract_declares_is_answered_and_marked() -> None:
    steps = {"reply": {"short": True}, "status": 404}
    with Harness(**workflow(steps, undocumented=True)) as harness:
        told = harness.execute("mine", sync="true")
        assert (told.status, told.answer) == (404, "")
        assert told.body["return_value"] == {"short": True}
        assert "provenance=undocumented" in told.headers["x-understudy"]
