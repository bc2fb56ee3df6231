"""What `why`, `requests`, `record` show of a request: no secret, unless somebody wants them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.server.looply_sandbox import JSON, KEY, LooplySandbox

SECRETS = ("hunter2222", "sk_live_abcdefghijklmnop123", "s1gn4tur3", "subscribed", "sessioned")
PATH = (
    "/looply/v2/workflows/triggerworkflow/be9439c2-16b9-4de2-bb1a-9154b85af065/2?sig=s1gn4tur3&x=1"
)
HEADERS = [KEY, JSON, ("ocp-apim-subscription-key", "subscribed"), ("x-session-id", "sessioned")]
BODY = {"process_id": "p", "payload": {"password": "hunter2222", "note": f"use {SECRETS[1]}"}}


def asked(looply: LooplySandbox) -> str:
    """Everything that is told of one request with secrets everywhere."""
    answer = looply.process.ask("POST", PATH, HEADERS, json.dumps(BODY).encode())
    assert answer.status == 200
    wrong = {**BODY, "process_id": 7}  # is refused, and the refusal tells what came
    looply.process.ask("POST", PATH, HEADERS, json.dumps(wrong).encode())
    told = [looply.admin("GET", path) for path in ("/requests", "/requests/1", "/requests/2")]
    return json.dumps([*told, looply.admin("GET", "/scenario")])


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox() as made:
        yield made


def test_nothing_that_is_told_of_a_request_has_its_secrets(looply: LooplySandbox) -> None:
    told = asked(looply)
    assert [each for each in SECRETS if each in told] == []
    assert '"password": "***"' in told
    assert "x=1" in told


def test_a_form_has_none_either(looply: LooplySandbox) -> None:
    headers = [KEY, ("content-type", "application/x-www-form-urlencoded")]
    looply.process.ask("POST", PATH, headers, b"client_secret=hunter2222&grant_type=x")
    told = looply.why()["request"]["text"]
    assert told == "client_secret=***&grant_type=x"


def test_who_needs_them_has_them() -> None:
    with LooplySandbox(keep_secrets=True) as looply:
        told = asked(looply)
        assert [each for each in SECRETS if each not in told] == []


def test_verify_matches_what_came(looply: LooplySandbox) -> None:
    asked(looply)
    when = {"body": {"payload": {"password": "hunter2222"}}}
    told = looply.admin("POST", "/verify", {"operation": "looply.triggerWorkflow", "when": when})
    assert told["ok"]


def test_what_is_recorded_is_played_with_what_stands_for_them(looply: LooplySandbox) -> None:
    looply.process.ask("POST", PATH, HEADERS, json.dumps(BODY).encode())
    [step] = looply.admin("GET", "/scenario")["scenario"]["steps"]
    assert step["with"]["body"]["payload"] == {"password": "***", "note": "use ***"}
