"""The files of a user's document: it and what lies below its folder, read once, nothing beyond."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from understudy.errors import ContractError

SIZE = 64 * 1024 * 1024  # bytes of a document with all its files
FILES = 5_000
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//|\\\\")

Parse = Callable[[bytes, str], Any]  # of a file's content and its name


class UnusableError(Exception):
    """A file that a reference may not or cannot mean, and why."""


class DocumentFiles:
    """Reads the outermost file, and for references the files below its folder."""

    def __init__(self, path: Path, parse: Parse) -> None:
        self.main = path.resolve()
        self.folder = self.main.parent
        self.digests: dict[str, str] = {}  # of the other files, by their path below the folder
        self._parse = parse
        self._values: dict[Path, Any] = {}
        self._left = SIZE

    def adopt(self, content: bytes, value: Any) -> None:
        """The outermost file, read already."""
        self._left -= len(content)
        self._values[self.main] = value

    def name(self, file: Path) -> str:
        """What a file is called in messages: its path below the folder."""
        return file.relative_to(self.folder).as_posix()

    def find(self, reference: str, base: Path) -> Path:
        """The file that the part of a `$ref` before `#` means, seen from the file it stands in."""
        if SCHEME.match(reference):
            raise UnusableError("is on the network, which is never asked")
        try:
            file = (base.parent / unquote(reference)).resolve()
        except (OSError, ValueError, RuntimeError):
            raise UnusableError("names no file") from None
        if not file.is_relative_to(self.folder):
            raise UnusableError("leaves the document's folder")
        return file

    def value(self, file: Path) -> Any:
        """What a file holds; read once."""
        if file not in self._values:
            if len(self._values) >= FILES:
                raise UnusableError(f"is one file too many: at most {FILES}")
            content = read_bytes(file, self._left)
            self._left -= len(content)
            self.digests[self.name(file)] = digest(content)
            self._values[file] = None  # one that is broken is told once
            self._values[file] = self._parse(content, self.name(file))
        return self._values[file]


def read_bytes(file: Path, most: int = SIZE) -> bytes:
    """A regular file's content, refused by size before it is read."""
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            kind = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
            raise ContractError(f"is {kind}", where=str(file), fix="Name an OpenAPI document")
        if found.st_size > most:
            raise ContractError(
                f"is too large: {found.st_size / 1e6:.0f} MB, at most {SIZE / 1e6:.0f} MB in all",
                where=str(file),
                fix="Split what you need off it",
            )
        return file.read_bytes()
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or str(error)
        raise ContractError(
            f"cannot be read: {what}", where=str(file), fix="Check the path"
        ) from None


def digest(content: bytes) -> str:
    """By which a file is known again."""
    return blake2b(content, digest_size=16).hexdigest()
