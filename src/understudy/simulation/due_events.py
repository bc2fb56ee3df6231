"""What falls due, as data: a dict is the truth, a heap derived from it says what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush

from msgspec import Struct

from understudy.errors import SimulationError
from understudy.simulation.clock import iso

Owner = tuple[str, str]  # collection, record id
NEVER = 1 << 62


class Due(Struct, frozen=True, order=True, gc=False):
    """One thing that will happen to a record; (kind, key) is unique for it.

    What is `recurring` nobody waits for: a schedule's next run, and housekeeping such as the end
    of a retention. It keeps no session busy, and no rule hastens it.
    """

    kind: str
    at: int
    key: str = ""
    recurring: bool = False


class Scheduled(Struct, frozen=True, gc=False):
    due: Due
    sequence: int


class DueEvents:
    """Everything scheduled in a world, struck in the order of (instant, sequence)."""

    __slots__ = ("_awaited", "_heap", "_length", "_of", "_sequence", "_shared", "soonest")

    def __init__(self) -> None:
        self._of: dict[Owner, tuple[Scheduled, ...]] = {}
        self._heap: list[tuple[int, int, Owner]] = []
        self._length = 0
        self._awaited = 0  # those that do not recur
        self._sequence = 0
        self._shared = False
        self.soonest = NEVER  # the instant of the next event

    def __len__(self) -> int:
        return self._length

    def peek(self) -> tuple[Owner, Due] | None:
        """The next event, which stays."""
        if self.soonest == NEVER:
            return None
        entry = self._scheduled(self._heap[0])
        assert entry is not None
        return self._heap[0][2], entry.due

    def set(self, owner: Owner, wanted: Sequence[Due]) -> None:
        """Makes these the record's only events: equal ones stay, new ones come, others go."""
        before = self._of.get(owner)
        if before is None:
            if wanted:
                self._begin(owner, wanted)
            return
        wanted = tuple(wanted)
        if wanted == tuple([entry.due for entry in before]):
            return
        self._own()
        kept = {entry.due: entry for entry in before}
        self._put(owner, tuple([kept.get(due) or self._schedule(owner, due) for due in wanted]))
        if len(self._heap) > 64 and len(self._heap) > 2 * self._length:
            self._compact()
        self._look()

    def _begin(self, owner: Owner, wanted: Sequence[Due]) -> None:
        """The events of a record that had none: nothing of the heap is dead by that."""
        self._own()
        row = self._of[owner] = tuple([self._schedule(owner, due) for due in wanted])
        self._length += len(row)
        self._awaited += _awaited(row)
        self.soonest = self._heap[0][0]

    def pop(self) -> tuple[Owner, Due] | None:
        """Takes out the next event."""
        if self.soonest == NEVER:
            return None
        self._own()
        entry = heappop(self._heap)
        struck = self._scheduled(entry)
        assert struck is not None
        owner = entry[2]
        self._put(owner, tuple(each for each in self._of[owner] if each is not struck))
        self._look()
        return owner, struck.due

    def pending(self, beside: Iterable[Owner] = ()) -> bool:
        """Whether anything that does not recur is still to come, beside what these records do."""
        aside = sum([_awaited(self._of.get(owner, ())) for owner in beside])
        return self._awaited > aside

    def of(self, owner: Owner) -> tuple[Due, ...]:
        return tuple(entry.due for entry in self._of.get(owner, ()))

    def __iter__(self) -> Iterator[tuple[Owner, Due, int]]:
        """Each (owner, due, sequence), in no order."""
        for owner, row in self._of.items():
            for each in row:
                yield owner, each.due, each.sequence

    def restore(self, entries: Iterable[tuple[Owner, Due, int]]) -> None:
        """Puts back what an iteration gave; later events come after all of these."""
        self._own()
        for owner, due, sequence in entries:
            self._put(owner, (*self._of.get(owner, ()), Scheduled(due, sequence)))
            self._sequence = max(self._sequence, sequence)
        self._compact()
        self._look()

    def fork(self) -> DueEvents:
        twin = DueEvents()
        twin._of, twin._heap = self._of, self._heap
        twin._length, twin._awaited = self._length, self._awaited
        twin._sequence = self._sequence
        twin._shared = self._shared = True
        twin.soonest = self.soonest
        return twin

    def _schedule(self, owner: Owner, due: Due) -> Scheduled:
        self._sequence += 1
        heappush(self._heap, (due.at, self._sequence, owner))
        return Scheduled(due, self._sequence)

    def _look(self) -> None:
        heap = self._heap
        while heap and self._scheduled(heap[0]) is None:
            heappop(heap)
        self.soonest = heap[0][0] if heap else NEVER

    def _put(self, owner: Owner, row: tuple[Scheduled, ...]) -> None:
        before = self._of.get(owner, ())
        self._length += len(row) - len(before)
        self._awaited += _awaited(row) - _awaited(before)
        if row:
            self._of[owner] = row
        else:
            self._of.pop(owner, None)

    def _scheduled(self, entry: tuple[int, int, Owner]) -> Scheduled | None:
        """What a heap's entry stands for; None when that was cancelled or replaced."""
        for found in self._of.get(entry[2], ()):
            if found.sequence == entry[1]:
                return found
        return None

    def _own(self) -> None:
        if self._shared:
            self._of, self._heap, self._shared = self._of.copy(), self._heap.copy(), False

    def _compact(self) -> None:
        self._heap = [
            (each.due.at, each.sequence, owner) for owner, row in self._of.items() for each in row
        ]
        heapify(self._heap)


class Strikes:
    """How often each record strikes while no time passes, also where an advance is interrupted."""

    __slots__ = ("_at", "_times")

    def __init__(self) -> None:
        self._at = -NEVER
        self._times: dict[Owner, int] = {}

    def count(self, owner: Owner, at: int) -> int:
        """Counts one; how many that record has struck at this very instant."""
        if at > self._at:
            self._at = at
            self._times.clear()
        times = self._times[owner] = self._times.get(owner, 0) + 1
        return times

    def end(self) -> None:
        """All that was due has struck: what comes later begins anew."""
        self._at = -NEVER
        self._times.clear()


def _awaited(row: tuple[Scheduled, ...]) -> int:
    return sum([not each.due.recurring for each in row])


def endless(owner: Owner, due: Due, most: int) -> SimulationError:
    """What is wrong with a record that strikes again and again without time passing."""
    return SimulationError(
        f"{owner[0]} {owner[1]!r} strikes more than {most} times at {iso(due.at)},"
        f" now {due.kind!r}",
        where=owner[1],
        fix="Give a step of its timeline a duration",
    )
