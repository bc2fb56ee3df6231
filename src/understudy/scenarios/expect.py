"""What a step expects, held against what came, and both as a person reads them."""

from __future__ import annotations

from typing import Any

from understudy.scenarios.captures import Lookup, filled
from understudy.scenarios.match import Mismatch, pattern
from understudy.scenarios.model import Expectation
from understudy.scenarios.target import Answered, Lost
from understudy.scenarios.values import ABSENT, said

SHOWN = 300  # characters of a body in a line


def differences(expect: Expectation | None, answer: Answered | Lost, lookup: Lookup) -> list[str]:
    """Everything that is not as expected; without an expectation any answer will do."""
    if isinstance(answer, Lost):
        return [] if expect is not None and expect.lost else [f"no answer: {answer.how}"]
    if expect is None:
        return []
    if expect.lost:
        return [f"expected the answer to be lost, got {told(answer)}"]
    found: list[str] = []
    if expect.status is not None:
        found += _wrong("status", expect.status, answer.status, lookup)
    for name, wanted_value in expect.headers.items():
        got = answer.header(name)
        found += _wrong(f"header {name}", wanted_value, ABSENT if got is None else got, lookup)
    if expect.has_body:
        found += _wrong("body", expect.body, answer.json() if answer.body else ABSENT, lookup)
    return found


def _wrong(what: str, wanted_value: Any, got: Any, lookup: Lookup) -> list[str]:
    missed = pattern(filled(wanted_value, lookup)).mismatches(got)
    return [f"{what}{each.pointer}: {Mismatch('', each.expected, each.got)}" for each in missed]


def wanted(expect: Expectation | None, lookup: Lookup) -> str:
    """An expectation in a line."""
    if expect is None:
        return "an answer"
    if expect.lost:
        return "the answer to be lost"
    parts: list[str] = []
    if expect.status is not None:
        parts.append(said(filled(expect.status, lookup)))
    parts += [f"{name}: {said(value)}" for name, value in expect.headers.items()]
    if expect.has_body:
        parts.append(said(filled(expect.body, lookup), SHOWN))
    return " ".join(parts)


def told(answer: Answered | Lost) -> str:
    """What came, in a line."""
    if isinstance(answer, Lost):
        return answer.how
    body = answer.json()
    return f"{answer.status} {said(body, SHOWN)}" if answer.body else str(answer.status)
