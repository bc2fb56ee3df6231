"""`understudy coverage`: what a session exercised, for a person, for a program, for CI."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_replay_report import Page
from understudy.cli import main
from understudy.client import Sandbox, create_app
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings


@pytest.fixture(scope="module")
def asked() -> Iterator[Sandbox]:
    """A session that was asked three times, once for nothing known."""
    with (
        ThreadServer(create_app(Settings(clock=FROZEN))) as server,
        Sandbox(server.url, name="shop") as sandbox,
    ):
        with sandbox.looply.client() as looply:
            for _ in range(2):
                looply.post("/resumeWorkflow/order-1001", json={"payload": {"source": "SAP"}})
            looply.get("/getOrganisationWorkflows")
        yield sandbox


def told(capsys: pytest.CaptureFixture[str], sandbox: Sandbox, *options: str) -> tuple[int, str]:
    code = main(["coverage", "--url", sandbox.origin, *options])
    return code, capsys.readouterr().out


def test_what_was_never_exercised_comes_first(
    asked: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = told(capsys, asked, "--session", "shop")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0
    assert lines[0].startswith("looply 8.3 %: 2 of 24 answers, 1 of 12 transitions; 3 requests to")
    never = lines.index("resumeWorkflow 500 MISSING_RESUME_TOKEN never - -")
    assert never < lines.index("resumeWorkflow 409 ALREADY_RESTARTED 1 - -")
    assert "looply GET /v2/workflows/getOrganisationWorkflows -> 404" in lines
    assert lines[-1] == "Coverage of the contract: 8.3 % (3 of 36)"


def test_a_program_gets_all_of_it(asked: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = told(capsys, asked, "--session", "shop", "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["percent"], found["covered"], found["total"]) == (8.3, 3, 36)
    assert [each["vendor"] for each in found["vendors"]] == ["looply"]
    assert [each["kind"] for each in found["mistakes"]] == ["unknown"]


def test_a_vendor_is_told_alone_though_nobody_asked_it(
    asked: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = told(capsys, asked, "refold", "--session", "shop")
    assert code == 0
    assert out.startswith("refold 0.0 %: 0 of ")
    assert "looply" not in out


@pytest.mark.parametrize(("least", "code"), [("8.3", 0), ("8.4", 1), ("80", 1), ("0", 0)])
def test_ci_is_told_by_the_exit_code(
    asked: Sandbox, capsys: pytest.CaptureFixture[str], least: str, code: int
) -> None:
    ended, out = told(capsys, asked, "--session", "shop", "--fail-under", least)
    assert ended == code
    assert (f", wanted {least} %" in out) == bool(code)


def test_a_session_that_was_asked_nothing_covers_nothing(
    asked: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, asked) == (0, "Coverage of the contract: no vendor was asked\n")
    assert told(capsys, asked, "--fail-under", "0")[0] == 1


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--session", "none"], "there is no session 'none'"),
        (["acme"], "there is no vendor 'acme'"),
        (["--fail-under", "101"], "--fail-under: '101.0' is no number from 0 to 100. See"),
    ],
)
def test_what_cannot_be_told_is_one_line(
    asked: Sandbox, capsys: pytest.CaptureFixture[str], options: list[str], error: str
) -> None:
    assert main(["coverage", "--url", asked.origin, *options]) == 2
    line = capsys.readouterr().err
    assert error in line
    assert line.count("\n") == 1


def test_a_page_shows_each_answer_and_how_it_came(
    asked: Sandbox, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "coverage.html"
    assert told(capsys, asked, "--session", "shop", "--report", str(file))[0] == 0
    page = Page(file.read_text(encoding="utf-8"))
    assert page.foreign == []
    assert page.texts[0] == "Coverage of the contract: 8.3 % (3 of 36)"
    row = page.texts[page.texts.index("resumeWorkflow") :]
    assert row[1:3] == ["200 WORKFLOW_RESTARTED", "1 natural"]
    assert "Calls to paths or methods that the API has not got (1)" in page.texts


def test_markdown_names_what_never_came(
    asked: Sandbox, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "coverage.md"
    code, _ = told(capsys, asked, "--session", "shop", "--fail-under", "50", "--report", str(file))
    assert code == 1
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "## Coverage of the contract: 8.3 % (3 of 36), wanted 50 %"
    row = next(line for line in lines if line.startswith("| getWorkflowExecutionById |"))
    assert row == "| getWorkflowExecutionById |  | 200 OK |"
