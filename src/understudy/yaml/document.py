"""What a YAML text says, and on which line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

COLUMN_BITS = 12  # a line and a column are kept in one number: there are many of them
_LAST_COLUMN = (1 << COLUMN_BITS) - 1


def packed(mark: Any) -> int:
    """Line and column of a parser's mark as one number."""
    line, column = int(mark.line) + 1, int(mark.column)
    return line << COLUMN_BITS | min(column, _LAST_COLUMN)


def place_in(where: str) -> tuple[int, int]:
    """Line and column of a place that ends with them; 0 for what it does not say."""
    found = _PLACE.search(where)
    return (0, 0) if found is None else (int(found[1]), int(found[2] or 0))


_PLACE = re.compile(r":([0-9]+)(?::([0-9]+))?$")


class Warned(NamedTuple):
    """A mistake that a lenient reading goes on after."""

    what: str
    line: int
    fix: str


def escape(step: str) -> str:
    """One step of a JSON pointer."""
    return step.replace("~", "~0").replace("/", "~1") if "~" in step or "/" in step else step


class Document(Struct):
    """What a text says, and where."""

    value: Any
    file: str
    warnings: tuple[Warned, ...]  # of a lenient reading
    _lines: Mapping[str, int] | None
    _read_lines: Callable[[], Mapping[str, int]]
    columns: bool = False  # whether places are told with them

    def where(self, pointer: str = "") -> str:
        """`file:line` of the value at that JSON pointer, or of what holds it."""
        line, column = self._mark(pointer)
        return f"{self.file}:{line}:{column}" if self.columns else f"{self.file}:{line}"

    def _mark(self, pointer: str) -> tuple[int, int]:
        if self._lines is None:
            self._lines = self._read_lines()
        while pointer not in self._lines and pointer:
            pointer = pointer.rpartition("/")[0]
        mark = self._lines.get(pointer, 1 << COLUMN_BITS)
        return mark >> COLUMN_BITS, (mark & _LAST_COLUMN) + 1

    def forget_lines(self) -> None:
        """A text without a mistake is seldom asked again, and then it is read again."""
        self._lines = None
