"""HydraCore's contract, held against what its page lists."""

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
from understudy.vendors.hydracore.records import STATUSES, TYPES

HYDRACORE = "hydracore"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

INSTANCE = "/internal/v1/instances/{instance_id}/workflows"
TENANT = "/v1/workflows"
RECORD = "/{workflow_id}"
# As the page lists them: operationId -> method, path, status of success.
LISTED = {
    "queryWorkflowsInternal": ("get", INSTANCE, "200"),
    "createWorkflow": ("post", INSTANCE, "201"),
    "getWorkflowInternal": ("get", INSTANCE + RECORD, "200"),
    "advanceWorkflow": ("patch", INSTANCE + RECORD, "200"),
    "resumeWorkflowInternal": ("post", INSTANCE + RECORD + "/resume", "200"),
    "suspendWorkflowInternal": ("post", INSTANCE + RECORD + "/suspend", "200"),
    "listWorkflows": ("get", TENANT, "200"),
    "listSuspendedWorkflows": ("get", TENANT + "/suspended", "200"),
    "getWorkflow": ("get", TENANT + RECORD, "200"),
    "abortWorkflow": ("post", TENANT + RECORD + "/abort", "200"),
    "resumeWorkflow": ("post", TENANT + RECORD + "/resume", "200"),
    "suspendWorkflow": ("post", TENANT + RECORD + "/suspend", "200"),
}
FILTERS = {"customer_id", "workflow_type", "status", "page", "per_page"}
QUERY = {"queryWorkflowsInternal": FILTERS | {"reference"}, "listWorkflows": FILTERS}
BODIES = {
    "createWorkflow": {"customer_id", "workflow_type"},
    "advanceWorkflow": {"action"},
    "resumeWorkflowInternal": set[str](),
    "suspendWorkflowInternal": {"step"},
    "resumeWorkflow": set[str](),
    "suspendWorkflow": {"step"},
}
CHANGES = {*BODIES, "abortWorkflow"} - {"createWorkflow"}
KEYS = (
    "approver_id assigned_to completed_at created_at customer_id escalation_level expires_at"
    " history id instance_id last_action_at next_action_at reference stage status tenant_id"
    " title updated_at workflow_state workflow_type"
)
RECORD_KEYS = KEYS.split()

LETTINGS = "/internal/v1/instances/bbbbbbbb-0000-4000-8000-000000000001/workflows"
ACTIVE = "/dddddddd-0000-4000-8000-000000000001"
SUSPENDED = "/dddddddd-0000-4000-8000-000000000004"
AS = {"agent": ("authorization", "Bearer hydracore-proxy-lettings")}
AS |= {"key": ("x-api-key", "hc_live_northwind"), "other": ("x-api-key", "hc_live_contoso")}
ALIVE = {  # what to ask the base world for each example of success: as whom, and where
    "queryWorkflowsInternal": ("agent", f"{LETTINGS}?reference=FLAT-3"),
    "createWorkflow": ("agent", LETTINGS),
    "getWorkflowInternal": ("agent", LETTINGS + ACTIVE),
    "advanceWorkflow": ("agent", LETTINGS + ACTIVE),
    "resumeWorkflowInternal": ("agent", f"{LETTINGS}{SUSPENDED}/resume"),
    "suspendWorkflowInternal": ("agent", f"{LETTINGS}{ACTIVE}/suspend"),
    "listWorkflows": (
        "key",
        f"{TENANT}?customer_id=cccccccc-0000-4000-8000-000000000002&status=paused",
    ),
    "listSuspendedWorkflows": ("other", f"{TENANT}/suspended"),
    "getWorkflow": ("key", TENANT + ACTIVE),
    "abortWorkflow": ("key", f"{TENANT}{ACTIVE}/abort"),
    "resumeWorkflow": ("key", f"{TENANT}{SUSPENDED}/resume"),
    "suspendWorkflow": ("key", f"{TENANT}{ACTIVE}/suspend"),
}

OPERATIONS = {operation.id: operation for operation in own_operations(HYDRACORE)}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def answers_of(operation_id: str) -> list[Answer]:
    return list(answers(HYDRACORE, OPERATIONS[operation_id]))


def body_schema(operation: Operation) -> Any:
    content = operation.raw["requestBody"]["content"]["application/json"]
    return follow(HYDRACORE, content["schema"])


def test_there_are_twelve_operations() -> None:
    found = {each.id: (each.method, each.path) for each in OPERATIONS.values()}
    assert found == {name: (method, path) for name, (method, path, _) in LISTED.items()}


def test_no_answer_is_documented_for_the_page_shows_no_status() -> None:
    found = [a for each in OPERATIONS for a in answers_of(each)]
    assert [a for a in found if is_documented(a.raw) or is_documented(a.response)] == []
    # Whose body the page shows, says so: the success and the 422 of each operation.
    shown = {
        (a.operation, a.status)
        for a in found
        if a.raw["x-provenance"]["source"].startswith("Workflows: ") and a.status[0] in "24"
    }
    wanted = {(name, each) for name, (*_, status) in LISTED.items() for each in (status, "422")}
    assert wanted <= shown


