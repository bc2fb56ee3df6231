"""`understudy check`: what is asked of the checker, what is told, and the exit code."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_replay_report import Page
from understudy.checks import conformance, schemathesis_engine
from understudy.checks.outcome import Finding, Progress, Report, VendorOutcome
from understudy.cli import main

FOUND = Finding("resumeWorkflow", "status_code_conformance", "Undocumented status", "got 418")


def answered(*findings: Finding) -> Report:
    return Report(
        (VendorOutcome("looply", (), (), 1.5, findings=findings),), seed=1, max_examples=5
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the checker was asked; it answers with `report`, and tells where it is once."""
    seen: dict[str, Any] = {"report": answered()}

    def run(known: Any, vendors: Any, *, on_event: Any, **options: Any) -> Report:
        seen.update(options, vendors=vendors)
        on_event(Progress("looply", "fuzzing", "resumeWorkflow", cases=7))
        report: Report = seen["report"]
        return report

    monkeypatch.setattr(conformance, "run", run)
    return seen


def test_a_clean_run_exits_with_0(
    asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "looply", "--max-examples", "5", "--seed", "3"]) == 0
    assert {name: asked[name] for name in ("vendors", "url", "max_examples", "seed")} == {
        "vendors": ["looply"],
        "url": None,
        "max_examples": 5,
        "seed": 3,
    }
    told = capsys.readouterr()
    assert told.err == "looply fuzzing resumeWorkflow: 7 requests\n"
    assert told.out.splitlines()[-1].startswith("True to contract: 0 requests")


def test_findings_exit_with_1_and_are_told(
    asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    asked["report"] = answered(FOUND)
    assert main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "1. looply.resumeWorkflow [status_code_conformance] Undocumented status" in lines
    assert lines[-1].startswith("1 finding: ")


def test_a_running_sandbox_is_checked_at_its_url(asked: dict[str, Any]) -> None:
    assert main(["check", "admin", "--url", "http://127.0.0.1:4010/"]) == 0
    assert asked["url"] == "http://127.0.0.1:4010"


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "schemathesis.engine", None)
    assert main(["check", "looply"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Error: conformance needs Schemathesis (")
    line = re.search(r'pip install "(schemathesis[^"]+)"; in a clone also', told)
    assert line is not None
    assert line[1] == schemathesis_engine.requirement(), (
        "what the extra asks for, by a name that indexes have"
    )


def test_an_unknown_vendor_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "adnim"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Error: there is no vendor 'adnim'. Did you mean admin? There are ")
    assert told.count("\n") == 1


def test_a_report_shows_the_findings_first(asked: dict[str, Any], tmp_path: Path) -> None:
    asked["report"] = answered(FOUND)
    page, summary = tmp_path / "check.html", tmp_path / "check.md"
    assert main(["check", "looply", "--report", str(page)]) == 1
    assert main(["check", "looply", "--report", str(summary)]) == 1
    shown = Page(page.read_text(encoding="utf-8"))
    assert shown.foreign == []
    assert (
        shown.texts[1] == "1 finding: 0 requests to 0 operations of 1 contract, seed 1, 5 examples"
    )
    found = "looply.resumeWorkflow [status_code_conformance] Undocumented status"
    assert shown.texts[6:8] == [found, "got 418"]
    lines = summary.read_text(encoding="utf-8").splitlines()
    assert (
        lines[2] == r"- **looply.resumeWorkflow \[status\_code\_conformance\] Undocumented status**"
    )
    assert lines[3] == "  got 418"
