"""What of a document is understood, counted: its operations by role, and its round trips."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.documents.round_trips import Step, round_trips
from understudy.modeled.assembly import modeled
from understudy.openapi.user_document import read_document

STATE = frozenset(
    ("list", "read", "create", "replace", "merge", "delete", "subdocument", "singleton", "link")
)
HEAD = ("document", "operations", "S", "views", "actions", "rpc", "samples", "round trips")


class Row(NamedTuple):
    """One document of the table."""

    name: str
    roles: Counter[str]
    steps: list[Step]

    @property
    def operations(self) -> int:
        return self.roles.total()

    @property
    def state(self) -> float:
        """The share of operations with true state, as a percentage."""
        held = sum(count for role, count in self.roles.items() if role in STATE)
        return 100 * held / max(self.operations, 1)

    @property
    def passed(self) -> int:
        return sum(not each.wrong for each in self.steps)

    def cells(self) -> tuple[str, ...]:
        roles = (self.roles[each] for each in ("view", "action", "rpc", "sample"))
        trips = f"{self.passed}/{len(self.steps)}"
        return self.name, str(self.operations), f"{self.state:.0f} %", *map(str, roles), trips


def row(path: Path) -> Row:
    """The figures of one file."""
    made = modeled(path.stem, read_document(path).value, str(path))
    roles = Counter(each.role for each in made.model.operations.values())
    return Row(path.stem, Counter(map(str, roles.elements())), list(round_trips(made)))


def told(rows: list[Row]) -> str:
    """The table as text."""
    cells = [HEAD, *(each.cells() for each in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)).rstrip()
        for each in cells
    )
