"""`understudy validate`: scenarios checked without playing them, documents without serving them."""

from __future__ import annotations

import re

import click

from understudy import resources
from understudy.cli.project import ProjectCommand, current
from understudy.cli.terminal import FINDINGS, REFUSED, plural, say_error
from understudy.cli.vendors import sandbox_with, vendors_with
from understudy.errors import InputError, ScenarioError
from understudy.scenarios.language.source import Mistakes
from understudy.scenarios.loader import UnknownScenario, UnreadableScenario
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.wire.turns import finish
from understudy.settings import FROZEN
from understudy.yaml import place_in

# What a document says at its outermost level, and what no scenario is without.
SPOKEN = re.compile(rb"""(?:^|^\s*\{[^{}]*)["']?(?:openapi|swagger)["']?\s*:""", re.MULTILINE)
SCENARIO = re.compile(rb"understudy|scenario")
NOT_READ = (UnknownScenario, UnreadableScenario)
HELP = """Checks scenarios without playing them: the grammar, every name, the world.

Without a file the project is checked: what it serves, its behaviour, its world and its rules.

Mistakes are told with file, line and what is allowed there; then the exit code is 1. It is 2 when
one of them could not be read at all. Told are the first mistake of each rule, step, verification
and vendor's world; names and worlds are looked at where the grammar is right.

Of an OpenAPI document what is broken or unusual is told as warnings, with file, line and pointer:
it is served all the same, but for the operations that are told to be answered 501.

\b
Examples:
  understudy validate
  understudy validate my-story.yaml
  understudy validate stories/*.yaml
  understudy validate openapi.yaml
"""


class ValidateCommand(ProjectCommand):
    """A broken project file is a finding here, told whole."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Tells what is wrong with the project, and leaves."""
        try:
            return super().parse_args(ctx, args)
        except ScenarioError as error:
            ctx.exit(_refused(error))


@click.command(
    "validate",
    cls=ValidateCommand,
    help=HELP,
    short_help="Check the project, scenarios and OpenAPI documents.",
)
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--all", "every", is_flag=True, help="Every warning of a document.")
def command(files: tuple[str, ...], every: bool) -> int:
    """Checks each file; says what is in the good ones and what is wrong with the others."""
    project = current()
    if not files and project is None:
        raise InputError("there is no project file to check", fix="Name a file, or write one with: "
                         "understudy init")  # fmt: skip
    try:
        sandbox = sandbox_with(vendors_with(()), clock=FROZEN, magic=False)
        if project is not None:
            _begin(sandbox)
    except ScenarioError as error:
        return _refused(error)
    if project is not None and (not files or project.file in files):
        click.echo(f"{project.file}: fine ({_content(sandbox.first.scenarios[0])})")
    others = [each for each in dict.fromkeys(files) if project is None or each != project.file]
    codes = (
        _documents(file, every=every) if _is_document(file) else _scenario(sandbox, file)
        for file in others
    )
    return max(codes, default=0)


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


def _begin(sandbox: Sandbox, *scenarios: Scenario) -> None:
    """Makes every world of a session that begins with these; ScenarioError where that cannot be."""
    session = sandbox.create(f"validate-{len(sandbox.sessions)}", sandbox.origin(scenarios))
    wrong = Mistakes()
    wrong.each(session.world, sandbox.vendors)
    wrong.raise_first()
    finish(session.catch_up())


def _documents(source: str, *, every: bool) -> int:
    from understudy.cli.validate_document import tell_document
    from understudy.modeled.sources import read

    try:
        for named in read(source):
            tell_document(named, every=every)
    except InputError as error:
        say_error(str(error))
        return REFUSED
    return 0


def _scenario(sandbox: Sandbox, file: str) -> int:
    try:
        scenario = sandbox.scenario(file)
        _begin(sandbox, scenario)
    except ScenarioError as error:
        return _refused(error)
    click.echo(f"{file}: fine ({_content(scenario)})")
    return 0


def _refused(error: ScenarioError) -> int:
    """Tells all that is wrong with a file, in the order of its lines."""
    for each in sorted((error, *error.others), key=_place):
        say_error(str(each))
    return REFUSED if isinstance(error, NOT_READ) else FINDINGS


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
