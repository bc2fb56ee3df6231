"""What `replay` prints: each step with what was expected and came, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from understudy.cli import admin_client
from understudy.cli.terminal import plural
from understudy.scenarios.stories.report import Outcome, Report

MARKS = {"passed": "ok  ", "failed": "FAIL", "skipped": "skip"}


def outcome_lines(outcome: Outcome, more: str = "") -> Iterator[str]:
    """A step: what was expected, what came, and because; of a failed one, what tells `more`."""
    often = f" ({outcome.often})" if outcome.often else ""
    verify = "verify " if outcome.kind == "verify" else ""
    yield f"  {MARKS[outcome.verdict]}  {verify}{outcome.name}{often}"
    facts = [
        ("call", outcome.sent),
        ("as", outcome.caller),
        ("expected", outcome.expected),
        ("came", outcome.got),
        *(("differs", each) for each in outcome.differences),
        ("because", outcome.because),
        *(("no rule", each) for each in outcome.rules),
    ]
    if outcome.verdict == "failed":
        facts += [("line", outcome.where), ("again", outcome.command), ("more", more)]
    for name, text in facts:
        if text:
            first, *rest = text.splitlines()
            yield f"        {name:9} {first}"
            yield from (f"        {'':9} {line}" for line in rest)


def more(outcome: Outcome, url: str) -> str:
    """What tells more of a step that was played in a sandbox that runs on."""
    where = "" if url == admin_client.DEFAULT_URL else f" --url {url}"
    return f"understudy why {outcome.request}{where}" if outcome.request else ""


def verdict(reports: Sequence[Report]) -> str:
    """The last line: how many stories came out, and which did not."""
    steps = sum(len(report.outcomes) for report in reports)
    bad = [f"{report.file} {report.verdict}" for report in reports if not report.ok]
    played = (
        f"{plural(len(reports), 'story').replace('storys', 'stories')}, {plural(steps, 'step')}"
    )
    return f"{played}: {'; '.join(bad) if bad else 'as expected'}"
