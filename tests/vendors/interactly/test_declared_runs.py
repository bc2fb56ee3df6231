"""A run as a world file declares it: where it stands, and the past that led it there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.interactly.harness import ADA, ASK, OURS, START, Harness, types

WAITING = "waiting_for_user_input"

END = "end_workflow_iteration"
FIRST = ["start_workflow", "workflow_ready_for_input", END]
SECOND = ["workflow_ready_for_input", END]


@pytest.mark.parametrize(
    ("entry", "state", "told", "created", "updated"),
    [
        ({"state": "not_started"}, "not_started", [], 0, 0),
        ({"state": "started"}, "started", [["start_workflow"]], 0, 0),
        ({"state": "running"}, "running", [["start_workflow"]], 0, 0),
        ({"state": "running", "step": "b", "since": "-1m"}, "running", [FIRST, []], 120, 60),
        ({"state": WAITING, "since": "-1h"}, WAITING, [FIRST], 3660, 3600),
        (
            {"state": WAITING, "turns": 2, "since": "-1h", "created": "-3h"},
            WAITING,
            [FIRST, SECOND],
            3 * 3600,
            3600,
        ),
        (
            {"state": "paused", "resumes_to": WAITING, "since": "-1h"},
            "paused",
            [FIRST],
            3660,
            3600,
        ),
        (
            {"state": "paused", "resumes_to": "running", "step": "b", "since": "-1h"},
            "paused",
            [FIRST, [END]],
            3660,
            3600,
        ),
        (
            {"state": "failed", "since": "-1h"},
            "failed",
            [FIRST, SECOND, ["workflow_error"]],
            3600 + 360,
            3600,
        ),
        (
            {"state": "failed", "turns": 1, "since": "-1h", "created": "-2h"},
            "failed",
            [FIRST],
            7200,
            3600,
        ),
        ({"state": "cancelled", "since": "-1h"}, "cancelled", [FIRST], 3660, 3600),
        (
            {"state": "cancelled", "step": "b", "since": "-1h"},
            "cancelled",
            [FIRST, ["end_workflow"]],
            3660,
            3600,
        ),
        (
            {"state": "aborted_looping_risk", "step": "a", "since": "-1h"},
            "aborted_looping_risk",
            [["start_workflow", "workflow_error"]],
            3660,
            3600,
        ),
    ],
    ids=lambda each: str(each) if isinstance(each, dict) else "",
)
def test_a_declared_run_has_a_past_to_match(
    entry: dict[str, Any], state: str, told: list[list[str]], created: int, updated: int
) -> None:
    run = Harness(workflows=[ASK], runs=[{"name": "run", "workflow": "ask", **entry}]).run("run")
    assert (run.state, types(run)) == (state, told)
    assert ((START - run.created) // 1000, (START - run.updated) // 1000) == (created, updated)
    assert (run.created_by, run.updated_by, run.team) == (ADA, ADA, OURS)


def test_a_declared_run_is_what_a_played_one_would_be() -> None:
    """But for its ids and instants: the same pairs, the same place, the same way on."""
    one = Harness(runs=[{"name": "declared", "workflow": "talk", "state": "paused", "since": "0"}])
    played = one.start()
    one.command("data", played.id)
    played, declared = one.run(played.id), one.run("declared")
    assert types(played) == types(declared)
    assert (played.position.step, played.resumes_to) == (declared.position.step, "")
    assert one.command("resume", "declared") == one.command("resume", played.id)


def test_why_a_declared_run_failed() -> None:
    one = Harness(
        workflows=[ASK],
        runs=[
            {"name": "by script", "workflow": "ask", "state": "failed", "since": "-1h"},
            {"name": "said", "workflow": "ask", "state": "failed", "step": "a", "error": [7]},
            {"name": "left", "workflow": "ask", "state": "failed", "turns": 1},
            {
                "name": "net",
                "workflow": "ask",
                "state": "failed",
                "step": "a",
                "termination_source": "finally_safety_net",
            },
        ],
    )
    sources = {name: one.run(name).termination_source for name in ("by script", "left", "net")}
    assert sources == {
        "by script": "execution_error",
        "left": "stale_run_reaper",
        "net": "finally_safety_net",
    }
    pairs = one.read("by script")["workflow_run"]["workflow_run"]["input_output_pairs"]
    assert pairs[-1]["run_output"]["events"][-1]["error_message"] == "c broke"
    pairs = one.read("said")["workflow_run"]["workflow_run"]["input_output_pairs"]
    assert pairs[-1]["run_output"]["events"][-1]["error_message"] == "[7]"


def test_a_declared_run_goes_on() -> None:
    one = Harness(
        workflows=[ASK],
        runs=[{"name": "run", "workflow": "ask", "state": "running", "step": "b", "since": "-1m"}],
    )
    assert one.after("59s").state("run") == "running"
    assert one.after("1s").state("run") == WAITING
