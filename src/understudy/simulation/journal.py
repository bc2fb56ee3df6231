"""What was asked and answered in a session, and why. Bounded by count and by bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from understudy.slices import paused

Key = tuple[str, str | None, int, str, str]  # vendor, operation, status, answer, by

ENTRIES = 1_000  # entries kept in a session, where nobody says another number
EACH = 4 * 1024  # bytes of bodies kept of an entry, on average
BYTES = ENTRIES * EACH  # bytes of bodies kept in a session whose journal is not larger

PLACES = {"query": "query parameter", "header": "header", "body": "member of the body"}


class UnreadName(Struct, frozen=True, gc=False):
    """A name that a call carried and nothing read."""

    location: str  # query, header, body
    name: str  # of a body with its place: `limits/steps`; "": the whole body
    meant: str = ""  # what it was probably meant for, and where that is read
    where: str = ""

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.location} {self.name}".rstrip()

    @property
    def message(self) -> str:
        """That it is not read, and what was probably meant."""
        if not self.name:
            return "the body is not read: this operation takes none"
        if not self.meant:
            return f"`{self.name}` is not read"
        other = "" if self.where == self.location else f"the {PLACES[self.where]} "
        return f"`{self.name}` is not read; did you mean {other}`{self.meant}`?"


class Entry(Struct, kw_only=True, gc=False):
    """One call and its answer, as they crossed the wire; secrets are redacted before it is made.

    `record` is the (collection, id) the call names; `before` and `after` its values around it.
    """

    number: int
    at: int
    vendor: str
    operation: str | None  # the operationId; None: nothing has this path and method
    method: str
    path: str  # raw, without session and vendor
    query: str
    headers: dict[bytes, bytes]
    body: bytes
    status: int
    answer: str
    by: str  # behaviour, rule, fault, refusal
    provenance: str
    reply_headers: list[tuple[bytes, bytes]]
    reply: bytes
    caller: str | None = None
    reason: str = ""  # why, where no problem says it
    problem: Any = None  # the vendor.Problem of a refusal: violations, missing, allow
    record: tuple[str, str] | None = None
    before: Any = None
    after: Any = None
    rule: str | None = None  # the rule that answered or struck
    near_misses: tuple[tuple[str, str], ...] = ()  # rules that nearly did, and what kept them
    lost: str = ""  # "request" or "answer"
    values: Any = None  # parameters by contract name
    hint: str = ""
    unread: tuple[UnreadName, ...] = ()
    opened: int = -1  # of a delayed call: how many were answered when it came
    left: bool = False  # the client was gone before the answer
    reached: bool = False  # the rules that answer were asked
    held: int = 0  # of one that hangs: how many came before its client gave up; -1: it waits

    @property
    def because(self) -> str:
        """Why it was answered so, in one sentence."""
        refused: str = "" if self.problem is None else self.problem.because
        if not self.reason or refused in self.reason:
            return self.reason or refused
        return f"{self.reason}; {refused}"

    @property
    def size(self) -> int:
        return len(self.body) + len(self.reply)

    def leave(self, after: int) -> None:
        """Its client left when it had been sent so many bytes of the body."""
        self.left = True
        told = f"its client left after {after} bytes"
        self.reason = f"{self.reason}; {told}" if self.reason else told


class Draft(Struct, gc=False):
    """A call that is kept; its entry is written when somebody first reads it, which is seldom."""

    number: int
    size: int
    source: Any
    write: Callable[[int, Any], Entry]
    entry: Entry | None = None

    def read(self) -> Entry:
        if self.entry is None:
            self.entry, self.source = self.write(self.number, self.source), None
        return self.entry


def _trace(entries: Iterable[Entry]) -> str:
    """What tells these entries from others of the same numbers."""
    trace = blake2b(digest_size=8)
    for each in paused(entries):
        what = each.number, each.at, each.vendor, each.method, each.path, each.query, each.status
        trace.update(repr((*what, each.body, each.reply)).encode())
    return trace.hexdigest()


class Journal:
    """The last entries, and counts of all that ever were."""

    __slots__ = (
        "_bytes",
        "_drafts",
        "_gone",
        "_room",
        "_waiting",
        "bound",
        "counts",
        "listener",
        "number",
        "outgrown",
    )

    def __init__(self, bound: int = ENTRIES) -> None:
        self.bound = bound
        self.outgrown = 0  # entries there was no room for
        self._drafts: deque[Draft] = deque()
        self._waiting: dict[int, Draft] = {}  # calls that came and are not answered yet
        self._bytes = 0
        self._gone = 0  # bytes of those there was no room for
        self._room = max(BYTES, bound * EACH)
        self.number = 0
        self.counts: dict[Key, int] = {}
        self.listener: Callable[[Draft], None] | None = None  # who is told of each entry

    def __len__(self) -> int:
        return len(self._drafts)

    def __iter__(self) -> Iterator[Entry]:
        """The entries still kept, oldest first."""
        return (draft.read() for draft in paused(tuple(self._drafts)))

    def __reversed__(self) -> Iterator[Entry]:
        """The same, newest first."""
        return (draft.read() for draft in paused(reversed(tuple(self._drafts))))

    def all_that_came(self) -> Iterator[Entry]:
        """The entries, then the calls that wait for their answer: those have no number yet."""
        yield from self
        yield from [draft.read() for draft in self._waiting.values()]

    @property
    def waiting(self) -> int:
        """How many calls wait for their answer."""
        return len(self._waiting)

    def announce(self, key: int, draft: Draft) -> None:
        """A call has come and waits."""
        self._waiting[key] = draft

    def arrive(self, key: int) -> bool:
        """The call waits no more; False where it was forgotten meanwhile."""
        return self._waiting.pop(key, None) is not None

    @property
    def dropped(self) -> int:
        """How many entries are no longer kept."""
        return self.number - len(self._drafts)

    @property
    def enough(self) -> int:
        """The bound that would have kept every entry."""
        return max(len(self._drafts) + self.outgrown, -(-(self._bytes + self._gone) // EACH))

    def take_number(self) -> int:
        self.number += 1
        return self.number

    def append(self, entry: Entry) -> None:
        """Keeps an entry."""
        key = (entry.vendor, entry.operation, entry.status, entry.answer, entry.by)
        self.keep(Draft(entry.number, entry.size, None, _written, entry), key)

    def keep(self, draft: Draft, key: Key) -> None:
        """Keeps what an entry can be written of; `key` is what it counts as."""
        drafts, bound, room = self._drafts, self.bound, self._room
        drafts.append(draft)
        held = self._bytes + draft.size
        while len(drafts) > bound or (held > room and len(drafts) > 1):
            size = drafts.popleft().size
            held -= size
            self._gone += size
            self.outgrown += 1
        self._bytes, counts = held, self.counts
        counts[key] = counts.get(key, 0) + 1
        if self.listener is not None:
            self.listener(draft)

    def get(self, number: int) -> Entry | None:
        """The entry of that number, if it is still kept."""
        drafts = self._drafts
        at = number - drafts[0].number if drafts else -1
        if 0 <= at < len(drafts) and drafts[at].number == number:
            return drafts[at].read()
        return next((draft.read() for draft in drafts if draft.number == number), None)

    def written(self) -> dict[str, Any]:
        """Where it stands as JSON: the counts, and by what its entries are known again."""
        first = self._drafts[0].number if self._drafts else 0
        counts = [[*key, count] for key, count in self.counts.items()]
        trace = _trace(self)
        return {"number": self.number, "counts": counts, "first": first, "trace": trace}

    def go_on(self, before: Journal, told: Mapping[str, Any]) -> None:
        """Begins behind what was written, with its entries where another journal holds them."""
        first, number = told.get("first", 0), told["number"]
        entries = [entry for entry in before if first <= entry.number <= number]
        if entries and _trace(entries) == told.get("trace"):
            for entry in entries:
                self.append(entry)
            self._gone, self.outgrown = self._gone + before._gone, self.outgrown + before.outgrown
        self.number = number
        self.counts = {(v, o, s, a, b): count for v, o, s, a, b, count in told["counts"]}

    def drafts(self) -> list[Draft]:
        """What is kept, written or not."""
        return list(self._drafts)

    def clear(self) -> None:
        """Forgets every entry; numbers and counts go on where they were."""
        self._drafts.clear()
        self._waiting.clear()
        self._bytes = self._gone = self.outgrown = 0

    def fork(self) -> Journal:
        twin = Journal(self.bound)
        twin._drafts = self._drafts.copy()
        twin._gone, twin.outgrown = self._gone, self.outgrown
        twin._bytes, twin.number, twin.counts = self._bytes, self.number, dict(self.counts)
        return twin


def _written(number: int, source: Any) -> Entry:
    raise AssertionError("it is written already")
