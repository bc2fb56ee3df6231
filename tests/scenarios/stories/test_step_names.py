"""Recorded steps have names in words, and time that passed by hand is a duration."""

from __future__ import annotations

import pytest

from tests.scenarios.stories.test_export import Lived, recorded, replayed
from understudy.scenarios.stories.step_names import in_words, participle


def steps_of(name: str) -> list[str]:
    """The names of a recorded story's calls, and its leaps."""
    return [
        step.get("name") or f"+{step['advance'].get('by')}"
        for step in recorded(name).scenario["steps"]
    ]


def test_each_step_says_what_is_done_to_what_and_how_it_is_refused() -> None:
    assert steps_of("looply/already-restarted") == [
        "workflow 1 is triggered",
        "+30s",
        "workflow execution is read",
        "workflow po-77 is resumed",
        "workflow po-77 is resumed again: 409 ALREADY_RESTARTED",
        "+1m",
        "workflow po-77 is resumed again: 409 EXECUTION_IN_PROGRESS",
        "+5m",
        "workflow po-77 is resumed again: 409 NO_RESUMABLE_EXECUTION",
        "workflow execution is read again",
    ]


def test_an_id_that_an_answer_gave_stands_in_no_name() -> None:
    assert steps_of("hydracore/expires-on-the-clock")[:4] == [
        "+29m",
        "suspended workflows are listed",
        "+10m",
        "workflow is resumed: 409 ALREADY_OVER",
    ]


def test_a_lost_answer_is_in_the_name() -> None:
    names = steps_of("looply/lost-answer")
    assert "workflow po-1 is resumed: the answer is lost" in names


def test_time_that_passed_by_hand_is_a_duration_beside_a_clock_that_runs() -> None:
    lived = Lived()
    lived.admin("PUT", "/clock", {"speed": 1_000_000})
    lived.resume()
    lived.admin("POST", "/clock/advance", {"by": "7d"})
    lived.admin("POST", "/clock/advance", {"by": "7d"})
    lived.resume()
    exported = lived.recorded()
    advances = [each["advance"] for each in exported.scenario["steps"] if "advance" in each]
    assert {"by": "2w"} in advances
    assert advances[-1].keys() == {"to"}
    assert replayed(exported).failed == ()


@pytest.mark.parametrize(
    ("verb", "done"),
    [
        ("resume", "resumed"),
        ("cancel", "cancelled"),
        ("retry", "retried"),
        ("deploy", "deployed"),
        ("stop", "stopped"),
        ("terminate", "terminated"),
        ("list", "listed"),
        ("send", "sent"),
        ("reject", "rejected"),
        ("open", "opened"),
    ],
)
def test_participles(verb: str, done: str) -> None:
    assert participle(verb) == done


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (604_800_000, "a week"),
        (1_209_600_000, "2 weeks"),
        (3_600_000, "an hour"),
        (5_400_000, "1 hour 30 minutes"),
        (90_061_001, "1 day 1 hour"),
        (0, "no time"),
    ],
)
def test_durations_in_words(length: int, words: str) -> None:
    assert in_words(length) == words
