"""How much is told of a value in which everything is wrong, and how much work that is."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.openapi import validator_errors, violations
from understudy.openapi.schema import Checker
from understudy.openapi.validator_errors import READ
from understudy.openapi.violations import MAX_VIOLATIONS, Violations

CLOSED = {"properties": {"a": {}}, "additionalProperties": False}
BRANCHES = {"items": {"oneOf": [CLOSED, {"required": ["b"]}, {"type": "string"}]}}


def wrong(schema: Any, value: Any) -> Violations:
    return Checker(schema).violations(value)


@pytest.mark.parametrize("count", [MAX_VIOLATIONS - 1, MAX_VIOLATIONS, MAX_VIOLATIONS + 1, 20_000])
def test_names_too_many(count: int) -> None:
    found = wrong(CLOSED, {f"k{index}": 1 for index in range(count)})
    assert len(found) == min(count, MAX_VIOLATIONS)
    assert found.more == max(count - MAX_VIOLATIONS, 0)
    assert [each.pointer for each in found[:3]] == ["/k0", "/k1", "/k2"]


@pytest.mark.parametrize("count", [MAX_VIOLATIONS - 1, MAX_VIOLATIONS, MAX_VIOLATIONS + 1, 20_000])
def test_items_that_are_wrong(count: int) -> None:
    found = wrong({"items": {"type": "string"}}, [1] * count)
    assert len(found) == min(count, MAX_VIOLATIONS)
    assert found.more == max(count - MAX_VIOLATIONS, 0)
    assert found[-1].pointer == f"/{len(found) - 1}"


def test_a_good_value_has_none_more() -> None:
    found = wrong(CLOSED, {"a": 1})
    assert (found, found.more) == ([], 0)


def test_an_error_that_is_told_twice_is_one() -> None:
    (violation,) = wrong({"allOf": [{"required": ["a"]}, {"required": ["a"]}]}, {})
    assert violation.expected == "a"


def work(monkeypatch: pytest.MonkeyPatch, value: Any) -> dict[str, int]:
    """How often each step was taken to tell what is wrong with a value."""
    counts = {"read": 0, "found": 0}
    make, find = validator_errors.Failure, violations.find

    def read(*args: Any) -> Any:
        counts["read"] += 1
        return make(*args)

    def found(*args: Any) -> Any:
        counts["found"] += 1
        return find(*args)

    monkeypatch.setattr(validator_errors, "Failure", read)
    monkeypatch.setattr(violations, "find", found)
    wrong(BRANCHES, value)
    return counts


@pytest.mark.parametrize(
    "value",
    [
        [{"b": 1, "c": 2}] * 8_000,
        [1] * 8_000,
        [{f"k{index}": 1 for index in range(5_000)}] * 20,
        [{f"k{index}": 1} for index in range(8_000)],
    ],
    ids=["ambiguous", "numbers", "many names", "many objects"],
)
def test_the_work_does_not_grow_with_the_value(monkeypatch: pytest.MonkeyPatch, value: Any) -> None:
    counts = work(monkeypatch, value)
    assert counts["read"] <= 2 * READ
    assert counts["found"] <= 4 * (MAX_VIOLATIONS + 1) * MAX_VIOLATIONS
