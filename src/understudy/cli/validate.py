"""`understudy validate`: scenarios checked without playing them."""

from __future__ import annotations

import click

from understudy.cli.terminal import FINDINGS, REFUSED, plural
from understudy.errors import ScenarioError
from understudy.scenarios.language.source import Mistakes
from understudy.scenarios.loader import UnknownScenario, UnreadableScenario
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import finish
from understudy.settings import FROZEN, Settings
from understudy.vendors import VENDORS

NOT_READ = (UnknownScenario, UnreadableScenario)
HELP = """Checks scenarios without playing them: the grammar, every name, the world.

Mistakes are told with file, line and what is allowed there; then the exit code is 1. It is 2 when
one of them could not be read at all. Told are the first mistake of each rule, step, verification
and vendor's world; names and worlds are looked at where the grammar is right.

\b
Examples:
  understudy validate my-story.yaml
  understudy validate stories/*.yaml
"""


@click.command("validate", help=HELP, short_help="Check scenarios without playing them.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def command(files: tuple[str, ...]) -> int:
    """Checks each file; says what is in the good ones and what is wrong with the others."""
    sandbox = Sandbox(Settings(clock=FROZEN, magic=False), VENDORS)
    code = 0
    for number, file in enumerate(files):
        try:
            scenario = sandbox.scenario(file)
            session = sandbox.create(f"validate-{number}", sandbox.origin([scenario]))
            wrong = Mistakes()
            wrong.each(session.world, sandbox.vendors)
            wrong.raise_first()
            finish(session.catch_up())
        except ScenarioError as error:
            code = max(code, REFUSED if isinstance(error, NOT_READ) else FINDINGS)
            for each in sorted((error, *error.others), key=_line):
                click.echo(f"Error: {each}", err=True)
        else:
            click.echo(f"{file}: fine ({_content(scenario)})")
    return code


def _line(error: ScenarioError) -> int:
    line = error.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0


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
