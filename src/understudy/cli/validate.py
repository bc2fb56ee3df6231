"""`understudy validate`: scenarios checked without playing them."""

from __future__ import annotations

import click

from understudy.cli import FINDINGS, REFUSED, plural
from understudy.errors import ScenarioError
from understudy.scenarios.loader import UnknownScenario, UnreadableScenario
from understudy.scenarios.model import Scenario
from understudy.server.sessions import Sandbox
from understudy.settings import FROZEN, Settings
from understudy.vendors import VENDORS

NOT_READ = (UnknownScenario, UnreadableScenario)
HELP = """Checks scenarios without playing them: the grammar, every name, the world.

Mistakes are told with file, line and what is allowed there; then the exit code is 1. It is 2 when
one of them could not be read at all.

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
            sandbox.create(f"validate-{number}", sandbox.origin([scenario])).all_worlds()
        except ScenarioError as error:
            code = max(code, REFUSED if isinstance(error, NOT_READ) else FINDINGS)
            click.echo(f"Error: {error}", err=True)
        else:
            click.echo(f"{file}: fine ({_content(scenario)})")
    return code


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
