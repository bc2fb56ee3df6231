"""Interactly's contract, held against its page, its facts and what the base world answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.specs.contracts import (
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

INTERACTLY = "interactly"
HEX = re.compile(r"\b[0-9a-f]{24}\b")
COMMAND = "startOrResumeWorkflow"
READS = ("listWorkflowRuns", "getWorkflowRun")

OPERATIONS = {operation.id: operation for operation in own_operations(INTERACTLY)}
SCHEMAS = document(INTERACTLY)["components"]["schemas"]
EACH = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)

STATUSES = {
    COMMAND: "200 400 401 403 404 405 409 413 422 429 500 503",
    "listWorkflowRuns": "200 400 401 403 405 422 429 500 503",
    "getWorkflowRun": "200 401 403 404 405 422 429 500 503",
}
# As the page shows them, in its order.
DOCUMENT = ["team_id", "created_by", "updated_by", "created_at", "updated_at", "_id"]
RUN = ["logical_id", "workflow_id", "status", "input_output_pairs", "comments"]
INPUT = [
    *("dynamic_variables", "runtime_variables", "miscellaneous", "command"),
    *("workflow_id", "workflow_run_id", "thread_to_node_inputs"),
]
COMMENT = ["logical_id", "content", "createdBy", "updatedBy", "createdAt", "updatedAt"]
WAITING = "67a0b1c2d3e4f50617280001"
TURN = {
    "command": "data",
    "workflow_run_id": WAITING,
    "dynamic_variables": {"user_message": "A check-up, please."},
}
WRONG = {"command": "cancel", "workflow_id": "wf_123"}
OVER = {"command": "resume", "workflow_run_id": "67a0b1c2d3e4f50617280004"}
OTHER = {"workflow_run_id": WAITING, "workflow_id": "66f1a2b34c5d6e7f80910002"}
PAUSE = {"command": "pause"}
WIDE = "?start=2025-11-01&end=2026-01-01"
# What to ask the base world for each example: the path behind the operation's, and a body.
ALIVE: dict[tuple[str, str], tuple[str, Any]] = {
    (COMMAND, "OK"): ("", TURN),
    (COMMAND, "WORKFLOW_ID_MISSING"): ("", {}),
    (COMMAND, "WORKFLOW_RUN_ID_MISSING"): ("", PAUSE),
    (COMMAND, "OTHER_WORKFLOW"): ("", OTHER),
    (COMMAND, "WORKFLOW_NOT_FOUND"): ("", {"workflow_id": "0" * 24}),
    (COMMAND, "WORKFLOW_RUN_NOT_FOUND"): ("", {"workflow_run_id": "0" * 24}),
    (COMMAND, "CONFLICT"): ("", OVER),
    (COMMAND, "VALIDATION_ERROR"): ("", WRONG),
    ("listWorkflowRuns", "OK"): ("?status=waiting_for_user_input", None),
    ("listWorkflowRuns", "DATE_RANGE_TOO_WIDE"): (WIDE, None),
    ("listWorkflowRuns", "VALIDATION_ERROR"): ("?page=0", None),
    ("getWorkflowRun", "OK"): (f"/{WAITING}", None),
    ("getWorkflowRun", "WORKFLOW_RUN_NOT_FOUND"): (f"/{'0' * 24}", None),
    ("getWorkflowRun", "VALIDATION_ERROR"): ("/the-run-of-this-morning!", None),
}


def success(operation: str) -> Any:
    """The schema of an operation's 200."""
    response = follow(INTERACTLY, OPERATIONS[operation].raw["responses"]["200"])
    return follow(INTERACTLY, response["content"]["application/json"]["schema"])


def part(schema: Any, *names: str) -> Any:
    """The schema of a property, references followed."""
    for name in names:
        schema = schema["items"] if name == "-" else schema["properties"][name]
        schema = follow(INTERACTLY, schema)
    return schema


def test_one_operation_is_documented_and_two_are_observed() -> None:
    told = {each.id: each.raw["x-provenance"]["is"] for each in OPERATIONS.values()}
    assert told == {COMMAND: "documented", **dict.fromkeys(READS, "observed")}


@EACH
def test_it_says_what_the_server_can_answer(operation: Operation) -> None:
    assert list(operation.raw["responses"]) == STATUSES[operation.id].split()


