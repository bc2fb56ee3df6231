"""What the end of a run says: coverage of the contracts, and what clients got wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.plugin.pytest_runs import run, section

SUITE = """
    @pytest.mark.parametrize("process", ["order-1001", "order-1002", "order-9"])
    def test_resume(sandbox, process):
        resume(sandbox, process)
        resume(sandbox, process)

    def test_force(sandbox):
        sandbox.looply.force("resumeWorkflow", "MISSING_RESUME_TOKEN")
        resume(sandbox)

    def test_wrong(sandbox):
        resume(sandbox, body={"payload": 3})
        with sandbox.looply.client() as looply:
            looply.get("/getOrganisationWorkflows")
    """
VERDICT = "Coverage of the contract: 16.6 % (6 of 36)"
MISTAKES = """\
Calls to paths or methods that the API has not got (1):
  looply  GET /v2/workflows/getOrganisationWorkflows -> 404
      because  no operation has the path /v2/workflows/getOrganisationWorkflows; did you mean \
GET /v2/workflows/getOrganizationWorkflows?
      in       test_shop.py::test_wrong
Requests that the contract does not allow (1):
  looply.resumeWorkflow  body /payload: type -> 400
      because  /payload must be object; got 3
      in       test_shop.py::test_wrong
"""

ways = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])


def coverage(done: pytest.RunResult) -> Any:
    """The coverage of a run as it told it in JSON."""
    (line,) = (line for line in done.outlines if line.startswith('{"percent"'))
    return json.loads(line)


def times(told: Any, answer: str) -> dict[str, int]:
    rows = [
        row
        for each in told["vendors"][0]["operations"]
        for row in each["answers"]
        if row["answer"] == answer and each["operation"] == "resumeWorkflow"
    ]
    return {name: rows[0][name] for name in ("natural", "forced", "faulted")}


@ways
def test_coverage_is_that_of_all_workers(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    done = run(pytester, SUITE, "--sandbox-coverage=json", *workers)
    done.assert_outcomes(passed=5)
    told = coverage(done)
    assert (told["percent"], told["covered"], told["total"]) == (16.6, 6, 36)
    assert [each["vendor"] for each in told["vendors"]] == ["looply"]
    assert told["vendors"][0]["requests"] == 9
    assert times(told, "WORKFLOW_RESTARTED") == {"natural": 1, "forced": 0, "faulted": 0}
    assert times(told, "EXECUTION_NOT_FOUND") == {"natural": 2, "forced": 0, "faulted": 0}
    assert times(told, "MISSING_RESUME_TOKEN") == {"natural": 0, "forced": 1, "faulted": 0}
    assert [each["tests"] for each in told["mistakes"]] == [["test_shop.py::test_wrong"]] * 2
    assert VERDICT in done.outlines


def test_the_table_and_the_mistakes_end_the_run(pytester: pytest.Pytester) -> None:
    done = run(pytester, SUITE, "--sandbox-coverage")
    rows = [
        " ".join(line.split()) for line in section(done.outlines, "sandbox coverage").split("\n")
    ]
    never = rows.index("resumeWorkflow 500 WORKFLOW_RESTART_FAILED never - -")
    assert never < rows.index("resumeWorkflow 404 EXECUTION_NOT_FOUND 2 - -")
    assert "resumeWorkflow 500 MISSING_RESUME_TOKEN - 1 -" in rows
    wrong = section(done.outlines, "sandbox: what your client may have got wrong")
    assert wrong.startswith(f"{MISTAKES}{VERDICT}\n")


def test_mistakes_surface_without_being_asked_for(pytester: pytest.Pytester) -> None:
    done = run(pytester, SUITE)
    wrong = section(done.outlines, "sandbox: what your client may have got wrong")
    assert wrong.startswith(MISTAKES)
    assert "sandbox coverage" not in done.stdout.str()
    assert VERDICT not in done.stdout.str()


def test_where_nothing_is_wrong_nothing_is_said(pytester: pytest.Pytester) -> None:
    done = run(pytester, "def test_fine(sandbox):\n    assert resume(sandbox).status_code == 200\n")
    assert "got wrong" not in done.stdout.str()


def test_answers_that_no_page_shows_are_told_with_their_source(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        def test_unknown(sandbox):
            with sandbox.looply.client() as looply:
                query = "workflow_id=00000000-0000-4000-8000-000000000000&workflow_version=1"
                assert looply.get(f"/getWorkflowById?{query}").status_code == 404

        def test_busy(sandbox):
            sandbox.looply.force("resumeWorkflow", "UNAVAILABLE")
            assert resume(sandbox).status_code == 503
        """,
    )
    told = section(done.outlines, "sandbox: what your client may have got wrong").splitlines()
    assert told[:2] == [
        "Answers your tests rely on that no page of the vendor shows (1):",
        "  looply.getWorkflowById  404 NOT_FOUND",
    ]
    assert told[2].startswith(
        "      because  no page of the vendor shows this answer, it is our judgement ("
    )


