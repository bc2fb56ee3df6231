"""Which project file is in force: the one that is named, else the one of the working folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path

from understudy.errors import InputError

FILES = ("understudy.yaml", "understudy.yml")
REPOSITORY = ".git"  # what the root of a repository has: nothing above it is looked at
PROJECT = "UNDERSTUDY_PROJECT"
NO_PROJECT = "UNDERSTUDY_NO_PROJECT"
YES = ("1", "true", "t", "yes", "y", "on")

NONE = {  # how no project is said there
    "project": "say project=False",
    "understudy_project": "write understudy_project = off",
}

Said = str | PathLike[str] | bool | None  # a file, False for none, None: whichever there is


def in_force(
    said: Said = None,
    environment: Mapping[str, str] | None = None,
    start: Path | None = None,
    where: str = "project",
) -> Path | None:
    """The project file that is named, else the environment's, else the one that is found."""
    environ = os.environ if environment is None else environment
    if said is False:
        return None
    if said is not None and said is not True:
        return named(said, where)
    if environ.get(NO_PROJECT, "").lower() in YES:
        return None
    if environ.get(PROJECT):
        return named(environ[PROJECT], PROJECT)
    return found(start or Path.cwd())


def named(said: str | PathLike[str], where: str = "project") -> Path:
    """The file that somebody named, or that of the folder they did; InputError: there is none."""
    path = Path(said)
    there = [path / each for each in FILES if (path / each).is_file()]
    if path.is_file() or there:
        return there[0] if there else path
    if path.is_dir():
        fix = f"Write one with: understudy init --project {path / FILES[0]}"
        raise InputError(f"the folder {path} has no {FILES[0]}", where=where, fix=fix)
    raise InputError(
        f"there is no file {path}",
        where=where,
        fix=f"Check the path, or {NONE.get(where, 'say --no-project')}",
    )


def found(start: Path) -> Path | None:
    """The project file in a folder or above it, up to the repository's root; outside of a
    repository in the folder alone."""
    for folder in _folders(start):
        for name in FILES:
            if (folder / name).is_file():
                return folder / name
    return None


def _folders(start: Path) -> Iterator[Path]:
    folders = [start, *start.parents]
    root = next((n for n, each in enumerate(folders) if (each / REPOSITORY).exists()), 0)
    yield from folders[: root + 1]


def shown(path: Path) -> str:
    """A path as a person reads it best: as seen from the working folder, where that is shorter."""
    whole = str(path.absolute())
    try:
        seen = os.path.relpath(path)
    except ValueError:  # another drive
        return whole
    return seen if len(seen) < len(whole) else whole
