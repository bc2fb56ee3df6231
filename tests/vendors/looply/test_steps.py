"""Each kind of step, and how a run ends by it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.looply.harness import START, Harness


@pytest.mark.parametrize(
    ("steps", "state", "ends", "logged"),
    [
        ([{"wait": "w", "timeout": "2m"}], "FAILED", 120_000, {"error": "timeout"}),
        ([{"do": "a", "takes": "9s", "fails": {"error": "no"}}], "FAILED", 9_000, {"error": "no"}),
        ([{"do": "a", "takes": "9s", "timeout": "3s"}], "FAILED", 3_000, {"error": "timeout"}),
        (
            [
                {
                    "do": "a",
                    "takes": "1s",
                    "fails": {"times": 1},
                    "retry": {"limit": 1, "delay": "5s"},
                }
            ],
            "COMPLETED",
            7_000,
            {"attempts": 2},
        ),
        ([{"sleep": "1h"}], "COMPLETED", 3_600_000, {}),
        ([], "COMPLETED", 0, None),
        (
            [{"parallel": [{"do": "a", "takes": "1s"}, {"do": "b", "takes": "2s"}]}],
            "COMPLETED",
            2_000,
            {},
        ),
        (
            [{"do": "a", "takes": "1s"}, {"outcome": "FAILED", "error": {"rows": 0}}],
            "FAILED",
            1_000,
            {"error": {"rows": 0}},
        ),
        (
            [{"outcome": "TERMINATED"}],
            "TERMINATED",
            0,
            {"reason": "Workflow execution terminated by its own step."},
        ),
    ],
)
def test_each_kind_of_step_ends_as_its_script_says(
    steps: list[dict[str, Any]], state: str, ends: int, logged: dict[str, Any] | None
) -> None:
    one = Harness(
        workflows=[{"name": "own", "steps": steps}],
        executions=[{"name": "run", "workflow": "own"}],
    ).after("2d")
    run = one.execution("run")
    assert (run.state, run.modified) == (state, START + ends)
    status, body = one.ask(
        "getWorkflowExecutionById",
        workflow_id=run.workflow_id,
        workflow_execution_id=run.id,
    )
    assert (status, body["item"]["workflow_current_state"]) == (200, state)
    entries = list(body["item"]["workflow_event_log"].values())
    if logged is None:
        assert entries == []
    else:
        last = {k: v for k, v in entries[-1].items() if k not in ("entered_on", "exited_on")}
        assert last == {"status": state, **logged}
