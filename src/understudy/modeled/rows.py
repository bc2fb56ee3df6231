"""The records of a list that nobody narrows or orders: counted and cut without a look at each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from understudy.modeled.records import ALONE, Item
from understudy.simulation.collection import Collection


class Rows(Sequence[Item]):
    """The records under one key of an index, oldest first; a slice costs what it holds."""

    __slots__ = ("_index", "_key", "_records")

    def __init__(self, records: Collection[Item], index: str, key: str) -> None:
        self._records = records
        self._index = index
        self._key = key

    def __len__(self) -> int:
        return self._records.count(self._index, self._key)

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            found = self._records.ranked(self._index, self._key, start, max(stop, start))
            return found if step == 1 else found[::step]
        at = range(len(self))[place]
        return self._records.ranked(self._index, self._key, at, at + 1)[0]

    def behind(self, serial: int) -> int:
        """How many of them came up to that serial."""
        return self._records.rank(self._index, self._key, (serial, b""), behind=True)

    def serial(self, name: Any) -> int | None:
        """The serial of the record of that id; None: there is none under this key."""
        scope = self._key if self._index == "scope" and self._key != ALONE else ""
        text = str(name).replace("%", "%25").replace("/", "%2F")
        found = self._records.get(f"{scope}/{text}" if scope else text)
        return None if found is None else found.serial
