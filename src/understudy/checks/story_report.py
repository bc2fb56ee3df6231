"""What a replay's report shows of each story, for people who know no YAML: sentences and times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from json import dumps
from typing import Any, NamedTuple

from understudy.errors import InputError
from understudy.scenarios.stories.report import Outcome, Report
from understudy.scenarios.stories.step_names import in_words
from understudy.simulation.clock import instant

LARGEST = 20_000  # characters of a body that a report shows
MARKS = {"passed": "as expected", "failed": "not as expected", "skipped": "not played"}


class Step(NamedTuple):
    """One step or verification as a report shows it."""

    number: int
    sentence: str
    verdict: str
    kind: str  # call, advance, verify
    later: str  # `a week later`: since the call before; empty for the first
    facts: Sequence[tuple[str, str]]  # what was asked, expected, got, and why
    bodies: Sequence[tuple[str, str]]  # the request's and the answer's, indented
    anchor: str = ""

    @property
    def mark(self) -> str:
        return MARKS[self.verdict]


class Story(NamedTuple):
    """One story that was played."""

    title: str
    file: str
    verdict: str  # passed, failed, inconclusive
    summary: str  # `4 of 5 steps as expected`
    seed: int
    began: str  # instant of its first call; empty where there is none
    steps: Sequence[Step]
    notes: Sequence[str]
    anchor: str

    @property
    def failed(self) -> list[Step]:
        """What went otherwise: a reader sees it first."""
        return [each for each in self.steps if each.verdict == "failed"]


class Meta(NamedTuple):
    """What a report says of itself."""

    version: str
    date: str


def stories(reports: Sequence[Report]) -> list[Story]:
    """The stories as they are shown."""
    return [_story(report, number) for number, report in enumerate(reports, start=1)]


def _story(report: Report, number: int) -> Story:
    steps = list(_steps(report.outcomes, f"story-{number}"))
    good = sum(each.verdict == "passed" for each in steps)
    began = next((each.at for each in report.outcomes if each.at), "")
    return Story(
        title=report.title,
        file=report.file,
        verdict=report.verdict,
        summary=f"{good} of {len(steps)} steps as expected",
        seed=report.seed,
        began=began,
        steps=steps,
        notes=[f"No call matched the rule {each}" for each in report.unmatched],
        anchor=f"story-{number}",
    )


def _steps(outcomes: Sequence[Outcome], anchor: str) -> Iterator[Step]:
    before = ""
    for number, outcome in enumerate(outcomes, start=1):
        yield Step(
            number=number,
            sentence=_sentence(outcome),
            verdict=outcome.verdict,
            kind=outcome.kind,
            later=_later(before, outcome.at),
            facts=list(_facts(outcome)),
            bodies=list(_bodies(outcome.why)),
            anchor=f"{anchor}-step-{number}",
        )
        before = outcome.at or before


def _sentence(outcome: Outcome) -> str:
    if outcome.kind != "verify":
        return outcome.sentence or outcome.name
    return f"{outcome.name}: {outcome.expected} in all" if outcome.expected else outcome.name


def _later(before: str, at: str) -> str:
    if not before or not at:
        return ""
    try:
        length = instant(at) - instant(before)
    except InputError:  # an instant that somebody else's server told
        return ""
    return f"{in_words(length)} later" if length > 0 else ""


def _facts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """What a reader wants of a step; more of one that went otherwise."""
    got = outcome.got
    if outcome.answer and outcome.why.get("reply", {}).get("body") is not None:
        got = f"{got.partition(' ')[0]} {outcome.answer}"  # the body is shown by itself
    facts = [
        ("played", outcome.often),
        ("asked", outcome.sent),
        ("expected", outcome.expected),
        ("got", got),
        *(("differs", each) for each in outcome.differences),
        ("because", outcome.because),
    ]
    if outcome.verdict == "failed":
        facts += [
            ("operation", outcome.operation),
            ("as", str(outcome.why.get("caller") or outcome.caller)),
            ("at", outcome.at),
            *(("no rule", each) for each in outcome.rules),
            ("line", outcome.where),
            ("again", outcome.command),
        ]
    return ((name, text) for name, text in facts if text)


def _bodies(why: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, side in (("sent", "request"), ("answered", "reply")):
        body = why.get(side, {}).get("body")
        if body is not None:
            text = body if isinstance(body, str) else dumps(body, indent=2, ensure_ascii=False)
            more = "" if len(text) <= LARGEST else f"\n... {len(text) - LARGEST} characters more"
            yield name, text[:LARGEST] + more
