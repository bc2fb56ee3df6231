"""`understudy copy`: a shipped scenario as a file of one's own, to vary."""

from __future__ import annotations

from pathlib import Path

import click

from understudy.cli.shipped_stories import named
from understudy.cli.terminal import plural
from understudy.errors import InputError
from understudy.scenarios.loader import shipped_text
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.sandbox import Sandbox
from understudy.settings import FROZEN, Settings
from understudy.vendors import VENDORS

HELP = """Writes a scenario that ships into a file of your own, so that you can vary it.

It is named as `understudy replay` lists it, or by words of its title. A file that is there already
is never written over.

\b
Examples:
  understudy copy looply/already-restarted my.yaml
  understudy copy "lost answer" my.yaml
"""
SHOWN = 10  # scenarios told to whoever meant several


@click.command("copy", help=HELP, short_help="Write a shipped scenario into a file of your own.")
@click.argument("name", metavar="SCENARIO")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
def command(name: str, file: Path) -> int:
    """Writes the text as it ships, and says what to do next."""
    scenario = _one(name)
    text = shipped_text(scenario.file)
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise InputError("it is there already", where=str(file), fix="Name another file") from None
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}", where="FILE") from None
    if scenario.steps:
        click.echo(f"{file}: {plural(len(scenario.steps), 'step')}. Next: understudy replay {file}")
    else:
        click.echo(f"{file}: no steps. Next: understudy serve --scenario {file}")
    return 0


def _one(name: str) -> Scenario:
    if Path(name).is_file():
        raise InputError("it is a file of your own", where=name, fix="Copy it as any file")
    found = named(Sandbox(Settings(clock=FROZEN, magic=False), VENDORS), name)
    if len(found) > 1:
        there = ", ".join(each.file.removesuffix(".yaml") for each in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        what = f"{len(found)} stories are meant by {name!r}"
        raise InputError(what, fix=f"Name one of {there}{more}")
    return found[0]
