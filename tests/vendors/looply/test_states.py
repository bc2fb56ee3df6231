"""The state tables: what trigger, resume, terminate and the clock do in each state."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from tests.vendors.looply.harness import START, Harness

WAITING = {"state": "AWAITING_RESPONSE", "since": "-10m"}
RUNNING = {"state": "IN_PROGRESS", "since": "-5s"}
JUST_RESUMED = {"state": "IN_PROGRESS", "resumed": "-10s"}
LONG_RESUMED = {"state": "IN_PROGRESS", "resumed": "-2m"}
OVER = [{"state": state, "since": "-1h"} for state in ("COMPLETED", "FAILED", "TERMINATED")]

OK, GONE = (200, "OK"), (404, "NOT_FOUND")
RESTARTED = (200, "WORKFLOW_RESTARTED")
IN_PROGRESS = (409, "EXECUTION_IN_PROGRESS")
ALREADY = (409, "ALREADY_RESTARTED")
NO_RESUMABLE = (409, "NO_RESUMABLE_EXECUTION")

TABLE: list[tuple[str, list[dict[str, Any]], tuple[int, str], tuple[int, str]]] = [
    ("none", [], (404, "EXECUTION_NOT_FOUND"), GONE),
    ("running", [RUNNING], IN_PROGRESS, OK),
    ("resumed within the window", [JUST_RESUMED], ALREADY, OK),
    ("resumed, window over", [LONG_RESUMED], IN_PROGRESS, OK),
    ("waiting", [WAITING], RESTARTED, OK),
    *((one["state"].lower(), [one], NO_RESUMABLE, GONE) for one in OVER),
]
EACH = pytest.mark.parametrize(
    ("entries", "resumed", "terminated"), [pytest.param(*row, id=name) for name, *row in TABLE]
)


def harness(entries: list[dict[str, Any]]) -> Harness:
    """A world whose executions of `order` are these."""
    return Harness(
        executions=[{"workflow": "approval", "process_id": "order"} | e for e in entries]
    )


@EACH
def test_resume_and_terminate_in_each_state(
    entries: list[dict[str, Any]], resumed: tuple[int, str], terminated: tuple[int, str]
) -> None:
    assert harness(entries).resume("order") == resumed
    assert harness(entries).terminate("order") == terminated


@EACH
def test_a_trigger_makes_a_new_run_whatever_there_was(
    entries: list[dict[str, Any]], resumed: tuple[int, str], terminated: tuple[int, str]
) -> None:
    one = harness(entries)
    made = one.trigger(body={"process_id": "order"})
    assert (made.state, made.process_id, made.created) == ("IN_PROGRESS", "order", START)
    assert len(one.world["executions"]) == len(entries) + 1


@EACH
def test_of_another_organisation_nothing_is_there(
    entries: list[dict[str, Any]], resumed: tuple[int, str], terminated: tuple[int, str]
) -> None:
    one = harness(entries)
    assert one.terminate("order", by="other") == GONE
    status, body = one.ask(
        "resumeWorkflow", process_id="order", body={"payload": {"source": "SAP"}}, by="other"
    )
    assert (status, body) == (
        404,
        {"code": "EXECUTION_NOT_FOUND", "data": {"organization_id": "theirs"}},
    )


def test_the_clock_leads_a_run_to_its_wait_and_no_further() -> None:
    one = Harness()
    made = one.trigger()
    seen = [(one.execution(made.id).state, one.execution(made.id).step)]
    for length in ("29999ms", "1ms", "365d"):
        one.after(length)
        seen.append((one.execution(made.id).state, one.execution(made.id).step))
    assert seen == [
        ("IN_PROGRESS", "check"),
        ("IN_PROGRESS", "check"),
        ("AWAITING_RESPONSE", "manager"),
        ("AWAITING_RESPONSE", "manager"),
    ]
    assert one.execution(made.id).modified == START + 30_000


def test_the_clock_leads_a_resumed_run_to_its_end() -> None:
    one = harness([WAITING])
    (execution,) = one.world["executions"]
    assert one.resume("order") == RESTARTED
    assert one.execution(execution.id).state == "IN_PROGRESS"
    one.after("1d")
    ended = one.execution(execution.id)
    assert (ended.state, ended.modified) == ("COMPLETED", START + 300_000)
    assert bytes(ended.output) == b'{"check":{"valid":true},"post":{"document":1}}'


def test_the_restart_window_is_the_workflows_and_ends_on_time() -> None:
    one = harness([WAITING])
    assert one.resume("order") == RESTARTED
    assert one.resume("order") == ALREADY
    assert one.after("59999ms").resume("order") == ALREADY
    assert one.after("1ms").resume("order") == IN_PROGRESS
    assert one.after("5m").resume("order") == NO_RESUMABLE


def test_a_workflow_may_have_a_window_of_its_own() -> None:
    steps = [{"wait": "w"}, {"do": "work", "takes": "1h"}]
    one = Harness(
        workflows=[{"name": "slow", "restart_window": "10m", "steps": steps}],
        executions=[{"workflow": "slow", "process_id": "order"}],
    )
    assert [one.resume("order"), one.after("9m").resume("order")] == [RESTARTED, ALREADY]
    assert one.after("1m").resume("order") == IN_PROGRESS


def test_a_second_wait_is_resumed_even_within_the_window() -> None:
    steps = [{"wait": "first"}, {"do": "work", "takes": "5s"}, {"wait": "second"}]
    one = Harness(
        workflows=[{"name": "twice", "steps": steps}],
        executions=[{"workflow": "twice", "process_id": "order"}],
    )
    assert one.resume("order") == RESTARTED
    assert one.resume("order") == ALREADY
    assert one.after("5s").resume("order") == RESTARTED
    assert one.after("0").resume("order") == NO_RESUMABLE  # nothing follows the second wait


def test_waits_that_follow_each_other_are_resumed_one_by_one() -> None:
    one = Harness(
        workflows=[{"name": "waits", "steps": [{"group": [{"wait": "go"}], "times": 2}]}],
        executions=[{"name": "w", "workflow": "waits", "process_id": "order"}],
    )
    assert one.resume("order") == RESTARTED
    assert one.execution("w").state == "AWAITING_RESPONSE"
    assert [move for move in one.world.transition_counts() if move[2] == "resume"] == [
        ("executions", "AWAITING_RESPONSE", "resume", "AWAITING_RESPONSE")
    ]
    assert one.resume("order") == RESTARTED
    assert one.after("0").execution("w").state == "COMPLETED"


def test_nothing_happens_to_a_terminated_run_any_more() -> None:
    one = harness([RUNNING])
    (execution,) = one.world["executions"]
    assert one.terminate("order") == OK
    before = one.execution(execution.id)
    assert one.after("1d").execution(execution.id) is before
    assert one.world.events.of(("executions", execution.id)) == ()


@pytest.mark.parametrize(
    ("event", "state", "step"),
    [
        ("wait", "AWAITING_RESPONSE", "manager"),
        ("complete", "COMPLETED", "End"),
        ("fail", "FAILED", "check"),
        ("terminate", "TERMINATED", "check"),
    ],
)
def test_a_rule_may_move_a_run_and_all_of_it_follows(event: str, state: str, step: str) -> None:
    one = harness([RUNNING])
    (execution,) = one.world["executions"]
    one.world.trigger("executions", execution, event)
    moved = one.execution(execution.id)
    assert (moved.state, moved.step) == (state, step)
    assert moved.modified == START
    assert one.after("1d").execution(execution.id) == moved


def test_a_rule_may_end_a_step_early() -> None:
    one = harness([RUNNING])
    (execution,) = one.world["executions"]
    one.world.trigger("executions", execution, "step")
    moved = one.after("0").execution(execution.id)
    assert (moved.state, moved.step, moved.modified) == ("AWAITING_RESPONSE", "manager", START)


def test_another_value_of_a_run_is_no_event() -> None:
    one = harness([RUNNING])
    (execution,) = one.world["executions"]
    one.world.replace("executions", structs.replace(execution, name="renamed"))
    assert one.execution("renamed").position == execution.position


def test_a_rule_may_resume_a_run() -> None:
    one = harness([WAITING])
    (execution,) = one.world["executions"]
    one.world.trigger("executions", execution, "resume")
    assert one.resume("order") == ALREADY
    assert one.after("5m").execution(execution.id).state == "COMPLETED"
