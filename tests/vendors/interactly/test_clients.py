"""The requests that the vendor's SDK sends, and its way of reading the answers, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from understudy.client import create_app
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings
from understudy.simulation.clock import FROZEN_START

BASE = "/interactly/workflows"  # what the SDK's base_url ends with
BOOKING, WAITING = "66f1a2b34c5d6e7f80910001", "67a0b1c2d3e4f50617280001"
TEAM, USER = "65a0c0de0000000000000001", "65a0c0de00000000000000a1"
NOW = datetime.fromtimestamp(FROZEN_START / 1000, UTC)


class Client:
    """Sends what the SDK sends: the same headers with every call, a path joined to the base."""

    def __init__(self, process: InProcess, key: str = "interactly-key-northwind") -> None:
        self.process = process
        self.headers = [
            ("authorization", f"Bearer {key}"),
            ("teamid", TEAM),
            ("uuid", USER),
            ("x-interactly-api-version", "2026-04-01"),
            ("user-agent", "interactly-python/0.2.0"),
            ("content-type", "application/json"),
            ("accept", "application/json"),
        ]

    def send(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[int, Any]:
        query = f"?{urlencode(params)}" if params else ""
        content = b"" if body is None else json.dumps(body).encode()
        told = self.process.ask(method, f"{BASE}{path}{query}", self.headers, content)
        return told.status, json.loads(told.body)


@pytest.fixture
def client() -> Iterator[Client]:
    settings = Settings(vendors=("interactly",), clock=FROZEN, verify_replies=True)
    with InProcess(create_app(settings)) as process:
        yield Client(process)


def read(data: Mapping[str, Any]) -> dict[str, Any]:
    """A run as the SDK flattens it: of a read with its envelope, of a list's row without."""
    record = data if "_id" in data else data["workflow_run"]
    run = record["workflow_run"]
    return {
        "id": run.get("workflow_run_id") or record["_id"],
        "workflow_id": run["workflow_id"],
        "status": run["status"],
        "run_by": run.get("run_by") or record["created_by"],
        "error": run.get("termination_source") if run["status"] == "failed" else None,
        "turns": len(run.get("input_output_pairs") or []),
        "team_id": record["team_id"],
        "created_at": datetime.fromisoformat(record["created_at"]),
        "updated_at": datetime.fromisoformat(record["updated_at"]),
        "comments": run.get("comments"),
    }


# A run's input as the SDK's model dumps it, the fields of newer servers included.
RUN_INPUT: dict[str, Any] = {
    "dynamic_variables": {"visit": "V-1"},
    "runtime_variables": {},
    "miscellaneous": {},
    "command": "start",
    "workflow_id": BOOKING,
    "version_number": 0,
    "run_by": "api",
    "workflow_run_id": None,
    "team_id": None,
    "start_node_logical_id": None,
    "initial_state": None,
    "thread_to_node_inputs": {"0": {"node_run_inputs": []}},
    "welcome_message": None,
}


def test_a_run_is_read(client: Client) -> None:
    status, body = client.send("GET", f"/v1/workflow-runs/{WAITING}")
    assert status == 200
    assert read(body) == {
        "id": WAITING,
        "workflow_id": BOOKING,
        "status": "waiting_for_user_input",
        "run_by": USER,
        "error": None,
        "turns": 1,
        "team_id": TEAM,
        "created_at": NOW - timedelta(seconds=602),
        "updated_at": NOW - timedelta(minutes=10),
        "comments": [],
    }


def test_a_failed_run_says_why(client: Client) -> None:
    _, body = client.send("GET", "/v1/workflow-runs/67a0b1c2d3e4f5061728000b")
    assert (read(body)["status"], read(body)["error"]) == ("failed", "stale_run_reaper")


