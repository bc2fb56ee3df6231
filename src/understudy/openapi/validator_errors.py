"""The validator's errors as plain values, no more of them than anybody reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

READ = 2_000  # errors of one value, those inside of branches counted


class Failure(Struct, frozen=True):
    """One error of the validator."""

    keyword: str
    message: str
    path: Sequence[str | int]  # in the value
    schema_path: Sequence[str | int]  # in the schema
    steps: Sequence[str | int]  # the way there, through every $ref
    details: Mapping[str, Any]
    branches: Sequence[Sequence[Failure]]  # of a oneOf or anyOf: the errors of each branch


class Budget(Struct):
    """How many errors may still be read."""

    left: int


def failure_of(error: Any, budget: Budget) -> Failure:
    """The library's error as a plain value; of each branch at least the first error is read."""
    budget.left -= 1
    details = error.kind.as_dict()
    return Failure(
        error.kind.name,
        error.message,
        list(error.instance_path),
        list(error.schema_path),
        list(error.evaluation_path),
        {key: value for key, value in details.items() if key != "context"},
        [
            [failure_of(each, budget) for each in islice(branch, max(budget.left // 8, 1))]
            for branch in details.get("context", ())
        ],
    )
