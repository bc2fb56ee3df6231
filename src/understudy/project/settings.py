"""The settings of a sandbox whose project says what nobody said otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from understudy.modeled.sources import split
from understudy.project import handlers
from understudy.project.discovery import Said, in_force
from understudy.project.project import Project, read
from understudy.settings import Settings

# Options that are of a server of its own: a sandbox in a process or a thread has none of them.
OF_A_SERVER = ("port", "host", "admin_token")
SEVERAL = {"scenario": "scenarios", "cors": "cors"}  # options that may be lists: their settings
NOTHING: Mapping[str, Any] = {}


def in_process(
    project: Project | None, given: Mapping[str, Any], usual: Mapping[str, Any] = NOTHING
) -> Settings:
    """The settings of a sandbox in this process: what is given wins, then the project, then what
    is usual there."""
    if project is None:
        return Settings(**{**usual, **given})
    known = {each.name for each in fields(Settings)} - set(OF_A_SERVER)
    said = {name: value for name, value in _options(project).items() if name in known}
    more = tuple(said.pop("scenarios", ()))
    return with_project(
        project,
        {
            **usual,
            **said,
            **given,
            "overrules": frozenset(("clock", "seed")) & given.keys(),
            "documents": _documents(project, given.get("documents", ())),
            "vendors": _vendors(project, given.get("vendors", ())),
            "scenarios": (*more, *given.get("scenarios", ())),
        },
    )


def with_project(project: Project, given: Mapping[str, Any]) -> Settings:
    """Settings that are given whole, with what only a project says."""
    beside = project.path.parent / handlers.FILE
    return Settings(
        **{
            **given,
            "scenarios": (project.file, *given.get("scenarios", ())),
            "project": project.file,
            "sections": project.sections,
            "handlers": partial(handlers.read, beside) if beside.is_file() else None,
        }
    )


def _options(project: Project) -> Mapping[str, Any]:
    return {
        SEVERAL.get(name, name): _listed(value) if name in SEVERAL else value
        for name, value in project.options.items()
    }


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _documents(project: Project, given: tuple[str, ...]) -> tuple[str, ...]:
    """The project's documents, and those that are given beside them or in their place."""
    taken = {split(each)[0] for each in given}
    own = [f"{name}={file}" for name, file in project.documents.items() if name not in taken]
    return (*own, *(each for each in given if not _is_own(project, each)))


def _is_own(project: Project, source: str) -> bool:
    name, path = split(source)
    return not name and named_in(project, str(path)) is not None


def _vendors(project: Project, given: tuple[str, ...]) -> tuple[str, ...]:
    """The vendors that ship: the project's, and those that are given."""
    own = project.vendors
    return (*own, *(each for each in given if each not in (*own, *project.documents)))


def of(said: Said = None, where: str = "project") -> Project | None:
    """The project that is named, or the one in force; None: there is none."""
    path = in_force(said, where=where)
    return None if path is None else read(path)


def named_in(project: Project, word: str) -> str | None:
    """The name of the project's document that a word means: its name, or its file."""
    if word in project.documents:
        return word
    path = Path(word)
    if not path.exists():
        return None
    same = (name for name, file in project.documents.items() if Path(file).exists())
    return next((each for each in same if path.samefile(project.documents[each])), None)
