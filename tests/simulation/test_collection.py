"""The ordered, indexed set of records, against a naive model of it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from tests.simulation.sample_kind import Thing, thing
from understudy.simulation.collection import Collection, Index, Place, by, inverted

INDEXES: dict[str, Index[Thing]] = {
    "tenant": by("tenant"),
    "both": by("tenant", "state"),
    "ranked": by("tenant", order=lambda each: (each.ticks, inverted(each.id))),
    "active": Index(
        lambda each: each.tenant if each.state == "ON" else None,
        lambda each: (each.ticks, inverted(each.id)),
    ),
}

ids = st.sampled_from([f"t{number}" for number in range(12)])
things = st.builds(
    thing,
    ids,
    state=st.sampled_from(["ON", "OFF"]),
    tenant=st.sampled_from(["a", "b", ""]),
    created=st.integers(0, 4),
    ticks=st.integers(0, 3),
)


def collection(*records: Thing) -> Collection[Thing]:
    made: Collection[Thing] = Collection("things", INDEXES)
    for record in records:
        made.put(record)
    return made


def naive(records: dict[str, Thing], index: str, key: Hashable) -> list[Thing]:
    """The records under a key, newest first, by sorting all of them."""
    chosen: Index[Any] = INDEXES.get(index) or Index(lambda each: "")
    found = [record for record in records.values() if chosen.key(record) == key]
    return sorted(found, key=chosen.order, reverse=True)


KEYS = [("", ""), ("tenant", "a"), ("tenant", "b"), ("active", "a"), ("active", "b")]
EVERY: list[tuple[str, Hashable]] = [
    *KEYS,
    *(("ranked", tenant) for tenant in ("a", "b")),
    *(("both", (tenant, state)) for tenant in ("a", "b", "") for state in ("ON", "OFF")),
]


class Forks(RuleBasedStateMachine):
    """Collections and forks of them, each beside a dict that is copied in full."""

    pairs = Bundle("pairs")

    def __init__(self) -> None:
        super().__init__()
        self.known: list[tuple[Collection[Thing], dict[str, Thing]]] = []

    @rule(target=pairs)
    def begin(self) -> int:
        self.known.append((collection(), {}))
        return len(self.known) - 1

    @rule(target=pairs, which=pairs)
    def fork(self, which: int) -> int:
        one, model = self.known[which]
        self.known.append((one.fork(), dict(model)))
        return len(self.known) - 1

    @rule(which=pairs, record=things)
    def put(self, which: int, record: Thing) -> None:
        one, model = self.known[which]
        assert one.put(record) == model.get(record.id)
        model[record.id] = record

    @rule(which=pairs, record_id=ids)
    def remove(self, which: int, record_id: str) -> None:
        one, model = self.known[which]
        assert one.remove(record_id) == model.pop(record_id, None)

    @invariant()
    def all_is_as_in_the_model(self) -> None:
        for one, model in self.known:
            assert len(one) == len(model)
            for index, key in EVERY:
                wanted = naive(model, index, key)
                assert list(one.walk(index, key)) == wanted
                assert one.count(index, key) == len(wanted)
                assert one.first(index, key) == (wanted[0] if wanted else None)
            assert list(one) == naive(model, "", "")[::-1]
            assert sorted(map(str, one.keys("tenant"))) == sorted(
                {record.tenant for record in model.values() if record.tenant}
            )


TestForks = Forks.TestCase
TestForks.settings = settings(max_examples=50, stateful_step_count=30)


@given(st.lists(things, max_size=30), st.integers(1, 7), st.booleans(), st.sampled_from(KEYS))
def test_walking_by_cursor_gives_each_record_once(
    records: list[Thing], limit: int, oldest_first: bool, where: tuple[str, str]
) -> None:
    index, key = where
    one = collection(*records)
    found, after, more = [], None, True
    while more:
        page, more = one.page(index, key, limit=limit, after=after, oldest_first=oldest_first)
        assert len(page) == limit or not more
        found += page
        after = one.place(index, page[-1]) if page else None
    wanted = naive({record.id: record for record in records}, index, key)
    assert found == (wanted[::-1] if oldest_first else wanted)


@given(st.lists(things, max_size=30), st.integers(1, 7), st.booleans())
def test_walking_by_offset_gives_each_record_once(
    records: list[Thing], limit: int, oldest_first: bool
) -> None:
    one = collection(*records)
    found: list[Thing] = []
    for number in range(len(one) // limit + 1):
        page, more = one.page(limit=limit, offset=number * limit, oldest_first=oldest_first)
        found += page
        assert more == (len(found) < len(one))
    assert found == (list(one) if oldest_first else list(one)[::-1])


@given(st.lists(things, max_size=20), st.lists(things, max_size=20), st.integers(1, 4), st.data())
def test_what_was_there_is_met_once_while_records_come_and_go(
    records: list[Thing], others: list[Thing], limit: int, data: st.DataObject
) -> None:
    one = collection(*records)
    there = {record.id for record in one}
    removed: set[str] = set()
    found: list[str] = []
    after: Place | None = None
    more = True
    while more:
        page, more = one.page(limit=limit, after=after)
        found += [record.id for record in page]
        after = one.place("", page[-1]) if page else after
        for other in data.draw(st.lists(st.sampled_from(others or [thing("x")]), max_size=2)):
            if other.id not in there and other.id not in one:
                one.put(other)
        gone = data.draw(st.sampled_from([None, *sorted(there)]))
        if gone is not None:
            one.remove(gone)
            removed.add(gone)
    assert len(found) == len(set(found))
    assert there - removed <= set(found)


@given(st.text(max_size=5), st.text(max_size=5))
def test_inverted_texts_sort_the_other_way(one: str, other: str) -> None:
    try:
        left, right = one.encode(), other.encode()
    except UnicodeEncodeError:
        return
    assert (inverted(one) > inverted(other)) == (left < right)


@pytest.mark.parametrize(("one", "other"), [("a", "a\0"), ("", "\0"), ("a\0b", "a\0\0")])
def test_nul_in_an_id_sorts_like_any_character(one: str, other: str) -> None:
    assert (inverted(one) > inverted(other)) == (one < other)


def test_of_one_instant_the_smaller_id_comes_first() -> None:
    one = collection(*(thing(name, created=1) for name in ("b", "a", "ab")))
    assert [record.id for record in one.walk()] == ["a", "ab", "b"]


def test_a_page_beyond_the_end_is_empty() -> None:
    one = collection(thing("a"))
    assert one.page(limit=5, offset=9) == ([], False)
    assert one.page(limit=5, offset=9, oldest_first=True) == ([], False)
    assert one.page("tenant", "nobody", limit=5) == ([], False)
