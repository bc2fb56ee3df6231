"""How every kind of problem is told: five keys, an id of its own, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.vendors.refold.harness import ADA, BOB, TEST_KEY, TOKEN, Harness, Response
from understudy.openapi.operation import Operation
from understudy.vendor import Call, Problem, Reply
from understudy.vendors.refold import VENDOR

FIVE = ["status_code", "http_error_type", "error_code", "message", "request_id"]
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
EXECUTE = "/api/v1/workflow/create-task/execute"
HEADERS = {"linked_account_id": ADA, "slug": "asana"}


def calls(harness: Harness) -> Mapping[str, Response]:
    """One call for each refusal that a client can bring about."""
    form = {**HEADERS, "content-type": "application/x-www-form-urlencoded"}
    return {
        "400 BAD_REQUEST INVALID_LINKED_ACCOUNT_ID": harness.ask(
            "POST", EXECUTE, {"slug": "asana"}
        ),
        "400 BAD_REQUEST VALIDATION_ERROR": harness.ask("POST", EXECUTE, HEADERS, []),
        "401 UNAUTHORIZED SERVER_ERROR": harness.ask("POST", EXECUTE, HEADERS, key=None),
        "404 NOT_FOUND INVALID_WORKFLOW_ID": harness.execute("nothing"),
        "404 NOT_FOUND RESOURCE_NOT_FOUND": harness.response("nothing"),
        "405 METHOD_NOT_ALLOWED SERVER_ERROR": harness.ask("GET", EXECUTE, HEADERS),
        "413 PAYLOAD_TOO_LARGE SERVER_ERROR": harness.execute(raw=b'"' + b"x" * 70_000 + b'"'),
        "415 UNSUPPORTED_MEDIA_TYPE SERVER_ERROR": harness.ask("POST", EXECUTE, form, raw=b"a=b"),
    }


@pytest.fixture(scope="module")
def told() -> Mapping[str, Response]:
    with Harness(settings={"body_bytes": 65_536}) as harness:
        return calls(harness)


def test_a_refusal_has_five_keys_in_the_vendors_order(told: Mapping[str, Response]) -> None:
    for wanted, each in told.items():
        assert list(each.body) == FIVE
        body = each.body
        assert f"{each.status} {body['http_error_type']} {body['error_code']}" == wanted
        assert body["status_code"] == each.status
        assert each.headers["content-type"] == "application/json"


def test_every_refusal_has_an_id_of_its_own(told: Mapping[str, Response]) -> None:
    ids = [each.body["request_id"] for each in told.values()]
    assert all(UUID.fullmatch(each) for each in ids)
    assert len(set(ids)) == len(ids)


def test_the_same_calls_have_the_same_ids_again(told: Mapping[str, Response]) -> None:
    with Harness(settings={"body_bytes": 65_536}) as harness:
        assert {name: each.body for name, each in calls(harness).items()} == {
            name: each.body for name, each in told.items()
        }


def test_a_wrong_method_is_told_the_right_one(told: Mapping[str, Response]) -> None:
    assert told["405 METHOD_NOT_ALLOWED SERVER_ERROR"].headers["allow"] == "POST"


def test_a_path_of_nobody_is_told_in_the_same_envelope() -> None:
    with Harness() as harness:
        answer = harness.ask("GET", "/api/v1/nothing")
        assert (answer.status, list(answer.body)) == (404, FIVE)


def test_the_one_refusal_with_two_keys() -> None:
    with Harness() as harness:
        answer = harness.execute(slug=None)
        assert answer.code == (400, "SLUG_REQUIRED")
        assert list(answer.body) == ["message", "error"]


@pytest.mark.parametrize("kind", ["rate_limited", "unavailable", "internal"])
def test_what_no_client_brings_about(kind: Any) -> None:
    status = {"rate_limited": 429, "unavailable": 503, "internal": 500}[kind]
    for operation in operations():
        reply = refused(Problem(kind, "a rule", retry_after=3), operation)
        assert (reply.status, list(reply.body)) == (status, FIVE)
        after = dict(reply.headers).get("Retry-After")
        assert after == "3"


def operations() -> list[Operation]:
    with Harness() as harness:
        return list(harness.app.sandbox.contract("refold").operations.values())


def refused(problem: Problem, operation: Operation | None) -> Reply:
    return VENDOR.refuse(problem, operation, None, Call("GET", "/"))


def test_the_quirks_of_other_apis_speak_of_the_call() -> None:
    with Harness() as harness:
        path = "/api/v1/workflow/{}/execute"
        headers = {"linked_account_id": BOB, "slug": "trello"}
        organization = "65bc6e05a1b2c3d400000001"
        answer = harness.ask("POST", path.format("magic-application-not-enabled"), headers)
        assert answer.body["message"] == (
            f"Application with id trello does not exist for org {organization} or is not enabled"
        )
        answer = harness.ask("POST", path.format("magic-linked-account-not-found"), headers)
        assert answer.body["message"] == (
            f"Linked Account with account id {BOB} for org {organization}"
            " in environment test not found"
        )


def test_a_forced_answer_keeps_its_status_and_takes_the_rest_of_the_run() -> None:
    with Harness() as harness:
        run = harness.execution("waiting").id
        prefer = {"linked_account_id": ADA, "prefer": "example=COMPLETED"}
        answer = harness.ask("GET", f"/api/v1/execution/{run}/response", prefer)
        assert answer.body["status"] == "COMPLETED"
        prefer = {"linked_account_id": ADA, "prefer": "example=OK"}
        answer = harness.ask("GET", f"/api/v2/public/execution/{run}", prefer)
        assert (answer.body["config_id"], answer.body["environment"]) == ("travel", "test")


def test_a_forced_run_has_its_own_id_beside_those_of_what_it_belongs_to() -> None:
    with Harness() as harness:
        run = harness.execution("completed").id
        prefer = {"linked_account_id": ADA, "prefer": "example=OK"}
        body = harness.ask("GET", f"/api/v2/public/execution/{run}", prefer).body
        example = "64f6d9f3a1b2c3d400000002"
        assert (body["_id"], body["associated_application"]["_id"]) == (run, example)


OF_ADA = "the key of 'ada' came as {} KEY"
TO_ADA = "this key belongs in authorization: Bearer KEY"


@pytest.mark.parametrize(
    ("headers", "because"),
    [
        ({}, "no x-api-key was sent"),
        ({"x-api-key": ""}, "no x-api-key was sent"),
        ({"x-api-key": "tk-nobody"}, "nobody has this x-api-key"),
        ({"x-api-key": TOKEN}, f"{OF_ADA.format('x-api-key:')}; {TO_ADA}"),
        ({"x-api-key": "", "authorization": f"Bearer {TOKEN}"}, "no x-api-key was sent"),
        ({"authorization": "Bearer nobody"}, "nobody has this session token"),
        (
            {"authorization": f"Bearer {TEST_KEY}"},
            "the key of 'default' came as authorization: Bearer KEY; this key belongs in x-api-key",
        ),
        ({"authorization": f"Basic {TOKEN}"}, f"{OF_ADA.format('authorization: Basic')}; {TO_ADA}"),
    ],
)
def test_without_a_credential_nobody_asks(headers: dict[str, str], because: str) -> None:
    with Harness() as harness:
        path = "/api/v2/public/execution/6955aaf0a1b2c3d400000002"
        answer = harness.ask("GET", path, headers, key=None)
        assert answer.code == (401, "UNAUTHORIZED")
        assert harness.because() == because


def test_any_key_is_taken_for_the_first_of_its_sort() -> None:
    with Harness(settings={"any_key": True}) as harness:
        assert harness.execute(key="whatever").status == 200
        token = {"authorization": "Bearer whatever"}
        path = "/api/v2/public/execution/6955aaf0a1b2c3d400000002"
        assert harness.ask("GET", path, token, key=None).status == 200
        assert harness.execute(key=None).status == 401


def test_a_session_travels_in_key_or_token() -> None:
    with Harness() as harness:
        path = "/refold/api/v2/public/execution/6955aaf0a1b2c3d400000002"
        for headers in (
            {"x-api-key": f"{TEST_KEY}~mine", "linked_account_id": ADA},
            {"authorization": f"Bearer {TOKEN}~mine"},
        ):
            reply = harness.client.ask("GET", path, headers.items())
            assert reply.status == 200
            assert dict(reply.headers)["x-understudy-request"].startswith("mine.")
