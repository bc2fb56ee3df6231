"""What a validator found, told as violations: of a oneOf, the branch that was meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from understudy.openapi.operation import Location, Violation
from understudy.openapi.validator_errors import Failure
from understudy.openapi.violation_order import LAST, Rank, declared, rank

SHOWN = 80  # characters of a value in a message
OPTIONS = 20  # of an enum in a message
# In which detail each keyword's limit stands.
EXPECTED = {
    "required": "property",
    "type": "types",
    "enum": "options",
    "const": "expected_value",
    "pattern": "pattern",
    "format": "format",
    "multipleOf": "multiple_of",
    "not": "schema",
}
CLOSED = ("additionalProperties", "unevaluatedProperties")
BRANCHED = ("oneOf", "anyOf")

MAX_VIOLATIONS = 100  # violations of one value; of what is beyond them only the number is told

Ranked = tuple[Rank, Violation]


class Violations(list[Violation]):
    """The first violations of a value, and how many more there are."""

    def __init__(self, told: Iterable[Violation] = (), more: int = 0) -> None:
        super().__init__(told)
        self.more = more


def explain(
    failures: Sequence[Failure],
    root: Any,
    value: Any,
    location: Location,
    name: str,
    unread: int = 0,
) -> Violations:
    """The violations of a value, as the schema declares its properties, each told once.

    `unread` failures are beyond those that are given.
    """
    telling = _Telling(root, value, location, name)
    found = [each for failure in failures for each in telling.tell(failure, "")]
    found.sort(key=lambda each: each[0])
    told: dict[tuple[str, ...], Violation] = {}
    for _, violation in found:
        told.setdefault((violation.pointer, violation.keyword, violation.message), violation)
    more = len(told) - MAX_VIOLATIONS if len(told) > MAX_VIOLATIONS else 0
    return Violations(islice(told.values(), MAX_VIOLATIONS), more + telling.passed_over + unread)


class _Telling(Struct):
    root: Any
    value: Any
    location: Location
    name: str
    passed_over: int = 0  # names too many in one object, beyond what is told

    def tell(self, failure: Failure, branch: str) -> list[Ranked]:
        if failure.keyword in BRANCHED and any(failure.branches):
            return self.tell_branches(failure)
        if failure.keyword in CLOSED:
            names = failure.details.get("unexpected", ())
            self.passed_over += max(len(names) - MAX_VIOLATIONS, 0)
            return [
                self.violation(failure, branch, [*failure.path, key], False, "is not allowed")
                for key in names[:MAX_VIOLATIONS]
            ]
        if failure.keyword == "pattern" and "error" in failure.details:
            message = "backtracks too long in its pattern"
            return [self.violation(failure, branch, failure.path, None, message)]
        expected = self.expected(failure)
        message = _message(failure.keyword, expected) or failure.message
        return [self.violation(failure, branch, failure.path, expected, message)]

    def tell_branches(self, failure: Failure) -> list[Ranked]:
        schemas = find(self.root, failure.schema_path)
        branches = schemas if isinstance(schemas, list) else []
        types = [
            kind
            for errors in failure.branches
            for each in errors
            if each.keyword == "type" and each.path == failure.path
            for kind in each.details.get("types", ())
        ]
        if types and all(_wrong_type(errors, failure.path) for errors in failure.branches):
            message = f"must be {_either(types)}"
            return [self.violation(failure, "", failure.path, types, message, keyword="type")]
        got = find(self.value, failure.path)
        meant = self.discriminated(failure, branches, got)
        if meant is None:
            scores = [_score(errors, failure.path) for errors in failure.branches]
            meant = scores.index(min(scores))
        label = _label(branches[meant], meant) if meant < len(branches) else f"branch {meant + 1}"
        return [each for error in failure.branches[meant] for each in self.tell(error, label)]

    def discriminated(self, failure: Failure, branches: Sequence[Any], got: Any) -> int | None:
        """The branch that the discriminator's value names."""
        parent = find(self.root, failure.schema_path[:-1])
        rule = parent.get("discriminator") if isinstance(parent, Mapping) else None
        if not isinstance(rule, Mapping) or not isinstance(got, Mapping):
            return None
        said = got.get(str(rule.get("propertyName")))
        target = rule.get("mapping", {}).get(said, said) if isinstance(said, str) else None
        for index, branch in enumerate(branches):
            ref = branch.get("$ref", "") if isinstance(branch, Mapping) else ""
            if target and (ref == target or ref.rpartition("/")[2] == target):
                return index
        return None

    def expected(self, failure: Failure) -> Any:
        details, keyword = failure.details, failure.keyword
        if keyword == "type":
            types = sorted(details.get("types", ()), key=lambda kind: kind == "null")
            return types[0] if len(types) == 1 else types
        if keyword == "uniqueItems":
            return True
        return details.get(EXPECTED.get(keyword, "limit"))

    def violation(
        self,
        failure: Failure,
        branch: str,
        path: Sequence[str | int],
        expected: Any,
        message: str,
        keyword: str = "",
    ) -> Ranked:
        pointer = point(path)
        got = find(self.value, path)
        subject = pointer or self.name or self.location
        keyword = keyword or ("not" if failure.keyword == "falseSchema" else failure.keyword)
        told = f"{subject} {message}"
        if keyword != "required":
            told += f"; got {show(got)}"
        place = rank(self.root, failure.steps, failure.path)
        if keyword == "required":
            place += (declared(self.root, failure.steps, expected),)
        violation = Violation(
            self.location, self.name, pointer, keyword, expected, got, told, branch
        )
        return (*place, LAST) if keyword in CLOSED else place, violation


