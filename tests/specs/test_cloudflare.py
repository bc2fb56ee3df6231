"""Cloudflare's contract, held against what its page lists; its base world and magic inputs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.specs.contracts import (
    Answer,
    Operation,
    answers,
    document,
    follow,
    is_documented,
    own_operations,
    parameters,
)
from understudy import resources

CLOUDFLARE = "cloudflare"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMED = re.compile(r"\b(?:order|onboarding|archived|nightly)-[a-z0-9]+\b")
NEW = {"0a6b5d1e-1c11-4a10-9b01-000000000004", "order-0000"}  # what examples make, or miss

# The statuses and the fields of `result` (of one item of it, of a list) as the page lists them.
WORKFLOW = "class_name created_on id instances modified_on name script_name triggered_on"
CREATED = "id status version_id workflow_id"
VERSION = "class_name created_on has_dag id modified_on workflow_id"
PAGE = {
    "listWorkflows": ("200 400", WORKFLOW),
    "putWorkflow": (
        "200 400",
        "class_name created_on id is_deleted modified_on name script_name terminator_running "
        "triggered_on version_id",
    ),
    "getWorkflow": ("200 400 404", WORKFLOW),
    "deleteWorkflow": ("200 400 404", "status success"),
    "createInstance": ("200 400 404", CREATED),
    "listInstances": ("200 400 404", f"created_on ended_on modified_on started_on {CREATED}"),
    "batchCreateInstances": ("200 400 404", CREATED),
    "batchTerminateInstances": ("200 400 404", "instancesTerminated status"),
    "getTerminateStatus": ("200 400 404", "status"),
    "describeInstance": (
        "200 400 404",
        "end error output params queued start status steps success trigger versionId",
    ),
    "sendEvent": ("200 400 404", ""),
    "changeInstanceStatus": ("200 400 404 409", "status timestamp"),
    "listVersions": ("200 400", VERSION),
    "getVersion": ("200 400 404", VERSION),
    "getVersionDag": ("200 404", "class_name created_on dag id modified_on workflow_id"),
    "getVersionGraph": ("200 404", "class_name created_on dag id modified_on workflow_id"),
}
BESIDE = {
    "getSettings": ("GET", "workflows/settings", "wor-get-workflow-settings"),
    "patchSettings": ("PATCH", "workflows/settings", "wor-update-workflow-settings"),
    "batchDeleteInstances": ("POST", "workflows/{workflow_name}/instances/batch/delete", None),
    "terminateInstances": ("PUT", "workflows/{workflow_name}/instances/terminate", None),
    "deleteInstance": (
        "DELETE",
        "workflows/{workflow_name}/instances/{instance_id}",
        "wor-delete-workflow-instance",
    ),
    "getTriggers": ("GET", "triggers/{script_name}", None),
    "putTriggers": ("PUT", "triggers/{script_name}", None),
    "patchTriggers": ("PATCH", "triggers/{script_name}", None),
    "deleteTriggers": ("DELETE", "triggers/{script_name}", None),
    "getStep": (
        "GET",
        "workflows/{workflow_name}/instances/{instance_id}/step",
        "wor-get-workflow-instance-step",
    ),
}
# What a client asks about itself before it asks for workflows.
ITSELF = {
    "listAccounts": "/accounts",
    "listMemberships": "/memberships",
    "getUser": "/user",
    "verifyToken": "/user/tokens/verify",
}
CODES = {  # as facts of the vendor's own give them; the numbers of others are ours, and say so
    "WORKFLOW_NOT_FOUND": (404, 10200, "workflows.api.error.workflow.not_found"),
    "INSTANCE_NOT_FOUND": (404, 10400, "workflows.api.error.instance.not_found"),
    "CANNOT_TERMINATE": (400, 10401, "workflows.api.error.instance.cannot_terminate"),
    "ALREADY_EXISTS": (400, 10405, "workflows.api.error.instance.already_exists"),
    "INVALID_BODY": (400, 10002, "workflows.api.error.body"),
    "CRON_REQUIRES_PAID_PLAN": (403, 10208, "workflows.api.error.workflow.cron_requires_paid_plan"),
    "JURISDICTION_IMMUTABLE": (
        400,
        10209,
        "workflows.api.error.workflow.jurisdiction_immutable",
    ),
    "AUTHENTICATION_ERROR": (403, 10000, "Authentication error"),
    "UNAUTHORIZED": (401, 10000, "Authentication error"),
    "INTERNAL_ERROR": (500, 10001, "workflows.api.error.internal_server"),
}
STATUSES = "queued running paused errored terminated complete waitingForPause waiting rollingBack"
SILENT = {"METHOD_NOT_ALLOWED", "CONTENT_TOO_LARGE"}  # only a malformed call gets these

OPERATIONS = {operation.id: operation for operation in own_operations(CLOUDFLARE)}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
each_of_the_page = pytest.mark.parametrize("operation", [OPERATIONS[name] for name in PAGE])
HEADED = [
    pytest.param(response, id=f"{operation.id} {status}")
    for operation in OPERATIONS.values()
    for status, response in operation.raw["responses"].items()
]


def resolved(schema: Any) -> Any:
    return follow(CLOUDFLARE, schema)


def result_of(operation: Operation) -> Any:
    """The schema of a success's `result`, or of one item of it."""
    envelope = resolved(success_of(operation).schema)
    result = resolved(envelope["properties"]["result"])
    return resolved(result["items"]) if result["type"] == "array" else result


