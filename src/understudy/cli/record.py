"""`understudy record`: what happened in a session, as a scenario to replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.terminal import plural
from understudy.cli.usage_errors import writable
from understudy.cli.vendors import sandbox_with, vendors_with
from understudy.errors import InputError, ScenarioError
from understudy.settings import FROZEN
from understudy.vendor import Vendor

BY_DOCUMENT = "name it with --document here and in replay"
HELP = """Writes what happened in a session as a scenario that replays as it was.

Its clock, seed, world and rules are those of the session; every call becomes a step that expects
what was answered. Ids that answers told become captures, keys that nobody has a variable. What
cannot be written is told at the head of the file.

\b
Examples:
  understudy record > story.yaml
  understudy record --session checkout --output story.yaml
  understudy replay story.yaml
"""


@click.command(
    "record", cls=ProjectCommand, help=HELP, short_help="Write a session as a scenario to replay."
)
@click.option("--session", default="default", show_default=True, metavar="NAME", help="Which one.")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Not to the screen."
)
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="DOC",
    help="An OpenAPI document that is served there: the story is begun once. Repeatable.",
)
@admin_client.url_option
@admin_client.token_option
def command(
    session: str,
    output: Path | None,
    documents: tuple[str, ...],
    url: str,
    admin_token: str | None,
) -> None:
    """Asks the sandbox for its export and writes it."""
    if output is not None:
        writable(output, "--output")
    path = f"/sessions/{quote(session, safe='')}/scenario"
    told = admin_client.get(admin_client.origin(url), path, admin_token)
    calls = sum("call" in step for step in told["scenario"].get("steps", ()))
    if not calls:
        fix = "Call a vendor in it, or name another with --session"
        what = f"that a step can ask: {'; '.join(told['notes'])}" if told["notes"] else "yet"
        raise InputError(f"session {session!r} was asked nothing {what}", where=url, fix=fix)
    vendors = vendors_with(documents)
    strange = _vendors(told["scenario"]) - {each.name for each in vendors}
    if strange:
        names = ", ".join(sorted(strange))
        click.echo(f"note: {names} is known by its document; {BY_DOCUMENT}", err=True)
    else:
        _prove(told["text"], session, vendors)
    if output is None:
        click.echo(told["text"], nl=False)
        return
    try:
        output.write_text(told["text"], encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {output}: {error.strerror}", where="--output") from None
    named = [f" --document {each}" for each in documents] or [" --document DOC"] * len(strange)
    again = f"understudy replay {output}{''.join(named)}"
    click.echo(f"{output}: {plural(calls, 'call')}. Next: {again}")
    for note in told["notes"]:
        click.echo(f"note: {note}")


def _vendors(scenario: Mapping[str, Any]) -> set[str]:
    """The vendors that a scenario is about."""
    called = (step["call"] for step in scenario.get("steps", ()) if "call" in step)
    named = (call.partition(".")[0] for call in called if "." in call)
    return {*named, *scenario.get("world", ()), scenario.get("vendor", "")} - {""}


def _prove(text: str, session: str, vendors: Sequence[Vendor]) -> None:
    """Begins the story once: InputError, and nothing is written, where that cannot be."""
    sandbox = sandbox_with(vendors, clock=FROZEN, magic=False)
    try:
        story = sandbox.scenario_of(text, "story")
        begun = sandbox.create("record", sandbox.origin([story]))
        for vendor in story.world:
            begun.world(vendor)
    except ScenarioError as error:
        what = f"what session {session!r} has cannot be one story: {error.what} ({error.where})"
        raise InputError(what, fix="Load its scenarios into sessions of their own") from None
