"""Pages: `lastKey` walks each list once, also while it grows; limits and cursors that are wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vendors.looply.harness import APPROVAL, Harness

HISTORY = "getWorkflowExecutionHistory"
EXECUTIONS = "getOrganizationExecutions"
WORKFLOWS = "getOrganizationWorkflows"


def ids(body: dict[str, Any]) -> list[str]:
    return [item["workflow_execution_id"] for item in body["items"]]


def harness(ages: list[int]) -> Harness:
    """A world with a completed execution of each age in minutes."""
    return Harness(
        executions=[
            {"workflow": "approval", "state": "COMPLETED", "created": f"-{age}m", "since": "0"}
            for age in ages
        ]
    )


@given(st.lists(st.integers(6, 60), max_size=40), st.integers(1, 40), st.data())
def test_walking_gives_each_execution_once_also_while_more_come(
    ages: list[int], limit: int, data: st.DataObject
) -> None:
    one = harness(ages)
    there = {each.id for each in one.world["executions"]}
    operation = data.draw(st.sampled_from([HISTORY, EXECUTIONS]))
    said: dict[str, Any] = {"limit": str(limit)}
    if operation == HISTORY:
        said["workflow_id"] = APPROVAL
    seen: list[str] = []
    while True:
        status, body = one.ask(operation, **said)
        assert (status, body["count"]) == (200, len(body["items"]))
        assert body["count"] <= min(limit, 30)
        seen += ids(body)
        if data.draw(st.booleans()):
            one.after("1s").trigger()
        if "lastKey" not in body:
            break
        assert body["count"] == min(limit, 30)
        said |= body["lastKey"]
    assert (len(seen), set(seen)) == (len(ages), there)
    created = [one.execution(each).created for each in seen]
    assert created == sorted(created, reverse=True)


@given(st.integers(1, 8), st.integers(1, 7))
def test_walking_gives_each_workflow_version_once(versions: int, limit: int) -> None:
    one = Harness(workflows=[{"id": "w", "version": n + 1} for n in range(versions)])
    said: dict[str, Any] = {"limit": str(limit)}
    seen = []
    while True:
        status, body = one.ask(WORKFLOWS, **said)
        assert (status, body["count"]) == (200, len(body["items"]))
        seen += [(item["workflow_id"], item["workflow_status_version"]) for item in body["items"]]
        if "lastKey" not in body:
            break
        assert body["lastKey"].pop("organization_id") == "ours"
        said |= {name: str(value) for name, value in body["lastKey"].items()}
    wanted = [(APPROVAL, "ACTIVE_1"), *(("w", f"ACTIVE_{n + 1}") for n in range(versions))]
    assert sorted(seen) == sorted(wanted)


@pytest.mark.parametrize(
    ("limit", "count"),
    [(None, 20), ("1", 1), ("20", 20), ("30", 30), ("31", 30), ("9" * 400, 30)],
)
@pytest.mark.parametrize("operation", [HISTORY, EXECUTIONS])
def test_a_page_has_what_was_asked_for_and_thirty_at_most(
    operation: str, limit: str | None, count: int
) -> None:
    said = {} if limit is None else {"limit": limit}
    if operation == HISTORY:
        said["workflow_id"] = APPROVAL
    status, body = harness([10] * 33).ask(operation, **said)
    assert (status, body["count"]) == (200, count)


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "", "ten", "+5", " 5", "1_0", "007", "\u0665"])
def test_a_limit_that_is_no_number_is_refused_or_counts_as_twenty(limit: str) -> None:
    one = harness([10] * 33)
    assert one.outcome(HISTORY, workflow_id=APPROVAL, limit=limit) == (400, "BAD_REQUEST")
    assert one.ask(EXECUTIONS, limit=limit)[1]["count"] == 20
    assert one.ask(WORKFLOWS, limit=limit)[0] == 200


def test_an_unknown_cursor_is_refused_for_one_workflow_and_ends_the_other_lists() -> None:
    one = harness([10] * 5)
    theirs = Harness(executions=[{"workflow": "foreign"}])
    cursor = {"workflow_id": APPROVAL, "workflow_execution_id": "nowhere"}
    assert one.outcome(HISTORY, **cursor) == (400, "BAD_REQUEST")
    empty = (200, {"message": "success", "count": 0, "items": []})
    assert one.ask(EXECUTIONS, **cursor) == empty
    assert one.ask(WORKFLOWS, workflow_id=APPROVAL, workflow_version="9") == empty
    assert one.ask(WORKFLOWS, workflow_id=APPROVAL, workflow_version="x") == empty
    (foreign,) = theirs.world["executions"]
    cursor = {"workflow_id": foreign.workflow_id, "workflow_execution_id": foreign.id}
    assert theirs.ask(EXECUTIONS, **cursor) == empty


def test_a_cursor_of_another_workflow_is_unknown() -> None:
    one = Harness(
        workflows=[{"name": "second", "steps": []}],
        executions=[{"name": "a", "workflow": "approval"}, {"workflow": "second"}],
    )
    second = one.workflow("second").workflow_id
    told = one.outcome(HISTORY, workflow_id=second, workflow_execution_id=one.execution("a").id)
    assert told == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("operation", "half"),
    [
        (EXECUTIONS, {"workflow_id": APPROVAL}),
        (EXECUTIONS, {"workflow_execution_id": "x"}),
        (WORKFLOWS, {"workflow_id": APPROVAL}),
        (WORKFLOWS, {"workflow_version": "1"}),
    ],
)
def test_half_a_cursor_is_refused(operation: str, half: dict[str, str]) -> None:
    one = harness([10])
    assert one.outcome(operation, **half) == (400, "BAD_REQUEST")
    assert one.refused(operation, **half).because.startswith("half of a lastKey: ")


def test_a_list_holds_only_what_is_the_organisations_own() -> None:
    one = Harness(executions=[{"workflow": "approval"}, {"name": "f", "workflow": "foreign"}])
    assert ids(one.ask(EXECUTIONS, by="other")[1]) == [one.execution("f").id]
    workflows = one.ask(WORKFLOWS, by="other")[1]["items"]
    assert [item["workflow_name"] for item in workflows] == ["foreign"]


def test_a_row_shows_the_present_after_each_change() -> None:
    one = Harness(executions=[{"name": "a", "workflow": "approval", "process_id": "order"}])

    def row() -> tuple[str, int]:
        (item,) = one.ask(HISTORY, workflow_id=APPROVAL)[1]["items"]
        return item["workflow_current_state"], item["modified_on"] - item["created_on"]

    assert [row(), row()] == [("check", 0)] * 2
    one.after("30s")
    assert row() == ("manager", 30_000)
    assert one.terminate("order")[0] == 200
    assert row() == ("TERMINATED", 30_000)
