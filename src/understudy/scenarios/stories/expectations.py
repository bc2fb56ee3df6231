"""What a step expects, held against what actual, and both as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from understudy.scenarios.language.captures import Lookup, filled
from understudy.scenarios.language.matching import Mismatch, pattern
from understudy.scenarios.language.values import ABSENT, as_text
from understudy.scenarios.stories.model import Expectation, Verification
from understudy.scenarios.stories.report import Outcome
from understudy.scenarios.stories.target import Answered, Lost, Session

SHOWN = 300  # characters of a body in a line


def differences(expect: Expectation | None, answer: Answered | Lost, lookup: Lookup) -> list[str]:
    """Everything that is not as expected; without an expectation any answer will do."""
    if isinstance(answer, Lost):
        return [] if expect is not None and expect.lost else [f"no answer: {answer.how}"]
    if expect is None:
        return []
    if expect.lost:
        return [f"expected the answer to be lost, got {describe_answer(answer)}"]
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


def describe_expected(expect: Expectation | None, lookup: Lookup) -> str:
    """An expectation in a line."""
    if expect is None:
        return "an answer"
    if expect.lost:
        return "the answer to be lost"
    parts: list[str] = []
    if expect.status is not None:
        parts.append(as_text(filled(expect.status, lookup)))
    parts += [f"{name}: {as_text(value)}" for name, value in expect.headers.items()]
    if expect.has_body:
        parts.append(as_text(filled(expect.body, lookup), SHOWN))
    return " ".join(parts)


def describe_answer(answer: Answered | Lost) -> str:
    """What actual, in a line."""
    if isinstance(answer, Lost):
        return answer.how
    body = answer.json()
    return f"{answer.status} {as_text(body, SHOWN)}" if answer.body else str(answer.status)


def verified(
    session: Session, verify: Sequence[Verification], *, counted: bool
) -> Iterator[Outcome]:
    """An outcome for each; only a sandbox has `counted` its calls."""
    if not counted:
        why = "only a sandbox counts its calls"
        yield from (Outcome(v.target, v.where, "skipped", "verify", because=why) for v in verify)
    elif verify:
        unmet: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
        for each in session.verify().get("unmet", ()):
            key = (each["operation"], each["expected"], _line(each["where"]))
            unmet.setdefault(key, []).append(each)
        for one in verify:  # of several in a line nobody can tell which is which
            rows = unmet.get((one.target, one.expected, _line(one.where)))
            yield _held(one.target, one.where, one.expected, rows.pop(0) if rows else None)


def _line(where: str) -> str:
    """The place without its file, which a sandbox behind a URL calls otherwise."""
    return where.rpartition(":")[2]


def _held(target: str, where: str, times: str, unmet: Mapping[str, Any] | None) -> Outcome:
    if unmet is None:
        return Outcome(target, where, "passed", "verify", expected=_calls(times))
    nearest = tuple(
        f"{each.get('request')}: {each.get('differs')}" for each in unmet.get("nearest", ())
    )
    actual = _calls(str(unmet.get("actual")))
    return Outcome(
        target,
        where,
        "failed",
        "verify",
        expected=_calls(times),
        got=actual,
        differences=nearest,
        because=str(unmet.get("because") or f"{actual} of {target} came"),
    )


def _calls(count: str) -> str:
    return f"{count} call" if count in ("1", "at least 1") else f"{count} calls"
