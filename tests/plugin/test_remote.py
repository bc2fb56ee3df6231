"""`--sandbox-url`: a suite uses a server that runs already, and tells as much as with its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.plugin.pytest_runs import run, section
from understudy.client import Sandbox, create_app
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings

SUITE = """
    def test_its_own_session(sandbox):
        assert resume(sandbox).json()["code"] == "WORKFLOW_RESTARTED"
        sandbox.clock.advance("10s")
        assert sandbox.clock.now == "2026-01-01T00:00:10.000Z"

    def test_as_at_the_start(sandbox):
        assert resume(sandbox).json()["code"] == "WORKFLOW_RESTARTED"
        sandbox.reset()
        assert resume(sandbox).json()["code"] == "WORKFLOW_RESTARTED"
        before = sandbox.snapshot()
        assert resume(sandbox).json()["code"] == "ALREADY_RESTARTED"
        sandbox.restore(before)
        assert resume(sandbox).json()["code"] == "ALREADY_RESTARTED"
    """


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadServer]:
    with ThreadServer(create_app(Settings(clock=FROZEN))) as server:
        yield server


def test_each_test_has_a_session_there_and_counts(
    pytester: pytest.Pytester, server: ThreadServer
) -> None:
    options = ("--sandbox-url", server.url, "--sandbox-coverage")
    done = run(pytester, SUITE, *options)
    done.assert_outcomes(passed=2)
    table = section(done.outlines, "sandbox coverage")
    assert "5 requests to 1 of 11 operations" in table
    row = next(line for line in table.splitlines() if "200 WORKFLOW_RESTARTED" in line)
    assert row.split() == ["resumeWorkflow", "200", "WORKFLOW_RESTARTED", "3", "-", "-"]
    with Sandbox(server.url) as sandbox:
        there = [each["name"] for each in sandbox.ask_server("GET", "/sessions")["sessions"]]
    assert [name for name in there if name.startswith("test_")] == []


def test_two_suites_may_have_tests_of_one_name(
    pytester: pytest.Pytester, server: ThreadServer
) -> None:
    with Sandbox(server.url, name="test_named"):
        done = run(
            pytester,
            """
            def test_named(sandbox):
                assert sandbox.name == "test_named-2"
            """,
            "--sandbox-url",
            server.url,
        )
    done.assert_outcomes(passed=1)


def test_a_failed_test_tells_what_was_asked_and_which_rules_nobody_met(
    pytester: pytest.Pytester, server: ThreadServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDERSTUDY_URL", server.url)
    done = run(
        pytester,
        """
        def test_fails(sandbox):
            resume(sandbox)
            assert resume(sandbox).json()["code"] == "WORKFLOW_RESTARTED"

        def test_idle(sandbox):
            sandbox.looply.force("terminateWorkflow", "INTERNAL_ERROR", times=1)
            resume(sandbox, "order-9")
        """,
    )
    done.assert_outcomes(passed=1, failed=1)
    told = section(done.outlines, "sandbox")
    assert told.splitlines()[:4] == [
        "session test_fails at 2026-01-01T00:00:00.000Z, 2 requests",
        "  1  POST /looply/v2/workflows/resumeWorkflow/order-1001  200 WORKFLOW_RESTARTED",
        "  2  POST /looply/v2/workflows/resumeWorkflow/order-1001  409 ALREADY_RESTARTED"
        "  by refusal",
        "     because it was resumed at 2026-01-01T00:00:00.000Z; its restart window ends"
        " 2026-01-01T00:01:00.000Z",
    ]
    idle = section(done.outlines, "sandbox: rules that no call met").splitlines()
    assert idle[0] == "test_shop.py::test_idle"
    assert idle[2] == "    no call of looply.terminateWorkflow came since the rule is there"


def test_no_server_there_is_a_sentence(pytester: pytest.Pytester) -> None:
    done = run(pytester, SUITE, "--sandbox-url", "http://127.0.0.1:1")
    done.assert_outcomes(failed=0, errors=2)
    assert any("no sandbox answers" in line for line in done.outlines)
