"""What the operators of expressions do: look up, compare, calculate."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from understudy.modeled.expressions.mistakes import EvaluationError
from understudy.modeled.expressions.values import (
    LARGEST,
    Moment,
    Row,
    Rows,
    Scope,
    Span,
    as_moment,
    each_of,
    kind_of,
)
from understudy.modeled.names import plain
from understudy.modeled.pointers import NOTHING
from understudy.simulation.clock import LAST

ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def selected(held: Any, name: str) -> Any:
    """A property; null where it is missing."""
    if isinstance(held, dict | Row):
        found = looked_up(held, name)
        return None if found is NOTHING else found
    raise EvaluationError(f"{kind_of(held)} has no `{name}`")


def looked_up(held: dict[str, Any] | Row, name: str) -> Any:
    if name in held:
        return held[name]
    if isinstance(held, Headers):
        return next((value for key, value in held.items() if plain(key) == plain(name)), NOTHING)
    return NOTHING


class Headers(dict[str, Any]):
    """Values whose names are looked up without case and signs."""


def indexed(held: Any, key: Any) -> Any:
    """An entry of a list, an object or a collection."""
    if isinstance(held, Rows):
        return held.find(key)
    if isinstance(held, list):
        if not isinstance(key, int) or isinstance(key, bool) or not 0 <= key < len(held):
            raise EvaluationError(f"a list of {len(held)} has no entry {key!r}")
        return held[key]
    return selected(held, str(key))


def truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise EvaluationError(f"{kind_of(value)} is not true or false")


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal; an instant and its text are."""
    if isinstance(left, Moment) != isinstance(right, Moment):
        left, right = as_moment(left), as_moment(right)
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    if isinstance(left, Row) and isinstance(right, Row):
        return bool(left.data == right.data)
    return bool(left == right)


def ordered(order: Callable[[Any, Any], Any], left: Any, right: Any) -> bool:
    if isinstance(left, Moment) != isinstance(right, Moment):
        left, right = as_moment(left), as_moment(right)
    numbers = all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in (left, right)
    )
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        raise EvaluationError(f"{kind_of(left)} cannot be compared with {kind_of(right)}")
    return bool(order(left, right))


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """What two values make; EvaluationError where that is nothing."""
    if sign == "+" and isinstance(left, str | list) and type(left) is type(right):
        made = operator.add(left, right)
        if len(made) > LARGEST:
            raise EvaluationError(f"it makes more than {LARGEST} characters or entries")
        return made
    if isinstance(left, Moment) or isinstance(right, Moment):
        return _instants(sign, left, right)
    made = _numbers(sign, number(left), number(right))
    return Span(made) if isinstance(left, Span) else made


def _instants(sign: str, left: Any, right: Any) -> Any:
    if sign == "-" and isinstance(left, Moment) and isinstance(right, Moment):
        return Span(int(left) - int(right))
    if sign in "+-" and isinstance(left, Moment | Span) and isinstance(right, Moment | Span):
        made = int(left) + int(right) if sign == "+" else int(left) - int(right)
        if not 0 <= made <= LAST:
            raise EvaluationError("the calendar has no such instant")
        return Moment(made)
    raise EvaluationError(f"`{sign}` between {kind_of(left)} and {kind_of(right)}")


def _numbers(sign: str, left: float, right: float) -> Any:
    if sign in "/%" and right == 0:
        raise EvaluationError("it divides by zero")
    if sign == "+":
        made = left + right
    elif sign == "-":
        made = left - right
    elif sign == "*":
        made = left * right
    elif isinstance(left, int) and isinstance(right, int):
        made = abs(left) // abs(right) if sign == "/" else abs(left) % abs(right)
        made = -made if (left < 0) != (right < 0 and sign == "/") else made
    else:
        made = left / right if sign == "/" else left % right
    return bounded(made)


def bounded(made: float) -> Any:
    """A number, where it is one that JSON has."""
    if isinstance(made, int) and abs(made) >= 1 << 63:
        raise EvaluationError("whole numbers have 64 bits")
    if not isfinite(made):
        raise EvaluationError("it is larger than any number")
    return made


def number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EvaluationError(f"{kind_of(value)} is no number")
    return value


def within(value: Any, held: Any, scope: Scope) -> bool:
    if isinstance(held, Row):
        return value in held
    return any(same(value, each) for each in each_of(held, scope))
