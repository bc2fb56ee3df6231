"""How a file looks from outside: by which an edit is seen."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[int, ...]


def stamp(source: str | Path) -> Stamp | None:
    """None: there is no such file; an editor may write one by replacing it."""
    try:
        told = Path(source).stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino, told.st_dev
