"""Suites of users, run by pytest itself: what they print, what they end with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import dedent

import pytest

QUIET = ("-p", "no:schemathesis", "-p", "no:cacheprovider", "-p", "no:randomly")

HEAD = """
import httpx
import pytest

SAP = {"payload": {"source": "SAP"}}


def resume(sandbox, process="order-1001", body=SAP):
    with sandbox.looply.client() as looply:
        return looply.post(f"/resumeWorkflow/{process}", json=body)
"""


def run(pytester: pytest.Pytester, body: str, *options: str) -> pytest.RunResult:
    """A suite of one file in this process."""
    pytester.makepyfile(test_shop=HEAD + dedent(body))
    return pytester.runpytest_inprocess(*QUIET, *options)


def section(lines: Iterable[str], title: str) -> str:
    """What stands under a heading of the terminal, up to the next one."""
    found: list[str] | None = None
    for line in lines:
        heading = re.fullmatch(r"([-=_])\1+ (.+) [-=_]+", line)
        if found is not None and heading is not None:
            break
        if heading is not None and heading[2] == title:
            found = []
        elif found is not None:
            found.append(line.rstrip())
    assert found is not None, f"nothing is headed {title!r}"
    return "\n".join(found) + "\n"
