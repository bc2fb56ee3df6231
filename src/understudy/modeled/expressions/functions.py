"""The functions of expressions: what each takes and gives, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from understudy.errors import InputError
from understudy.modeled.expressions.mistakes import EvaluationError
from understudy.modeled.expressions.operators import bounded
from understudy.modeled.expressions.values import (
    LARGEST,
    Moment,
    Row,
    Rows,
    Scope,
    Span,
    as_moment,
    as_text,
    each_of,
    kind_of,
)
from understudy.simulation.clock import LAST, duration

Does = Callable[..., Any]
PATTERNS = 256  # compiled at once
DAY, HOUR, MINUTE, SECOND = 86_400_000, 3_600_000, 60_000, 1_000


class Function(NamedTuple):
    """What it takes (kinds between bars, `any` for all), what it gives, and what it does."""

    takes: tuple[str, ...]
    gives: str  # a kind; `same`: that of what is inside its first argument
    does: Does
    least: int = -1  # arguments; -1: all


@lru_cache(maxsize=PATTERNS)
def pattern(text: str) -> Any:
    """A regular expression that matches in linear time; EvaluationError for what is none."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except re2.error as error:
        raise EvaluationError(f"{text!r} is no regular expression: {error}") from None


def _now(scope: Scope) -> Moment:
    return Moment(scope.now)


def _uuid(scope: Scope) -> str:
    return scope.identifiers.uuid("expression uuid")


def _hex(scope: Scope, length: int) -> str:
    if not 1 <= length <= 128:
        raise EvaluationError("hex() makes 1 to 128 digits")
    return scope.identifiers.hex("expression hex", length)


def _span(size: int) -> Does:
    def make(scope: Scope, count: float) -> Span:
        if abs(count) * size > LAST:
            raise EvaluationError(f"{count} is longer than the calendar")
        return Span(int(count * size))

    return make


def _numbers(value: Any, scope: Scope) -> list[Any]:
    found = [*each_of(value, scope)]
    for each in found:
        if isinstance(each, bool | Moment) or not isinstance(each, int | float):
            raise EvaluationError(f"{kind_of(each)} is no number to add")
    return found


def _sum(scope: Scope, value: Any) -> Any:
    total = sum(_numbers(value, scope))
    return round(total, 9) if isinstance(total, float) else total


def _extreme(choose: Callable[[list[Any]], Any]) -> Does:
    def find(scope: Scope, value: Any) -> Any:
        found = _numbers(value, scope)
        return choose(found) if found else None

    return find


def _size(scope: Scope, value: Any) -> int:
    if isinstance(value, Rows):
        return sum(1 for _ in each_of(value, scope))
    if isinstance(value, str | list | dict):
        return len(value)
    raise EvaluationError(f"{kind_of(value)} has no size")


def _string(scope: Scope, value: Any) -> str:
    return as_text(value)


def _int(scope: Scope, value: Any) -> int:
    if isinstance(value, Moment | Span):
        return int(value) // SECOND
    try:
        return int(bounded(int(value)))
    except (TypeError, ValueError, OverflowError):
        raise EvaluationError(f"{as_text(value)[:60]!r} is no whole number") from None


def _double(scope: Scope, value: Any) -> float:
    try:
        return float(bounded(float(value)))
    except (TypeError, ValueError):
        raise EvaluationError(f"{as_text(value)[:60]!r} is no number") from None


def _bool(scope: Scope, value: Any) -> bool:
    known = {"true": True, "false": False, True: True, False: False}
    if isinstance(value, str | bool) and value in known:
        return known[value]
    raise EvaluationError(f"{as_text(value)[:60]!r} is not true or false")


def _timestamp(scope: Scope, value: Any) -> Moment:
    made = Moment(value * SECOND) if type(value) is int else as_moment(value)
    if not isinstance(made, Moment):
        raise EvaluationError(f"{as_text(value)[:60]!r} is no instant")
    return made


