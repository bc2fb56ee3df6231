"""Files that a person names, looked at before the work."""

from __future__ import annotations

import os
from pathlib import Path

from understudy.errors import InputError


def writable(file: Path, option: str) -> None:
    """InputError for a file that cannot be written: told before the work, not after it."""
    folder = file.parent
    if folder.is_dir() and os.access(folder, os.W_OK) and not file.is_dir():
        return
    fix = "Name a file in a folder that you may write to"
    raise InputError(f"cannot write {file}", where=option, fix=fix)
