"""The sandboxes that run on this machine: told by files in the user's runtime folder."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from understudy.errors import InputError
from understudy.settings import DEFAULT_HOST, DEFAULT_PORT

USUAL = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"
NAME = "understudy"
LONGEST = 64 * 1024  # bytes of a file; ours are shorter
SHOWN = 3  # vendors told of a sandbox


class Running(NamedTuple):
    """A sandbox that runs: its origin, and what it serves."""

    url: str
    pid: int
    vendors: tuple[str, ...]


def announce(url: str, vendors: Iterable[str]) -> Path | None:
    """Tells commands of this user where a sandbox of this process listens; None: nowhere to."""
    told = {"url": url, "pid": os.getpid(), "vendors": list(vendors)}
    try:
        folder = runtime_folder()
        file = folder / f"{os.getpid()}.json"
        draft = folder / f".{os.getpid()}.draft"
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(file)
    except OSError:
        return None  # then --url names it
    return file


def withdraw(file: Path | None) -> None:
    """The sandbox ends."""
    if file is not None:
        with suppress(OSError):
            file.unlink()


def running() -> list[Running]:
    """The sandboxes of this user; what a process left behind that is dead is removed."""
    try:
        files = sorted(runtime_folder().glob("*.json"))
    except OSError:
        return []
    return [*filter(None, map(_read, files))]


def found_url() -> str:
    """The sandbox that is meant where nobody names one: the usual one, else the only one."""
    there = running()
    urls = [each.url for each in there]
    if not there or USUAL in urls:
        return USUAL
    if len(there) == 1:
        return urls[0]
    told = " or ".join(f"--url {each.url} ({_served(each)})" for each in there)
    raise InputError(f"{len(there)} sandboxes run here", where="--url", fix=f"Say {told}")


def runtime_folder() -> Path:
    """A folder that is this user's alone; OSError where it is somebody else's."""
    parent = os.environ.get("XDG_RUNTIME_DIR")
    if parent and Path(parent).is_dir():
        folder = Path(parent) / NAME
    else:
        folder = Path(tempfile.gettempdir()) / f"{NAME}-{_user()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(str(folder))
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        raise PermissionError(str(folder))
    if status.st_mode & 0o077 and os.name == "posix":
        folder.chmod(0o700)
    return folder


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


def _read(file: Path) -> Running | None:
    """What a file tells of a sandbox that still runs."""
    try:
        if file.stat().st_size > LONGEST:
            return None
        told = json.loads(file.read_text(encoding="utf-8"))
        found = Running(str(told["url"]), int(told["pid"]), tuple(map(str, told["vendors"])))
    except (OSError, ValueError, LookupError, TypeError):
        return None
    if _is_alive(found.pid):
        return found
    with suppress(OSError):
        file.unlink()
    return None


def _is_alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's process has the number now: the file is not ours to judge
    return True


def _served(each: Running) -> str:
    more = len(each.vendors) - SHOWN
    return ", ".join((*each.vendors[:SHOWN], *([f"{more} more"] if more > 0 else [])))


def others(url: str) -> Iterator[Running]:
    """The sandboxes that run here beside one."""
    return (each for each in running() if each.url != url)
