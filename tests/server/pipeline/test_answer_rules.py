"""Forced answers say what the vendor's own would, headers included."""

from __future__ import annotations

import json

import pytest

from tests.proof.contract_client import ContractClient
from tests.server.looply_sandbox import JSON, KEY, LooplySandbox
from understudy.server.inprocess import Answered
from understudy.vendors import VENDORS


@pytest.mark.parametrize("vendor", [vendor.name for vendor in VENDORS])
def test_a_forced_405_names_the_paths_methods(vendor: str) -> None:
    with ContractClient(vendor) as client:
        operation, _ = client.app.sandbox.vendors[vendor].first_call
        told = client.send(client.valid(operation), prefer="code=405")
        natural = client.client.ask("TRACE", client.url(client.valid(operation)))
        assert told.status == natural.status == 405
        assert told.headers["allow"] == dict(natural.headers)["allow"]


RESUME = "/looply/v2/workflows/resumeWorkflow/order-1002"
SAP = b'{"payload": {"source": "SAP"}}'


def resumed(looply: LooplySandbox, prefer: str, query: str = "") -> Answered:
    return looply.process.ask("POST", RESUME + query, (KEY, JSON, ("prefer", prefer)), SAP)


@pytest.mark.parametrize(
    ("prefer", "query", "detail"),
    [
        ("code=abc", "", "code=abc is no status; write three digits, like code=409"),
        ("", "?__code=x", "code=x is no status; write three digits, like code=409"),
        ("", "?__exampel=X", "there is no preference '__exampel'; did you mean __example?"),
        ("code=418", "", "resumeWorkflow has no answer code=418"),
        ("example=NOPE", "", "resumeWorkflow has no answer example=NOPE"),
        (
            "example=already_restarted",
            "",
            "resumeWorkflow has no answer example=already_restarted; "
            "did you mean ALREADY_RESTARTED?",
        ),
        (
            "code=409; example=FORBIDDEN",
            "",
            "resumeWorkflow has no answer code=409, example=FORBIDDEN: "
            "FORBIDDEN is an answer of 403",
        ),
    ],
)
def test_a_preference_for_what_is_not_there_is_the_sandboxs_own_refusal(
    prefer: str, query: str, detail: str
) -> None:
    with LooplySandbox() as looply:
        answer = resumed(looply, prefer, query)
        told = json.loads(answer.body)
        assert (answer.status, told["title"], told["detail"]) == (400, "No such answer", detail)
        assert told["fix"].startswith("resumeWorkflow has 200 WORKFLOW_RESTARTED, 400 BAD_REQUEST")
        assert "409 ALREADY_RESTARTED" in told["fix"]
        said = dict(answer.headers)["x-understudy"]
        assert "by=sandbox, provenance=undocumented" in said
        why = looply.why()
        assert (why["by"], why["because"], why["reply"]["answer"]) == ("sandbox", detail, "")
        assert why["hint"] == told["fix"]
        counted = looply.admin("GET", "/coverage")["vendors"][0]["operations"]
        assert next(each for each in counted if each["requests"])["undocumented"] == []


def test_a_preferences_parameters_count() -> None:
    with LooplySandbox() as looply:
        answer = resumed(looply, "code=409; example=ALREADY_RESTARTED")
        assert json.loads(answer.body)["code"] == "ALREADY_RESTARTED"
        applied = dict(answer.headers)["preference-applied"]
        assert applied == "code=409, example=ALREADY_RESTARTED"


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-async, wait=5", "wait=5; code=200"])
def test_the_preferences_of_real_clients_are_ignored(prefer: str) -> None:
    with LooplySandbox() as looply:
        answer = resumed(looply, prefer)
        assert json.loads(answer.body)["code"] == "EXECUTION_IN_PROGRESS"
        assert "preference-applied" not in dict(answer.headers)


def test_a_forced_refusal_is_of_the_calls_own_instant() -> None:
    order = RESUME.replace("order-1002", "order-1001")
    json_headers = (("content-type", "application/json"),)
    advance = "/__admin/sessions/default/clock/advance"
    with LooplySandbox() as looply:
        assert looply.process.ask("POST", order, (KEY, JSON), SAP).status == 200
        assert looply.process.ask("POST", advance, json_headers, b'{"by": "61s"}').status == 200
        natural = looply.process.ask("POST", order, (KEY, JSON), SAP)
        forced = looply.process.ask(
            "POST", order, (KEY, JSON, ("prefer", "example=EXECUTION_IN_PROGRESS")), SAP
        )
    assert json.loads(natural.body)["code"] == "EXECUTION_IN_PROGRESS"
    assert forced.body == natural.body


def test_a_magic_refusal_is_of_the_calls_own_instant_though_it_names_no_record() -> None:
    magic = RESUME.replace("order-1002", "magic-execution-in-progress")
    json_headers = (("content-type", "application/json"),)
    advance = "/__admin/sessions/default/clock/advance"
    with LooplySandbox() as looply:
        assert looply.process.ask("POST", advance, json_headers, b'{"by": "1d"}').status == 200
        told = looply.process.ask("POST", magic, (KEY, JSON), SAP)
    data = json.loads(told.body)["data"]
    assert data["timestamp"] == "2026-01-02T00:00:00.000Z"
    assert data["workflow_process_id"] == "order-1002", "the example's, for no record supplies it"


EXECUTION = "11111111-aaaa-4bbb-8ccc-000000000001"
RESTARTED = {"code": "ALREADY_RESTARTED", "data": {"execution_key": EXECUTION}}


@pytest.mark.parametrize(
    ("reply", "provenance"),
    [
        ({"status": 409, "body": RESTARTED}, "undocumented"),
        ("ALREADY_RESTARTED", "documented"),
        ({"status": 409}, "documented"),
    ],
)
def test_a_body_that_a_rule_wrote_is_nobodys_document(
    reply: dict[str, object] | str, provenance: str
) -> None:
    with LooplySandbox() as looply:
        looply.rule("looply.resumeWorkflow", reply=reply)
        said = dict(looply.resume().headers)["x-understudy"]
        assert f"by=rule, provenance={provenance}," in said
