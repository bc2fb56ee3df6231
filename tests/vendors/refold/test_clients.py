"""The requests that the page's samples and the vendor's own clients send, as they send them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.refold.harness import ADA, OTHER_KEY, TEST_KEY, TOKEN, Harness, Response

RUN = "6955aaf0a1b2c3d400000002"
SERVERS = ["api.gocobalt.io", "app.refold.ai", "embedapi.gocobalt.io"]


def browser(
    harness: Harness, handle: str, payload: Any, *, slug: str = "", sync: bool = False
) -> Response:
    """`executeWorkflow` of refold-js: always all four headers; without a payload no body."""
    headers = {
        "authorization": f"Bearer {TOKEN}",
        "content-type": "application/json",
        "slug": slug,
        "sync_execution": "true" if sync else "false",
    }
    path = f"/api/v2/public/workflow/{handle}/execute"
    return harness.ask("POST", path, headers, payload, key=None)


def browser_reads(harness: Harness, run: str, token: str = TOKEN) -> Response:
    """`getExecution` of refold-js: a token and nothing else."""
    path = f"/api/v2/public/execution/{run}"
    return harness.ask("GET", path, {"authorization": f"Bearer {token}"}, key=None)


def server_reads(harness: Harness, run: str, account: str, key: str = TEST_KEY) -> Response:
    """`getExecutionById` of cobalt-sdk: the key, and the account in the query."""
    path = f"/api/v2/public/execution/{run}?linked_account_id={account}"
    headers = {"Content-Type": "application/json", "accept": "application/json, text/plain, */*"}
    return harness.ask("GET", path, headers, key=key)


def test_the_pages_execute() -> None:
    headers = {
        "content-type": "application/json",
        "linked_account_id": ADA,
        "slug": "asana",
        "sync_execution": "false",
    }
    event = {"Task Name": "Order paper", "Created_at": "2026-1-1", "Assigned_to": ADA}
    with Harness() as harness:
        told = harness.ask("POST", "/api/v1/workflow/create-task/execute", headers, event)
        assert told.status == 200
        assert list(told.body) == ["execution_id"]


def test_the_pages_response() -> None:
    with Harness() as harness:
        told = harness.ask("GET", f"/api/v1/execution/{RUN}/response", {"linked_account_id": ADA})
        assert told.body == {"response": {"success": "true", "task": "1201"}, "status": "COMPLETED"}


def test_the_browser_client_runs_a_workflow_and_looks_at_it() -> None:
    with Harness() as harness:
        told = browser(harness, "sync-projects", {"full": True}, slug="asana")
        assert told.body["message"] == "Workflow execution started"
        run = browser_reads(harness, told.body["execution_id"])
        assert (run.status, run.body["status"]) == (200, "RUNNING")
        assert run.body["nodes"][0]["input_data"] == {"full": True}


def test_the_browser_client_waits_for_a_workflow_and_sends_no_payload() -> None:
    with Harness() as harness:
        told = browser(harness, "665f1c2ea1b2c3d400000001", None, slug="asana", sync=True)
        assert told.code == (200, "OK_SYNC")


def test_the_browser_client_without_a_slug_throws_the_odd_refusal() -> None:
    with Harness() as harness:
        told = browser(harness, "665f1c2ea1b2c3d400000001", {})
        assert told.status == 400
        assert told.body == {
            "message": "Server Error",
            "error": "Workflow ID and slug are required",
        }


@pytest.mark.parametrize("token", ["", "nobody", TEST_KEY, OTHER_KEY])
def test_the_browser_client_with_a_wrong_token_throws_an_object(token: str) -> None:
    with Harness() as harness:
        told = browser_reads(harness, RUN, token)
        assert told.code == (401, "UNAUTHORIZED")
        assert told.body["message"] == "Invalid Credentials"


def test_the_server_side_client_reads_a_run() -> None:
    with Harness() as harness:
        assert server_reads(harness, RUN, ADA).body["_id"] == RUN
        assert server_reads(harness, RUN, "bob@northwind.example").status == 404
        assert server_reads(harness, RUN, ADA, OTHER_KEY).status == 404


def test_a_token_is_no_key() -> None:
    with Harness() as harness:
        assert server_reads(harness, RUN, ADA, TOKEN).status == 401


@pytest.mark.parametrize("host", SERVERS)
def test_every_host_of_the_vendor_is_served(host: str) -> None:
    with Harness() as harness:
        headers = [("host", host), ("x-api-key", TEST_KEY), ("linked_account_id", ADA)]
        reply = harness.client.ask("GET", f"/api/v1/execution/{RUN}/response", headers)
        assert reply.status == 200


def test_header_names_have_any_case_and_underscores() -> None:
    with Harness() as harness:
        shouted = {"LINKED_ACCOUNT_ID": ADA, "Slug": "asana", "Sync_Execution": "true"}
        path = "/api/v1/workflow/create-task/execute"
        assert harness.ask("POST", path, shouted).code == (200, "OK_SYNC")
        folded = {"linked-account-id": ADA, "slug": "asana", "sync-execution": "true"}
        told = harness.ask("POST", path, folded)
        assert told.code == (400, "INVALID_LINKED_ACCOUNT_ID")
        assert told.headers["x-understudy-hint"] == (
            "linked-account-id, sync-execution came with hyphens;"
            " the vendor reads linked_account_id, sync_execution"
        )
