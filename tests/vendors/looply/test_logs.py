"""The logs of an execution: repeated steps, and their bound."""

from __future__ import annotations

from typing import Any

from tests.vendors.looply.harness import Harness
from understudy.vendors.looply.records import PASSAGES


def read(one: Harness, name: str) -> Any:
    run = one.execution(name)
    values = {"workflow_id": run.workflow_id, "workflow_execution_id": run.id}
    return one.ask("getWorkflowExecutionById", **values)[1]["item"]


def test_a_step_that_is_repeated_is_told_apart_in_the_logs() -> None:
    one = Harness(
        workflows=[{"name": "loop", "steps": [{"group": [{"do": "a"}], "times": 3}]}],
        executions=[{"name": "run", "workflow": "loop"}],
    )
    item = read(one, "run")
    assert list(item["workflow_event_log"]) == ["a", "a (2)", "a (3)"]
    assert list(item["condensed_logs"]) == ["a", "a (2)", "a (3)"]


def test_logs_keep_the_last_steps_of_a_long_loop() -> None:
    one = Harness(
        workflows=[
            {
                "name": "loop",
                "steps": [{"group": [{"do": "a", "takes": "1s"}], "times": 200}, {"do": "last"}],
            }
        ],
        executions=[{"name": "run", "workflow": "loop"}],
    ).after("1h")
    log = read(one, "run")["workflow_event_log"]
    assert (len(log), list(log)[-1]) == (PASSAGES, "last")
    begun = [each["entered_on"] for each in log.values()]
    assert begun == list(range(begun[0], begun[0] + PASSAGES * 1000, 1000)), "none is left out"
