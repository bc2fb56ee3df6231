"""Refold's contract, held against what its page, its clients and its base world say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.specs.contracts import (
    Answer,
    Operation,
    answers,
    document,
    follow,
    ids_of,
    is_documented,
    own_operations,
    parameters,
)
from understudy.client import create_app
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings
from understudy.vendors.refold.records import STATUSES

REFOLD = "refold"
OBJECT_ID = re.compile(r"\b[0-9a-f]{24}\b")
ADA = "ada@northwind.example"
KEY = "tk11111111-aaaa-4bbb-8ccc-000000000001"

PATHS = {
    "executeWorkflow": ("post", "/api/v1/workflow/{workflow_id}/execute"),
    "getExecutionResponse": ("get", "/api/v1/execution/{execution_id}/response"),
    "executePublicWorkflow": ("post", "/api/v2/public/workflow/{workflow_id}/execute"),
    "getPublicExecution": ("get", "/api/v2/public/execution/{execution_id}"),
}
DOCUMENTED = {
    "executeWorkflow": {"OK_SYNC"},
    "getExecutionResponse": {"COMPLETED"},
    "executePublicWorkflow": set[str](),
    "getPublicExecution": set[str](),
}
HEADERS = {  # required, optional
    "executeWorkflow": ({"linked_account_id", "slug"}, {"sync_execution"}),
    "getExecutionResponse": ({"linked_account_id"}, set[str]()),
    "executePublicWorkflow": (
        {"slug"},
        {"linked_account_id", "sync_execution", "config_id", "instance_tag", "include-headers"},
    ),
    "getPublicExecution": (set[str](), {"linked_account_id"}),
}
OBSERVED = {  # of the vendor's samples and schemas; what they show of other operations is no proof
    "executeWorkflow": set[str](),
    "getExecutionResponse": set[str](),
    "executePublicWorkflow": {
        *("OK_ASYNC", "OK_SYNC", "CREATED", "ACCEPTED", "UNPROCESSABLE"),
        *("INVALID_LINKED_ACCOUNT_ID", "SLUG_REQUIRED", "UNAUTHORIZED"),
    },
    "getPublicExecution": {"OK", "INVALID_LINKED_ACCOUNT_ID", "UNAUTHORIZED", "RESOURCE_NOT_FOUND"},
}
# The run of the base world that tells each example; what a new run is told has another id.
ALIVE = {
    ("getExecutionResponse", "COMPLETED"): "6955aaf0a1b2c3d400000002",
    ("getExecutionResponse", "RUNNING"): "6955b8f6a1b2c3d400000001",
    ("getExecutionResponse", "ERRORED"): "69559ce0a1b2c3d400000003",
    ("getExecutionResponse", "STOPPING"): "6955b8d8a1b2c3d400000005",
    ("getExecutionResponse", "STOPPED"): "69546780a1b2c3d400000006",
    ("getExecutionResponse", "TIMED_OUT"): "6951c480a1b2c3d400000007",
    ("getPublicExecution", "OK"): "695564a0a1b2c3d400000008",
}
NEW = {
    "OK_ASYNC": ("sync-projects", "false"),
    "OK_SYNC": ("create-task", "true"),
    "OK_SYNC_ERRORED": ("export-tasks", "true"),
    "CREATED": ("create-note", "true"),
    "ACCEPTED": ("queue-report", "true"),
    "UNPROCESSABLE": ("check-address", "true"),
}

OPERATIONS = {operation.id: operation for operation in own_operations(REFOLD)}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def answer_of(operation: str, name: str) -> Answer:
    return next(each for each in answers(REFOLD, OPERATIONS[operation]) if each.name == name)


def ask(operation: str, path_value: str, **headers: str) -> tuple[int, Any]:
    """The base world's answer to ada's call."""
    method, path = PATHS[operation]
    path = re.sub(r"\{\w+\}", path_value, path)
    sent = {"x-api-key": KEY, "linked_account_id": ADA, **headers}
    with InProcess(create_app(Settings(vendors=(REFOLD,), clock=FROZEN))) as sandbox:
        answered = sandbox.ask(method.upper(), f"/refold{path}", sent.items())
    return answered.status, json.loads(answered.body)


def test_two_documented_operations_and_two_observed_beside_them() -> None:
    assert {each.id: (each.method, each.path) for each in OPERATIONS.values()} == PATHS
    kinds = [each.raw["x-provenance"]["is"] for each in OPERATIONS.values()]
    assert kinds == ["documented", "documented", "observed", "observed"]


@each_operation
def test_its_documented_answers_are_those_of_the_page(operation: Operation) -> None:
    found = {each.name for each in answers(REFOLD, operation) if is_documented(each.raw)}
    assert found == DOCUMENTED[operation.id]
    statuses = {each.status for each in answers(REFOLD, operation) if is_documented(each.response)}
    assert statuses == ({"200"} if found else set())


@each_operation
def test_what_was_seen_of_other_operations_is_inferred_of_this_one(operation: Operation) -> None:
    kinds = {each.name: each.raw["x-provenance"]["is"] for each in answers(REFOLD, operation)}
    assert {name for name, kind in kinds.items() if kind == "observed"} == OBSERVED[operation.id]


@each_operation
def test_its_headers(operation: Operation) -> None:
    found = [each for each in parameters(REFOLD, operation) if each["in"] == "header"]
    required = {each["name"] for each in found if each["required"]}
    assert (required, {each["name"] for each in found} - required) == HEADERS[operation.id]


@each_operation
def test_only_the_younger_sisters_take_a_token(operation: Operation) -> None:
    wanted: list[Any] = [{"ApiKey": []}]
    if operation.raw["x-provenance"]["is"] == "observed":
        wanted.append({"SessionToken": []})
    assert operation.raw.get("security", document(REFOLD)["security"]) == wanted


def test_refusals_have_five_keys_but_one() -> None:
    odd = set()
    for operation in OPERATIONS.values():
        for answer in answers(REFOLD, operation):
            if answer.status[0] in "45" and answer.status != "422":
                keys = set(answer.raw["value"])
                if keys == {"message", "error"}:
                    odd.add(answer.name)
                else:
                    assert len(keys) == 5, str(answer)
                    assert answer.raw["value"]["status_code"] == int(answer.status)
    assert odd == {"SLUG_REQUIRED"}


@pytest.mark.parametrize("operation", ["executeWorkflow", "executePublicWorkflow"])
def test_a_response_node_may_have_the_statuses_that_results_are_declared_with(
    operation: str,
) -> None:
    found = set()
    for status, raw in OPERATIONS[operation].raw["responses"].items():
        schema = follow(REFOLD, raw)["content"]["application/json"]["schema"]
        names = json.dumps(schema)
        if "ExecutionResult" in names:
            found.add(int(status))
    assert found == set(STATUSES)


@pytest.mark.parametrize("operation", ["executeWorkflow", "executePublicWorkflow"])
def test_a_run_that_began_can_be_looked_at(operation: str) -> None:
    links = follow(REFOLD, OPERATIONS[operation].raw["responses"]["200"])["links"]
    assert {each["operationId"] for each in links.values()} == {
        "getExecutionResponse",
        "getPublicExecution",
    }


def test_examples_speak_of_the_base_world() -> None:
    ids, world = ids_of(REFOLD, OBJECT_ID)
    # An event and a trigger have ids that are made of their run's and their workflow's.
    derived = {"695564a0800000004d3c2b1a", "800000004d3c2b1ae2c1f566"}
    assert len(ids - derived) > 5
    assert sorted(each for each in ids - derived if each not in world) == []


@pytest.mark.parametrize(("operation", "name"), ALIVE, ids=lambda each: str(each))
def test_an_example_is_what_the_base_world_answers(operation: str, name: str) -> None:
    answer = answer_of(operation, name)
    told = ask(operation, ALIVE[operation, name])
    assert told == (int(answer.status), answer.raw["value"])


@pytest.mark.parametrize("operation", ["executeWorkflow", "executePublicWorkflow"])
@pytest.mark.parametrize("name", NEW)
def test_an_example_of_a_new_run_differs_in_its_id_only(operation: str, name: str) -> None:
    answer = answer_of(operation, name)
    handle, sync = NEW[name]
    status, body = ask(operation, handle, slug="asana", sync_execution=sync)
    assert status == int(answer.status)
    assert {**body, "execution_id": answer.raw["value"]["execution_id"]} == answer.raw["value"]
