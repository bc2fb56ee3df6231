"""Coverage as values: added up whatever way, measured without flattery."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from understudy.checks.coverage import (
    AnswerCount,
    Coverage,
    Mistake,
    OperationCount,
    Share,
    TransitionCount,
    Undocumented,
    VendorCount,
    added,
    read,
    written,
)

COUNTS = st.integers(0, 3)


def answer(
    name: str, natural: int = 0, forced: int = 0, faulted: int = 0, *, is_: str = "documented"
) -> AnswerCount:
    return AnswerCount(name, 200, is_, natural, forced, faulted)


def vendor(*answers: AnswerCount, name: str = "shop", times: int = 0) -> VendorCount:
    """A vendor with one operation and one transition."""
    requests = sum(each.natural + each.forced for each in answers)
    operation = OperationCount("buy", requests, answers)
    moves = (TransitionCount("orders", "OPEN", "pay", "PAID", times),)
    return VendorCount(name, requests, 0, (operation,), moves)


def mistake(what: str = "body: required", times: int = 1, *tests: str) -> Mistake:
    because = "/price is missing"
    where = ("shop", "buy", "POST", "/buy", 400, "BAD")
    return Mistake("refused", *where, what, because, times, "default.1", tests)


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    """What some session may have counted of one contract."""
    names = ("OK", "GONE", "ODD")
    counts = [answer(each, draw(COUNTS), draw(COUNTS), draw(COUNTS)) for each in names]
    beyond = tuple(
        Undocumented(each, draw(st.integers(1, 3)))
        for each in draw(st.sets(st.sampled_from([502, 599])))
    )
    operation = OperationCount("buy", draw(COUNTS), tuple(counts), beyond)
    moves = (TransitionCount("orders", "OPEN", "pay", "PAID", draw(COUNTS)),)
    each = VendorCount("shop", draw(COUNTS), draw(COUNTS), (operation,), moves)
    wrong = draw(st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True))
    return Coverage((each,), tuple(mistake(what, draw(st.integers(1, 3))) for what in wrong))


def canonical(coverage: Coverage) -> Any:
    """What a coverage says, whatever order its rows were met in."""
    told = json.decode(json.encode(written(coverage)))
    for each in told["vendors"]:
        for operation in each["operations"]:
            operation["undocumented"].sort(key=lambda row: row["status"])
    told["mistakes"].sort(key=lambda row: row["what"])
    return told


@given(st.lists(coverages(), min_size=1, max_size=4), st.data())
def test_the_sum_is_the_same_in_any_order_and_grouping(
    parts: list[Coverage], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(parts))
    cut = data.draw(st.integers(0, len(parts)))
    grouped = added([added(shuffled[:cut]), added(shuffled[cut:])])
    assert canonical(grouped) == canonical(added(parts))


@given(coverages())
def test_what_is_written_is_read_back(coverage: Coverage) -> None:
    assert read(json.decode(json.encode(written(coverage)))) == coverage


@given(coverages(), coverages())
def test_more_sessions_never_cover_less(one: Coverage, two: Coverage) -> None:
    together = added([one, two]).share.covered
    assert together >= max(one.share.covered, two.share.covered)


def test_vendors_of_several_suites_stand_side_by_side() -> None:
    shop, bank = Coverage((vendor(answer("OK", 1)),)), Coverage((vendor(name="bank"),))
    assert [each.vendor for each in added([shop, bank, shop]).vendors] == ["shop", "bank"]
    assert added([shop, bank, shop]).vendors[0].operations[0].requests == 2


def test_an_answer_counts_once_it_came_naturally_or_forced() -> None:
    came = vendor(
        answer("OK", 1), answer("GONE", forced=1), answer("LOST", faulted=9), answer("NO")
    )
    assert came.answers == Share(2, 4)
    assert came.lived == Share(0, 1)
    assert vendor(times=2).lived == Share(1, 1)
    assert came.share == Share(2, 5)


def test_what_is_only_inferred_is_not_part_of_the_measure() -> None:
    inferred = answer("BUSY", 5, is_="inferred")
    assert vendor(answer("OK", 1), inferred).answers == Share(1, 1)
    assert vendor(inferred).answers == Share(0, 0)
    assert vendor(answer("SEEN", is_="observed")).answers == Share(0, 1)


@pytest.mark.parametrize(
    ("covered", "total", "percent"),
    [(0, 0, 0.0), (0, 3, 0.0), (1, 3, 33.3), (2, 3, 66.6), (1999, 2500, 79.9), (4, 4, 100.0)],
)
def test_percent_are_rounded_down(covered: int, total: int, percent: float) -> None:
    assert Share(covered, total).percent == percent


def test_the_same_mistake_is_told_once_with_the_first_few_tests() -> None:
    parts = [Coverage((), (mistake("x", 2, f"test_{n}"),)) for n in (1, 2, 2, 3, 4)]
    other = Coverage((), (mistake("y"),))
    first, second = added([*parts, other]).mistakes
    assert (first.what, first.times, first.tests) == ("x", 10, ("test_1", "test_2", "test_3"))
    assert (second.what, second.times) == ("y", 1)
