"""The state table: what each command does to a run in each status, and what time does to it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.interactly.harness import BOB, FOREIGN, NOWHERE, TALK, Harness, inputs

WAITING, PAUSED, CANCELLED = "waiting_for_user_input", "paused", "cancelled"
COMMANDS = ("start", "data", "resume", "pause", "stop")
NO = "refused"

# A run of `talk` (greet, wait: input, look_up, wait: pause, book) as its entry declares it, and the
# status each command leads to. A run that goes on plays its next segment within the call.
TABLE: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "not_started": ({"state": "not_started"}, (WAITING, NO, NO, NO, CANCELLED)),
    "started": ({"state": "started"}, (NO, NO, NO, PAUSED, CANCELLED)),
    "running": ({"state": "running"}, (NO, NO, NO, PAUSED, CANCELLED)),
    "waiting": ({"state": WAITING}, (PAUSED, PAUSED, PAUSED, PAUSED, CANCELLED)),
    "paused by its script": ({"state": PAUSED}, ("completed", NO, "completed", NO, CANCELLED)),
    "paused while it waited": (
        {"state": PAUSED, "resumes_to": WAITING},
        (PAUSED, NO, WAITING, NO, CANCELLED),
    ),
    "paused while it ran": (
        {"state": PAUSED, "resumes_to": "running", "step": "look_up"},
        (PAUSED, NO, PAUSED, NO, CANCELLED),
    ),
    "completed": ({"state": "completed"}, (NO,) * 5),
    "failed": ({"state": "failed"}, (NO,) * 5),
    "cancelled": ({"state": CANCELLED}, (NO,) * 5),
    "aborted": ({"state": "aborted_looping_risk"}, (NO,) * 5),
}
CELLS = [
    pytest.param(entry, command, target, id=f"{name}: {command}")
    for name, (entry, targets) in TABLE.items()
    for command, target in zip(COMMANDS, targets, strict=True)
]
EACH = pytest.mark.parametrize("entry", [pytest.param(e, id=n) for n, (e, _) in TABLE.items()])


def harness(entry: dict[str, Any]) -> Harness:
    return Harness(runs=[{"name": "run", "workflow": "talk", **entry}])


@pytest.mark.parametrize(("entry", "command", "target"), CELLS)
def test_each_command_in_each_status(entry: dict[str, Any], command: str, target: str) -> None:
    one = harness(entry)
    before = one.run("run")
    told = one.command(command, "run")
    if target == NO:
        said = f"Cannot {command} a workflow run in status '{before.state}'"
        assert told == (409, said)
        assert one.run("run") is before
    else:
        assert told == (200, target)


@pytest.mark.parametrize(("entry", "command", "target"), CELLS)
def test_only_what_ran_adds_a_pair(entry: dict[str, Any], command: str, target: str) -> None:
    one = harness(entry)
    before = one.run("run")
    one.command(command, "run")
    rested = (command, entry.get("resumes_to")) == ("resume", WAITING)
    ran = command in ("start", "data", "resume") and target != NO and not rested
    given = [(command, before.id)] if ran else []
    assert inputs(one.run("run")) == [*inputs(before), *given]


@pytest.mark.parametrize(("entry", "command", "target"), CELLS)
def test_only_what_is_taken_says_who_and_when(
    entry: dict[str, Any], command: str, target: str
) -> None:
    one = harness(entry)
    before = one.run("run")
    one.world.advance(one.world.now + 500)
    one.post(by="colleague", command=command, workflow_run_id=before.id)
    after = one.run("run")
    assert after.created_by == before.created_by
    if target == NO:
        assert (after.updated_by, after.updated) == (before.updated_by, before.updated)
    else:
        assert (after.updated_by, after.updated) == (BOB, one.world.now)


@EACH
def test_of_another_team_no_command_finds_it(entry: dict[str, Any]) -> None:
    one = harness(entry)
    before = one.run("run")
    for command in COMMANDS:
        told = one.outcome(by="other", command=command, workflow_run_id=before.id)
        assert told == (404, "WORKFLOW_RUN_NOT_FOUND")
    assert one.run("run") is before


@EACH
def test_a_new_start_does_not_care_what_there_was(entry: dict[str, Any]) -> None:
    one = harness(entry)
    made = one.start()
    assert (made.state, len(one.world["runs"])) == (WAITING, 2)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_run_that_nobody_has(command: str) -> None:
    told = Harness().post(command=command, workflow_run_id=NOWHERE)
    assert told == (404, {"detail": "Workflow run not found"})


@pytest.mark.parametrize("workflow", [NOWHERE, FOREIGN])
def test_a_workflow_that_the_team_does_not_have(workflow: str) -> None:
    assert Harness().post(workflow_id=workflow) == (404, {"detail": "Workflow not found"})


# What a day of time makes of a run that nobody touches.
TIME = {
    "not_started": "not_started",
    "started": WAITING,
    "running": WAITING,
    "waiting": WAITING,
    "paused by its script": PAUSED,
    "paused while it waited": PAUSED,
    "paused while it ran": PAUSED,
    "completed": "completed",
    "failed": "failed",
    "cancelled": CANCELLED,
    "aborted": "aborted_looping_risk",
}


@pytest.mark.parametrize(
    ("entry", "target"), [pytest.param(TABLE[name][0], TIME[name], id=name) for name in TABLE]
)
def test_what_time_does_to_each(entry: dict[str, Any], target: str) -> None:
    assert harness(entry).after("1d").state("run") == target


@pytest.mark.parametrize(
    ("steps", "target"),
    [
        ([{"do": "work", "takes": "1m"}], "completed"),
        ([{"do": "work", "takes": "1m"}, {"wait": "pause"}], PAUSED),
        ([{"do": "work", "takes": "1m", "fails": {}}], "failed"),
        ([{"sleep": "1m"}, {"outcome": "aborted_looping_risk"}], "aborted_looping_risk"),
        ([{"sleep": "1m"}, {"outcome": "failed"}], "failed"),
        ([{"sleep": "1m"}, {"outcome": "completed"}, {"wait": "input"}], "completed"),
    ],
)
@pytest.mark.parametrize("mode", ["blocking", "async"])
def test_a_segment_ends_as_its_script_says(
    steps: list[dict[str, Any]], target: str, mode: str
) -> None:
    one = Harness(workflows=[{"name": "w", "mode": mode, "steps": steps}])
    made = one.start(one.workflow("w").id)
    if mode == "async":
        assert made.state == "started"
        one.after("2m")
    assert one.state(made.id) == target


def test_a_workflow_without_steps_is_over_at_once() -> None:
    one = Harness(workflows=[{"name": "nothing"}])
    assert one.start(one.workflow("nothing").id).state == "completed"


def test_a_conversation_may_end_with_its_question() -> None:
    one = Harness(workflows=[{"name": "ask", "steps": [{"wait": "input"}]}])
    made = one.start(one.workflow("ask").id)
    assert made.state == WAITING
    assert one.command("data", made.id) == (200, "completed")


def test_a_conversation_of_many_turns() -> None:
    turn = [{"wait": "input"}, {"do": "answer", "takes": "1s"}]
    one = Harness(workflows=[{"name": "long", "steps": [{"group": turn, "times": 50}]}])
    made = one.start(one.workflow("long").id)
    states = [one.command("data", made.id)[1] for _ in range(50)]
    assert states == [WAITING] * 49 + ["completed"]
    assert len(one.run(made.id).pairs) == 51


def test_both_ids_may_be_sent_if_they_agree() -> None:
    one = harness({"state": WAITING})
    assert one.command("data", "run", workflow_id=TALK) == (200, PAUSED)
    other = one.command("stop", "run", workflow_id=FOREIGN)
    assert other == (400, "workflow_id is not the workflow of the workflow run")


@pytest.mark.parametrize(
    ("event", "state"),
    [("run", "running"), ("pause", PAUSED), ("stop", CANCELLED), ("fail", "failed")],
)
def test_a_rule_may_move_a_run_and_all_of_it_follows(event: str, state: str) -> None:
    one = harness({"state": "started"})
    one.world.trigger("runs", one.run("run"), event)
    moved = one.run("run")
    assert moved.state == state
    assert moved.updated == one.world.now


def test_a_rule_may_answer_for_the_user() -> None:
    one = harness({"state": WAITING})
    one.world.trigger("runs", one.run("run"), "data")
    moved = one.run("run")
    assert (moved.state, inputs(moved)[1:]) == (PAUSED, [("data", moved.id)])


def test_a_rule_may_stop_a_run_where_nothing_stops() -> None:
    one = Harness(
        workflows=[{"name": "w", "steps": [{"do": "a", "takes": "1h"}]}],
        runs=[{"name": "run", "workflow": "w", "state": "running"}],
    )
    one.world.trigger("runs", one.run("run"), "wait")
    assert one.after("1d").state("run") == WAITING
