"""`understudy replay`: plays stories and says where they went otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

import click

from understudy.checks.report_time import Laps
from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.replay_files import check_files, write
from understudy.cli.replay_output import more, outcome_lines, verdict
from understudy.cli.replay_until import until, with_command
from understudy.cli.report_file import report_option
from understudy.cli.shipped_stories import named, stories
from understudy.cli.terminal import FINDINGS, ProgressLine
from understudy.cli.vendors import sandbox_with, vendors_with
from understudy.errors import InputError
from understudy.scenarios.stories.model import Scenario
from understudy.scenarios.stories.replay import NEEDS, replay
from understudy.scenarios.stories.report import Outcome, Report, difference, unlike
from understudy.scenarios.stories.target import Session, Target, is_sandbox
from understudy.server.sessions.sandbox import Sandbox
from understudy.settings import FROZEN, LONGEST_JOURNAL

HELP = """Plays the steps of scenarios and holds what comes against what they expect.

Without a file it lists the stories that ship; they are named as listed, by their vendor (all of
them), or by words of their titles. A story is played in a session of its own, in this
process or, with --url, in a sandbox that runs. Exits with 1 when something came otherwise.

With --url a vendor itself may be named, its origin or its whole base URL: what a story needs of a
sandbox is skipped, and keys are those of the variables that `understudy env VENDOR` names
(LOOPLY_API_KEY; for `as: other` LOOPLY_API_KEY_OTHER). They are never printed.

\b
Examples:
  understudy replay
  understudy replay looply/lost-answer
  understudy replay already
  understudy replay looply
  understudy replay my-story.yaml --junit results.xml
  understudy replay looply/lost-answer --url http://127.0.0.1:4010
  understudy replay looply/lost-answer --repeat 10
  understudy replay my-story.yaml --document orders=openapi.yaml
  understudy replay looply/lost-answer --until 2
  LOOPLY_API_KEY=... understudy replay my-story.yaml --url https://api.looply.io/v2/workflows
"""


@click.command(
    "replay", cls=ProjectCommand, help=HELP, short_help="Play stories, or list those that ship."
)
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--url", metavar="BASE", help="A sandbox that runs already, instead of a fresh one.")
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="DOC",
    help="An OpenAPI document that stories are about; a file, or name=file. Repeatable.",
)
@admin_client.token_option
@click.option(
    "--repeat",
    type=click.IntRange(1, 1000),
    default=1,
    metavar="N",
    help="Play each so often; every time must be like the first, byte for byte.",
)
@click.option("--until", "last", metavar="STEP", help="End with this step, by number or name.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="A JUnit report.")
@report_option
def command(
    files: tuple[str, ...],
    url: str | None,
    documents: tuple[str, ...],
    admin_token: str | None,
    repeat: int,
    last: str | None,
    junit: Path | None,
    report: Path | None,
) -> int:
    """Plays the files in order; 1 when one of them did not come out as told."""
    vendors = vendors_with(documents)
    sandbox = sandbox_with(vendors, clock=FROZEN, magic=False)
    if not files:
        _list(sandbox)
        return 0
    chosen = [story for file in files for story in _named(sandbox, file)]
    if last is not None:
        chosen = [until(each, last) for each in chosen]
    check_files(junit, report)
    where = None if url is None else admin_client.origin(url)
    reports = _play(chosen, where, admin_token, repeat, sandbox)
    write(reports, junit, report)
    click.echo(verdict(reports))
    return 0 if all(each.ok for each in reports) else FINDINGS


def _list(sandbox: Sandbox) -> None:
    """The stories that ship, with their titles, those of several vendors, too."""
    for name, story in stories(sandbox):
        click.echo(f"{name:40} {story.title}")
    click.echo("\nNext: understudy replay NAME, words of a title, or a file of your own")


def _named(sandbox: Sandbox, file: str) -> list[Scenario]:
    """What is to be played: a file, a shipped story, those of a vendor or with these words."""
    found = named(sandbox, file)
    if not found[0].steps:
        fix = "Give it `steps`, or load it with `understudy serve --scenario`"
        raise InputError("it has no steps to play", where=file, fix=fix)
    return found


def _play(
    chosen: Sequence[Scenario],
    url: str | None,
    token: str | None,
    repeat: int,
    sandbox: Sandbox,
) -> list[Report]:
    from understudy.cli import replay_targets
    from understudy.cli.replay_targets import target

    reports = []
    url = None if url is None else replay_targets.base_of_paths(url, chosen)
    who = replay_targets.signer(os.environ)
    vendors, begun = tuple(sandbox.vendors.values()), sandbox.begun.says
    settings = replace(sandbox.settings, journal=LONGEST_JOURNAL, magic=True)
    with target(url, vendors, settings) as asked:
        has = NEEDS if url is None or is_sandbox(asked) else frozenset[str]()

        progress, played, laps = ProgressLine(), list[Outcome](), Laps()

        def tell(story: Scenario, numbers: Iterator[int], outcome: Outcome) -> None:
            progress.clear()
            number = 0 if outcome.kind == "verify" else next(numbers)
            outcome = replace(_explained(outcome, asked, token), took=laps.lap())
            outcome = with_command(outcome, number, story.file, url)
            played.append(outcome)
            for line in outcome_lines(outcome, "" if url is None else more(outcome, url)):
                click.echo(line)

        for story in chosen:
            click.echo(f"{story.file}: {story.title}")
            keep = url is not None  # so that what went otherwise can be looked at
            play = partial(
                replay,
                story,
                asked,
                vendors,
                token=token,
                has=has,
                keep=keep,
                signer=who,
                begun=begun,
            )
            report = play(
                on_step=partial(tell, story, count(1)), on_round=partial(_round, progress, "")
            )
            for each in report.unmatched:
                click.echo(f"  note  no call matched the rule {each}")
            report = replace(report, outcomes=tuple(played))
            played.clear()
            reports.append(_again(report, repeat, play, progress))
            click.echo()
    return reports


def _round(progress: ProgressLine, before: str, name: str, number: int, most: int) -> None:
    """Says that a step is played once more."""
    progress.say(f"  ...   {before}{name}: {number} of {most}")


def _again(
    report: Report, repeat: int, play: Callable[..., Report], progress: ProgressLine
) -> Report:
    """The report, held against further replays of its story."""
    for number in range(2, repeat + 1):
        once_more = f"replay {number} of {repeat}"
        progress.say(f"  ...   {once_more}")
        otherwise = difference(report, play(on_round=partial(_round, progress, f"{once_more}, ")))
        progress.clear()
        if otherwise:
            report = unlike(report, number, otherwise)
            for line in outcome_lines(report.outcomes[-1]):
                click.echo(line)
            return report
    if repeat > 1:
        click.echo(f"  same  {repeat} times")
    return report


def _explained(outcome: Outcome, chosen: Target, token: str | None) -> Outcome:
    """The outcome with what the sandbox says of it, also where all was as expected."""
    if not outcome.request:
        return outcome
    name, _, _ = outcome.request.rpartition(".")
    why = Session(chosen, name, token).explanation(outcome.request)
    return replace(outcome, because=outcome.because or str(why.get("because", "")), why=why)
