"""What is broken or unusual in a user's document: told with place and fix, never refused."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from understudy.yaml import escape

MAX_WARNINGS = 1_000  # warnings of one document; beyond them only their number


class DocumentWarning(Struct, frozen=True):
    """One thing that is wrong, where, and what to do about it."""

    file: str
    pointer: str  # in that file, as its author wrote it
    what: str
    fix: str
    line: int | None = None

    @property
    def where(self) -> str:
        """The place in one text: `file:line#/pointer`, as far as it is known."""
        line = f":{self.line}" if self.line is not None else ""
        return f"{self.file}{line}#{self.pointer}" if self.pointer else f"{self.file}{line}"

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}. {self.fix}"
        return line if line.isprintable() else "".join(map(_printable, line))


class Warnings:
    """The warnings of one reading, each place told once, their number bounded."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str, str], DocumentWarning] = {}
        self.left_out = 0

    def add(
        self, file: str, path: Iterable[str], what: str, fix: str, line: int | None = None
    ) -> None:
        """Tell one; `path` are the steps of its JSON pointer."""
        pointer = "".join(f"/{escape(step)}" for step in path)
        key = (file, pointer, what)
        if key in self._told:
            return
        if len(self._told) >= MAX_WARNINGS:
            self.left_out += 1
            return
        self._told[key] = DocumentWarning(file, pointer, what, fix, line)

    def all(self) -> tuple[DocumentWarning, ...]:
        """All of them; what is beyond the bound is counted in the last."""
        told = tuple(self._told.values())
        if not self.left_out:
            return told
        what = f"{self.left_out} warnings more are not told"
        return (*told, DocumentWarning(told[0].file, "", what, "Mend these first"))


def _printable(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]