@pytest.mark.parametrize(
    ("schema", "deduced"),
    [
        ("CreateRequest", "reference stage approver_id next_action_at title workflow_state"),
        (
            "AdvanceRequest",
            "workflow_state assigned_to approver_id escalation_level next_action_at expires_at"
            " title",
        ),
        ("SuspendRequest", "payload"),
    ],
)
def test_a_name_the_page_lost_is_inferred(schema: str, deduced: str) -> None:
    properties = document(HYDRACORE)["components"]["schemas"][schema]["properties"]
    inferred = {
        name
        for name, each in properties.items()
        if "x-provenance" in each and not is_documented(each)
    }
    assert inferred == set(deduced.split())


@each_operation
def test_it_also_says_what_the_server_can_add(operation: Operation) -> None:
    documented = {LISTED[operation.id][2], "422"}
    wanted = {"401", "403", "405", "429", "500", "503"}
    wanted |= {"404"} if "{" in operation.path else set()
    wanted |= {"400", "413"} if operation.id in BODIES else set()
    wanted |= {"409"} if operation.id in CHANGES else set()
    assert set(operation.raw["responses"]) == wanted | documented
    for answer in answers_of(operation.id):
        if answer.status not in documented:
            assert answer.raw["x-provenance"]["is"] == "inferred", str(answer)


@each_operation
def test_its_parameters_are_those_of_the_page(operation: Operation) -> None:
    found = parameters(HYDRACORE, operation)
    assert {p["name"] for p in found if p["in"] == "path"} == set(
        re.findall(r"{(\w+)}", operation.path)
    )
    assert {p["name"] for p in found if p["in"] == "query"} == QUERY.get(operation.id, set())


@pytest.mark.parametrize("name", ["workflow_type", "status"])
def test_a_filter_takes_any_text(name: str) -> None:
    for operation in QUERY:
        found = {p["name"]: p for p in parameters(HYDRACORE, OPERATIONS[operation])}
        assert found[name]["schema"] == {"type": "string"}


@each_operation
def test_its_body_wants_what_the_page_marks(operation: Operation) -> None:
    if operation.id not in BODIES:
        assert "requestBody" not in operation.raw
        return
    assert operation.raw["requestBody"]["required"] is True
    schema = body_schema(operation)
    assert set(schema.get("required", ())) == BODIES[operation.id]
    assert list(schema["properties"]) == sorted(schema["properties"]) or "resume" in operation.id
    assert "additionalProperties" not in schema


def test_types_and_statuses_are_the_ten_and_eight_of_the_page() -> None:
    schemas = document(HYDRACORE)["components"]["schemas"]
    assert (len(TYPES), len(STATUSES)) == (10, 8)
    assert schemas["WorkflowType"]["enum"] == list(TYPES)
    assert schemas["Status"]["enum"] == list(STATUSES)
    assert schemas["NewStatus"]["enum"] == [*STATUSES, None]


def test_a_record_is_closed_and_has_the_keys_of_the_page() -> None:
    schemas = document(HYDRACORE)["components"]["schemas"]
    record, suspended = schemas["Workflow"], schemas["SuspendedWorkflow"]
    assert record["additionalProperties"] is suspended["additionalProperties"] is False
    assert list(record["properties"]) == record["required"] == RECORD_KEYS
    more = [*RECORD_KEYS, "suspended_step", "suspended_at"]
    assert list(suspended["properties"]) == suspended["required"] == more


@each_operation
def test_each_surface_wants_its_own_credentials(operation: Operation) -> None:
    internal = operation.path.startswith("/internal")
    wanted: list[dict[str, list[str]]]
    wanted = [{"ProxyKey": []}] if internal else [{"AdminToken": []}, {"ApiKey": []}]
    assert operation.raw["security"] == wanted


def test_a_new_record_can_be_read_advanced_suspended_and_ended() -> None:
    response = follow(HYDRACORE, OPERATIONS["createWorkflow"].raw["responses"]["201"])
    for link in response["links"].values():
        assert link["parameters"]["workflow_id"] == "$response.body#/id"
    assert {link["operationId"] for link in response["links"].values()} == {
        "getWorkflowInternal",
        "advanceWorkflow",
        "suspendWorkflowInternal",
        "abortWorkflow",
    }


def test_examples_speak_of_the_base_world() -> None:
    (created,) = (a.raw["value"]["id"] for a in answers_of("createWorkflow") if a.name == "OK")
    ids, world = ids_of(HYDRACORE, UUID)
    assert len(ids - {created}) > 8
    assert sorted(each for each in ids - {created} if each not in world) == []


@pytest.mark.parametrize("operation", ALIVE)
def test_an_example_is_what_the_base_world_answers(operation: str) -> None:
    caller, path = ALIVE[operation]
    method, _, status = LISTED[operation]
    body = OPERATIONS[operation].raw.get("requestBody")
    sent = b"" if body is None else json.dumps(_example(body)).encode()
    headers = [AS[caller], ("content-type", "application/json")]
    settings = Settings(vendors=(HYDRACORE,), clock=FROZEN)
    with InProcess(create_app(settings)) as sandbox:
        answered = sandbox.ask(method.upper(), f"/hydracore{path}", headers, sent)
    answer = next(each for each in answers_of(operation) if each.status == status)
    assert answered.status == int(status)
    assert json.loads(answered.body) == answer.raw["value"]


def _example(body: Any) -> Any:
    return body["content"]["application/json"]["example"]
