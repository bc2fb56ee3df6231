"""A suite in the folder of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin.pytest_runs import QUIET
from tests.project.folders import project_in

TEST = """
def test_orders(sandbox):
    assert sandbox.names == ("orders",)
    with sandbox.orders.client() as client:
        assert client.get("/orders/ord1").status_code == 503
        assert client.get("/orders/ord1").json() == {"id": "ord1", "item": "tea"}
    assert sandbox.ask("GET", "")["seed"] == SEED
"""
STORY = """
understudy: 1
scenario: An order is read back
steps:
  - { call: getOrder, with: { id: "${first.id}" }, expect: { status: 503 } }
  - { call: getOrder, with: { id: "${first.id}" }, expect: { status: 200, body: { item: tea } } }
"""


@pytest.fixture(autouse=True)
def _looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNDERSTUDY_NO_PROJECT")


def passed(pytester: pytest.Pytester, seed: int = 5, *options: str) -> None:
    pytester.makepyfile(test_orders=f"SEED = {seed}\n{TEST}")
    pytester.runpytest_inprocess(*QUIET, *options).assert_outcomes(passed=1)


def test_the_project_of_the_folder_is_served(pytester: pytest.Pytester) -> None:
    project_in(pytester.path)
    passed(pytester)


def test_the_ini_file_names_another_and_wins_over_it(pytester: pytest.Pytester) -> None:
    project_in(pytester.path / "apis")
    pytester.makeini("[pytest]\nunderstudy_project = apis/understudy.yaml\nunderstudy_seed = 6\n")
    passed(pytester, 6)


def test_off_is_none(pytester: pytest.Pytester) -> None:
    project_in(pytester.path)
    pytester.makeini("[pytest]\nunderstudy_project = off\n")
    pytester.makepyfile("def test_vendors(sandbox):\n    assert 'looply' in sandbox.names\n")
    pytester.runpytest_inprocess(*QUIET).assert_outcomes(passed=1)


def test_the_environment_wins_over_the_ini_file(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = project_in(pytester.path / "apis")
    pytester.makeini("[pytest]\nunderstudy_project = none.yaml\n")
    monkeypatch.setenv("UNDERSTUDY_PROJECT", str(file))
    passed(pytester)


def test_stories_are_tests_in_it(pytester: pytest.Pytester) -> None:
    project_in(pytester.path)
    Path(pytester.path / "test_order.scenario.yaml").write_text(STORY, encoding="utf-8")
    pytester.runpytest_inprocess(*QUIET).assert_outcomes(passed=1)


def test_a_broken_one_is_told_in_a_line(pytester: pytest.Pytester) -> None:
    project_in(pytester.path, "understudy: 1\nserv: {}\n")
    pytester.makepyfile("def test_orders(sandbox): ...\n")
    told = pytester.runpytest_inprocess(*QUIET)
    told.assert_outcomes(errors=1)
    told.stdout.fnmatch_lines(
        ["the sandbox cannot be served: understudy.yaml:2:1: `serv` is no key of a project.*"]
    )
