"""A project file as values: what it serves, its options, and where each part of them stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from understudy import resources
from understudy.errors import InputError, ScenarioError
from understudy.modeled.section import Section
from understudy.modeled.sources import RESERVED
from understudy.project.discovery import shown
from understudy.scenarios.language.grammar_project import outline
from understudy.scenarios.language.operations import known
from understudy.scenarios.language.source import Grammar, Source
from understudy.scenarios.loader import read_text
from understudy.yaml import escape

ADMIN = "admin"  # the contract of our own that is no vendor
FILES = ("scenario", "ready_file")  # options that name files, relative to the project's


class Project(Struct, frozen=True, eq=False):
    """What a project file says, but for the scenario in it, which the loader reads."""

    path: Path
    file: str  # as it is told
    source: Source
    documents: Mapping[str, str]  # by name: the file, as it is told
    vendors: tuple[str, ...]  # those that ship
    options: Mapping[str, Any]  # of `serve`, files among them relative to the working folder
    sections: Mapping[str, Section]

    @property
    def names(self) -> tuple[str, ...]:
        """What it serves, in its order."""
        return tuple(self.source.value.get("serve", ()))

    def where(self, *keys: str) -> str:
        """The place of what stands below these keys."""
        return self.source.where("".join(f"/{escape(each)}" for each in keys))

    @property
    def sources(self) -> tuple[str, ...]:
        """Documents and vendors as `serve` takes them."""
        return tuple(
            f"{each}={self.documents[each]}" if each in self.documents else each
            for each in self.names
        )


def read(path: Path) -> Project:
    """The project of a file; ScenarioError with file, line and column for a mistake."""
    file = shown(path)
    source = _grammar().read(read_text(path), file)
    serve: Mapping[str, str | None] = source.value.get("serve", {})
    place = partial(_at, source)
    vendors = tuple(_vendors(serve, source))
    documents = {
        name: _document(path.parent, name, said, source)
        for name, said in serve.items()
        if said is not None
    }
    behaviour = source.value.get("behaviour", {})
    for name in behaviour:
        _check_document(name, documents, vendors, source)
    sections = {
        name: Section(value, place(f"/behaviour/{escape(name)}"))
        for name, value in behaviour.items()
    }
    options = dict(_options(source.value.get("options", {}), path.parent))
    return Project(path, file, source, documents, vendors, options, sections)


def check_grammar(path: Path) -> None:
    """ScenarioError where a file breaks the grammar of projects."""
    _grammar().read(read_text(path), shown(path))


@cache
def _grammar() -> Grammar:
    return Grammar(outline(), columns=True)


def _at(source: Source, before: str) -> Any:
    return lambda pointer: source.where(f"{before}{pointer}")


def _vendors(serve: Mapping[str, str | None], source: Source) -> Iterator[str]:
    shipped = [each for each in resources.specs() if each != ADMIN]
    for name, said in serve.items():
        if said is None:
            if name not in shipped:
                what = f"no vendor `{name}` ships"
                fix = f"Give it a document: `{name}: ./openapi.yaml`. {known(name, shipped)}"
                raise source.refuse(what, f"/serve/{escape(name)}", fix)
            yield name
        elif name in (*resources.specs(), *RESERVED):
            what = f"the name `{name}` is taken"
            fix = f"Call the document otherwise, like my-{name.strip('_')}"
            raise source.refuse(what, f"/serve/{escape(name)}", fix)


def _document(folder: Path, name: str, said: str, source: Source) -> str:
    """The file of a document as it is told; ScenarioError where there is none."""
    pointer = f"/serve/{escape(name)}"
    if "://" in said:
        raise source.refuse(f"{said} is a URL", pointer, "Download it and name the file")
    path = folder / said
    if path.exists():
        return shown(path)
    there = sorted(each.name for each in path.parent.glob(f"[!.]*{path.suffix}"))
    fix = known(path.name, there) if there else "Check the path; it is relative to this file"
    raise source.refuse(f"there is no file {shown(path)}", pointer, fix)


def _check_document(
    name: str, documents: Collection[str], vendors: Collection[str], source: Source
) -> None:
    """ScenarioError where behaviour is said of what is no document of the project."""
    if name in documents:
        return
    pointer = f"/behaviour/{escape(name)}"
    if name in vendors:
        fix = "Behaviour is said of documents: remove it"
        raise source.refuse(f"`{name}` ships with a behaviour of its own", pointer, fix)
    fix = known(name, documents) if documents else "Name its document in `serve` first"
    raise source.refuse(f"no document `{name}` is served", pointer, fix)


def _options(said: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, Any]]:
    """The options, files among them as seen from the working folder."""
    for name, value in said.items():
        if name not in FILES:
            yield name, value
        elif isinstance(value, list):
            yield name, [_file(each, folder) for each in value]
        else:
            yield name, _file(value, folder, always=name == "ready_file")


def _file(said: str, folder: Path, *, always: bool = False) -> str:
    """A file beside the project's; what is none there may be a name that ships."""
    path = folder / said
    return shown(path) if always or path.exists() else said


def misplaced(project: Project, error: InputError, *keys: str) -> ScenarioError:
    """A refusal of something that the project says, with its place."""
    return ScenarioError(error.what, where=project.where(*keys), fix=error.fix)
