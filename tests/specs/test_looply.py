"""Looply's contract, held against what its page lists."""

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

LOOPLY = "looply"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMED = re.compile(r"\b(?:order|org|user|ws)-[a-z0-9-]+")

# As the page lists them, operation by operation.
STATUSES = {
    "triggerWorkflow": "200 400 403 500",
    "resumeWorkflow": "200 403 404 409 500",
    "terminateWorkflow": "200 404",
    "toggleScheduledWorkflow": "200 400 409 500",
    "getWorkflowExecutionById": "200 400 401 403 404 500",
    "getWorkflowExecutionHistory": "200 400 401 403 500",
    "getOrganizationExecutions": "200 403 500",
    "getWorkflowById": "200 400 401 403 404 500",
    "getOrganizationWorkflows": "200 500",
    "getWorkflowSchemaById": "200 400 401 403 404 500",
    "getAppUserInstallationStatus": "200 400 403 500",
}
CODES = {
    "EXECUTION_NOT_FOUND": "404",
    "EXECUTION_IN_PROGRESS": "409",
    "NO_RESUMABLE_EXECUTION": "409",
    "ALREADY_RESTARTED": "409",
    "WORKFLOW_RESTART_FAILED": "500",
    "MISSING_RESUME_TOKEN": "500",
}
REQUIRED = {
    "triggerWorkflow": {"workflow_id", "workflow_version"},
    "resumeWorkflow": {"process_id"},
    "terminateWorkflow": {"process_id"},
    "toggleScheduledWorkflow": set[str](),
    "getWorkflowExecutionById": {"workflow_id", "workflow_execution_id"},
    "getWorkflowExecutionHistory": {"workflow_id"},
    "getOrganizationExecutions": set[str](),
    "getWorkflowById": {"workflow_id", "workflow_version"},
    "getOrganizationWorkflows": set[str](),
    "getWorkflowSchemaById": {"workflow_id", "workflow_version"},
    "getAppUserInstallationStatus": {"email", "app_id"},
}
OPTIONAL = {
    "triggerWorkflow": {"profile", "test"},
    "getWorkflowExecutionHistory": {"limit", "workflow_execution_id"},
    "getOrganizationExecutions": {"limit", "workflow_id", "workflow_execution_id"},
    "getOrganizationWorkflows": {"limit", "workflow_id", "workflow_version"},
}
EVERYWHERE = {"403", "405", "429", "503"}
WITH_A_BODY = {"400", "413", "415"}
KEYS = {  # of the page's sample of each success: `item`, a row of `items`, or the body itself
    "triggerWorkflow": 3,
    "resumeWorkflow": 3,
    "terminateWorkflow": 1,
    "toggleScheduledWorkflow": 4,
    "getWorkflowExecutionById": 14,
    "getWorkflowExecutionHistory": 12,
    "getOrganizationExecutions": 12,
    "getWorkflowById": 16,
    "getOrganizationWorkflows": 11,
    "getWorkflowSchemaById": 8,
    "getAppUserInstallationStatus": 4,
}

APPROVAL = "be9439c2-16b9-4de2-bb1a-9154b85af065"
WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"
# The running one is the newest, so that the example stands behind it.
BEHIND = f"?workflow_id={APPROVAL}&limit=1&workflow_execution_id={WAITING[:-1]}2"
RESUME = {"payload": {"source": "SAP"}}
PAUSE = {
    "workflow_id": "5a4f7a39-6e0c-4f9b-8a53-1f0c3c1d7e11",
    "workflow_version": 1,
    "action": "PAUSE",
}
ALIVE: dict[tuple[str, str], tuple[str, Any]] = {  # what to ask the base world for each example
    ("resumeWorkflow", "WORKFLOW_RESTARTED"): ("/order-1001", RESUME),
    ("resumeWorkflow", "EXECUTION_IN_PROGRESS"): ("/order-1002", RESUME),
    ("resumeWorkflow", "NO_RESUMABLE_EXECUTION"): ("/order-1003", RESUME),
    ("resumeWorkflow", "ALREADY_RESTARTED"): ("/order-1006", RESUME),
    ("terminateWorkflow", "OK"): ("/order-1002", {}),
    ("toggleScheduledWorkflow", "OK"): ("", PAUSE),
    ("getWorkflowExecutionById", "OK"): (
        f"?workflow_id={APPROVAL}&workflow_execution_id={WAITING}",
        None,
    ),
    ("getWorkflowExecutionHistory", "OK"): (BEHIND, None),
    ("getOrganizationExecutions", "OK"): (BEHIND, None),
    ("getWorkflowById", "OK"): (f"?workflow_id={APPROVAL}&workflow_version=2", None),
    ("getOrganizationWorkflows", "OK"): (
        "?workflow_id=d4c7b1de-3b9a-4e61-8c77-5b1f0a2e8d44&workflow_version=1&limit=1",
        None,
    ),
    ("getWorkflowSchemaById", "OK"): (f"?workflow_id={APPROVAL}&workflow_version=2", None),
    ("getAppUserInstallationStatus", "OK"): ("?email=ada@northwind.example&app_id=1234", None),
}

OPERATIONS = {operation.id: operation for operation in own_operations(LOOPLY)}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def answers_of(operation_id: str) -> list[Answer]:
    return list(answers(LOOPLY, OPERATIONS[operation_id]))


