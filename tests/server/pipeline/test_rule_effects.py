"""What a rule does to records: an event that befalls one, work that is hastened or held up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.server.looply_sandbox import APPROVAL, JSON, RUNNING, WAITING, LooplySandbox, code
from understudy.errors import InputError
from understudy.vendors import VENDORS

START = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox() as made:
        yield made


def test_an_event_befalls_the_record_before_the_vendor_looks(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", times=1, then={"event": "terminate"})
    assert code(looply.resume()) == (409, "NO_RESUMABLE_EXECUTION")
    why = looply.why()
    assert (why["by"], why["record"]["before"]["state"]) == ("refusal", "AWAITING_RESPONSE")
    assert why["record"]["after"]["state"] == "TERMINATED"
    assert (
        f"'terminate' befell {WAITING} of the executions: AWAITING_RESPONSE to TERMINATED"
        in (why["because"])
    )
    assert why["because"].endswith("is over; the newest TERMINATED")


def test_an_event_goes_with_a_forced_answer(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", times=1, reply="ALREADY_RESTARTED", then={"event": "resume"})
    answer = looply.resume()
    assert code(answer) == (409, "ALREADY_RESTARTED")
    assert json.loads(answer.body)["data"] == {"execution_key": WAITING}
    assert looply.why()["by"] == "rule"
    record = looply.record()
    assert (record["state"], record["fields"]["step"]) == ("IN_PROGRESS", "post_to_sap")
    assert [each["event"] for each in record["transitions"]][-1] == "resume"


def test_what_an_event_leads_to_goes_on_by_itself(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", times=1, reply="ALREADY_RESTARTED", then={"event": "resume"})
    looply.resume()
    assert code(looply.resume()) == (409, "ALREADY_RESTARTED"), "the restart window is open"
    looply.advance(by="5m")
    assert looply.state(WAITING) == "COMPLETED"


@pytest.mark.parametrize(
    ("execution", "event", "state"),
    [
        (WAITING, "resume", "IN_PROGRESS"),
        (WAITING, "terminate", "TERMINATED"),
        (WAITING, "fail", "FAILED"),
        (RUNNING, "complete", "COMPLETED"),
        (RUNNING, "fail", "FAILED"),
        (RUNNING, "retry", "IN_PROGRESS"),
    ],
)
def test_every_event_brings_position_and_logs_along(
    looply: LooplySandbox, execution: str, event: str, state: str
) -> None:
    looply.rule("getWorkflowExecutionById", times=1, then={"event": event})
    looply.state(execution)
    record = looply.record(execution)
    assert record["state"] == state
    log = record["fields"]["passages"][-1]
    assert (log["exited"] is None) == (state == "IN_PROGRESS")


def test_an_event_that_cannot_happen_is_told_and_changes_nothing(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", times=1, reply="ALREADY_RESTARTED", then={"event": "step"})
    assert code(looply.resume()) == (409, "ALREADY_RESTARTED")
    assert looply.why()["because"].endswith(
        f"{WAITING} of the executions stays as it is: 'step' cannot happen in state "
        "AWAITING_RESPONSE; possible: resume, fail, terminate"
    )
    assert looply.record()["state"] == "AWAITING_RESPONSE"


def test_a_call_that_names_no_record_is_told(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", then={"event": "resume"})
    assert code(looply.resume("nobody-knows"))[0] == 404
    assert "'resume' befell nothing: the call names no record" in looply.why()["because"]


def test_work_is_done_at_once(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", progress="now")
    looply.resume()
    record = looply.record()
    assert (record["state"], record["due"]) == ("COMPLETED", [])
    assert [each["at"] for each in record["transitions"][-2:]] == [START, START]
    assert looply.why()["because"].endswith(f"the work of {WAITING} of the executions is done now")


def test_work_that_a_call_begins_is_done_up_to_the_next_wait(looply: LooplySandbox) -> None:
    looply.rule("triggerWorkflow", times=1, progress="now")
    first, second = looply.trigger(), looply.trigger()
    assert [looply.state(each) for each in (first, second)] == ["manager_approval", "check_invoice"]


def test_work_is_done_after_a_time(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", progress={"after": "7s"})
    looply.resume()
    assert looply.record()["due"] == [{"at": "2026-01-01T00:00:07.000Z", "event": "done"}]
    looply.advance(by="6999ms")
    assert looply.state(WAITING) == "post_to_sap"
    looply.advance(by="1ms")
    assert looply.state(WAITING) == "COMPLETED"


def test_work_is_done_after_so_many_reads(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", progress={"reads": 3})
    looply.resume()
    looply.advance(by="30d")
    assert [looply.state(WAITING) for _ in range(4)] == [*["post_to_sap"] * 3, "COMPLETED"]
    assert looply.record()["transitions"][-1]["at"] == "2026-01-31T00:00:00.000Z"


@pytest.mark.parametrize(
    ("progress", "states"),
    [
        ("now", ["manager"] * 3),
        ({"after": "2s"}, ["check", "check", "manager"]),
        ({"reads": 1}, ["check", "manager", "manager"]),
    ],
)
def test_a_workflow_says_how_its_work_is_done(
    looply: LooplySandbox, progress: Any, states: list[str]
) -> None:
    steps = [{"do": "check", "takes": "1h"}, {"wait": "manager", "timeout": "1h"}]
    workflow = {"id": APPROVAL, "version": 9, "steps": steps, "progress": progress}
    scenario = {"understudy": 1, "world": {"looply": {"workflows": [workflow]}}}
    looply.admin("POST", "/scenario", {"scenario": scenario})
    execution = looply.trigger(version=9)
    seen = []
    for _ in states:
        seen.append(looply.state(execution))
        looply.advance(by="1s")
    assert seen == states
    assert looply.record(execution)["due"][0]["event"] == "timeout", "a wait is no work"


def test_recurring_runs_are_no_work_to_hasten(looply: LooplySandbox) -> None:
    looply.rule("getWorkflowById", progress="now")
    nightly = "5a4f7a39-6e0c-4f9b-8a53-1f0c3c1d7e11"
    looply.send("GET", f"/getWorkflowById?workflow_id={nightly}&workflow_version=1")
    assert looply.why()["because"].endswith("no work was there to hasten")


@pytest.mark.parametrize("name", [vendor.name for vendor in VENDORS])
def test_every_event_of_every_vendor_may_befall_a_record(name: str) -> None:
    """In each state one record each: it goes where the table says, and time passes over it."""
    with LooplySandbox(vendors=(name,)) as looply:
        world = looply.sandbox.session("default").world(name)
        tried = 0
        for collection, kind in world.kinds.items():
            ones = {record.state: record for record in world[collection]}
            for state, record in ones.items() if kind.lifecycle is not None else ():
                assert kind.lifecycle is not None
                for event in kind.lifecycle.allowed(state):
                    other = world.fork()
                    with suppress(InputError):  # told in the explanation: it is not ready for it
                        moved = other.trigger(collection, record, event)
                        assert moved is other[collection].get(record.id)
                        tried += 1
                    other.advance(other.now + 86_400_000)
        assert tried > 2


STATES = {
    "of another kind": (
        "resumeWorkflow",
        "ACTIVE",
        'none of the executions is ever "ACTIVE"',
    ),
    "of a kind that has none": (
        "getAppUserInstallationStatus",
        "ACTIVE",
        "the installations have no states",
    ),
    "of a call that names nothing": (
        "getOrganizationWorkflows",
        "ACTIVE",
        "a call of getOrganizationWorkflows names no record",
    ),
}


@pytest.mark.parametrize("kind", STATES)
def test_a_state_that_the_record_can_never_have_is_refused(
    looply: LooplySandbox, kind: str
) -> None:
    operation, state, told = STATES[kind]
    rule = {"operation": operation, "when": {"record": {"state": state}}, "reply": 500}
    target = "/__admin/sessions/default/rules"
    answer = looply.process.ask("POST", target, (JSON,), json.dumps(rule).encode())
    assert (answer.status, json.loads(answer.body)["detail"]) == (409, told)


def test_states_that_it_can_have_are_taken(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", when={"record": {"state": {"$not": "COMPLETED"}}}, reply=500)
    looply.rule("getWorkflowById", when={"record": {"state": "UNSCHEDULED"}}, reply=500)
    assert looply.resume().status == 500
