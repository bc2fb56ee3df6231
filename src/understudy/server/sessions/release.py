"""What a session leaves behind is given back piece by piece: memory of a long past is no pause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from understudy.simulation.journal import Journal
from understudy.simulation.world import World
from understudy.slices import InSlices

PIECES = 200  # records, trails or calls that are given back at a stretch: about 2 ms


class Leftovers:
    """The last hold on worlds and a journal that nobody uses any more."""

    def __init__(self, worlds: Iterable[World], journal: Journal | None = None) -> None:
        held: list[list[Any]] = [] if journal is None else [journal.drafts()]
        for world in worlds:
            held += [list(each.as_added()) for each in world.collections.values()]
            held.append(world.history.trails())
        self._held = held

    def release(self) -> InSlices[None]:
        """Lets go of all of it; the worlds themselves must be nobody's by then."""
        left = PIECES
        while self._held:
            row = self._held[-1]
            took = min(left, len(row))
            del row[len(row) - took :]
            left -= took
            if not row:
                self._held.pop()
            if not left:
                left = PIECES
                yield None
