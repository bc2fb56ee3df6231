"""Who is let in, and what a refusal or a forced answer says of the run it is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from understudy.client import create_app
from understudy.server.inprocess import Answered, InProcess
from understudy.settings import FROZEN, Settings

RUNS = "/interactly/workflows/v1/workflow-runs"
BEARER = ("authorization", "Bearer interactly-key-northwind")
RUNNING, PAUSED = "67a0b1c2d3e4f50617280003", "67a0b1c2d3e4f50617280002"
BOOKING = "66f1a2b34c5d6e7f80910001"


def opened(**settings: Any) -> InProcess:
    chosen = Settings(vendors=("interactly",), clock=FROZEN, verify_replies=True, **settings)
    return InProcess(create_app(chosen))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[InProcess]:
    with opened() as process:
        yield process


def post(
    process: InProcess, body: Any, *headers: tuple[str, str], key: tuple[str, str] = BEARER
) -> tuple[int, Any, Answered]:
    sent = [key, ("content-type", "application/json"), *headers]
    told = process.ask("POST", RUNS, sent, json.dumps(body).encode())
    text = told.body.decode()
    return told.status, json.loads(text) if text[:1] in "{[" else text, told


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nobody",
        "Basic aW50ZXJhY3RseQ==",
        "interactly-key-northwind",
        "Token interactly-key-northwind",
        "Bearer interactly-key-northwind extra",
        "Bearerinteractly-key-northwind",
    ],
)
def test_who_is_not_let_in(sandbox: InProcess, value: str | None) -> None:
    headers = [] if value is None else [("authorization", value)]
    told = sandbox.ask("GET", RUNS, headers)
    assert (told.status, told.body) == (401, b'{"detail":"Unauthorized"}')
    assert dict(told.headers)["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_schemes_case_does_not_matter(sandbox: InProcess, scheme: str) -> None:
    headers = [("authorization", f"{scheme} interactly-key-northwind")]
    assert sandbox.ask("GET", RUNS, headers).status == 200


def test_nobody_is_told_what_is_wrong_with_a_body_before_they_are_let_in(
    sandbox: InProcess,
) -> None:
    status, body, _ = post(sandbox, {"command": "x"}, key=("authorization", "Bearer x"))
    assert (status, body) == (401, {"detail": "Unauthorized"})


def test_any_key_will_do_where_the_server_says_so() -> None:
    with opened(any_key=True) as process:
        told = process.ask("GET", f"{RUNS}?size=1", [("authorization", "Bearer whatever")])
        assert (told.status, json.loads(told.body)["total"]) == (200, 120)
        assert process.ask("GET", RUNS).status == 401


def test_a_key_may_name_its_session() -> None:
    with opened() as process:
        key = ("authorization", "Bearer interactly-key-northwind~mine")
        assert post(process, {"command": "stop", "workflow_run_id": RUNNING}, key=key)[0] == 200
        headers = [BEARER]
        told = process.ask("GET", f"{RUNS}/{RUNNING}", headers)
        assert json.loads(told.body)["workflow_run"]["workflow_run"]["status"] == "running"


@pytest.mark.parametrize(
    ("body", "answer", "detail"),
    [
        (
            {"command": "stop", "workflow_run_id": RUNNING},
            "CONFLICT",
            "Cannot stop a workflow run in status 'running'",
        ),
        (
            {"command": "resume", "workflow_run_id": PAUSED},
            "CONFLICT",
            "Cannot resume a workflow run in status 'paused'",
        ),
        (
            {"workflow_id": BOOKING},
            "CONFLICT",
            "Cannot resume a workflow run in status 'completed'",
        ),
        (
            {"command": "stop", "workflow_run_id": RUNNING},
            "WORKFLOW_RUN_ID_MISSING",
            "workflow_run_id is required to stop a workflow run",
        ),
        ({"workflow_id": BOOKING}, "NO_THREADS", "Found 0 threads in workflow input"),
        ({"workflow_id": BOOKING}, "UNAVAILABLE", "Service Unavailable"),
    ],
)
def test_a_forced_refusal_tells_of_the_run_and_the_command(
    sandbox: InProcess, body: dict[str, str], answer: str, detail: str
) -> None:
    told = post(sandbox, body, ("prefer", f"example={answer}"))
    assert told[1] == {"detail": detail}


def test_a_forced_success_tells_of_the_run(sandbox: InProcess) -> None:
    body = {"command": "stop", "workflow_run_id": RUNNING}
    status, told, _ = post(sandbox, body, ("prefer", "example=OK"))
    document = told["workflow_run"]
    assert (status, document["_id"], document["workflow_run"]["status"]) == (
        200,
        RUNNING,
        "running",
    )
    assert document["created_at"] == "2025-12-31T23:40:00Z"
    theirs = ("authorization", "Bearer interactly-key-contoso")
    _, told, _ = post(sandbox, {"workflow_id": BOOKING}, ("prefer", "example=OK"), key=theirs)
    assert told["workflow_run"]["team_id"] == "65a0c0de0000000000000002"
    assert told["workflow_run"]["created_by"] == "65a0c0de00000000000000b1"


def test_what_the_platform_says_as_plain_text(sandbox: InProcess) -> None:
    status, text, told = post(sandbox, {"workflow_id": BOOKING}, ("prefer", "code=500"))
    assert (status, text) == (500, "Internal Server Error")
    assert dict(told.headers)["content-type"].startswith("text/plain")


def test_a_quota_is_told_with_the_time_to_wait(sandbox: InProcess) -> None:
    status, body, told = post(sandbox, {"workflow_id": BOOKING}, ("prefer", "code=429"))
    assert (status, body) == (429, {"detail": "Too Many Requests"})
    assert dict(told.headers)["retry-after"] == "1"


def test_the_methods_of_a_path_are_told(sandbox: InProcess) -> None:
    told = sandbox.ask("PUT", RUNS, [BEARER])
    assert (told.status, dict(told.headers)["allow"]) == (405, "POST, GET")


def test_a_body_beyond_the_bound() -> None:
    with opened(body_bytes=1_000) as process:
        status, body, _ = post(
            process, {"workflow_id": BOOKING, "miscellaneous": {"x": "y" * 1_000}}
        )
        assert (status, body) == (413, {"detail": "Content Too Large"})
