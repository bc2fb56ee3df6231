"""What the two reads tell, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.refold.harness import (
    ADA,
    BOB,
    OTHER_KEY,
    PRODUCTION_KEY,
    TEST_KEY,
    Harness,
    workflow,
)
from understudy.vendors.refold.wire import NODES

# What `refold-js` declares of an Execution without a question mark.
TYPED = {
    "_id",
    "name",
    "org_id",
    "associated_application",
    "status",
    "associated_workflow",
    "associated_trigger_application",
    "linked_account_id",
    "environment",
    "config_id",
    "associated_event_id",
    "createdAt",
}
NODE = {
    "node_id",
    "node_name",
    "node_type",
    "node_status",
    "attempts_made",
    "maximum_attempts",
    "input_data",
    "latest_output",
}


@pytest.mark.parametrize(
    ("name", "account", "key", "status"),
    [
        ("completed", ADA, TEST_KEY, 200),
        ("completed", BOB, TEST_KEY, 404),
        ("completed", "zoe@northwind.example", TEST_KEY, 404),
        ("completed", ADA, PRODUCTION_KEY, 404),
        ("completed", ADA, OTHER_KEY, 404),
        ("completed", None, TEST_KEY, 400),
        ("completed", "", TEST_KEY, 400),
        ("completed", ADA, "tk-nobody", 401),
        ("bobs", BOB, TEST_KEY, 200),
        ("bobs", ADA, TEST_KEY, 404),
        ("live", ADA, PRODUCTION_KEY, 200),
        ("live", ADA, TEST_KEY, 404),
        ("theirs", "carol@contoso.example", OTHER_KEY, 200),
        ("theirs", "carol@contoso.example", TEST_KEY, 404),
    ],
)
def test_whose_run_it_is(name: str, account: str | None, key: str, status: int) -> None:
    with Harness() as harness:
        run = harness.execution(name).id
        assert harness.response(run, account=account, key=key).status == status
        path = f"/api/v2/public/execution/{run}"
        asked = harness.ask("GET", path, {"linked_account_id": account}, key=key)
        assert asked.status == status


@pytest.mark.parametrize(
    "malformed", ["x", "F" * 24, "6955aaf0", "%2e%2e", "%00", "%ff", "a" * 900]
)
def test_an_id_of_another_form_is_not_found(malformed: str) -> None:
    with Harness() as harness:
        assert harness.response(malformed).code == (404, "RESOURCE_NOT_FOUND")


def test_a_run_has_what_the_clients_types_name() -> None:
    with Harness() as harness:
        for name in ("running", "completed", "errored", "stopped", "timed_out", "waiting"):
            told = harness.read(harness.execution(name).id)
            assert set(told) >= TYPED
            assert all(set(node) == NODE for node in told["nodes"])
            over = name not in ("running", "waiting")
            assert ("completion_time" in told) is over


def test_a_run_from_its_first_node_to_its_last() -> None:
    steps: list[Any] = [
        {"do": "fetch", "takes": "10s", "output": {"rows": 2}},
        {"sleep": "1m", "name": "let it settle"},
        {"parallel": [{"do": "left", "takes": "5s"}, {"do": "right", "takes": "9s"}]},
        {"reply": {"rows": 2}},
    ]
    with Harness(**workflow(*steps, title="Fetch rows")) as harness:
        run = harness.start("mine", body={"from": "here"})
        assert percentages(harness, run, "0s", "10s", "60s", "9s") == [0, 25, 50, 100]
        told = harness.read(run)
        assert told["name"] == "Execution of Fetch rows"
        assert [
            (each["node_id"], each["node_name"], each["node_type"], each["node_status"])
            for each in told["nodes"]
        ] == [
            ("1", "fetch", "action", "Success"),
            ("2", "let it settle", "delay", "Success"),
            ("3.1", "left", "action", "Success"),
            ("3.2", "right", "action", "Success"),
            ("4", "reply", "response", "Success"),
        ]
        assert told["nodes"][0]["latest_output"] == told["nodes"][4]["latest_output"] == {"rows": 2}
        assert told["nodes"][0]["input_data"] == {"from": "here"}


def test_of_nodes_side_by_side_each_has_its_own_end() -> None:
    steps = {
        "parallel": [
            {"do": "short", "takes": "3s", "output": 1},
            {"do": "broken", "takes": "5s", "fails": {"error": "no"}, "retry": {"limit": 1}},
            {"do": "long", "takes": "1m"},
        ]
    }
    with Harness(**workflow(steps)) as harness:
        run = harness.start("mine")
        assert standing(harness.after("2s"), run) == [("Ready", 1), ("Ready", 1), ("Ready", 1)]
        assert standing(harness.after("2s"), run) == [("Success", 1), ("Ready", 1), ("Ready", 1)]
        ended = [("Success", 1), ("Errored", 2), ("Stopped", 1)]
        assert standing(harness.after("1m"), run) == ended
        nodes = harness.read(run)["nodes"]
        error = {"message": "no", "node_name": "broken"}
        assert [each["latest_output"] for each in nodes] == [1, error, None]
        assert standing(harness, harness.start("mine", sync="true")) == ended


def standing(harness: Harness, run: str) -> list[tuple[str, int]]:
    return [(each["node_status"], each["attempts_made"]) for each in harness.read(run)["nodes"]]


def percentages(harness: Harness, run: str, *lengths: str) -> list[int]:
    return [harness.after(length).read(run)["completion_percentage"] for length in lengths]


def test_of_a_long_loop_the_last_nodes_are_told() -> None:
    loop = {"group": [{"do": "one", "takes": "1s"}, {"do": "two", "takes": "1s"}], "times": 400}
    with Harness(**workflow(loop)) as harness:
        run = harness.start("mine")
        nodes = harness.after("5m").read(run)["nodes"]
        assert len(nodes) == NODES
        assert nodes[-1]["node_id"] == "301"


def test_a_wide_node_is_told_in_part() -> None:
    wide = {"parallel": [{"do": f"part {n}"} for n in range(99)]}
    with Harness(**workflow(wide, wide)) as harness:
        nodes = harness.read(harness.start("mine", sync="true"))["nodes"]
        assert (len(nodes), nodes[0]["node_name"], nodes[-1]["node_id"]) == (
            NODES,
            "part 98",
            "2.99",
        )


def test_where_the_account_may_stand() -> None:
    with Harness() as harness:
        run = harness.execution("bobs").id
        path = f"/api/v2/public/execution/{run}"
        assert harness.ask("GET", f"{path}?linked_account_id={BOB}").status == 200
        header, of_bob = {"linked_account_id": ADA}, {"linked_account_id": BOB}
        assert harness.ask("GET", f"{path}?linked_account_id={BOB}", header).status == 404
        assert harness.ask("GET", f"{path}?linked_account_id={ADA}", of_bob).status == 200
        nobody = {"linked_account_id": ""}
        assert harness.ask("GET", f"{path}?linked_account_id={BOB}", nobody).status == 200
        twice = f"{path}?linked_account_id={BOB}&linked_account_id={ADA}"
        assert harness.ask("GET", twice).code == (400, "INVALID_LINKED_ACCOUNT_ID")
        assert harness.ask("GET", path).code == (400, "INVALID_LINKED_ACCOUNT_ID")


def test_looking_changes_nothing() -> None:
    with Harness() as harness:
        before = {each.id: each for each in harness.world["executions"]}
        for each in before.values():
            harness.response(each.id)
            harness.ask("GET", f"/api/v2/public/execution/{each.id}", {"linked_account_id": ADA})
        assert {each.id: each for each in harness.world["executions"]} == before