def test_what_a_test_does_wrong_on_purpose_is_not_reported(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        @pytest.mark.sandbox(deliberate=True)
        def test_wrong(sandbox):
            assert resume(sandbox, body={}).status_code == 400
        """,
        "--sandbox-coverage=json",
    )
    assert coverage(done)["mistakes"] == []
    assert times(coverage(done), "BAD_REQUEST")["natural"] == 1


@pytest.mark.parametrize(
    ("least", "code", "workers"),
    [
        ("16.6", pytest.ExitCode.OK, ()),
        ("80", pytest.ExitCode.TESTS_FAILED, ()),
        ("80", pytest.ExitCode.TESTS_FAILED, ("-n", "2")),
    ],
)
def test_too_little_coverage_fails_the_run(
    pytester: pytest.Pytester, least: str, code: pytest.ExitCode, workers: tuple[str, ...]
) -> None:
    done = run(pytester, SUITE, f"--sandbox-coverage-fail-under={least}", *workers)
    done.assert_outcomes(passed=5)
    assert done.ret == code
    assert (f"{VERDICT}, wanted 80 %" in done.outlines) == (least == "80")
    assert "sandbox coverage" not in done.stdout.str()


def test_a_suite_that_asks_nobody_reaches_no_coverage(pytester: pytest.Pytester) -> None:
    done = run(pytester, "def test_none(): pass\n", "--sandbox-coverage-fail-under=0")
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    assert "Coverage of the contract: no vendor was asked" in done.outlines


def test_a_vendor_that_a_test_names_is_measured_though_nobody_asks_it(
    pytester: pytest.Pytester,
) -> None:
    done = run(
        pytester,
        """
        @pytest.mark.sandbox(vendors=["looply", "refold"])
        def test_named(sandbox):
            resume(sandbox)
        """,
        "--sandbox-coverage=json",
    )
    told = {each["vendor"]: each["covered"] for each in coverage(done)["vendors"]}
    assert list(told) == ["looply", "refold"]
    assert told["refold"] == 0


@pytest.mark.parametrize("how", ["reset()", "restore(before)"])
def test_what_came_before_a_reset_counts_once(pytester: pytest.Pytester, how: str) -> None:
    done = run(
        pytester,
        f"""
        def test_again(sandbox):
            before = sandbox.snapshot()
            resume(sandbox, body={{"payload": 3}})
            resume(sandbox)
            sandbox.{how}
            assert sandbox.requests() == []
            resume(sandbox, body={{"payload": 3}})
            resume(sandbox)
            resume(sandbox)
        """,
        "--sandbox-coverage=json",
    )
    done.assert_outcomes(passed=1)
    told = coverage(done)
    assert told["vendors"][0]["requests"] == 5
    assert times(told, "WORKFLOW_RESTARTED")["natural"] == 2
    assert times(told, "ALREADY_RESTARTED")["natural"] == 1
    assert [each["times"] for each in told["mistakes"]] == [2]
    moved = [each["times"] for each in told["vendors"][0]["transitions"] if each["times"]]
    assert moved == [2]


def test_a_snapshot_in_mid_test_is_gone_back_to_without_counting_twice(
    pytester: pytest.Pytester,
) -> None:
    done = run(
        pytester,
        """
        def test_again(sandbox):
            resume(sandbox, body={"payload": 3})
            resume(sandbox)
            before = sandbox.snapshot()
            resume(sandbox)
            sandbox.restore(before)
            resume(sandbox)
        """,
        "--sandbox-coverage=json",
    )
    told = coverage(done)
    assert told["vendors"][0]["requests"] == 4
    assert times(told, "WORKFLOW_RESTARTED")["natural"] == 1
    assert times(told, "ALREADY_RESTARTED")["natural"] == 2
    assert [each["times"] for each in told["mistakes"]] == [1]


def test_json_goes_into_a_file(pytester: pytest.Pytester) -> None:
    done = run(pytester, SUITE, "--sandbox-coverage=json:out.json")
    assert "written to out.json" in done.outlines
    told = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))
    assert (told["percent"], told["covered"]) == (16.6, 6)
    done = run(pytester, SUITE, "--sandbox-coverage=json:none/out.json")
    assert "cannot write none/out.json: No such file or directory" in done.outlines


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (
            "--sandbox-coverage=xml",
            "'xml' is neither table, json nor json:FILE; before a path write =table",
        ),
        ("--sandbox-coverage-fail-under=lots", "'lots' is no number from 0 to 100"),
        ("--sandbox-coverage-fail-under=101", "'101' is no number from 0 to 100"),
    ],
)
def test_an_option_that_means_nothing_is_refused(
    pytester: pytest.Pytester, option: str, told: str
) -> None:
    done = run(pytester, SUITE, option)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert told in done.stderr.str()


def test_collecting_alone_measures_nothing(pytester: pytest.Pytester) -> None:
    done = run(
        pytester, SUITE, "--collect-only", "--sandbox-coverage", "--sandbox-coverage-fail-under=80"
    )
    assert done.ret == pytest.ExitCode.OK
    assert "Coverage" not in done.stdout.str()


def test_a_run_that_fails_anyway_keeps_its_own_exit_code(pytester: pytest.Pytester) -> None:
    done = run(pytester, SUITE, "-k", "none", "--sandbox-coverage-fail-under=80")
    assert done.ret == pytest.ExitCode.NO_TESTS_COLLECTED


IDLE = """
    def test_met(sandbox):
        sandbox.looply.force("resumeWorkflow", "MISSING_RESUME_TOKEN")
        resume(sandbox)

    def test_typed_wrongly(sandbox):
        sandbox.looply.force("resumeWorkflow", 409, when={"process_id": "order-1002"}, times=1)
        sandbox.looply.fault("terminateWorkflow", lose="answer")
        resume(sandbox)

    def test_too_few(sandbox):
        sandbox.looply.force("resumeWorkflow", 409, skip=1)
        resume(sandbox)

    def test_failed_anyway(sandbox):
        sandbox.looply.force("resumeWorkflow", 409)
        assert False

    def test_taken_by_a_reset(sandbox):
        sandbox.looply.force("resumeWorkflow", 409)
        sandbox.reset()

    def test_of_a_story(sandbox):
        sandbox.load("looply/lost-answer")
        sandbox.looply.fault("resumeWorkflow", limit={"requests": 9, "per": "1s"})
        resume(sandbox)
    """
IDLE_RULES = """\
test_shop.py::test_typed_wrongly
  r2 looply.terminateWorkflow: lose answer
    no call of looply.terminateWorkflow came since the rule is there
  r1 looply.resumeWorkflow: 409
    test_typed_wrongly.1: process_id: expected "order-1002", got "order-1001"
test_shop.py::test_too_few
  r1 looply.resumeWorkflow: 409
    1 call matched, and for none it was its turn
test_shop.py::test_taken_by_a_reset
  r1 looply.resumeWorkflow: 409
    no call of looply.resumeWorkflow came since the rule is there
"""


def test_rules_that_no_call_met_end_the_run(pytester: pytest.Pytester) -> None:
    done = run(pytester, IDLE)
    done.assert_outcomes(passed=5, failed=1)
    assert section(done.outlines, "sandbox: rules that no call met") == IDLE_RULES


def test_rules_that_no_call_met_are_those_of_all_workers(pytester: pytest.Pytester) -> None:
    done = run(pytester, IDLE, "-n", "2")
    told = section(done.outlines, "sandbox: rules that no call met")
    assert sorted(told.splitlines()) == sorted(IDLE_RULES.splitlines())


def test_in_a_strict_suite_a_test_whose_rules_nobody_met_fails(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nunderstudy_strict_rules = true")
    done = run(pytester, IDLE)
    done.assert_outcomes(passed=2, failed=4)
    told = section(done.outlines, "test_typed_wrongly")
    assert told.startswith("no call met these rules of the sandbox:\n  r2 looply.terminateWorkflow")
    assert 'process_id: expected "order-1002", got "order-1001"' in told
    assert "rules that no call met" not in "\n".join(done.outlines), "the failures tell them"


MISSPELT = """
    def test_list(sandbox):
        with sandbox.looply.client() as looply:
            assert looply.get("/getOrganizationWorkflows?Limit=3").status_code == STATUS
    """


def test_names_that_nothing_reads_are_told_at_the_end(pytester: pytest.Pytester) -> None:
    done = run(pytester, MISSPELT.replace("STATUS", "200"))
    told = section(done.outlines, "sandbox: what your client may have got wrong").splitlines()
    assert told[:3] == [
        "Names in requests that nothing reads (1):",
        "  looply.getOrganizationWorkflows  query Limit -> 200",
        "      because  `Limit` is not read; did you mean `limit`?",
    ]


def test_a_strict_suite_has_them_refused(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nunderstudy_strict_names = true")
    done = run(pytester, MISSPELT.replace("STATUS", "400"))
    done.assert_outcomes(passed=1)
