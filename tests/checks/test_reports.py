"""Replays as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

from understudy.checks.junit import details, junit
from understudy.scenarios.stories.report import Outcome, Report

PASSED = Outcome("resumed", "s.yaml:3", "passed")
SKIPPED = Outcome(
    "waits", "s.yaml:4", "skipped", because="it needs clock, which the target has not"
)
FAILED = Outcome(
    "resumed <again>",
    "s.yaml:5",
    "failed",
    sent="POST /v1/orders/a",
    expected="409",
    got='200 {"a": 1}\x00',
    differences=("status: expected 409, got 200", "body/code: expected 1, got nothing"),
    because="it waits",
    request="s.1",
    command="curl ...",
    rules=("mine: spent",),
)


def test_a_suite_for_each_story_and_a_case_for_each_step() -> None:
    reports = [
        Report("One", "one.yaml", (PASSED, SKIPPED, FAILED)),
        Report("Two", "two.yaml", (PASSED,)),
    ]
    root = Tree.fromstring(junit(reports))
    assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("skipped")) for s in root] == [
        ("One", "3", "1", "1"),
        ("Two", "1", "0", "0"),
    ]
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("4", "1", "1")
    case = root[0][2]
    assert (case.get("name"), case.get("classname")) == ("resumed <again>", "one.yaml")
    assert case[0].get("message") == "s.yaml:5: status: expected 409, got 200"
    assert case[0].text == "\n".join(
        [
            "sent: POST /v1/orders/a",
            "expected: 409",
            'got: 200 {"a": 1}\ufffd',
            "differs: status: expected 409, got 200",
            "differs: body/code: expected 1, got nothing",
            "because: it waits",
            "request: s.1",
            "again: curl ...",
            "rule: mine: spent",
        ]
    )


def test_a_skipped_step_says_why() -> None:
    root = Tree.fromstring(junit([Report("One", "one.yaml", (PASSED, SKIPPED))]))
    assert root[0][1][0].get("message") == "it needs clock, which the target has not"


def test_a_story_that_was_not_played_is_a_failure() -> None:
    root = Tree.fromstring(junit([Report("One", "one.yaml", (SKIPPED,))]))
    assert (root.get("failures"), root.get("skipped")) == ("1", "1")
    assert root[0][0][0].get("message") == "inconclusive: nothing of it could be played"


def test_what_is_not_known_is_not_told() -> None:
    assert details(Outcome("x", "s:1", "failed", because="gone")) == ["because: gone"]
