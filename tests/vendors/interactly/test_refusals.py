"""What a command is refused for, in the order it is looked at, and what the explanation says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.interactly.harness import FOREIGN, NOWHERE, OURS, TALK, Harness
from understudy.vendor import Missing
from understudy.vendors.interactly import VENDOR


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "workflow_id is required to start a workflow"),
        ({"command": "start"}, "workflow_id is required to start a workflow"),
        ({"workflow_id": None}, "workflow_id is required to start a workflow"),
        *(
            (
                {"command": each, "workflow_id": TALK},
                f"workflow_run_id is required to {each} a workflow run",
            )
            for each in ("data", "resume", "pause", "stop")
        ),
        (
            {"command": "stop", "workflow_run_id": None},
            "workflow_run_id is required to stop a workflow run",
        ),
    ],
)
def test_ids_that_do_not_say_what_to_do(body: dict[str, Any], detail: str) -> None:
    assert Harness().post(**body) == (400, {"detail": detail})


def test_the_run_is_looked_for_before_its_workflow() -> None:
    told = Harness().outcome(command="stop", workflow_run_id=NOWHERE, workflow_id=FOREIGN)
    assert told == (404, "WORKFLOW_RUN_NOT_FOUND")


def test_the_workflow_is_compared_before_the_status() -> None:
    one = Harness(runs=[{"name": "run", "workflow": "talk", "state": "completed"}])
    run = one.run("run").id
    assert one.outcome(command="data", workflow_run_id=run, workflow_id=NOWHERE) == (
        400,
        "OTHER_WORKFLOW",
    )
    assert one.outcome(command="data", workflow_run_id=run, workflow_id=TALK) == (409, "CONFLICT")


@pytest.mark.parametrize(
    ("state", "because"),
    [
        ("not_started", "it is not_started, which takes start, stop"),
        ("running", "it is running, which takes pause, stop"),
        ("paused", "it is paused, which takes start, resume, stop"),
        ("failed", "it is failed, which takes no command any more"),
    ],
)
def test_a_conflict_says_what_would_be_taken(state: str, because: str) -> None:
    one = Harness(runs=[{"name": "run", "workflow": "talk", "state": state}])
    body = {"command": "data", "workflow_run_id": one.run("run").id}
    assert one.refused("startOrResumeWorkflow", body=body).because == because


def test_what_is_missing_can_be_made_to_exist() -> None:
    one = Harness()
    body = {"command": "stop", "workflow_run_id": NOWHERE}
    problem = one.refused("startOrResumeWorkflow", body=body)
    assert problem.missing == Missing("runs", NOWHERE, {"id": NOWHERE})
    caller = one.caller()
    section = VENDOR.declare(problem.missing, caller)
    assert section is not None
    VENDOR.populate(one.world, section, one.world.now)
    made = one.run(NOWHERE)
    assert (made.state, made.team) == ("waiting_for_user_input", OURS)
    assert one.command("data", NOWHERE) == (200, "completed")

    problem = one.refused("startOrResumeWorkflow", body={"workflow_id": FOREIGN[:-1] + "9"})
    assert problem.missing is not None
    section = VENDOR.declare(problem.missing, caller)
    assert section is not None
    VENDOR.populate(one.world, section, one.world.now)
    assert one.start(FOREIGN[:-1] + "9").state == "waiting_for_user_input"


def test_what_no_world_can_have() -> None:
    assert VENDOR.declare(Missing("teams", "x"), None) is None
    section = VENDOR.declare(Missing("credentials", ""), None)
    assert section is not None
    VENDOR.populate(Harness().world, section, 0)
