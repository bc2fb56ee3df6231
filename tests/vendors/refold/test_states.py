"""The state table: what each call does in each state, and what the clock does by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.refold.harness import Harness, workflow
from understudy.simulation.lifecycle import IllegalTransition
from understudy.vendors.refold.lifecycle import EXECUTION
from understudy.vendors.refold.records import OVER

DONE = {"success": "true", "task": "1201"}
# A run of the base world in each state, and what `/response` tells of it.
IN_EACH = {
    "running": ("RUNNING", None),
    "waiting": ("RUNNING", None),
    "completed": ("COMPLETED", DONE),
    "unanswered": ("COMPLETED", None),
    "errored": ("ERRORED", None),
    "errored_late": ("ERRORED", {"accepted": True}),
    "stopping": ("STOPPING", None),
    "stopped": ("STOPPED", None),
    "timed_out": ("TIMED_OUT", None),
}


@pytest.mark.parametrize("name", IN_EACH)
def test_an_execute_begins_another_run_whatever_the_others_do(name: str) -> None:
    with Harness() as harness:
        before, count = harness.execution(name), len(harness.world["executions"])
        told = harness.execute()
        assert (told.code, set(told.body)) == ((200, "OK_ASYNC"), {"execution_id"})
        assert harness.execution(told.body["execution_id"]).state == "RUNNING"
        assert harness.execution(name) == before
        assert len(harness.world["executions"]) == count + 1


@pytest.mark.parametrize("name", IN_EACH)
def test_a_synchronous_one_is_over_when_it_answers_whatever_the_others_do(name: str) -> None:
    with Harness() as harness:
        before = harness.execution(name)
        told = harness.execute(sync="true")
        assert told.code == (200, "OK_SYNC")
        assert told.body["return_value"] == DONE
        assert harness.execution(told.body["execution_id"]).state == "COMPLETED"
        assert harness.execution(name) == before


@pytest.mark.parametrize(("name", "told"), IN_EACH.items())
def test_a_response_tells_state_and_data(name: str, told: tuple[str, Any]) -> None:
    state, data = told
    with Harness() as harness:
        answer = harness.response(harness.execution(name).id)
        assert answer.code == (200, state)
        assert answer.body == {"response": data, "status": state}


def test_a_response_of_nothing_is_not_found() -> None:
    with Harness() as harness:
        assert harness.response("f" * 24).code == (404, "RESOURCE_NOT_FOUND")


def test_a_run_takes_its_time() -> None:
    with Harness() as harness:
        run = harness.start("sync-projects")
        for length, state, nodes in (
            ("0s", "RUNNING", 1),
            ("30s", "RUNNING", 2),
            ("5s", "RUNNING", 3),
            ("119s", "RUNNING", 3),
            ("1s", "COMPLETED", 4),
        ):
            told = harness.after(length).read(run)
            assert (told["status"], len(told["nodes"])) == (state, nodes)
        assert told["createdAt"] == "2026-01-01T00:00:00.000Z"
        assert told["completion_time"] == "2026-01-01T00:02:35.000Z"


def test_however_late_somebody_looks_the_instants_are_right() -> None:
    with Harness() as harness:
        run = harness.start("sync-projects")
        assert harness.after("1w").read(run)["completion_time"] == "2026-01-01T00:02:35.000Z"


def test_a_synchronous_run_stamps_everything_with_the_present_and_moves_no_clock() -> None:
    with Harness() as harness:
        now = harness.world.now
        run = harness.execution(harness.start("sync-projects", sync="true"))
        assert harness.session.clock.now() == now
        assert (run.created, run.modified, run.position.since) == (now, now, now)
        steps = harness.world.transitions("executions", run.id)
        assert [step.event for step in steps] == ["created", "step", "step", "step", "complete"]
        assert {step.at for step in steps} == {now}
        assert harness.world.events.of(("executions", run.id)) == ()


def test_a_run_without_steps_is_over_at_once() -> None:
    with Harness(**workflow()) as harness:
        run = harness.start("mine")
        assert harness.response(run).body == {"response": None, "status": "COMPLETED"}
        assert harness.execute("mine", sync="true").body["return_value"] is None


FAILING = {"do": "pull", "takes": "10s", "fails": {"error": "no feed"}}


def test_a_failing_node_is_tried_again_until_its_limit() -> None:
    retried = {**FAILING, "retry": {"limit": 2, "delay": "30s", "backoff": "exponential"}}
    with Harness(**workflow(retried)) as harness:
        run = harness.start("mine")
        told = []
        for length in ("10s", "30s", "10s", "60s", "9s", "1s"):
            (node,) = harness.after(length).read(run)["nodes"]
            told.append((node["node_status"], node["attempts_made"]))
        assert told == [
            ("Ready", 1),
            ("Ready", 2),
            ("Ready", 2),
            ("Ready", 3),
            ("Ready", 3),
            ("Errored", 3),
        ]
        assert harness.execution(run).state == "ERRORED"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (FAILING, {"message": "no feed", "node_name": "pull"}),
        (
            {"do": "pull", "fails": {"error": {"code": 7}}},
            {"message": "The workflow failed", "code": 7, "node_name": "pull"},
        ),
        (
            {"do": "pull", "takes": "2m", "timeout": "1m"},
            {"message": "The node timed out", "node_name": "pull"},
        ),
        (
            {"parallel": [{"do": "a"}, {"do": "b", "fails": {"error": "b broke"}}]},
            {"message": "b broke", "node_name": "b"},
        ),
        ({"outcome": "ERRORED"}, {"message": "The workflow failed"}),
        ({"outcome": "ERRORED", "error": "no budget"}, {"message": "no budget"}),
        ({"outcome": "STOPPED"}, {"message": "The workflow was stopped"}),
        ({"outcome": "TIMED_OUT"}, {"message": "The workflow timed out"}),
        (
            {"wait": "somebody", "timeout": "1h"},
            {"message": "The workflow timed out", "node_name": "somebody"},
        ),
        ({"wait": "godot"}, {"message": "The workflow timed out", "node_name": "godot"}),
    ],
)
def test_why_a_run_did_not_finish_well(step: Any, told: dict[str, Any]) -> None:
    with Harness(**workflow(step)) as harness:
        answer = harness.execute("mine", sync="true")
        assert answer.code == (200, "OK_SYNC_ERRORED")
        assert answer.body["return_value"] is None
        assert (answer.body["errored"], answer.body["execution_error"]) == (True, told)


def test_a_response_is_null_until_the_run_is_over_whenever_its_node_ran() -> None:
    with Harness() as harness:
        run = harness.start("notify-late", slug="slack")
        looks = [harness.after(length).response(run).body for length in ("0s", "2s", "4s")]
        told = {"accepted": True}
        assert [(each["status"], each["response"]) for each in looks] == [
            ("RUNNING", None),
            ("RUNNING", None),
            ("ERRORED", told),
        ]


def test_a_wait_ends_by_its_timeout_and_an_endless_one_never() -> None:
    with Harness(**workflow({"wait": "somebody", "timeout": "1h"})) as harness:
        run = harness.start("mine")
        assert harness.after("59m").response(run).code == (200, "RUNNING")
        assert harness.after("1m").response(run).code == (200, "TIMED_OUT")
    with Harness(**workflow({"wait": "godot"})) as harness:
        run = harness.start("mine")
        assert harness.after("52w").response(run).code == (200, "RUNNING")


def test_what_is_stopping_has_stopped_after_five_seconds() -> None:
    with Harness() as harness:
        run = harness.execution("stopping").id
        assert harness.after("2999ms").response(run).code == (200, "STOPPING")
        assert harness.after("1ms").response(run).code == (200, "STOPPED")


def test_an_outcome_ends_a_run_before_its_last_node() -> None:
    steps: list[Any] = [{"reply": {"early": True}}, {"outcome": "COMPLETED"}, {"do": "never"}]
    with Harness(**workflow(*steps)) as harness:
        told = harness.execute("mine", sync="true")
        assert told.body["return_value"] == {"early": True}
        nodes = harness.read(told.body["execution_id"])["nodes"]
        assert [each["node_name"] for each in nodes] == ["reply"]


def test_the_last_response_node_that_ran_is_what_counts() -> None:
    steps: list[Any] = [{"reply": 1, "status": 202}, {"do": "work"}, {"reply": 2, "status": 201}]
    with Harness(**workflow(*steps)) as harness:
        told = harness.execute("mine", sync="true")
        assert (told.status, told.body["return_value"]) == (201, 2)


@pytest.mark.parametrize("event", EXECUTION.events)
def test_a_rule_can_make_any_event_happen_to_a_run(event: str) -> None:
    with Harness() as harness:
        before = harness.execution("stopping" if event == "stopped" else "running")
        run = harness.world.trigger("executions", before, event)
        assert run.state == EXECUTION.target(before.state, event)
        assert harness.read(run.id)["status"] == run.state
        assert harness.after("1w").execution(run.id).state in OVER


def test_a_run_that_is_made_to_complete_has_come_past_its_response_node() -> None:
    with Harness() as harness:
        run = harness.world.trigger("executions", harness.execution("running"), "complete")
        assert harness.response(run.id).body["response"] == {"success": "true", "changed": 3}


@pytest.mark.parametrize("state", OVER)
def test_nothing_happens_to_a_run_that_is_over(state: str) -> None:
    assert EXECUTION.allowed(state) == ()
    with Harness() as harness:
        name = {"COMPLETED": "completed", "ERRORED": "errored"}.get(state, state.lower())
        before = harness.execution(name)
        for event in EXECUTION.events:
            with pytest.raises(IllegalTransition):
                harness.world.trigger("executions", before, event)
        assert harness.after("1w").execution(name) == before


@pytest.mark.parametrize(
    ("progress", "looks"),
    [("now", ["COMPLETED"]), ({"reads": 1}, ["RUNNING", "COMPLETED"])],
)
def test_a_run_of_no_length_may_still_be_running_at_the_first_look(
    progress: Any, looks: list[str]
) -> None:
    with Harness(**workflow({"do": "work"}, progress=progress)) as harness:
        run = harness.start("mine")
        assert [harness.response(run).body["status"] for _ in looks] == looks
