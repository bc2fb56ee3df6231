"""Where contracts, shipped scenarios and the cache lie: own folder, checkout, installed copy."""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from understudy.errors import InputError

HOME = "UNDERSTUDY_HOME"  # a folder of one's own that holds specs/ and scenarios/
EXAMPLES = "examples"  # the folder of projects to look at and to copy
CACHE = "UNDERSTUDY_CACHE"  # a folder of one's own for parsed contracts

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent.parent
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
LONGEST_NAME = 255  # characters of a part of a path: more no file system takes


def spec(vendor: str, home: Path | None = None) -> Path:
    """The contract of a vendor (or of `admin`, our own API)."""
    folder = specs_folder(home)
    file = folder / f"{vendor}.yaml"
    if not NAME.fullmatch(vendor) or not file.is_file():
        there = ", ".join(specs(home)) or "none"
        raise InputError(f"no contract {vendor!r} in {folder}", fix=f"There are: {there}")
    return file


def specs(home: Path | None = None) -> list[str]:
    """The names of all contracts there are."""
    return sorted(file.stem for file in specs_folder(home).glob("*.yaml"))


def answer_recipes(vendor: str, home: Path | None = None) -> Path | None:
    """The recipes by which a vendor's answers come by themselves; None: nobody wrote any."""
    file = specs_folder(home) / "natural" / f"{vendor}.yaml"
    return file if NAME.fullmatch(vendor) and file.is_file() else None


def scenario(name: str, home: Path | None = None) -> Path | None:
    """The file of a shipped scenario like `looply/lost-answer`; None: none of that name."""
    if not all(NAME.fullmatch(part) for part in name.split("/")):
        return None
    file = scenarios_folder(home) / f"{name}.yaml"
    return file if file.is_file() else None


def scenarios(home: Path | None = None) -> list[str]:
    """The names of all shipped scenarios, `vendor/name`, in order; examples are projects of their
    own."""
    folder = scenarios_folder(home)
    files = (file.relative_to(folder) for file in folder.rglob("*.yaml"))
    return sorted(file.with_suffix("").as_posix() for file in files if file.parts[0] != EXAMPLES)


def specs_folder(home: Path | None = None) -> Path:
    return _folder("specs", "specs", home)


def scenarios_folder(home: Path | None = None) -> Path:
    return _folder("scenarios", "stories", home)


def cache_folder() -> Path:
    """Where parsed contracts are kept; it need not exist."""
    own = os.environ.get(CACHE)
    return Path(own) if own else _user_cache() / "understudy"


@lru_cache(maxsize=1)
def code_stamp() -> bytes:
    """What tells this code from other versions of it: the sizes and times of its files."""
    digest, folders = blake2b(digest_size=16), [str(PACKAGE)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            found = sorted(entries, key=lambda each: each.name)
        for each in found:
            if each.name.endswith(".py"):
                told = each.stat()
                digest.update(f"{each.name} {told.st_size} {told.st_mtime_ns}\n".encode())
            elif not each.name.startswith("__") and each.is_dir():
                folders.append(each.path)
    return digest.digest()


def _folder(name: str, installed_as: str, home: Path | None) -> Path:
    own = _own_home(home)
    places = [PACKAGE / installed_as]
    if (CHECKOUT / "pyproject.toml").is_file():
        places.insert(0, CHECKOUT / name)
    if own is not None:
        places.insert(0, own / name)
    for place in places:
        if place.is_dir():
            return place
    raise InputError(
        f"no folder {name}/ is installed", fix=f"Reinstall, or let {HOME} name a folder that has it"
    )


def _own_home(home: Path | None) -> Path | None:
    """The folder somebody named; one that cannot be meant is refused."""
    named = home or (Path(os.environ[HOME]) if os.environ.get(HOME) else None)
    if named is None or (named / "specs").is_dir() or (named / "scenarios").is_dir():
        return named
    raise InputError(
        f"{named} holds neither specs/ nor scenarios/",
        where="" if home else HOME,
        fix="Name the folder that contains them",
    )


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
