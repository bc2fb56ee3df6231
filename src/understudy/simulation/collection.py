"""The ordered, indexed set of one kind of record. Lists cost O(page), counts O(1)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterator, Mapping
from operator import attrgetter
from typing import Any, Generic, TypeVar

from msgspec import Struct, structs


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """What every record has: its id, its state, the instant it came to be.

    Records hold values, never each other: the garbage collector need not look at them, and a
    world of a hundred thousand costs no pauses.
    """

    id: str
    state: str = ""
    created: int = 0

    def fields(self) -> dict[str, Any]:
        """What rules and verifications see of it, by name."""
        return structs.asdict(self)


R = TypeVar("R", bound=Record)
Place = tuple[int, bytes]
Row = list[tuple[Place, str]]

# UTF-8 stops at 0xF4: so even NUL stays below the 0xFF that ends an inverted text.
_INVERTED = bytes(max(254 - byte, 0) for byte in range(256))


def newest(record: Record) -> Place:
    """The usual order: by creation, ties by id (so that newest first means ids ascending)."""
    return record.created, inverted(record.id)


def _every(record: Record) -> str:
    return EVERY


def inverted(text: str) -> bytes:
    """Bytes that sort the other way round than the text."""
    return text.encode().translate(_INVERTED) + b"\xff"


def _place(entry: tuple[Place, str]) -> Place:
    return entry[0]


def _insert(row: Row, entry: tuple[Place, str]) -> None:
    """Puts an entry where it belongs, which mostly is the end."""
    if not row or row[-1] < entry:
        row.append(entry)
    else:  # of one instant with a few others: near the end
        near = len(row) - NEAR
        insort(row, entry, near if near > 0 and row[near] < entry else 0)


class Index(Struct, Generic[R], frozen=True):
    """What to look records up by; a key of None or "" leaves a record out of the index.

    No two records of one key may have the same place: a page begins behind a place.
    """

    key: Callable[[R], Hashable | None]
    order: Callable[[R], Place] = newest
    fields: tuple[str, ...] = ()  # all that key and order depend on, `created` apart; (): unknown


def by(*fields: str, order: Callable[[Any], Place] = newest) -> Index[Any]:
    """Looks records up by one field, or by several together."""
    return Index(attrgetter(*fields), order, fields if order is newest else ())


NEAR = 32  # of a row's last entries: where most are put that do not belong at its end
EVERY = ""  # the key of the index that has every record


class Collection(Generic[R]):
    """Records by id and in the order of each index. A fork shares all until one side writes."""

    __slots__ = (
        "_fields",
        "_indexes",
        "_owned",
        "_places",
        "_plan",
        "_records",
        "_unsure",
        "name",
    )

    def __init__(self, name: str, indexes: Mapping[str, Index[R]] | None = None) -> None:
        self.name = name
        self._indexes: dict[str, Index[R]] = {"": Index(_every), **(indexes or {})}
        known = [field for each in (indexes or {}).values() for field in each.fields]
        self._fields = attrgetter("created", *dict.fromkeys(known))
        self._plan = tuple((name, each.key, each.order) for name, each in (indexes or {}).items())
        # What may have changed though no known field did.
        self._unsure = tuple(each for each in self._plan if not self._indexes[each[0]].fields)
        self._records: dict[str, R] = {}
        self._places: dict[str, dict[Hashable, Row]] = {index: {} for index in self._indexes}
        self._owned: set[tuple[str, Hashable]] | None = None  # None: nothing is shared

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._records

    def __iter__(self) -> Iterator[R]:
        """Every record, oldest first; take a list before you change what you walk over."""
        return (self._records[record_id] for _, record_id in self._row("", EVERY))

    def get(self, record_id: str) -> R | None:
        return self._records.get(record_id)

    def as_added(self) -> Iterator[R]:
        """Every record in the order they came in, whatever their instants say."""
        return iter(self._records.values())

    def count(self, index: str, key: Hashable) -> int:
        return len(self._row(index, key))

    def rank(self, index: str, key: Hashable, place: Place, *, behind: bool = False) -> int:
        """How many records under that key stand before a place; `behind`: and at it."""
        row = self._row(index, key)
        return bisect_right(row, place, key=_place) if behind else bisect_left(row, (place, ""))

    def ranked(self, index: str, key: Hashable, start: int, stop: int) -> list[R]:
        """The records under that key from one rank up to another, oldest first."""
        return [self._records[record_id] for _, record_id in self._row(index, key)[start:stop]]

    def keys(self, index: str) -> list[Hashable]:
        """The keys of an index that have records."""
        return [key for key, row in self._places[index].items() if row]

    def first(self, index: str, key: Hashable) -> R | None:
        """The newest record under that key."""
        row = self._places[index].get(key)
        return self._records[row[-1][1]] if row else None

    def walk(self, index: str = "", key: Hashable = EVERY) -> Iterator[R]:
        """The records under that key, newest first."""
        return (self._records[record_id] for _, record_id in reversed(self._row(index, key)))

    def page(
        self,
        index: str = "",
        key: Hashable = EVERY,
        *,
        limit: int,
        after: Place | None = None,
        offset: int = 0,
        oldest_first: bool = False,
    ) -> tuple[list[R], bool]:
        """At most `limit` records behind a place or an offset, and whether more follow."""
        row = self._row(index, key)
        if oldest_first:
            start = offset if after is None else bisect_right(row, after, key=_place)
            stop = min(start + limit, len(row))
            chosen, more = row[start:stop], stop < len(row)
        else:
            stop = len(row) - offset if after is None else bisect_left(row, (after, ""))
            stop = max(stop, 0)
            start = max(stop - limit, 0)
            chosen, more = row[start:stop][::-1], start > 0
        records = self._records
        return [records[record_id] for _, record_id in chosen], more

    def place(self, index: str, record: R) -> Place:
        """Where a record stands in an index: a cursor that survives the record."""
        return self._indexes[index].order(record)

    def put(self, record: R) -> R | None:
        """Adds a record, or replaces the one of that id, which is answered."""
        if self._owned is not None:
            self._own(self._owned)
        records, record_id = self._records, record.id
        before = records.get(record_id)
        records[record_id] = record
        if before is None:
            self._enter(record)
        elif before.created != record.created:  # its place is another in every index
            self._leave(before)
            self._enter(record)
        else:
            is_same = self._fields(before) == self._fields(record)
            for name, key_of, order in self._unsure if is_same else self._plan:
                key, old = key_of(record), key_of(before)
                if old == key and (not key or order is newest or order(before) == order(record)):
                    continue
                if old:
                    self._drop(name, old, order(before), record_id)
                if key:
                    _insert(self._mine(name, key), (order(record), record_id))
        return before

    def remove(self, record_id: str) -> R | None:
        """Takes a record out; its id is free again."""
        if self._owned is not None:
            self._own(self._owned)
        record = self._records.pop(record_id, None)
        if record is not None:
            self._leave(record)
        return record

    def _enter(self, record: R) -> None:
        """Puts a record into every index that wants it."""
        usual = (newest(record), record.id)  # in most indexes: one for all of them
        _insert(self._mine("", EVERY), usual)
        for name, key_of, order in self._plan:
            key = key_of(record)
            if key:
                entry = usual if order is newest else (order(record), record.id)
                _insert(self._mine(name, key), entry)

    def _leave(self, record: R) -> None:
        self._drop("", EVERY, newest(record), record.id)
        for name, key_of, order in self._plan:
            if key := key_of(record):
                self._drop(name, key, order(record), record.id)

    def fork(self) -> Collection[R]:
        """The same records in a collection of its own, copied only when one side writes."""
        twin: Collection[R] = Collection.__new__(Collection)
        twin.name = self.name
        twin._indexes, twin._plan = self._indexes, self._plan
        twin._fields, twin._unsure = self._fields, self._unsure
        twin._records, twin._places = self._records, self._places
        self._owned = set()
        twin._owned = set()
        return twin

    def _row(self, index: str, key: Hashable) -> Row:
        return self._places[index].get(key) or []

    def _own(self, owned: set[tuple[str, Hashable]]) -> None:
        if not owned:
            self._records = self._records.copy()
            self._places = {name: rows.copy() for name, rows in self._places.items()}
            owned.add(("", None))

    def _mine(self, index: str, key: Hashable) -> Row:
        rows, owned = self._places[index], self._owned
        row = rows.get(key)
        if row is None:
            row = rows[key] = []
        elif owned is None or (index, key) in owned:
            return row
        else:
            row = rows[key] = row.copy()
        if owned is not None:
            owned.add((index, key))
        return row

    def _drop(self, index: str, key: Hashable, place: Place, record_id: str) -> None:
        row = self._mine(index, key)
        at = bisect_left(row, (place, record_id))
        if at < len(row) and row[at] == (place, record_id):
            del row[at]
        if not row:
            del self._places[index][key]
            if self._owned is not None:
                self._owned.discard((index, key))
