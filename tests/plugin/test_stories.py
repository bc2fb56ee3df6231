"""Files `test_*.scenario.yaml` are tests."""

from __future__ import annotations

import pytest

from tests.plugin.pytest_runs import QUIET, section

STORY = """\
understudy: 1
scenario: The second resume is refused
vendor: looply
steps:
  - call: resumeWorkflow
    with: { process_id: order-1001, body: { payload: { source: SAP } } }
    expect: { status: 200 }
  - call: resumeWorkflow
    with: { process_id: order-1001, body: { payload: { source: SAP } } }
    expect: { status: 409, body: { code: ALREADY_RESTARTED } }
verify:
  - { operation: resumeWorkflow, times: 2 }
"""
FAILED = """\
The second resume is refused: failed
  ok    resumeWorkflow
"""


def story(pytester: pytest.Pytester, text: str, name: str = "test_twice.scenario") -> None:
    (pytester.path / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_story_is_played_as_a_test(pytester: pytest.Pytester) -> None:
    story(pytester, STORY)
    done = pytester.runpytest_inprocess(*QUIET, "-v")
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["test_twice.scenario.yaml::The second resume is refused PASSED*"])


def test_stories_stand_beside_tests_in_python_and_run_on_workers(pytester: pytest.Pytester) -> None:
    story(pytester, STORY)
    story(pytester, STORY.replace("second", "other"), "test_other.scenario")
    pytester.makepyfile("def test_plain(sandbox):\n    assert sandbox.requests() == []\n")
    done = pytester.runpytest_inprocess(*QUIET, "-n", "2")
    done.assert_outcomes(passed=3)


def test_a_story_that_goes_otherwise_tells_every_step(pytester: pytest.Pytester) -> None:
    story(pytester, STORY.replace("code: ALREADY_RESTARTED", "code: WORKFLOW_RESTARTED"))
    done = pytester.runpytest_inprocess(*QUIET)
    done.assert_outcomes(failed=1)
    told = section(done.outlines, "story: The second resume is refused")
    assert told.startswith(FAILED)
    assert "  FAIL  resumeWorkflow" in told
    assert "        because   it was resumed at 2026-01-01T00:00:00.000Z; its restart wi" in told
    assert "test_twice.scenario.yaml:8" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (STORY.replace("steps:", "step:"), "*/test_twice.scenario.yaml:4: `step` is no key of a*"),
        (STORY.partition("steps:")[0], "*/test_twice.scenario.yaml: it has no steps to play.*"),
        ("", "*/test_twice.scenario.yaml:1: the file is empty.*"),
    ],
)
def test_a_file_that_cannot_be_played_is_an_error_in_a_line(
    pytester: pytest.Pytester, text: str, told: str
) -> None:
    story(pytester, text)
    done = pytester.runpytest_inprocess(*QUIET)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*ERROR collecting test_twice.scenario.yaml*", told])


@pytest.mark.parametrize("name", ["twice.scenario", "test_twice", "test_twice.tavern"])
def test_other_yaml_is_left_alone(pytester: pytest.Pytester, name: str) -> None:
    story(pytester, "not: [a story", name)
    done = pytester.runpytest_inprocess(*QUIET)
    assert done.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    done.assert_outcomes()
