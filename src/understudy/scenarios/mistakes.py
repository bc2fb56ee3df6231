"""All that is wrong with parts of a scenario that do not hang on each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from understudy.errors import ScenarioError

Said = TypeVar("Said")
Made = TypeVar("Made")


class Mistakes:
    """Collects refusals; the first of them is raised in the end, and has the others with it."""

    def __init__(self) -> None:
        self.found: list[ScenarioError] = []

    def each(self, make: Callable[[Said], Made], parts: Iterable[Said]) -> tuple[Made, ...]:
        """What is made of each part; the wrong ones are left out."""
        made: list[Made] = []
        for part in parts:
            try:
                made.append(make(part))
            except ScenarioError as error:
                self.found += [error, *error.others]
        return tuple(made)

    def told(self) -> None:
        """ScenarioError where anything was wrong."""
        if self.found:
            first, *others = self.found
            first.others = tuple(others)
            raise first
