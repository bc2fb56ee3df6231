"""Partial matching: what matches, what does not, and where it differs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import InputError
from understudy.scenarios.language.matching import Mismatch, pattern
from understudy.scenarios.language.values import ABSENT, as_text

BODY = {
    "code": "SOLD_OUT",
    "data": {"items": [{"id": "a", "n": 1}, {"id": "b", "n": 2}], "more": None},
    "message": "none left",
}

MATCHING = [
    {},
    {"code": "SOLD_OUT"},
    {"data": {"items": [{"id": "a"}, {"id": "b"}]}},
    {"data": {"more": None}},
    {"data": {"$exactly": {"items": [{"id": "a", "n": 1}, {"id": "b", "n": 2.0}], "more": None}}},
    {"absent": {"$absent": True}, "code": {"$absent": False}},
    {"message": {"$matches": "^none"}},
    {"data": {"$type": "object"}, "code": {"$type": ["null", "string"]}},
    {"code": {"$not": "ALREADY_PLACED"}, "other": {"$not": 1}},
    {"$.data.items[0].n": {"$min": 1, "$max": 1}},
    {"$.data.items[*].id": "b"},
    {"$.data.items[?@.n>1].id": "b", "code": "SOLD_OUT"},
    {"$.nothing": {"$absent": True}},
    {"data": {"$.items[1].id": "b"}},
]


@pytest.mark.parametrize("wanted", MATCHING, ids=str)
def test_it_matches(wanted: Any) -> None:
    assert pattern(wanted).mismatch(BODY) is None


DIFFERING = [
    ({"code": "OTHER"}, "/code: expected \"OTHER\", got \"SOLD_OUT\""),
    ({"gone": 1}, "/gone: expected 1, got nothing"),
    ({"data": {"items": [{"id": "a"}]}}, "/data/items: expected 1 items, not 2, got "
     '[{"id": "a", "n": 1}, {"id": "b", "n": 2}]'),
    ({"data": {"items": [{"id": "a"}, {"id": "c"}]}}, '/data/items/1/id: expected "c", got "b"'),
    ({"data": {"items": {"a": 1}}}, "/data/items: expected an object, got "
     '[{"id": "a", "n": 1}, {"id": "b", "n": 2}]'),
    ({"$exactly": {"code": "SOLD_OUT", "data": {"$type": "object"}}},
     '/message: expected nothing, got "none left"'),
    ({"message": {"$absent": True}}, '/message: expected nothing, got "none left"'),
    ({"gone": {"$absent": False}}, "/gone: expected anything, got nothing"),
    ({"message": {"$matches": "left$", "$max": "a"}},
     '/message: expected at most "a", got "none left"'),
    ({"code": {"$type": "integer"}}, '/code: expected integer, got "SOLD_OUT"'),
    ({"code": {"$not": {"$matches": "SOLD"}}},
     '/code: expected not {"$matches": "SOLD"}, got "SOLD_OUT"'),
    ({"$.data.items[*].id": "z"}, '$.data.items[*].id: expected "z", got "a"'),
    ({"$.nothing": 1}, "$.nothing: expected 1, got nothing"),
    ({"$.code": {"$absent": True}}, '$.code: expected nothing, got "SOLD_OUT"'),
    ({"code": {"$min": 3}}, '/code: expected at least 3, got "SOLD_OUT"'),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "told"), DIFFERING, ids=str)
def test_it_differs_and_says_where(wanted: Any, told: str) -> None:
    assert str(pattern(wanted).mismatch(BODY)) == told


def test_everything_that_differs_is_told_in_order() -> None:
    wanted = pattern({"code": 1, "data": {"more": 2, "items": []}})
    assert [each.pointer for each in wanted.mismatches(BODY)] == [
        "/code",
        "/data/more",
        "/data/items",
    ]


@pytest.mark.parametrize(
    ("wanted", "actual", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        ("1", 1, False),
        (None, None, True),
        (None, ABSENT, False),
        ([], [], True),
        ([], [1], False),
        ([1, 2], [2, 1], False),
        ({}, [], False),
        ({}, ABSENT, False),
        ("$${a}", "${a}", True),
        ({"$$ref": 1}, {"$ref": 1}, True),
        ({"$type": "integer"}, 1.0, True),
        ({"$type": "integer"}, True, False),
        ({"$type": "number"}, False, False),
        ({"$min": "b"}, "c", True),
        ({"$min": 1}, "2", False),
        ({"$min": 1}, True, False),
    ],
)
def test_values_are_compared_as_json(wanted: Any, actual: Any, same: bool) -> None:
    assert (pattern(wanted).mismatch(actual) is None) is same


@pytest.mark.parametrize(
    ("wrong", "where", "what"),
    [
        ({"a": {"$min": None}}, "/a/$min", "null is nothing to compare with"),
        ({"a": [{"$absent": "yes"}]}, "/a/0/$absent", "`$absent` is true or false"),
        ({"$type": "text"}, "/$type", '"text" is no type'),
        ({"$matches": 1}, "/$matches", "`$matches` is a regular expression"),
        ({"a": {"$near": 1}}, "/a/$near", "`$near` is no operator"),
    ],
)
def test_a_pattern_that_is_none_is_refused_with_its_place(
    wrong: Any, where: str, what: str
) -> None:
    with pytest.raises(InputError) as refused:
        pattern(wrong)
    assert (refused.value.where, refused.value.what) == (where, what)


def test_only_a_plain_text_is_found_by_its_text() -> None:
    assert pattern("order-1").text == "order-1"
    assert pattern("a $${b}").text == "a ${b}"
    assert [pattern(each).text for each in (1, None, {"$not": "a"}, ["a"])] == [None] * 4


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner),
    max_leaves=8,
)


@given(JSON)
def test_every_value_matches_itself_exactly(value: Any) -> None:
    assert pattern({"$exactly": value}).mismatch(value) is None


@given(JSON, JSON)
def test_exactly_is_equality(left: Any, right: Any) -> None:
    missed = pattern({"$exactly": left}).mismatch(right)
    assert (missed is None) is (
        as_text(left, 10_000) == as_text(right, 10_000) or _same(left, right)
    )


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    return bool(left == right)


def test_a_long_value_is_shortened() -> None:
    told = str(Mismatch("/a", "1", "x" * 500))
    assert len(told) < 160
    assert told.endswith("...")