def success_of(operation: Operation) -> Answer:
    return next(each for each in answers(CLOUDFLARE, operation) if each.status == "200")


def refusals() -> Iterator[Answer]:
    for operation in OPERATIONS.values():
        for answer in answers(CLOUDFLARE, operation):
            if answer.status != "200":
                yield answer


def test_sixteen_operations_are_the_pages_and_fourteen_its_clients() -> None:
    told = {name for name, each in OPERATIONS.items() if is_documented(each.raw)}
    assert told == set(PAGE)
    beside = set(OPERATIONS) - told
    assert beside == set(BESIDE) | set(ITSELF)
    assert {OPERATIONS[name].raw["x-provenance"]["is"] for name in beside} == {"observed"}
    assert all(OPERATIONS[name].raw["x-vendor-operation-id"].startswith("wor-") for name in PAGE)


@pytest.mark.parametrize("name", BESIDE)
def test_what_its_clients_call_beside_the_page(name: str) -> None:
    operation, (method, path, vendor_id) = OPERATIONS[name], BESIDE[name]
    assert (operation.method.upper(), operation.path) == (
        method,
        f"/accounts/{{account_id}}/{path}",
    )
    assert operation.raw.get("x-vendor-operation-id") == vendor_id


@pytest.mark.parametrize("name", ITSELF)
def test_what_a_client_asks_about_itself(name: str) -> None:
    assert (OPERATIONS[name].method.upper(), OPERATIONS[name].path) == ("GET", ITSELF[name])


@pytest.mark.parametrize("response", HEADED)
def test_every_answer_tells_the_quota(response: Any) -> None:
    assert {"Ratelimit", "Ratelimit-Policy"} <= set(resolved(response)["headers"])


@each_of_the_page
def test_its_documented_statuses_are_those_of_the_page(operation: Operation) -> None:
    found = {s for s, r in operation.raw["responses"].items() if is_documented(resolved(r))}
    assert found == set(PAGE[operation.id][0].split())


@each_of_the_page
def test_a_field_that_the_page_does_not_show_says_so(operation: Operation) -> None:
    shown = set(PAGE[operation.id][1].split())
    schema = result_of(operation)
    if operation.id == "getVersionGraph":  # the page says `dag` here too
        shown = shown - {"dag"}
    assert shown <= set(schema["properties"])
    unmarked = {
        name
        for name, raw in schema["properties"].items()
        if name not in shown
        and "x-provenance" not in {**schema, **raw}
        and "x-provenance" not in resolved(raw)
    }
    assert unmarked == set()


@each_operation
def test_success_is_closed_in_an_envelope(operation: Operation) -> None:
    envelope = resolved(success_of(operation).schema)
    assert envelope["additionalProperties"] is False
    assert envelope["required"] == ["success", "errors", "messages", "result"]
    assert result_of(operation)["additionalProperties"] is False
    assert resolved(envelope["properties"]["messages"])["items"]["type"] == "object"


