"""A replay as JUnit XML: a suite per story, a case per step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from understudy.errors import InputError
from understudy.scenarios.report import Outcome, Report

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(reports: Sequence[Report], file: Path) -> None:
    """Writes the report; InputError when the file cannot be written."""
    root = ElementTree.Element("testsuites", name="understudy replay")
    for report in reports:
        root.append(_suite(report))
    try:
        ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}", where="--junit") from None


def _suite(report: Report) -> ElementTree.Element:
    skipped = sum(each.verdict == "skipped" for each in report.outcomes)
    suite = ElementTree.Element(
        "testsuite",
        name=_clean(report.file),
        tests=str(len(report.outcomes)),
        failures=str(len(report.failed)),
        skipped=str(skipped),
        errors="0",
    )
    for number, outcome in enumerate(report.outcomes, start=1):
        suite.append(_case(report, number, outcome))
    return suite


def _case(report: Report, number: int, outcome: Outcome) -> ElementTree.Element:
    name = _clean(f"{number}. {outcome.name}")
    case = ElementTree.Element("testcase", classname=_clean(report.title), name=name)
    if outcome.verdict == "skipped":
        ElementTree.SubElement(case, "skipped", message=_clean(outcome.because))
    elif outcome.verdict == "failed":
        message = outcome.differences[0] if outcome.differences else outcome.because
        failure = ElementTree.SubElement(case, "failure", message=_clean(message))
        failure.text = _clean("\n".join(_facts(outcome)))
    return case


def _facts(outcome: Outcome) -> list[str]:
    facts = (
        ("line", outcome.where),
        ("expected", outcome.expected),
        ("came", outcome.got),
        *(("differs", each) for each in outcome.differences),
        ("because", outcome.because),
        ("again", outcome.again),
    )
    return [f"{name}: {text}" for name, text in facts if text]


def _clean(text: str) -> str:
    """Text without what XML cannot hold."""
    return _UNPRINTABLE.sub("?", text)