def point(path: Sequence[str | int]) -> str:
    """The JSON pointer of a path."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def find(value: Any, path: Sequence[str | int]) -> Any:
    """What stands at a path; None: nothing."""
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step, value.get(str(step)))  # digits come as a number
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def show(value: Any) -> str:
    """A value in a message: one line, shortened."""
    if isinstance(value, Mapping):
        keys = ", ".join(json.dumps(str(key)[:SHOWN]) for key in islice(value, 5))
        return f"an object with {keys}" if keys else "an empty object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, str) and len(value) > SHOWN:
        return f"{json.dumps(value[:SHOWN])}... ({len(value)} characters)"
    text = json.dumps(value)
    return text if len(text) <= 2 * SHOWN else f"{text[:SHOWN]}..."


def _message(keyword: str, expected: Any) -> str:
    """The limit in words; empty: the validator's own words are as good."""
    if keyword == "type":
        return f"must be {_either([expected] if isinstance(expected, str) else expected)}"
    if keyword == "enum":
        return f"must be one of {', '.join(show(each) for each in expected[:OPTIONS])}"
    if keyword == "const":
        return f"must be {show(expected)}"
    words, _, unit = MESSAGES.get(keyword, "").partition("#")
    return words.format(expected) + _counted(unit, expected)


MESSAGES = {
    "required": "lacks {}",
    "pattern": "must match {}",
    "format": "must be a {}",
    "minLength": "must have at least {} #character",
    "maxLength": "must have at most {} #character",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "minItems": "must have at least {} #item",
    "maxItems": "must have at most {} #item",
    "uniqueItems": "must not repeat an item",
    "minProperties": "must have at least {} #property",
    "maxProperties": "must have at most {} #property",
    "multipleOf": "must be a multiple of {}",
    "falseSchema": "must not be there",
}


def _counted(unit: str, count: Any) -> str:
    plural = f"{unit[:-1]}ies" if unit.endswith("y") else f"{unit}s"
    return unit if count == 1 or not unit else plural


def _either(types: Sequence[str]) -> str:
    return " or ".join(dict.fromkeys(types))


def _wrong_type(errors: Sequence[Failure], path: Sequence[str | int]) -> bool:
    return any(each.keyword == "type" and each.path == path for each in errors)


def _score(errors: Sequence[Failure], path: Sequence[str | int]) -> tuple[bool, int, int, int]:
    """How little a branch is meant: wrong type, then wrong constants, then many, shallow errors."""
    constants = sum(
        each.keyword in ("const", "enum") and len(each.path) == len(path) + 1 for each in errors
    )
    depth = max((len(each.path) for each in errors), default=0)
    return _wrong_type(errors, path), constants, len(errors), -depth


def _label(branch: Any, index: int) -> str:
    """A branch by its component's name, its title, or its number."""
    if isinstance(branch, Mapping):
        name = str(branch.get("$ref", "")).rpartition("/")[2] or branch.get("title")
        if name:
            return str(name)
    return f"branch {index + 1}"