@pytest.mark.parametrize("answer", [pytest.param(each, id=str(each)) for each in refusals()])
def test_a_refusal_has_texts_for_messages_and_no_result(answer: Answer) -> None:
    value = answer.raw["value"]
    assert set(value) == {"success", "errors", "messages", "result"}
    assert (value["success"], value["messages"], value["result"]) == (False, [], None)
    assert resolved(answer.schema)["properties"]["messages"]["items"] == {"type": "string"}
    if answer.name in CODES:
        (error,) = value["errors"]
        assert (int(answer.status), error["code"], error["message"]) == CODES[answer.name]
        assert answer.raw["x-provenance"]["is"] == "observed"


SHOWN = {  # the status and the shape of each are on the page, where the operation's are
    "INVALID_INPUT": 400,
    "NO_DEPLOYED_VERSIONS": 400,
    "VERSION_NOT_FOUND": 404,
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_the_page_shows_is_documented_and_what_it_does_not_is_not(name: str) -> None:
    for answer in refusals():
        if answer.name == name:
            status = SHOWN[name]
            shown = str(status) in PAGE.get(answer.operation, ("", ""))[0].split()
            assert int(answer.status) == status or answer.operation in ITSELF
            assert (answer.raw["x-provenance"]["is"] == "documented") == shown, answer


@each_operation
def test_either_credential_opens_it(operation: Operation) -> None:
    told = operation.raw.get("security", document(CLOUDFLARE)["security"])
    assert told == [{"api_token": []}, {"api_email": [], "api_key": []}]


def test_an_instance_says_neither_its_id_nor_its_workflows() -> None:
    fields = set(result_of(OPERATIONS["describeInstance"])["properties"])
    assert {"versionId", "rollback", "step_count", "schedule"} <= fields
    assert not {"id", "workflow_id", "version_id"} & fields


def test_nine_statuses_are_counted_and_listed() -> None:
    schemas = document(CLOUDFLARE)["components"]["schemas"]
    assert set(schemas["InstanceStatus"]["enum"]) == set(STATUSES.split())
    assert set(schemas["InstanceCounts"]["properties"]) == set(STATUSES.split())
    assert "required" not in schemas["InstanceCounts"]


def test_pages_have_the_vendors_sizes() -> None:
    defaults = {
        name: parameter["schema"]["default"]
        for name, operation in OPERATIONS.items()
        for parameter in parameters(CLOUDFLARE, operation)
        if parameter["name"] == "per_page"
    }
    assert defaults == {
        "listWorkflows": 10,
        "listInstances": 50,
        "listVersions": 50,
        "listAccounts": 20,
        "listMemberships": 20,
    }


def test_wrangler_may_end_the_path_with_a_slash() -> None:
    listed = OPERATIONS["listInstances"]
    assert listed.raw["x-also-at"] == [f"{listed.path}/"]


@each_operation
def test_every_answer_but_two_has_a_magic_input(operation: Operation) -> None:
    rules = shipped("magic")["rules"]
    magic = {rule["reply"] for rule in rules if rule["operation"] == operation.id}
    assert magic == {answer.name for answer in answers(CLOUDFLARE, operation)} - SILENT


def shipped(name: str) -> Any:
    path = resources.scenario(f"{CLOUDFLARE}/{name}")
    assert path is not None
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_base_world_has_every_status_and_several_pages_of_each() -> None:
    world = shipped("base")["world"][CLOUDFLARE]
    ours = [each for each in world["workflows"] if each["account"] == "northwind"]
    counts = [sum(i["workflow"] == each["name"] for i in world["instances"]) for each in ours]
    assert {each["state"] for each in world["instances"]} == set(STATUSES.split())
    assert len(world["accounts"]) == 2
    assert (len(ours), max(counts)) == (26, 120)
    assert {
        tuple(sorted(set(each) & {"token", "email", "key"})) for each in world["credentials"]
    } == {
        ("token",),
        ("email", "key"),
    }


def test_examples_speak_of_the_base_world() -> None:
    world = json.dumps(shipped("base"))
    contract = json.dumps([document(CLOUDFLARE)["paths"], document(CLOUDFLARE)["components"]])
    ids = {*UUID.findall(contract), *NAMED.findall(contract)}
    assert len(ids) > 10
    assert sorted(each for each in ids - NEW if each not in world) == []