def documented_answers() -> list[Answer]:
    return [a for each in OPERATIONS for a in answers_of(each) if is_documented(a.raw)]


def resolved(schema: Any) -> Any:
    return follow(LOOPLY, schema)


def test_there_are_eleven_operations() -> None:
    assert list(OPERATIONS) == list(STATUSES)


@each_operation
def test_its_documented_statuses_are_those_of_the_page(operation: Operation) -> None:
    found = {
        status
        for status, raw in operation.raw["responses"].items()
        if is_documented(follow(LOOPLY, raw))
    }
    assert found == set(STATUSES[operation.id].split())


def test_a_status_without_a_body_on_the_page_is_no_documented_answer() -> None:
    found = documented_answers()
    assert len({(answer.operation, answer.status) for answer in found}) == 21
    assert len(found) == 24
    closed = [a for a in found if "MessageNotShown" not in json.dumps(a.response)]
    assert closed == found


def test_six_error_codes_are_answers_by_their_own_name() -> None:
    found = {
        answer.name: answer.status
        for operation in OPERATIONS
        for answer in answers_of(operation)
        if "code" in answer.raw["value"] and answer.status != "200"
    }
    assert found == CODES
    restarted = next(a for a in answers_of("resumeWorkflow") if a.status == "200")
    assert restarted.name == restarted.raw["value"]["code"] == "WORKFLOW_RESTARTED"


@pytest.mark.parametrize("code", CODES)
def test_a_refused_resume_has_a_code_and_no_message(code: str) -> None:
    answer = next(each for each in answers_of("resumeWorkflow") if each.name == code)
    assert set(answer.raw["value"]) == {"code", "data"}
    assert answer.raw["value"]["code"] == code


@each_operation
def test_it_also_says_what_the_server_can_add(operation: Operation) -> None:
    wanted = EVERYWHERE | (WITH_A_BODY if "requestBody" in operation.raw else set())
    assert wanted <= set(operation.raw["responses"])
    for answer in answers_of(operation.id):
        if answer.status not in STATUSES[operation.id].split():
            assert answer.raw["x-provenance"]["is"] == "inferred", str(answer)


@each_operation
def test_its_parameters_are_those_of_the_page(operation: Operation) -> None:
    found = parameters(LOOPLY, operation)
    assert {p["name"] for p in found if p["required"]} == REQUIRED[operation.id]
    assert {p["name"] for p in found if not p["required"]} == OPTIONAL.get(operation.id, set())


@each_operation
def test_a_limit_is_a_text_that_no_schema_bounds(operation: Operation) -> None:
    for parameter in parameters(LOOPLY, operation):
        if parameter["name"] == "limit":
            assert parameter["schema"] == {"type": "string", "default": "20"}


@each_operation
def test_success_is_closed_and_has_the_keys_of_the_page(operation: Operation) -> None:
    success = next(answer for answer in answers_of(operation.id) if answer.status == "200")
    assert success.schema is not None
    schema = resolved(success.schema)
    assert schema["additionalProperties"] is False
    inner = schema["properties"].get("item") or schema["properties"].get("items", {}).get("items")
    row = resolved(inner) if inner else schema
    assert row["additionalProperties"] is False
    assert len(row["properties"]) == KEYS[operation.id]
    optional = {"profile"} if operation.id == "triggerWorkflow" else set()
    assert set(row["properties"]) - set(row["required"]) == optional


def test_the_version_may_be_left_out_and_even_the_id() -> None:
    latest = document(LOOPLY)["paths"]["/triggerworkflow/{workflow_id}"]["post"]
    assert latest["x-variant-of"] == "triggerWorkflow"
    empty = ["/triggerworkflow", "/triggerworkflow/"]
    assert latest["x-also-at"] == [*empty, "/triggerworkflow/{workflow_id}/"]


def test_a_triggered_execution_can_be_resumed_ended_and_read() -> None:
    response = follow(LOOPLY, OPERATIONS["triggerWorkflow"].raw["responses"]["200"])
    links = {link["operationId"]: link["parameters"] for link in response["links"].values()}
    body_id = "$response.body#/looply_execution_id"
    assert links["resumeWorkflow"] == {"process_id": body_id}
    assert links["terminateWorkflow"] == {"process_id": body_id}
    assert links["getWorkflowExecutionById"] == {
        "workflow_id": "$request.path.workflow_id",
        "workflow_execution_id": body_id,
    }


def test_examples_speak_of_the_base_world() -> None:
    ids, world = ids_of(LOOPLY, UUID, NAMED)
    assert len(ids) > 10
    assert sorted(each for each in ids if each not in world) == []


@pytest.mark.parametrize(("operation", "name"), ALIVE, ids=lambda each: str(each))
def test_an_example_is_what_the_base_world_answers(operation: str, name: str) -> None:
    rest, body = ALIVE[operation, name]
    method, sent = ("GET", b"") if body is None else ("POST", json.dumps(body).encode())
    headers = [("x-api-key", "looply-key-northwind"), ("content-type", "application/json")]
    settings = Settings(vendors=(LOOPLY,), clock=FROZEN)
    with InProcess(create_app(settings)) as sandbox:
        path = f"/looply/v2/workflows/{operation}{rest}"
        answered = sandbox.ask(method, path, headers, sent)
    answer = next(each for each in answers_of(operation) if each.name == name)
    assert answered.status == int(answer.status)
    assert json.loads(answered.body) == answer.raw["value"]
