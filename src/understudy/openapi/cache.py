"""What was made of a text, kept as JSON by content; a file that was changed counts as absent."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from understudy.resources import cache_folder

KEPT = 8  # cached versions of one document: some branches and editors' saves
SEAL = 32  # hex digits in front of the content: what was written whole, by nobody else
UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_HARMLESS = (OSError, RuntimeError, ValueError, TypeError, RecursionError, OverflowError)


def cache_key(content: bytes, version: int) -> str:
    """The key of what is made of these bytes, by this version of what makes it."""
    salt = version.to_bytes(8, "big") + _code()
    return blake2b(content, digest_size=16, salt=salt).hexdigest()


def recall(stem: str, key: str) -> Any:
    """What an earlier run made of the same bytes; None if there is none that can be used."""
    with suppress(*_HARMLESS):
        content = _file(stem, key).read_bytes()
        seal, kept = content[:SEAL], content[SEAL:]
        if seal == _seal(kept):
            return msgspec.json.decode(kept)
    return None


def keep(stem: str, key: str, value: Any) -> None:
    """Write for the next run, whole or not at all; a folder that cannot be written is no harm."""
    with suppress(*_HARMLESS):
        content = msgspec.json.encode(value)
        file = _file(stem, key)
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            draft.write_bytes(_seal(content) + content)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)  # a full disk leaves none behind
        _make_room(file)


def _file(stem: str, key: str) -> Path:
    return cache_folder() / f"{_plain(stem)}-{key}.json"


def _make_room(file: Path) -> None:
    stem = file.name.rpartition("-")[0]
    kept = sorted(file.parent.glob(f"{stem}-*.json"), key=lambda each: each.stat().st_mtime_ns)
    for old in kept[:-KEPT]:
        old.unlink()


def _plain(stem: str) -> str:
    return UNSAFE.sub("_", stem)[:80].lstrip(".") or "document"


def _seal(content: bytes) -> bytes:
    return blake2b(content, digest_size=SEAL // 2).hexdigest().encode()


@lru_cache(maxsize=1)
def _code() -> bytes:
    """The version of our own code: of two, neither reads what the other kept."""
    digest = blake2b(digest_size=8)
    with suppress(OSError):
        for file in sorted(Path(__file__).parent.glob("*.py")):
            digest.update(file.read_bytes())
    return digest.digest()
