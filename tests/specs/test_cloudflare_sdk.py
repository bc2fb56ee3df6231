"""The answers of Cloudflare's contract, read by the vendor's own client at its strictest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from cloudflare import Cloudflare

from tests.specs.contracts import document
from understudy.openapi.compiler import compile_contract
from understudy.openapi.operation import Match

CLOUDFLARE = "cloudflare"


def example_of(request: httpx.Request) -> httpx.Response:
    """The contract's first success for whatever operation a client means."""
    contract = compile_contract(CLOUDFLARE, document(CLOUDFLARE), "specs/cloudflare.yaml")
    found = contract.find(request.method, request.url.raw_path.decode().partition("?")[0])
    assert isinstance(found, Match)
    return httpx.Response(200, json=found.operation.by_status(200)[0].example)


@pytest.fixture
def sdk() -> Iterator[Cloudflare]:
    """The vendor's own client, which refuses every answer that is not as it should be."""
    wire = httpx.Client(transport=httpx.MockTransport(example_of))
    base = "http://sandbox.test/client/v4"
    with Cloudflare(
        api_token="t", base_url=base, http_client=wire, _strict_response_validation=True
    ) as client:
        yield client


AT: dict[str, Any] = {"account_id": "account_id", "workflow_name": "order-approval"}
V3 = "0a6b5d1e-1c11-4a10-9b01-000000000003"
CALLS: dict[str, Callable[[Any], Any]] = {
    "listWorkflows": lambda w: w.list(account_id="account_id").result[0].instances["running"],
    "putWorkflow": lambda w: w.update(**AT, script_name="s", class_name="C").terminator_running,
    "getWorkflow": lambda w: w.get(**AT).schedules[0].cron,
    "deleteWorkflow": lambda w: w.delete(**AT).status,
    "createInstance": lambda w: w.instances.create(**AT, params="params").status,
    "listInstances": lambda w: w.instances.list(**AT).result[0].status,
    "batchCreateInstances": lambda w: w.instances.bulk(**AT, body=[{}]).result[0].status,
    "describeInstance": lambda w: w.instances.get("x", **AT).steps[1].event_type,
    "getStep": lambda w: w.instances.step("x", **AT, name="a-1", type="step").output["valid"],
    "sendEvent": lambda w: (
        w.instances.events.create("e", **AT, instance_id="x", body={}).instance_id
    ),
    "changeInstanceStatus": lambda w: w.instances.status.edit("x", **AT, status="pause").status,
    "listVersions": lambda w: w.versions.list(**AT).result[0].limits.steps,
    "getVersion": lambda w: w.versions.get(V3, **AT).default_retention.error_retention,
    "getVersionGraph": lambda w: w.versions.graph(V3, **AT).graph.workflow.nodes[1].type,
}
RESULTS = {
    "listWorkflows": 2,
    "putWorkflow": 0,
    "getWorkflow": "0 2 * * *",
    "deleteWorkflow": "ok",
    "createInstance": "queued",
    "listInstances": "running",
    "batchCreateInstances": "queued",
    "describeInstance": "approval",
    "getStep": True,
    "sendEvent": "order-1002",
    "changeInstanceStatus": "paused",
    "listVersions": 2048,
    "getVersion": 1209600000,
    "getVersionGraph": "step_wait_for_event",
}


ABOUT: dict[str, tuple[Callable[[Any], Any], str]] = {
    "listAccounts": (lambda c: c.accounts.list().result[0].name, "northwind"),
    "listMemberships": (lambda c: c.memberships.list().result[0].account.name, "northwind"),
    "getUser": (lambda c: c.user.get().organizations[0].status, "member"),
    "verifyToken": (lambda c: c.user.tokens.verify().status, "active"),
}


@pytest.mark.parametrize("name", ABOUT)
def test_it_takes_what_is_told_about_itself(sdk: Cloudflare, name: str) -> None:
    call, told = ABOUT[name]
    assert call(sdk) == told


@pytest.mark.parametrize("name", CALLS)
def test_its_own_sdk_takes_the_example(sdk: Cloudflare, name: str) -> None:
    assert CALLS[name](sdk.workflows) == RESULTS[name]
