"""Who asks, and how each kind of problem is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.looply.harness import Harness, contract
from understudy.openapi.operation import Violation
from understudy.vendor import Call, Missing, Problem, ProblemKind, Reply, fill, refusal
from understudy.vendors.looply import VENDOR

RESUME = contract().operations["resumeWorkflow"]
TRIGGER = contract().operations["triggerWorkflow"]
HISTORY = contract().operations["getWorkflowExecutionHistory"]


def refused(problem: Problem, operation: Any = HISTORY) -> tuple[int, str, Any]:
    reply = VENDOR.refuse(problem, operation, None, Call("GET", "/"))
    return reply.status, reply.answer, reply.body


def violation(location: Any) -> Violation:
    return Violation(location, "limit", "", "type", "string", 1, "is wrong")


@pytest.mark.parametrize(
    ("headers", "because"),
    [
        ({}, "no x-api-key was sent"),
        ({"x-api-key": ""}, "no x-api-key was sent"),
        ({"x-api-key": "wrong"}, "no organisation has this x-api-key"),
        ({"authorization": "Bearer our-key"}, "no x-api-key was sent"),
    ],
)
def test_without_a_known_key_nobody_asks(headers: dict[str, str], because: str) -> None:
    with pytest.raises(Problem) as found:
        VENDOR.authenticate(Call("GET", "/", headers=headers), HISTORY, Harness().world)
    assert found.value.because == because
    assert refused(found.value) == (403, "FORBIDDEN", {"message": "Forbidden"})


def test_a_key_stands_for_its_organisation_and_is_signed_as_it_is_read() -> None:
    one = Harness()
    key = one.world["credentials"].get("other")
    assert key is not None
    signed = VENDOR.sign(key)
    caller = VENDOR.authenticate(Call("GET", "/", headers=signed), HISTORY, one.world)
    assert signed == {"x-api-key": "their-key"}
    assert caller is not None
    assert (caller.name, caller.tenant) == ("other", "theirs")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("method_not_allowed", (405, "METHOD_NOT_ALLOWED", "Method Not Allowed")),
        ("malformed_path", (400, "BAD_REQUEST", "Missing required parameters for this request.")),
        ("invalid", (400, "BAD_REQUEST", "Missing required parameters for this request.")),
        ("rate_limited", (429, "TOO_MANY_REQUESTS", "Too Many Requests")),
        ("unavailable", (503, "UNAVAILABLE", "Service Unavailable")),
        ("internal", (500, "INTERNAL_ERROR", "something went wrong")),
    ],
)
def test_each_kind_of_problem_has_its_answer(kind: ProblemKind, told: tuple[int, str, str]) -> None:
    status, name, message = told
    assert refused(Problem(kind, "why")) == (status, name, {"message": message})


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("media_type", "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type"),
        ("malformed_body", "INVALID_BODY", "Invalid request body"),
        ("invalid", "BAD_REQUEST", "Missing required parameters for this request."),
        ("too_large", "CONTENT_TOO_LARGE", "Request Too Long"),
    ],
)
def test_what_is_wrong_with_a_body(kind: ProblemKind, name: str, message: str) -> None:
    told = refused(Problem(kind, "why", violations=[violation("body")]), RESUME)
    assert told[1:] == (name, {"message": message})


@pytest.mark.parametrize(
    ("location", "name", "message"),
    [
        ("path", "BAD_REQUEST", "incorrect workflow id"),
        ("query", "INVALID_PARAMETERS", "Missing required parameters for this request."),
        ("header", "INVALID_PARAMETERS", "Missing required parameters for this request."),
        ("body", "INVALID_BODY", "Invalid request body"),
    ],
)
def test_a_trigger_tells_its_workflow_id_from_the_rest(
    location: str, name: str, message: str
) -> None:
    problem = Problem("invalid", "why", violations=[violation(location)])
    assert refused(problem, TRIGGER) == (400, name, {"message": message})


def test_a_failure_of_a_resume_is_told_in_its_own_words() -> None:
    status, name, body = refused(Problem("internal", "why"), RESUME)
    assert (status, name, body["code"]) == (500, "WORKFLOW_RESTART_FAILED", name)


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        ("unknown_path", 404, "Not Found"),
        ("method_not_allowed", 405, "Method Not Allowed"),
        ("malformed_path", 400, "Bad Request"),
        ("internal", 500, "something went wrong"),
    ],
)
def test_without_an_operation_the_message_stands_alone(
    kind: ProblemKind, status: int, message: str
) -> None:
    assert refused(Problem(kind, "why"), None) == (status, "", {"message": message})


def test_headers_say_what_this_call_is_told() -> None:
    allow = VENDOR.refuse(
        Problem("method_not_allowed", "", allow=("GET", "POST")), HISTORY, None, Call("PUT", "/")
    )
    assert allow.headers == (("Allow", "GET, POST"),)
    later = VENDOR.refuse(
        Problem("rate_limited", "", retry_after=7), HISTORY, None, Call("GET", "/")
    )
    assert later.headers == (("Retry-After", "7"),)


def test_a_forced_answer_is_about_the_record_and_the_caller() -> None:
    one = Harness(executions=[{"name": "run", "workflow": "approval", "process_id": "order"}])
    run = one.execution("run")
    request = one.request("resumeWorkflow", process_id="order")
    problem = refusal("MISSING_RESUME_TOKEN", "a rule says so", run)
    reply: Reply = VENDOR.refuse(problem, RESUME, request.caller, request.call)
    assert (reply.status, reply.body) == (
        500,
        {"code": "MISSING_RESUME_TOKEN", "data": {"execution_key": run.id}},
    )
    example = RESUME.answers["EXECUTION_IN_PROGRESS"].example
    body = fill(example, VENDOR.values(run, request.caller, one.world.now))
    assert body["data"] == {
        "execution_id": run.id,
        "workflow_id": run.workflow_id,
        "workflow_status": "IN_PROGRESS",
        "workflow_current_state": "check",
        "workflow_process_id": "order",
        "execution_description": "Approval",
        "timestamp": "2026-01-01T00:00:00.000Z",
    }


def test_what_nobody_supplies_is_the_examples_own() -> None:
    one = Harness()
    request = one.request("resumeWorkflow", process_id="order", by="other")
    told = VENDOR.refuse(
        refusal("EXECUTION_NOT_FOUND", "why"), RESUME, request.caller, request.call
    )
    assert told.body == {"code": "EXECUTION_NOT_FOUND", "data": {"organization_id": "theirs"}}


def test_a_workflow_supplies_what_its_answers_hold() -> None:
    one = Harness()
    operation = contract().operations["getWorkflowById"]
    values = VENDOR.values(one.workflow("approval"), None, 0)
    item = fill(operation.answers["OK"].example, values)["item"]
    assert (item["workflow_name"], item["organization_id"], item["workflow_status_version"]) == (
        "Approval",
        "ours",
        "ACTIVE_1",
    )


@pytest.mark.parametrize(
    "missing",
    [
        Missing("credentials", ""),
        Missing("workflows", "11112222", {"workflow_id": "11112222", "version": 4}),
        Missing("workflows", "x" * 99, {"workflow_id": "x" * 99, "schedule": "0 2 * * *"}),
        Missing("executions", "order-9", {"process_id": "order-9"}),
        Missing("executions", "y" * 99, {"process_id": "y" * 99}),
        Missing("executions", "e-9", {"id": "e-9", "workflow_id": "w-9"}),
    ],
)
def test_what_is_declared_exists_then(missing: Missing) -> None:
    one = Harness()
    caller = one.request("getOrganizationExecutions").caller
    declared = VENDOR.declare(missing, caller)
    assert declared is not None
    VENDOR.populate(one.world, declared, one.world.now)
    if missing.collection == "executions" and len(missing.id) < 40:
        found = one.world["executions"].first("name", "") or next(iter(one.world["executions"]))
        assert missing.id in (found.id, found.process_id)
        assert found.organization == "ours"
    if missing.collection == "workflows" and len(missing.id) < 40:
        assert one.world["workflows"].get("11112222/4") is not None


def test_an_execution_of_a_known_workflow_is_declared_with_it() -> None:
    one = Harness()
    problem = one.refused(
        "getWorkflowExecutionById",
        workflow_id=one.workflow("approval").workflow_id,
        workflow_execution_id="e-1",
    )
    assert problem.missing is not None
    assert VENDOR.declare(problem.missing, None) == {
        "executions": [{"workflow": one.workflow("approval").workflow_id, "id": "e-1"}]
    }


def test_nothing_makes_a_thing_exist_that_worlds_do_not_hold() -> None:
    assert VENDOR.declare(Missing("pages", "1"), None) is None
