"""Replays as JUnit XML, for CI servers that show test results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Tree

from understudy.checks.report_time import made_at
from understudy.scenarios.stories.report import Outcome, Report

# XML 1.0 has no place for these, not even escaped.
_UNSPEAKABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(reports: Sequence[Report]) -> str:
    """One suite for each story, one case for each step and verification."""
    root = Tree.Element("testsuites", name="understudy replay")
    for report in reports:
        root.append(_suite(report))
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    Tree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, "unicode") + "\n"


def _suite(report: Report) -> Tree.Element:
    suite = Tree.Element("testsuite", name=_clean(report.title))
    outcomes = report.outcomes
    skipped = sum(each.verdict == "skipped" for each in outcomes)
    failures = len(report.failed)
    if report.verdict == "inconclusive":
        suite.append(_inconclusive(report))
        failures += 1
    for outcome in outcomes:
        suite.append(_case(report, outcome))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("skipped", str(skipped))
    suite.set("time", f"{sum(each.took for each in outcomes):.3f}")
    suite.set("timestamp", made_at().isoformat(timespec="seconds"))
    return suite


def _case(report: Report, outcome: Outcome) -> Tree.Element:
    name, file = _clean(outcome.name), _clean(report.file)
    case = Tree.Element("testcase", name=name, classname=file, time=f"{outcome.took:.3f}")
    if outcome.verdict == "skipped":
        Tree.SubElement(case, "skipped", message=_clean(outcome.because))
    elif outcome.verdict == "failed":
        failure = Tree.SubElement(case, "failure", message=_clean(headline(outcome)))
        failure.text = _clean("\n".join(details(outcome)))
    elif outcome.operation:
        Tree.SubElement(case, "system-out").text = _clean(_answered(outcome))
    return case


def _answered(outcome: Outcome) -> str:
    """What a step that came as expected asked and got, and when on the session's clock."""
    got = outcome.answer or outcome.got
    return f"{outcome.operation}: {got}" + (f" at {outcome.at}" if outcome.at else "")


def _inconclusive(report: Report) -> Tree.Element:
    """A story of which nothing was played must not look green."""
    case = Tree.Element("testcase", name="the story", classname=_clean(report.file))
    Tree.SubElement(case, "failure", message="inconclusive: nothing of it could be played")
    return case


def headline(outcome: Outcome) -> str:
    """What is wrong with a step, in a line."""
    first = outcome.differences[0] if outcome.differences else outcome.because
    return f"{outcome.where}: {first}"


def details(outcome: Outcome) -> list[str]:
    """What was sent, expected and came, and because."""
    told = {
        "sent": outcome.sent,
        "expected": outcome.expected,
        "got": outcome.got,
        "because": outcome.because,
        "request": outcome.request,
        "again": outcome.command,
    }
    lines = [f"{name}: {value}" for name, value in told.items() if value]
    lines[3:3] = [f"differs: {each}" for each in outcome.differences]
    return lines + [f"rule: {each}" for each in outcome.rules]


def _clean(text: str) -> str:
    return _UNSPEAKABLE.sub("\ufffd", text)
