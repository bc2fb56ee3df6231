"""Scenarios that ship, read once: what was made of a text that passes the grammar, by content."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from understudy.openapi.cache import cache_key, keep, recall
from understudy.resources import code_stamp
from understudy.scenarios.language.source import Grammar, Source

FORMAT = 1  # raise it when what is kept changes


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a source."""

    value: Any
    written: dict[str, str]
    places: dict[str, str]  # by pointer: those that somebody asked for


def read_shipped(
    text: str, file: str, vendors: Iterable[str], grammar: Callable[[], Grammar]
) -> Source:
    """The source of a text that ships, read by the grammar of these vendors where nobody did."""
    content = "\0".join([text, *vendors]).encode() + code_stamp()
    key, stem = cache_key(content, FORMAT), f"scenario-{file}"
    kept = _recalled(stem, key)
    if kept is None:
        return _noted(grammar().read(text, file), stem, key)
    places = _Places(kept.places, lambda: grammar().read(text, file))
    return Source(kept.value, file, places.where, kept.written, text, places.forget)


def _recalled(stem: str, key: str) -> Kept | None:
    told = recall(stem, key)
    try:
        return None if told is None else msgspec.convert(told, Kept)
    except msgspec.ValidationError:
        return None


def _noted(source: Source, stem: str, key: str) -> Source:
    """The source, kept with the places that were asked for once whoever compiles it is done."""
    places = _Places({}, lambda: source)

    def done() -> None:
        kept = Kept(source.value, dict(source.written), places.known)
        if msgspec.json.decode(msgspec.json.encode(kept), type=Kept) == kept:
            keep(stem, key, msgspec.to_builtins(kept))
        places.forget()
        source.forget()

    return msgspec.structs.replace(source, where=places.where, forget=done)


class _Places:
    """Where the parts of a text stand: known, or found out by reading it again."""

    def __init__(self, known: dict[str, str], read: Callable[[], Source]) -> None:
        self.known = known
        self._read = read
        self._source: Source | None = None

    def where(self, pointer: str) -> str:
        found = self.known.get(pointer)
        if found is None:
            if self._source is None:
                self._source = self._read()
            found = self.known[pointer] = self._source.where(pointer)
        return found

    def forget(self) -> None:
        self._source = None
