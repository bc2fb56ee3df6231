"""Executions as entries declare them: where they stand, their past, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import json

from tests.vendors.looply.harness import START, STEPS, Harness
from understudy.errors import InputError
from understudy.simulation.clock import iso
from understudy.vendors.looply.records import Execution

MINUTE = 60_000
FAILING: list[dict[str, Any]] = [
    {"do": "read", "takes": "20s"},
    {"do": "import", "takes": "40s", "fails": {"error": 1}},
]


def run(workflow: list[dict[str, Any]] = STEPS, /, **entry: Any) -> Execution:
    """The execution of one entry."""
    one = Harness(
        workflows=[{"name": "own", "steps": workflow}],
        executions=[{"name": "run", "workflow": "own", **entry}],
    )
    return one.execution("run")


def past(execution: Execution) -> list[tuple[str, str, str, str]]:
    """Each step with its status, from when until when."""
    return [
        (
            each.name,
            each.status,
            iso(each.entered)[11:19],
            "" if each.exited is None else iso(each.exited)[11:19],
        )
        for each in execution.passages
    ]


def test_an_execution_without_a_state_begins_at_the_start() -> None:
    made = run(process_id="order")
    assert (made.state, made.created, made.step, made.process_id) == (
        "IN_PROGRESS",
        START,
        "check",
        "order",
    )
    assert json.decode(made.input) == {"process_id": "order"}


def test_an_execution_that_began_before_is_where_its_timeline_leads() -> None:
    made = run(created="-10m")
    assert (made.state, made.step, made.modified) == (
        "AWAITING_RESPONSE",
        "manager",
        START - 10 * MINUTE + 30_000,
    )


@pytest.mark.parametrize(
    ("entry", "state", "step", "steps"),
    [
        (
            {"state": "AWAITING_RESPONSE", "since": "-10m"},
            "AWAITING_RESPONSE",
            "manager",
            [
                ("check", "COMPLETED", "23:49:30", "23:50:00"),
                ("manager", "AWAITING_RESPONSE", "23:50:00", ""),
            ],
        ),
        (
            {"step": "manager"},
            "AWAITING_RESPONSE",
            "manager",
            [
                ("check", "COMPLETED", "23:59:30", "00:00:00"),
                ("manager", "AWAITING_RESPONSE", "00:00:00", ""),
            ],
        ),
        (
            {"state": "IN_PROGRESS", "since": "-5s"},
            "IN_PROGRESS",
            "check",
            [("check", "IN_PROGRESS", "23:59:55", "")],
        ),
        (
            {"resumed": "-10s"},
            "IN_PROGRESS",
            "post",
            [
                ("check", "COMPLETED", "23:59:20", "23:59:50"),
                ("manager", "COMPLETED", "23:59:50", "23:59:50"),
                ("post", "IN_PROGRESS", "23:59:50", ""),
            ],
        ),
        (
            {"step": "post", "since": "-1m", "created": "-1h"},
            "IN_PROGRESS",
            "post",
            [
                ("check", "COMPLETED", "23:00:00", "23:00:30"),
                ("manager", "COMPLETED", "23:00:30", "23:59:00"),
                ("post", "IN_PROGRESS", "23:59:00", ""),
            ],
        ),
        (
            {"state": "COMPLETED", "since": "-1h", "created": "-2h"},
            "COMPLETED",
            "End",
            [
                ("check", "COMPLETED", "22:00:00", "22:00:30"),
                ("manager", "COMPLETED", "22:00:30", "22:55:00"),
                ("post", "COMPLETED", "22:55:00", "23:00:00"),
            ],
        ),
        (
            {"state": "FAILED", "since": "-4h", "created": "-5h", "resumed": "-245m"},
            "FAILED",
            "post",
            [
                ("check", "COMPLETED", "19:00:00", "19:00:30"),
                ("manager", "COMPLETED", "19:00:30", "19:55:00"),
                ("post", "FAILED", "19:55:00", "20:00:00"),
            ],
        ),
        (
            {"state": "TERMINATED", "since": "-1h", "created": "-2h"},
            "TERMINATED",
            "manager",
            [
                ("check", "COMPLETED", "22:00:00", "22:00:30"),
                ("manager", "TERMINATED", "22:00:30", "23:00:00"),
            ],
        ),
    ],
)
def test_a_declared_execution_has_a_past_to_match(
    entry: dict[str, Any], state: str, step: str, steps: list[tuple[str, str, str, str]]
) -> None:
    made = run(**entry)
    assert (made.state, made.step, past(made)) == (state, step, steps)
    assert made.created == made.passages[0].entered


def test_the_past_may_be_shorter_than_the_steps_would_have_taken() -> None:
    made = run(state="COMPLETED", since="-1m", created="-2m")
    assert [(each.entered, each.exited) for each in made.passages][-1][1] == START - MINUTE
    assert all(each.entered >= made.created for each in made.passages)


def test_a_failing_step_is_where_a_failed_run_stands() -> None:
    made = run(FAILING, state="FAILED", created="-10m", since="-9m")
    assert (made.step, bytes(made.passages[-1].error or b"")) == ("import", b"1")
    assert past(made)[-1] == ("import", "FAILED", "23:50:20", "23:51:00")


@pytest.mark.parametrize(
    ("state", "error", "kept"),
    [
        ("FAILED", {"code": 7}, b'{"code":7}'),
        ("FAILED", None, b'"failed"'),
        ("TERMINATED", "Too late.", "Too late."),
        ("TERMINATED", None, "Workflow execution terminated by user."),
        ("TERMINATED", 7, "7"),
    ],
)
def test_why_it_ended_may_be_said(state: str, error: Any, kept: Any) -> None:
    said = {} if error is None else {"error": error}
    last = run(state=state, since="-1h", **said).passages[-1]
    assert (bytes(last.error) if last.error else last.reason) == kept


def test_outputs_may_be_said_by_step() -> None:
    made = run(state="COMPLETED", since="-1h", output={"check": {"valid": False}})
    assert json.decode(made.output) == {"check": {"valid": False}}
    assert [each.output and bytes(each.output) for each in made.passages] == [
        b'{"valid":false}',
        None,
        b'{"document":1}',
    ]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            {"workflow": "nobody"},
            "/workflow: no workflow 'nobody'. There are approval, foreign",
        ),
        ({"version": 9}, "/version: workflow 'own' has no version 9. It has 1"),
        ({"step": "post it"}, "/step: no step 'post it' in this timeline. It has check, manager"),
        ({"state": "AWAITING_RESPONSE", "step": "check"}, "/step: step 'check' does not wait"),
        ({"state": "IN_PROGRESS", "step": "manager"}, "/step: nothing is in progress at step"),
        ({"state": "COMPLETED", "step": "check"}, "/step: a completed execution is at no step"),
        ({"state": "COMPLETED", "error": "no"}, "/error: an execution COMPLETED has no error"),
        ({"since": "-10m"}, "/since: step 'check' is over after 30s, which was before the"),
        ({"state": "IN_PROGRESS", "since": "-30s"}, "/since: step 'check' is over after 30s"),
        ({"since": "10m"}, "/since: 10m lies after the session's start"),
        ({"since": "2026-01-01T00:00:00.001Z"}, "/since: 2026-01-01T00:00:00.001Z lies after"),
        ({"since": "2026-02-30T00:00:00Z"}, "/since: '2026-02-30T00:00:00Z' is no instant"),
        ({"created": "-1s", "since": "-5s"}, "/since: it began after that"),
        ({"resumed": "-10s", "step": "check"}, "/resumed: it has not come past a wait"),
        (
            {"resumed": "-2h", "state": "FAILED", "since": "-1h", "created": "-90m"},
            "/resumed: it was not resumed between `created` and `since`",
        ),
    ],
)
def test_what_an_execution_cannot_be(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as found:
        run(**entry)
    assert str(found.value).startswith(f"/executions/0{told}")


@pytest.mark.parametrize(
    ("steps", "entry", "told"),
    [
        (
            [],
            {"state": "IN_PROGRESS"},
            "/state: IN_PROGRESS needs a step, and its timeline",
        ),
        (FAILING, {"state": "AWAITING_RESPONSE"}, "/state: its workflow never waits"),
        (FAILING, {"state": "COMPLETED"}, "/state: it cannot complete: step 'import' always ends"),
        ([{"outcome": "FAILED"}], {"state": "COMPLETED"}, "/state: it cannot complete"),
        ([{"wait": "w"}], {"resumed": "-1m"}, "/resumed: its workflow has no step behind a wait"),
        ([{"do": "a"}], {"state": "IN_PROGRESS"}, "/state: step 'a' is over after 0s"),
        (
            [{"wait": "w", "timeout": "5m"}],
            {"state": "AWAITING_RESPONSE", "since": "-6m"},
            "/since: step 'w' is over after 5m",
        ),
    ],
)
def test_what_the_timeline_does_not_allow(
    steps: list[dict[str, Any]], entry: dict[str, Any], told: str
) -> None:
    with pytest.raises(InputError) as found:
        run(steps, **entry)
    assert str(found.value).startswith(f"/executions/0{told}")
