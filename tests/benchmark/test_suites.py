"""The suites whose tests are timed: they pass, each way, and the plugin's weight is a number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmark import suites


def test_the_same_tests_pass_each_way(tmp_path: Path) -> None:
    took = suites.per_test(tmp_path, tests=2)
    assert list(took) == [
        name for way in suites.WAYS for name in (way, f"{way}, first")
    ]  # fmt: skip
    assert took["sandbox fixture"] < took["restart per test"]


def test_a_suite_that_fails_is_no_measure(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="a suite of the benchmark fails"):
        suites.suite(tmp_path / "broken", "def test_broken():\n    assert False\n")


def test_the_plugin_is_weighed_with_and_without(tmp_path: Path) -> None:
    found = suites.plugin(tmp_path / "empty", runs=1)
    assert list(found) == ["load", "run with", "run without"]
    assert 0 < found["load"] < 500