def test_no_answer_is_documented_for_the_page_shows_no_status() -> None:
    found = [each for op in OPERATIONS.values() for each in answers(INTERACTLY, op)]
    documented = [(each.operation, each.status) for each in found if is_documented(each.raw)]
    assert documented == []


def test_the_base_url_is_the_pages_and_the_sdk_only_needs_another_origin() -> None:
    servers = [each["url"] for each in document(INTERACTLY)["servers"]]
    assert servers[0] == "https://api-qa.interactly.ai/workflows"
    assert {each.partition("//")[2].partition("/")[2] for each in servers} == {"workflows"}
    assert [each.path for each in OPERATIONS.values()][:2] == ["/v1/workflow-runs"] * 2


def test_the_request_has_the_seven_fields_of_the_page_and_is_open() -> None:
    body = OPERATIONS[COMMAND].raw["requestBody"]
    schema = follow(INTERACTLY, body["content"]["application/json"]["schema"])
    assert (list(schema["properties"]), schema.get("required", [])) == (INPUT, [])
    assert "additionalProperties" not in schema
    command = part(schema, "command")
    assert (command["enum"], command["default"]) == (
        ["start", "data", "resume", "pause", "stop"],
        "start",
    )
    for name in ("workflow_id", "workflow_run_id"):
        found = part(schema, name)
        assert (found["type"], found["minLength"], found["maxLength"], found["default"]) == (
            ["string", "null"],
            24,
            24,
            None,
        )


def test_success_is_closed_and_nested_as_on_the_page() -> None:
    whole = success(COMMAND)
    stored = part(whole, "workflow_run")
    run = part(stored, "workflow_run")
    pair = part(run, "input_output_pairs", "-")
    output = part(pair, "run_output")
    for schema, keys in (
        (whole, ["workflow_run"]),
        (stored, [*DOCUMENT, "workflow_run"]),
        (run, RUN),
        (pair, ["run_input", "run_output"]),
        (part(pair, "run_input"), INPUT),
        (output, ["events", "thread_to_node_outputs"]),
        (part(run, "comments", "-"), COMMENT),
    ):
        assert list(schema["properties"]) == keys
        assert set(schema["required"]) == set(keys)
        assert schema["additionalProperties"] is False


def test_a_read_has_the_same_envelope() -> None:
    stored = part(success("getWorkflowRun"), "workflow_run")
    assert list(stored["properties"]) == [*DOCUMENT, "workflow_run"]
    assert set(RUN) < set(part(stored, "workflow_run")["properties"])


def test_there_are_nine_statuses() -> None:
    assert len(SCHEMAS["Status"]["enum"]) == len(set(SCHEMAS["Status"]["enum"])) == 9


def test_the_sdks_headers_are_optional_everywhere() -> None:
    for operation in OPERATIONS.values():
        headers = [p for p in parameters(INTERACTLY, operation) if p["in"] == "header"]
        assert [each["name"] for each in headers] == ["teamid", "uuid", "X-Interactly-API-Version"]
        assert not any(each["required"] for each in headers)


def test_an_answer_leads_to_the_next_command() -> None:
    links = OPERATIONS[COMMAND].raw["responses"]["200"]["links"]
    commands = [each["requestBody"]["command"] for each in links.values() if "requestBody" in each]
    assert commands == ["data", "pause", "resume", "stop"]


def test_examples_speak_of_the_base_world() -> None:
    ids, world = ids_of(INTERACTLY, HEX)
    assert len(ids) > 6
    assert sorted(each for each in ids if each not in world) == []


@pytest.mark.parametrize(("operation", "name"), ALIVE, ids=str)
def test_an_example_is_what_the_base_world_answers(operation: str, name: str) -> None:
    rest, body = ALIVE[operation, name]
    method, sent = ("GET", b"") if body is None else ("POST", json.dumps(body).encode())
    headers = [
        ("authorization", "Bearer interactly-key-northwind"),
        ("content-type", "application/json"),
    ]
    settings = Settings(vendors=(INTERACTLY,), clock=FROZEN)
    with InProcess(create_app(settings)) as sandbox:
        path = f"/interactly/workflows/v1/workflow-runs{rest}"
        answered = sandbox.ask(method, path, headers, sent)
    answer = next(a for a in answers(INTERACTLY, OPERATIONS[operation]) if a.name == name)
    assert answered.status == int(answer.status)
    assert json.loads(answered.body) == answer.raw["value"]
