"""What a suite says without code, what its `sandbox_settings` may return, what a marker needs."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.plugin.pytest_runs import run

STORY = """\
understudy: 1
scenario: Every resume is refused
vendor: looply
rules:
  - { operation: resumeWorkflow, reply: ALREADY_RESTARTED }
"""


def test_the_ini_file_says_how_the_server_is_run(pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", story=STORY)
    pytester.makeini(
        """
        [pytest]
        understudy_vendors = looply hydracore
        understudy_scenarios = story.yaml
        understudy_clock = 2026-03-01T00:00:00Z
        understudy_seed = 7
        understudy_any_key = true
        """
    )
    done = run(
        pytester,
        """
        def test_settings(sandbox, sandbox_server):
            assert sandbox.names == ("looply", "hydracore")
            assert sandbox.clock.now == "2026-03-01T00:00:00.000Z"
            assert sandbox.ask("GET", "")["seed"] == 7
            url = f"{sandbox.looply.url}/resumeWorkflow/order-1001"
            reply = httpx.post(url, json=SAP, headers={"x-api-key": "mine"}, trust_env=False)
            assert reply.json()["code"] == "ALREADY_RESTARTED"
        """,
    )
    done.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "told"),
    [
        ("understudy_seed = seven", "understudy_seed is 'seven'. Write a whole number"),
        ("understudy_vendors = lopply", "*lopply*There are *looply*"),
        ("understudy_clock = noon", "*noon*"),
        ("understudy_scenarios = nowhere.yaml", "*nowhere.yaml*"),
    ],
)
def test_what_the_ini_file_cannot_mean_is_told(
    pytester: pytest.Pytester, ini: str, told: str
) -> None:
    pytester.makeini(f"[pytest]\n{ini}")
    done = run(pytester, "def test_one(sandbox): pass")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([told])
    assert "Traceback" not in done.stdout.str()
    assert "understudy/plugin" not in done.stdout.str()


def test_sandbox_settings_may_be_a_dict_of_some_over_those_of_the_ini_file(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini("[pytest]\nunderstudy_seed = 7")
    done = run(
        pytester,
        """
        @pytest.fixture(scope="session")
        def sandbox_settings():
            return {"vendors": ["looply"], "journal": 2}

        def test_settings(sandbox):
            assert sandbox.names == ("looply",)
            assert sandbox.clock.now == "2026-01-01T00:00:00.000Z"
            assert sandbox.ask("GET", "")["seed"] == 7
        """,
    )
    done.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        ('["looply"]', "sandbox_settings returns a list. Return a dict like {?vendors*"),
        ("None", "sandbox_settings returns a NoneType. Return a dict like {?vendors*"),
        (
            '{"vendor": "looply"}',
            "sandbox_settings has no 'vendor'. There are vendors, *",
        ),
        ('{"journal": 0}', "the sandbox cannot be served: journal: a journal of 0 requests. *"),
    ],
)
def test_what_settings_cannot_be_is_told_with_an_example(
    pytester: pytest.Pytester, returned: str, told: str
) -> None:
    done = run(
        pytester,
        f"""
        @pytest.fixture(scope="session")
        def sandbox_settings():
            return {returned}

        def test_one(sandbox): pass
        """,
    )
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([told])


def test_a_marker_on_a_test_without_a_sandbox_is_warned_of(pytester: pytest.Pytester) -> None:
    suite = """
        @pytest.mark.sandbox(seed=7)
        def test_forgotten():
            pass

        @pytest.mark.sandbox(seed=7)
        def test_asked_for_late(request):
            request.getfixturevalue("sandbox")

        @pytest.mark.sandbox(seed=7)
        class TestSeveral:
            def test_beside_others(self):
                pass
        """
    done = run(pytester, suite, "-W", "default")
    done.assert_outcomes(passed=3, warnings=1)
    done.stdout.fnmatch_lines(
        [
            "*test_shop.py:*PytestWarning: pytest.mark.sandbox has no effect on a test that uses "
            "no sandbox: take the fixture `sandbox` as an argument"
        ]
    )
    run(pytester, suite, "-W", "error").assert_outcomes(passed=2, failed=1)


def test_a_junit_report_has_what_a_failed_tests_session_was_asked(
    pytester: pytest.Pytester,
) -> None:
    done = run(
        pytester,
        """
        def test_refused(sandbox):
            assert resume(sandbox, "order-9").status_code == 200

        def test_taken(sandbox):
            resume(sandbox)
        """,
        "--junit-xml=report.xml",
    )
    done.assert_outcomes(passed=1, failed=1)
    refused, taken = ElementTree.parse(pytester.path / "report.xml").iter("testcase")
    (told,) = refused.iter("property")
    assert told.get("name") == "sandbox"
    lines = str(told.get("value")).splitlines()
    assert lines[0] == "session test_refused at 2026-01-01T00:00:00.000Z, 1 request"
    assert lines[2].strip() == "because org-northwind has no execution of 'order-9'"
    assert list(taken.iter("property")) == []
