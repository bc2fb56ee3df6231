"""`understudy why`: an explanation as a person reads it, and what is said when there is none."""

from __future__ import annotations

import json
import shlex
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from understudy.cli import main
from understudy.cli.why import explain, record
from understudy.client import create_app
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import Settings

EXPLANATION: dict[str, Any] = {
    "id": "mine.2.7",
    "vendor": "looply",
    "operation": "resumeWorkflow",
    "method": "POST",
    "path": "/v2/workflows/resumeWorkflow/order-9",
    "query": "",
    "caller": "default",
    "by": "refusal",
    "provenance": "documented",
    "because": "no execution 'order-9'",
    "hint": "did you mean order-1?",
    "reply": {"status": 404, "answer": "EXECUTION_NOT_FOUND", "headers": {}},
    "violations": [],
    "rules": [],
    "curl": "curl -X POST http://127.0.0.1:4010/looply/v2/workflows/resumeWorkflow/order-9",
}


@contextmanager
def admin(status: int, body: str) -> Iterator[tuple[str, list[str]]]:
    """Something that answers every GET like this; its origin, and what it was asked."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('authorization')}")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_it_asks_for_the_part_behind_the_last_dot(capsys: pytest.CaptureFixture[str]) -> None:
    with admin(200, json.dumps(EXPLANATION)) as (url, asked):
        assert main(["why", "mine.2.7", "--url", url, "--admin-token", "s3cret"]) == 0
    assert asked == ["/__admin/sessions/mine.2/requests/7 Bearer s3cret"]
    assert capsys.readouterr().out == (
        "mine.2.7  POST /v2/workflows/resumeWorkflow/order-9\n"
        "looply.resumeWorkflow: 404 EXECUTION_NOT_FOUND, by refusal (documented)\n"
        "because     no execution 'order-9'\n"
        "hint        did you mean order-1?\n"
        "key         default\n"
        "again       curl -X POST http://127.0.0.1:4010/looply/v2/workflows/resumeWorkflow/order-9\n"
    )


@pytest.mark.parametrize(
    ("id", "asked"),
    [
        ("default.1", "default/requests/1"),
        ("1", "default/requests/1"),
        ("007", "default/requests/7"),
        ("latest", "default/requests/latest"),
        ("mine.2.latest", "mine.2/requests/latest"),
    ],
)
def test_a_number_alone_is_of_the_session_default_and_latest_is_one(id: str, asked: str) -> None:
    with admin(200, json.dumps(EXPLANATION)) as (url, calls):
        assert main(["why", id, "--url", url]) == 0
    assert calls == [f"/__admin/sessions/{asked} None"]


def test_a_call_that_got_no_answer_is_told_without_a_status() -> None:
    gone = {
        "by": "fault",
        "provenance": "undocumented",
        "lost": "request",
        "reply": {"status": 0, "answer": "", "headers": {}},
    }
    told = list(explain(EXPLANATION | gone))
    assert told[0].endswith("\nlooply.resumeWorkflow: no answer, by fault (undocumented)")
    assert "lost        the request, by a fault" in told


def test_a_missing_thing_without_an_id_is_told_by_its_kind() -> None:
    missing = {"collection": "credentials", "id": "", "exists": ["default"], "more": 0}
    told = list(explain(EXPLANATION | {"missing": missing}))
    at = told.index("missing     credentials; there are: default")
    assert told[at + 1] == "            understudy env looply prints a key that works"


def test_a_path_that_no_operation_has_is_told_so() -> None:
    told = "".join(explain(EXPLANATION | {"operation": None}))
    assert "\nlooply, no operation: 404 EXECUTION_NOT_FOUND, by refusal (documented)" in told


def test_what_is_missing_comes_with_the_yaml_that_would_make_it_exist() -> None:
    missing = {
        "collection": "executions",
        "id": "order-9",
        "exists": ["a", "b"],
        "more": 3,
        "yaml": "understudy: 1\nworld: {}\n",
    }
    assert list(explain(EXPLANATION | {"missing": missing}))[-5:-1] == [
        "missing     executions order-9; there are: a, b and 3 more",
        "to have it  save this as a file and load it with serve --scenario FILE",
        "            understudy: 1",
        "            world: {}",
    ]


def test_the_line_that_loads_it_now_loads_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = {"x-api-key": "looply-key-northwind"}
    with ThreadServer(create_app(Settings(vendors=("looply",), clock="frozen"))) as server:
        resume = f"{server.url}/~shop/looply/v2/workflows/resumeWorkflow/order-9"
        body = {"payload": {"source": "SAP"}}
        assert httpx.post(resume, json=body, headers=key).status_code == 404
        assert main(["why", "shop.1", "--url", server.url]) == 0
        told = capsys.readouterr().out.splitlines()
        line = next(each.strip() for each in told if "or now: " in each)
        begin = next(n for n, each in enumerate(told) if each.strip() == "understudy: 1")
        end = next(n for n, each in enumerate(told) if each.startswith("again"))
        (tmp_path / "FILE").write_text("\n".join(each[12:] for each in told[begin:end]))
        command = shlex.split(line.removeprefix("or now: "))
        done = subprocess.run([*command, "-s"], cwd=tmp_path, capture_output=True, check=True)
        assert json.loads(done.stdout)["scenario"] == "order-9 is among the executions"
        assert httpx.post(resume, json=body, headers=key).status_code == 200


def test_the_line_that_loads_it_carries_the_token_that_is_wanted() -> None:
    missing = {"collection": "executions", "id": "x", "exists": [], "more": 0, "yaml": "{}\n"}
    told = EXPLANATION | {"session": "mine", "missing": missing}
    url = "http://127.0.0.1:4010"
    (line,) = [each for each in explain(told, url, wants_token=True) if "or now" in each]
    assert line.endswith(
        " -H 'authorization: Bearer TOKEN' http://127.0.0.1:4010/__admin/sessions/mine/scenario"
    )


def test_a_missing_parameter_is_not_told_by_its_nulls() -> None:
    violation = {
        "location": "header",
        "name": "slug",
        "pointer": "",
        "keyword": "missing",
        "expected": None,
        "got": None,
        "message": "header parameter slug is missing",
        "branch": "",
    }
    told = list(explain(EXPLANATION | {"violations": [violation]}))
    assert "wrong       header slug: header parameter slug is missing" in told


def test_a_violation_tells_the_place_the_rule_and_what_came() -> None:
    violation = {
        "location": "body",
        "name": "",
        "pointer": "/payload/source",
        "keyword": "enum",
        "expected": ["SAP", "TEAMS"],
        "got": "sap",
        "message": "is none of these",
        "branch": "",
    }
    line = 'body /payload/source: is none of these; wanted enum ["SAP", "TEAMS"], got "sap"'
    assert f"wrong       {line}" in explain(EXPLANATION | {"violations": [violation]})


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("workflow_id=x&workflow_version=y", 'workflow_version must match ^[0-9]{1,9}$; got "y"'),
        (
            "workflow_id=x&workflow_id=y&workflow_version=2",
            'query parameter workflow_id must be given once; got ["x", "y"]',
        ),
    ],
)
def test_what_the_sentence_says_is_not_said_again(
    capsys: pytest.CaptureFixture[str], query: str, told: str
) -> None:
    key = {"x-api-key": "looply-key-northwind"}
    with ThreadServer(create_app(Settings(vendors=("looply",), clock="frozen"))) as server:
        asked = f"{server.url}/looply/v2/workflows/getWorkflowById?{query}"
        assert httpx.get(asked, headers=key).status_code == 400
        assert main(["why", "latest", "--url", server.url]) == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = [each for each in lines if each.startswith("wrong")]
    assert line.endswith(f": {told}")


def test_a_missing_body_is_told_by_its_sentence_alone() -> None:
    violation = {
        "location": "body",
        "name": "",
        "pointer": "",
        "keyword": "missing",
        "expected": "a body",
        "got": None,
        "message": "the body is missing",
        "branch": "",
    }
    told = list(explain(EXPLANATION | {"violations": [violation]}))
    assert "wrong       body: the body is missing" in told


def test_rules_that_acted_and_that_nearly_did_are_told_apart() -> None:
    rules = [
        {"rule": "first lost", "acted": True, "because": "1 of 1"},
        {"rule": "second", "acted": False, "because": "process_id is order-9, not order-1"},
    ]
    lines = list(explain(EXPLANATION | {"rules": rules}))
    assert "rule        first lost: 1 of 1" in lines
    assert "no rule     second: process_id is order-9, not order-1" in lines


def test_the_record_is_told_before_and_after_with_its_past() -> None:
    record = {
        "collection": "executions",
        "id": "e-1",
        "before": {"state": "AWAITING_RESPONSE"},
        "after": {"state": "IN_PROGRESS"},
        "transitions": [{"at": "T1", "event": "created", "from": "", "to": "IN_PROGRESS"}],
    }
    assert list(explain(EXPLANATION | {"record": record}))[-3:-1] == [
        "record      executions e-1: AWAITING_RESPONSE -> IN_PROGRESS",
        "            T1 created: - -> IN_PROGRESS",
    ]


@pytest.mark.parametrize("id", ["default", "default.", ".4", "default.x", "default.²"])
def test_an_id_that_is_none_is_refused(id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", id]) == 2
    assert capsys.readouterr().err == (
        f"Error: {id!r} is no request. "
        "Take it from a reply's header X-Understudy-Request, like default.4; or say 4, or latest\n"
    )


def test_the_sandbox_says_what_there_is_instead(capsys: pytest.CaptureFixture[str]) -> None:
    problem = {
        "title": "No such request",
        "status": 404,
        "detail": "session 'default' has no request 99",
        "fix": "Its journal holds 1 to 14",
    }
    with admin(404, json.dumps(problem)) as (url, _):
        assert main(["why", "default.99", "--url", url]) == 2
    assert capsys.readouterr().err == (
        f"Error: {url}: session 'default' has no request 99. Its journal holds 1 to 14\n"
    )


def test_the_names_there_are_stand_for_one_that_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    app = create_app(Settings(vendors=("looply", "refold")))
    with ThreadServer(app) as server:
        url = ["--url", server.url]
        app.sandbox.session("shop")
        assert main(["why", "shap.1", *url]) == 2
        assert main(["coverage", "hydracore", *url]) == 2
        assert main(["why", "shop.1", "--url", f"{server.url}/looply"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"Error: {server.url}: there is no session 'shap'. Did you mean shop? There are shop",
        f"Error: {server.url}: there is no vendor 'hydracore'. There are looply, refold",
        f"Error: {server.url}/looply: what answers is no sandbox. Write {server.url}",
    ]


def test_a_call_for_no_vendor_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with ThreadServer(create_app(Settings(vendors=("looply",)))) as server:
        httpx.get(f"{server.url}/__admin/sessions/default")
        reply = httpx.get(f"{server.url}/v2/workflows/getOrganizationWorkflows")
        assert main(["why", reply.headers["x-understudy-request"], "--url", server.url]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "default.1  GET /v2/workflows/getOrganizationWorkflows",
        "no vendor: 404, by sandbox (documented)",
        "because     The path begins with the name of no API that is served here, "
        "and the Host is none of theirs",
        "hint        did you mean /looply/v2/workflows/getOrganizationWorkflows?",
    ]


def test_a_sandbox_that_wants_a_token_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    problem = {"title": "Unauthorized", "status": 401, "detail": "the token is missing"}
    with admin(401, json.dumps(problem)) as (url, _):
        assert main(["why", "default.9", "--url", url]) == 2
    assert capsys.readouterr().err == (
        f"Error: {url}: the token is missing. Say its --admin-token\n"
    )


@pytest.mark.parametrize("body", ["<html>", "{}", "[]"])
def test_something_else_that_answers_is_told_apart(
    body: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with admin(500, body) as (url, _):
        assert main(["why", "default.9", "--url", url]) == 2
    assert capsys.readouterr().err == (
        f"Error: {url}: what answers is no sandbox. Name one with --url\n"
    )


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with admin(200, json.dumps(EXPLANATION)) as (url, asked):
        assert main(["why", "default.1", "--url", url]) == 0
    assert asked == ["/__admin/sessions/default/requests/1 None"]


def test_no_sandbox_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "default.9", "--url", "http://127.0.0.1:1"]) == 2
    assert capsys.readouterr().err.startswith("Error: http://127.0.0.1:1: no sandbox answers (")


@pytest.mark.parametrize("url", ["4010", "ftp://here", "http://", "http://[", "http://x:99999"])
def test_a_url_that_is_none_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "default.9", "--url", url]) == 2
    assert capsys.readouterr().err == (
        f"Error: --url: {url!r} is no base URL. Write http://127.0.0.1:4010\n"
    )


def test_a_record_without_a_state_is_told_without_one() -> None:
    row = {"collection": "workflows", "id": "7e68", "transitions": []}
    both = {"before": {"state": ""}, "after": {"state": ""}}
    assert list(record({**row, **both})) == ["record      workflows 7e68"]
    made = {"before": None, "after": {"state": "RUNNING"}}
    assert list(record({**row, **made})) == ["record      workflows 7e68: none -> RUNNING"]
