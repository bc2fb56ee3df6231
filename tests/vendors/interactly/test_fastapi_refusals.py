"""Interactly's 422 held against FastAPI: the same bad request, the page's model, the same body."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Path, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

from understudy.client import create_app
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings

PREFIX = "/interactly/workflows"
RUNS = "/v1/workflow-runs"
KEY = [("authorization", "Bearer interactly-key-northwind")]
JSON = [("content-type", "application/json")]
ID = "0123456789abcdef01234567"

ObjectId = Annotated[str, Field(min_length=24, max_length=24, pattern="^[0-9a-f]{24}$")]
PathId = Annotated[str, Path(min_length=24, max_length=24, pattern="^[0-9a-f]{24}$")]


class Command(StrEnum):
    START = "start"
    DATA = "data"
    RESUME = "resume"
    PAUSE = "pause"
    STOP = "stop"


class RunInput(BaseModel):
    dynamic_variables: dict[str, Any] = Field(default_factory=dict)
    runtime_variables: dict[str, Any] = Field(default_factory=dict)
    miscellaneous: dict[str, Any] = Field(default_factory=dict)
    command: Command = Command.START
    workflow_id: ObjectId | None = None
    workflow_run_id: ObjectId | None = None
    thread_to_node_inputs: dict[str, Any] = Field(default_factory=dict)


app = FastAPI()


@app.post(RUNS)
def start_or_resume(run_input: RunInput) -> None: ...


@app.get(RUNS)
def list_runs(
    workflow_id: ObjectId | None = None,
    status: str | None = None,
    size: Annotated[int, Query(ge=1)] = 100,
    page: Annotated[int, Query(ge=1)] = 1,
    search: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> None: ...


@app.get(f"{RUNS}/{{workflow_run_id}}")
def read_run(workflow_run_id: PathId) -> None: ...


ORACLE = TestClient(app)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[InProcess]:
    settings = Settings(vendors=("interactly",), clock=FROZEN, verify_replies=True)
    with InProcess(create_app(settings)) as opened:
        yield opened


def same(
    sandbox: InProcess,
    method: str,
    target: str,
    content: bytes = b"",
    headers: list[tuple[str, str]] | None = None,
) -> Any:
    """Both refuse alike; what was said."""
    sent = JSON if headers is None and content else headers or []
    theirs = ORACLE.request(method, target, content=content, headers=sent)
    ours = sandbox.ask(method, PREFIX + target, [*KEY, *sent], content)
    assert (ours.status, json.loads(ours.body)) == (theirs.status_code, theirs.json())
    return theirs.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"command": "cancel"},
        {"command": ""},
        {"command": None},
        {"command": 1},
        {"command": []},
        {"command": "START"},
        {"workflow_id": ""},
        {"workflow_id": "wf_123"},
        {"workflow_id": ID + "0"},
        {"workflow_id": ID[:-1] + "g"},
        {"workflow_id": ID.upper()},
        {"workflow_id": 5},
        {"workflow_id": {}},
        {"workflow_run_id": "é" * 24},
        {"workflow_run_id": "é" * 23},
        {"workflow_run_id": False},
        {"dynamic_variables": None},
        {"dynamic_variables": []},
        {"runtime_variables": "x"},
        {"miscellaneous": 1.5},
        {"thread_to_node_inputs": [{}]},
    ],
    ids=str,
)
def test_one_wrong_field(sandbox: InProcess, body: dict[str, Any]) -> None:
    assert len(same(sandbox, "POST", RUNS, json.dumps(body).encode())) == 1


def test_everything_that_is_wrong_is_told_in_the_models_order(sandbox: InProcess) -> None:
    body: dict[str, Any] = {
        "workflow_run_id": 1,
        "thread_to_node_inputs": None,
        "command": "go",
        "workflow_id": "x",
        "miscellaneous": None,
        "dynamic_variables": 2,
        "runtime_variables": [],
        "unknown": 1,
    }
    told = same(sandbox, "POST", RUNS, json.dumps(body).encode())
    assert [each["loc"][1] for each in told] == list(RunInput.model_fields)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b'"start"', b"7", b"true"])
def test_a_body_of_another_kind(sandbox: InProcess, content: bytes) -> None:
    same(sandbox, "POST", RUNS, content)


@pytest.mark.parametrize(
    "content", [b"{", b'{"command": ', b"{'command': 1}", b'{"command": "stop",}', b"start", b" "]
)
def test_a_body_that_is_no_json(sandbox: InProcess, content: bytes) -> None:
    (told,) = same(sandbox, "POST", RUNS, content)
    assert told["type"] == "json_invalid"


@pytest.mark.parametrize("content", [b"\xff", b'{"a": "\xff"}'])
def test_a_body_that_no_parser_takes(sandbox: InProcess, content: bytes) -> None:
    assert same(sandbox, "POST", RUNS, content) == "There was an error parsing the body"


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_not_sent_as_json(sandbox: InProcess, media: str) -> None:
    same(sandbox, "POST", RUNS, b"command=stop", [("content-type", media)])


def test_a_body_whose_media_type_nobody_told_is_a_text(sandbox: InProcess) -> None:
    (told,) = same(sandbox, "POST", RUNS, b'{"command": "start"}', [])
    assert (told["type"], told["input"]) == ("model_attributes_type", '{"command": "start"}')


@pytest.mark.parametrize(
    "query",
    [
        "page=00",
        "page=-01&size=-1.0",
        "page=1.",
        "page=_1",
        "page=1__0",
        "page=0",
        "page=-1&size=0",
        "size=x",
        "size=",
        "size=1.5",
        "page=1e3",
        "workflow_id=x",
        "workflow_id=",
        f"workflow_id={ID[:-1]}Z",
        "start=yesterday",
        "start=",
        "end=2026-13-01T00:00:00Z",
        "end=2026-02-30",
        "start=2026-01-01T25:00:00",
        "end=x&start=y&page=z&size=0&workflow_id=1",
        "start=%FF",
        "workflow_id=%FF",
        "size=%FF",
    ],
)
def test_wrong_parameters(sandbox: InProcess, query: str) -> None:
    same(sandbox, "GET", f"{RUNS}?{query}")


@pytest.mark.parametrize(
    "segment", ["x", "schema", ID + "0", ID[:-1] + "G", "%20" * 24, "%C3%A9", "%FF"]
)
def test_an_id_in_the_path_that_is_none(sandbox: InProcess, segment: str) -> None:
    same(sandbox, "GET", f"{RUNS}/{segment}")


@pytest.mark.parametrize(
    ("method", "target"),
    [("DELETE", RUNS), ("PUT", RUNS), ("POST", f"{RUNS}/{ID}"), ("GET", "/v1/workflow-run")],
)
def test_paths_and_methods_that_there_are_not(sandbox: InProcess, method: str, target: str) -> None:
    assert same(sandbox, method, target) in ("Method Not Allowed", "Not Found")


@pytest.mark.parametrize(
    "query",
    [
        "start=2026-01-01T00:00:00",
        "start=2026-01-01",
        "start=2026-01-01t00:00:00z",
        "start=2026-01-01%2000:00:00",
        "start=2025-12-31T23:00:00.123456-01:00",
        "end=2026-01-01T00:00:00%2B05:30",
        "size=100000&page=7",
        "status=&search=",
        "unknown=1",
        "start=2026-01-01T00:00",
        "start=2026-01-01T00:00Z",
        "start=2026-01-01_00:00:00,5",
        "start=2026-01-01T00:00:00.1234567-0130",
        "size=%2B1",
        "size=01&page=1.00",
        "size=%20100%20",
        "size=1_000.0",
    ],
)
def test_what_the_platform_reads_we_read(sandbox: InProcess, query: str) -> None:
    assert ORACLE.get(f"{RUNS}?{query}").status_code == 200
    assert sandbox.ask("GET", f"{PREFIX}{RUNS}?{query}", KEY).status == 200
