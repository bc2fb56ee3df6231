"""`understudy init`: a project file with what was inferred, and a first story beside it."""

from __future__ import annotations

from pathlib import Path

import click

from understudy.cli.first_story import document_story, shipped_story
from understudy.cli.show_document import behaviour
from understudy.cli.terminal import plural
from understudy.errors import InputError
from understudy.modeled.assembly import Modeled
from understudy.modeled.sources import documents_in, make, read
from understudy.project.discovery import FILES, shown
from understudy.project.template import beside, project_text
from understudy.vendors import NAMES, VENDORS

HELP = f"""Writes {FILES[0]}, the sandbox of a project, and a first story beside it.

Of an OpenAPI document what was inferred is written into it, each operation with the reason, to be
edited; the story is played by `understudy replay` and by pytest. Without a document those of the
folder are taken, and where there is none the vendors that ship. A file that is there is never
written over.

\b
Examples:
  understudy init
  understudy init openapi.yaml
  understudy init orders=specs/openapi.yaml --project services/orders/{FILES[0]}
"""


@click.command("init", help=HELP, short_help="Write a project file and a first story.")
@click.argument("document", required=False, metavar="[DOCUMENT]")
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    default=Path(FILES[0]),
    show_default=True,
    envvar="UNDERSTUDY_PROJECT",
    show_envvar=True,
    metavar="FILE",
    help="Where to write it.",
)
def command(document: str | None, project: Path) -> None:
    """Writes both files, or none."""
    if project.is_dir():
        project = project / FILES[0]
    _check_free(project)
    made = _documents(document, project.parent)
    if made:
        text, (name, story) = _text(made, project), document_story(made[0])
    else:
        text, (name, story) = _shipped_text(), shipped_story()
    beside_it = project.parent / f"test_{name}.scenario.yaml"
    _check_free(beside_it)
    _write(project, text)
    _write(beside_it, story)
    _tell(project, beside_it, made)


def _check_free(file: Path) -> None:
    if file.exists():
        fix = "Edit it, or name another with --project"
        what = "it is there already, and nothing is written over"
        raise InputError(what, where=str(file), fix=fix)
    if not file.parent.is_dir():
        raise InputError(f"there is no folder {file.parent}", where=str(file), fix="Make it first")


def _documents(document: str | None, folder: Path) -> tuple[Modeled, ...]:
    """What is to be served: the document, or those of the folder."""
    sources = [document] if document is not None else [str(each) for each in documents_in(folder)]
    found: list[Modeled] = []
    for source in sources:
        found += [make(each) for each in read(source, (*NAMES, *(m.vendor.name for m in found)))]
    return tuple(found)


def _text(made: tuple[Modeled, ...], project: Path) -> str:
    serve = {each.vendor.name: beside(each.contract.file, project) for each in made}
    lines = {each.vendor.name: list(behaviour(each))[2:] for each in made}
    first = made[0]
    operation = next(iter(first.contract.operations), "")
    title = " and ".join(each.vendor.title for each in made)
    return project_text(title, serve, lines, (first.vendor.name, operation), _entry(first))


def _entry(made: Modeled) -> list[str]:
    """A collection, and what a record of it may say."""
    for name, collection in made.model.collections.items():
        if not collection.single and not collection.under:
            fields = [each for each in made.api.fields(name).by_name if each != collection.id]
            return [name, "name: first", *(f"{each}: ..." for each in fields[:3])]
    return []


def _shipped_text() -> str:
    operation, _ = VENDORS[0].first_call
    serve = dict.fromkeys(NAMES, "")
    return project_text("The vendors that ship", serve, {}, (NAMES[0], operation))


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}", where="--project") from None


def _tell(project: Path, story: Path, made: tuple[Modeled, ...]) -> None:
    served = [each.vendor.name for each in made] or NAMES
    inferred = sum(len(each.model.operations) for each in made)
    more = f", {plural(inferred, 'operation')} inferred" if made else ""
    click.echo(f"{shown(project)}: {', '.join(served)}{more}")
    click.echo(f"{shown(story)}: a first story")
    other = "" if project.name in FILES and project.parent == Path() else f" --project {project}"
    click.echo(f"Next: understudy serve{other}")
    click.echo(f"      understudy replay {shown(story)}{other}")