def test_runs_are_listed_as_the_sdk_asks(client: Client) -> None:
    params = {
        "page": 1,
        "size": 20,
        "workflow_id": BOOKING,
        "status": "waiting_for_user_input",
        "start": (NOW - timedelta(days=7)).isoformat(),
        "end": NOW.isoformat(),
        "search": "V-10",
    }
    status, body = client.send("GET", "/v1/workflow-runs", params)
    assert (status, body["total"]) == (200, 2)
    rows = [read(row) for row in body["workflow_runs"]]
    assert [row["id"] for row in rows] == ["67a0b1c2d3e4f5061728000d", WAITING]
    assert [(row["turns"], row["comments"]) for row in rows] == [(0, None)] * 2


def test_a_naive_datetime_counts_as_utc(client: Client) -> None:
    naive = (NOW - timedelta(minutes=10, seconds=2)).replace(tzinfo=None)
    for start, total in ((naive, 4), (naive + timedelta(seconds=1), 3)):
        status, body = client.send("GET", "/v1/workflow-runs", {"start": start.isoformat()})
        assert (status, body["total"]) == (200, total)


def test_every_page_is_walked(client: Client) -> None:
    seen: list[str] = []
    total = 1
    while len(seen) < total:
        params = {"page": len(seen) // 20 + 1, "size": 20}
        _, body = client.send("GET", "/v1/workflow-runs", params)
        total = body["total"]
        seen += [read(row)["id"] for row in body["workflow_runs"]]
    assert (len(seen), len(set(seen))) == (total, total) == (120, 120)


def test_a_window_that_is_too_wide(client: Client) -> None:
    start = (NOW - timedelta(days=32)).isoformat()
    told = client.send("GET", "/v1/workflow-runs", {"start": start, "end": NOW.isoformat()})
    assert told == (400, {"detail": "Date range should be less than or equal to 31 days"})


def test_a_run_is_started_with_all_that_the_sdks_model_has(client: Client) -> None:
    status, body = client.send("POST", "/v1/workflow-runs", body=RUN_INPUT)
    assert status == 200
    document = body["workflow_run"]
    (pair,) = document["workflow_run"]["input_output_pairs"]
    newer = {"version_number", "run_by", "team_id", "start_node_logical_id", "initial_state"}
    newer |= {"welcome_message"}
    kept = {key: value for key, value in RUN_INPUT.items() if key not in newer}
    assert pair["run_input"] == kept
    _, again = client.send("GET", f"/v1/workflow-runs/{document['_id']}")
    assert (read(again)["id"], read(again)["run_by"]) == (document["_id"], "api")


def test_a_conversation_as_the_sdks_guide_has_it(client: Client) -> None:
    _, body = client.send("POST", "/v1/workflow-runs", body=RUN_INPUT)
    run = read(body)["id"]
    statuses = [read(body)["status"]]
    while statuses[-1] == "waiting_for_user_input":
        turn = {**RUN_INPUT, "workflow_run_id": run, "dynamic_variables": {"user_input": "Yes"}}
        _, body = client.send("POST", "/v1/workflow-runs", body=turn)
        statuses.append(read(body)["status"])
    assert statuses == ["waiting_for_user_input"] * 2 + ["completed"]
    assert read(body)["turns"] == 3


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "detail"),
    [
        ("GET", f"/v1/workflow-runs/{'0' * 24}", None, 404, "Workflow run not found"),
        ("POST", "/v1/workflow-runs", {"workflow_id": "0" * 24}, 404, "Workflow not found"),
        ("GET", "/v1/workflow-runs/run_123", None, 422, None),
        ("POST", "/v1/workflow-runs", {"command": "continue"}, 422, None),
    ],
)
def test_refusals_have_the_detail_that_the_sdk_reads(
    client: Client, method: str, path: str, body: Any, status: int, detail: str | None
) -> None:
    told, said = client.send(method, path, body=body)
    assert (told, list(said)) == (status, ["detail"])
    assert said["detail"] == detail or (detail is None and isinstance(said["detail"], list))


def test_a_key_that_nobody_has(client: Client) -> None:
    stranger = Client(client.process, "sk-unknown")
    assert stranger.send("GET", "/v1/workflow-runs") == (401, {"detail": "Unauthorized"})
