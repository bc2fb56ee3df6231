"""A document that is known may not be understood less than it was."""

from __future__ import annotations

from collections import Counter

from tests.documents.least_shares import LEAST, below
from tests.documents.round_trips import Step
from tests.documents.table import Row


def row(name: str, trips: int, **roles: int) -> Row:
    return Row(name, Counter(roles), [Step("it", "")] * trips)


def test_a_document_as_it_was_is_fine() -> None:
    assert [*below(row("museum", 5, list=2, create=2, read=1, sample=3))] == []
    assert [*below(row("nobody-knows", 0, sample=1))] == []


def test_what_is_understood_no_more_is_told() -> None:
    assert [*below(row("museum", 4, list=2, sample=5))] == [
        "missed: museum has 7 operations, at least 8 are wanted",
        "missed: museum has 28 percent with true state, at least 62 are wanted",
        "missed: museum has 4 calls of round trips, at least 5 are wanted",
    ]
    assert [*below(row("slack", 0, rpc=87, sample=87))] == [
        "missed: slack has 87 remote calls, at least 88 are wanted"
    ]


def test_figures_are_shares() -> None:
    assert all(0 <= each.state <= 100 and each.calls <= each.operations for each in LEAST.values())
