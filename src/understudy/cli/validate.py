"""`understudy validate`: scenarios checked without playing them, documents without serving them."""

from __future__ import annotations

import re

import click

from understudy import resources
from understudy.cli.terminal import FINDINGS, REFUSED, plural
from understudy.errors import InputError, ScenarioError
from understudy.scenarios.language.source import Mistakes
from understudy.scenarios.loader import UnknownScenario, UnreadableScenario
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import finish
from understudy.settings import FROZEN, Settings
from understudy.vendors import VENDORS
from understudy.yaml import place_in

# What a document says at its outermost level, and what no scenario is without.
SPOKEN = re.compile(rb"""(?:^|^\s*\{[^{}]*)["']?(?:openapi|swagger)["']?\s*:""", re.MULTILINE)
SCENARIO = re.compile(rb"understudy|scenario")
NOT_READ = (UnknownScenario, UnreadableScenario)
HELP = """Checks scenarios without playing them: the grammar, every name, the world.

Mistakes are told with file, line and what is allowed there; then the exit code is 1. It is 2 when
one of them could not be read at all. Told are the first mistake of each rule, step, verification
and vendor's world; names and worlds are looked at where the grammar is right.

Of an OpenAPI document what is broken or unusual is told as warnings, with file, line and pointer:
it is served all the same, but for the operations that are told to be answered 501.

\b
Examples:
  understudy validate my-story.yaml
  understudy validate stories/*.yaml
  understudy validate openapi.yaml
"""


@click.command("validate", help=HELP, short_help="Check scenarios and OpenAPI documents.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--all", "every", is_flag=True, help="Every warning of a document.")
def command(files: tuple[str, ...], every: bool) -> int:
    """Checks each file; says what is in the good ones and what is wrong with the others."""
    sandbox = Sandbox(Settings(clock=FROZEN, magic=False), VENDORS)
    return max(
        _documents(file, every=every) if _is_document(file) else _scenario(sandbox, file)
        for file in dict.fromkeys(files)
    )


def _is_document(file: str) -> bool:
    """Whether a file is meant as an OpenAPI document, be it one or not."""
    from understudy.modeled.sources import split

    if "://" in file or resources.scenario(file) is not None:
        return False
    name, path = split(file)
    if name or not path.is_file():
        return bool(name) or path.is_dir()
    content = path.read_bytes()
    return SPOKEN.search(content) is not None or SCENARIO.search(content) is None


def _documents(source: str, *, every: bool) -> int:
    from understudy.cli.validate_document import tell_document
    from understudy.modeled.sources import read

    try:
        for named in read(source):
            tell_document(named, every=every)
    except InputError as error:
        click.echo(f"Error: {error}", err=True)
        return REFUSED
    return 0


def _scenario(sandbox: Sandbox, file: str) -> int:
    try:
        scenario = sandbox.scenario(file)
        session = sandbox.create(f"validate-{len(sandbox.sessions)}", sandbox.origin([scenario]))
        wrong = Mistakes()
        wrong.each(session.world, sandbox.vendors)
        wrong.raise_first()
        finish(session.catch_up())
    except ScenarioError as error:
        for each in sorted((error, *error.others), key=_place):
            click.echo(f"Error: {each}", err=True)
        return REFUSED if isinstance(error, NOT_READ) else FINDINGS
    click.echo(f"{file}: fine ({_content(scenario)})")
    return 0


def _place(error: ScenarioError) -> tuple[int, int]:
    return place_in(error.where)


def _content(scenario: Scenario) -> str:
    """What a scenario has, in a few words."""
    world = sum(
        len(entries)
        for section in scenario.world.values()
        for entries in section.values()
        if isinstance(entries, list | tuple)
    )
    counted = (
        (world, "record"),
        (len(scenario.rules), "rule"),
        (len(scenario.steps), "step"),
        (len(scenario.verify), "verification"),
    )
    return ", ".join(plural(count, word) for count, word in counted if count) or "a title"
