"""What a person reads of a conformance run."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from understudy.checks import conformance_report
from understudy.checks.outcome import (
    Allowance,
    Finding,
    OperationOutcome,
    PhaseOutcome,
    Progress,
    Report,
    VendorOutcome,
)

FINDING = Finding(
    "readThing",
    "not_a_server_error",
    "Server error",
    "it said [500]",
    "fuzzing",
    "curl -X GET http://127.0.0.1:4010/acme/things/1",
)


def made(*findings: Finding) -> Report:
    operation = OperationOutcome(
        "readThing",
        "GET",
        "/things/{id}",
        12,
        3,
        {200: 3, 404: 9},
        {"examples": 2, "fuzzing": 10},
        0.5,
        findings,
        (Allowance("positive_data_acceptance", "half a cursor", ("400",)),),
    )
    phases = (PhaseOutcome("examples", "success"), PhaseOutcome("stateful", "success", "", 4))
    excused = (Allowance("coverage", "nothing to vary"),)
    outcome = VendorOutcome("acme", (operation,), phases, 1.25, 2, (), excused)
    return Report((outcome,), 1, 10)


def printed(value: Report) -> str:
    console = Console(file=StringIO(), width=100)
    conformance_report.show(value, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_clean_run_says_what_it_is_worth() -> None:
    text = printed(made())
    assert "acme: 12 requests in 1.2 s" in text
    assert "404 x9 200 x3" in text
    assert "stateful success over 4 links" in text
    assert "2 reads tried as another organisation" in text
    assert text.rstrip().endswith(
        "True to contract: 12 requests to 1 operations of 1 contract, seed 1, 10 examples"
    )


def test_what_was_allowed_is_told_with_its_reason() -> None:
    text = printed(made())
    assert "readThing positive_data_acceptance allows 400: half a cursor" in text
    assert "coverage: nothing to vary" in text


def test_a_finding_is_told_with_the_line_to_paste() -> None:
    text = printed(made(FINDING))
    assert "1. acme.readThing [not_a_server_error] Server error" in text
    assert "it said [500]" in text
    assert "curl -X GET http://127.0.0.1:4010/acme/things/1" in text
    assert "1 finding: 12 requests" in text


def test_a_long_message_is_cut() -> None:
    long = Finding("readThing", "c", "t", "\n".join(str(n) for n in range(20)))
    assert conformance_report.details(long)[-1] == "... 8 more lines"
    wide = Finding("readThing", "c", "t", "", "", "x" * (conformance_report.CURL + 3))
    assert conformance_report.details(wide) == [
        "x" * conformance_report.CURL + "... 3 more characters"
    ]


def test_progress_is_one_line() -> None:
    assert conformance_report.progress(Progress("acme", "fuzzing", "readThing", 40, 2)) == (
        "acme fuzzing readThing: 40 requests, 2 findings"
    )
    assert (
        conformance_report.progress(Progress("acme", "stateful", "", 50))
        == "acme stateful: 50 requests"
    )
