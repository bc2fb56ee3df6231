"""The file that tells a program that `serve` listens: only ever one that is new or was its own."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from understudy.cli.usage_errors import writable
from understudy.errors import InputError

OPTION = "--ready-file"
KEYS = {"url", "pid", "vendors"}  # by which a ready file is known
LONGEST = 1024 * 1024  # bytes; no ready file comes near


def claim(file: Path) -> None:
    """Removes the ready file of a server that is gone: before anything that takes its time.
    InputError for one that cannot be written, and for what is somebody else's."""
    writable(file, OPTION)
    if _read(file) is not None:
        file.unlink(missing_ok=True)


def write(file: Path, url: str, vendors: Mapping[str, Any]) -> None:
    """The ready file, there only when it is whole."""
    told = {"url": url, "pid": os.getpid(), "vendors": vendors}
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        try:
            draft.unlink(missing_ok=True)  # of a process that had our number
            with draft.open("x", encoding="utf-8") as opened:
                opened.write(json.dumps(told, indent=2) + "\n")
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}", where=OPTION) from None


def remove(file: Path) -> None:
    """Takes it away as the server ends, if it is still this server's."""
    try:
        told = _read(file)
    except InputError:
        return  # somebody put another file there
    if told is not None and told.get("pid") == os.getpid():
        file.unlink(missing_ok=True)


def _read(file: Path) -> Mapping[str, Any] | None:
    """What a ready file says; nothing of an empty one; None: there is none."""
    try:
        status = file.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise _foreign(f"{file} is {_kind(status.st_mode)}, no regular file")
        text = file.read_bytes() if status.st_size <= LONGEST else b"?"
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _foreign(f"cannot read {file}: {error.strerror}") from None
    if not text.strip():
        return {}
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict) or told.keys() != KEYS:
        raise _foreign(f"{file} is there, and no ready file of Understudy's")
    return told


def _foreign(what: str) -> InputError:
    return InputError(what, where=OPTION, fix="Name a file that is not there yet")


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a link"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
