"""Workers: one server for all of them, and none sees another's tests."""

from __future__ import annotations

import json

import pytest

from tests.plugin.pytest_runs import run, section
from understudy.client import Sandbox
from understudy.client.admin_api import Refused

TESTS, WORKERS = 200, 4

CROWD = f"""
    APPROVAL = "be9439c2-16b9-4de2-bb1a-9154b85af065"

    @pytest.mark.parametrize("number", range({TESTS}))
    def test_alone(sandbox, number):
        mine = f"order-of-{{number}}"
        known = {{each["id"] for each in sandbox.looply.records("executions")}}
        assert len(known) == 85
        with sandbox.looply.client() as looply:
            made = looply.post(f"/triggerworkflow/{{APPROVAL}}/2", json={{"process_id": mine}})
            assert resume(sandbox).json()["code"] == "WORKFLOW_RESTARTED"
        sandbox.clock.advance(f"{{number + 1}}s")
        seconds = (number + 1) % 60
        minutes = (number + 1) // 60
        assert sandbox.clock.now == f"2026-01-01T00:{{minutes:02}}:{{seconds:02}}.000Z"
        after = {{each["id"]: each for each in sandbox.looply.records("executions")}}
        (new,) = set(after) - known
        assert new == made.json()["looply_execution_id"]
        assert after[new]["fields"]["process_id"] == mine
        assert [each["operation"] for each in sandbox.requests()] == [
            "triggerWorkflow", "resumeWorkflow"
        ]
    """


def test_a_crowd_of_tests_on_several_workers_has_no_crosstalk(pytester: pytest.Pytester) -> None:
    done = run(pytester, CROWD, "-n", str(WORKERS), "--sandbox-coverage=json")
    done.assert_outcomes(passed=TESTS)
    (line,) = (line for line in done.outlines if line.startswith('{"percent"'))
    (looply,) = json.loads(line)["vendors"]
    assert looply["requests"] == 2 * TESTS
    assert {each["operation"]: each["requests"] for each in looply["operations"]} == {
        **{each["operation"]: 0 for each in looply["operations"]},
        "triggerWorkflow": TESTS,
        "resumeWorkflow": TESTS,
    }
    assert json.loads(line)["mistakes"] == []


def test_a_worker_that_dies_takes_its_counts_along_and_that_is_said(
    pytester: pytest.Pytester,
) -> None:
    done = run(
        pytester,
        """
        import os

        def test_dies(sandbox):
            resume(sandbox)
            os._exit(1)
        """,
        "-n",
        "1",
        "--sandbox-coverage",
    )
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    told = section(done.outlines, "sandbox coverage")
    assert "what gw0 counted is lost: it ended early" in told


def test_a_worker_that_dies_where_nobody_uses_a_sandbox_is_not_our_business(
    pytester: pytest.Pytester,
) -> None:
    body = """
        import os

        def test_dies():
            os._exit(1)
        """
    done = run(pytester, body, "-n", "1")
    done.assert_outcomes(failed=1)
    assert "it ended early" not in done.stdout.str()


def test_workers_share_one_server_that_ends_with_the_run(pytester: pytest.Pytester) -> None:
    body = """
        @pytest.mark.parametrize("number", range(8))
        def test_where(sandbox, number, worker_id):
            with open(f"{worker_id}-{number}.url", "w") as file:
                file.write(sandbox.origin)
        """
    run(pytester, body, "-n", "2").assert_outcomes(passed=8)
    urls = {file.read_text(encoding="utf-8") for file in pytester.path.glob("*.url")}
    assert len(urls) == 1
    with pytest.raises(Refused, match="no sandbox answers"):
        Sandbox(urls.pop())


def test_what_cannot_be_served_is_told_by_every_worker(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nunderstudy_scenarios = no/such")
    done = run(pytester, "def test_it(sandbox, number=0):\n    pass\n", "-n", "1")
    done.assert_outcomes(errors=1)
    assert "there is no file and no shipped scenario `no/such`" in done.stdout.str()
