"""What was asked and answered in a session, and why. Bounded by count and by bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

ENTRIES = 2_000  # entries kept in a session
BYTES = 8 * 1024 * 1024  # bytes of bodies kept in a session


class Entry(Struct, kw_only=True, gc=False):
    """One call and its answer. Bodies are as they crossed the wire; secrets are redacted."""

    number: int
    at: int
    vendor: str
    operation: str | None
    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    status: int = 0
    answer: str | None = None
    by: str = "behaviour"
    provenance: str = ""
    caller: str | None = None
    reply_headers: tuple[tuple[str, str], ...] = ()
    reply: bytes = b""
    lost: str = ""
    because: str = ""
    violations: tuple[Any, ...] = ()
    record: tuple[str, str] | None = None
    before: Any = None
    after: Any = None
    rule: str | None = None
    near: tuple[tuple[str, str], ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    hint: str = ""

    @property
    def size(self) -> int:
        return len(self.body) + len(self.reply)


class Journal:
    """The last entries, and counts of all that ever were."""

    __slots__ = ("_bytes", "_entries", "counts", "number")

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self.number = 0
        self.counts: dict[tuple[str, str | None, int, str | None, str], int] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """The entries still kept, oldest first."""
        return iter(self._entries)

    @property
    def dropped(self) -> int:
        """How many entries are no longer kept."""
        return self.number - len(self._entries)

    def take_number(self) -> int:
        self.number += 1
        return self.number

    def append(self, entry: Entry) -> None:
        entries = self._entries
        entries.append(entry)
        self._bytes += entry.size
        while len(entries) > ENTRIES or (self._bytes > BYTES and len(entries) > 1):
            self._bytes -= entries.popleft().size
        key = (entry.vendor, entry.operation, entry.status, entry.answer, entry.by)
        self.counts[key] = self.counts.get(key, 0) + 1

    def get(self, number: int) -> Entry | None:
        """The entry of that number, if it is still kept."""
        if not self._entries:
            return None
        first = self._entries[0].number
        at = number - first
        if 0 <= at < len(self._entries) and self._entries[at].number == number:
            return self._entries[at]
        return next((entry for entry in self._entries if entry.number == number), None)

    def fork(self) -> Journal:
        twin = Journal()
        twin._entries = self._entries.copy()
        twin._bytes, twin.number, twin.counts = self._bytes, self.number, dict(self.counts)
        return twin