def _duration(scope: Scope, value: Any) -> Span:
    try:
        return value if isinstance(value, Span) else Span(duration(str(value)))
    except InputError as error:
        raise EvaluationError(error.what) from None


def _round(scope: Scope, value: Any, digits: int = 0) -> Any:
    made = round(value, max(min(digits, 12), 0))
    return int(made) if digits == 0 else made


def _of_text(does: Callable[..., Any]) -> Does:
    def apply(scope: Scope, *values: Any) -> Any:
        if not isinstance(values[0], str):
            raise EvaluationError(f"{kind_of(values[0])} is no text")
        made = does(*values)
        if isinstance(made, str) and len(made) > LARGEST:
            raise EvaluationError(f"it makes a text of more than {LARGEST} characters")
        return made

    return apply


def _matches(text: str, wanted: str) -> bool:
    return pattern(wanted).search(text) is not None


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _contains(scope: Scope, value: Any, part: Any) -> bool:
    if isinstance(value, list | str | dict | Row):
        return part in value
    raise EvaluationError(f"{kind_of(value)} contains nothing")


def _replaced(text: str, old: str, new: str) -> str:
    if len(text) * max(len(new), 1) > LARGEST:
        raise EvaluationError(f"it may make a text of more than {LARGEST} characters")
    return text.replace(old, new)


def _join(scope: Scope, values: Any, between: str = "") -> str:
    made = between.join(as_text(each) for each in each_of(values, scope))
    if len(made) > LARGEST:
        raise EvaluationError(f"it makes a text of more than {LARGEST} characters")
    return made


def _part(text: str, start: int, end: int | None = None) -> str:
    if start < 0 or (end is not None and end < start):
        raise EvaluationError(f"a text has no part from {start} to {end}")
    return text[start:end]


_TEXT = ("string",)
_NUMBER = "int|double|duration"

FUNCTIONS: Mapping[str, Function] = {
    "now": Function((), "timestamp", _now),
    "uuid": Function((), "string", _uuid),
    "hex": Function(("int",), "string", _hex),
    "days": Function((_NUMBER,), "duration", _span(DAY)),
    "hours": Function((_NUMBER,), "duration", _span(HOUR)),
    "minutes": Function((_NUMBER,), "duration", _span(MINUTE)),
    "seconds": Function((_NUMBER,), "duration", _span(SECOND)),
    "sum": Function(("list",), "same", _sum),
    "min": Function(("list",), "same", _extreme(min)),
    "max": Function(("list",), "same", _extreme(max)),
    "size": Function(("list|map|string",), "int", _size),
    "string": Function(("any",), "string", _string),
    "int": Function(("any",), "int", _int),
    "double": Function(("any",), "double", _double),
    "bool": Function(("any",), "bool", _bool),
    "timestamp": Function(("any",), "timestamp", _timestamp),
    "duration": Function(("string|duration",), "duration", _duration),
    "round": Function((_NUMBER, "int"), "any", _round, 1),
    "matches": Function(_TEXT * 2, "bool", _of_text(_matches)),
    "sha256": Function(_TEXT, "string", _of_text(_sha256)),
    "contains": Function(("string|list|map", "any"), "bool", _contains),
    "startsWith": Function(_TEXT * 2, "bool", _of_text(str.startswith)),
    "endsWith": Function(_TEXT * 2, "bool", _of_text(str.endswith)),
    "lowerAscii": Function(_TEXT, "string", _of_text(str.lower)),
    "upperAscii": Function(_TEXT, "string", _of_text(str.upper)),
    "trim": Function(_TEXT, "string", _of_text(str.strip)),
    "replace": Function(_TEXT * 3, "string", _of_text(_replaced)),
    "split": Function(_TEXT * 2, "list", _of_text(lambda text, by: text.split(by or None))),
    "join": Function(("list", "string"), "string", _join, 1),
    "substring": Function(("string", "int", "int"), "string", _of_text(_part), 2),
}
