"""Whoever has Understudy installed loads the plugin in every run: it must weigh nothing."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

LOOK = """
import sys
import pytest
before = set(sys.modules)
import understudy.plugin
print(*sorted(set(sys.modules) - before))
"""


def test_pytest_finds_the_plugin() -> None:
    (found,) = (each for each in entry_points(group="pytest11") if each.name == "understudy")
    assert found.value == "understudy.plugin"


def test_it_imports_nothing_but_pytest() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    allowed = {"understudy", "understudy.plugin", "argparse", "gettext"}
    assert set(told) <= allowed


def test_a_run_without_sandboxes_loads_no_more(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_weight():
            mine = {name for name in sys.modules if name.partition(".")[0] == "understudy"}
            assert mine == {"understudy", "understudy.plugin"}
            assert "starlette" not in sys.modules
        """
    )
    options = ("-p", "no:schemathesis", "-p", "no:cacheprovider")
    done = pytester.runpytest_subprocess(*options)
    done.assert_outcomes(passed=1)
    assert " sandbox" not in done.stdout.str()


def test_its_marker_and_options_are_explained(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest_inprocess("--markers", "-p", "no:schemathesis")
    done.stdout.fnmatch_lines(["@pytest.mark.sandbox(scenario=None, seed=None, clock=*"])
    done = pytester.runpytest_inprocess("--help", "-p", "no:schemathesis")
    done.stdout.fnmatch_lines(["Understudy's sandbox:", "  --sandbox-coverage=[[]json[]]*"])
    done = pytester.runpytest_inprocess("--fixtures", "-p", "no:schemathesis")
    done.stdout.fnmatch_lines(["sandbox -- *", "*A session of its own for this test*"])
