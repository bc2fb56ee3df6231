"""Values of expressions beside those of JSON: instants, durations, records; and their bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from understudy.errors import InputError
from understudy.modeled.expressions.mistakes import EvaluationError
from understudy.simulation.clock import instant, iso, spoken
from understudy.simulation.identifiers import Identifiers

STEPS = 20_000  # turns of all loops of one evaluation
LARGEST = 1_000_000  # characters of a text, or entries of a list, that one evaluation makes


class Moment(int):
    """An instant, in milliseconds."""

    def __str__(self) -> str:
        return iso(self)


class Span(int):
    """A duration, in milliseconds."""

    def __str__(self) -> str:
        return spoken(self)


class Row:
    """A record as expressions see it: its fields, and what belongs to it."""

    __slots__ = ("data", "key", "related")

    def __init__(
        self,
        data: Mapping[str, Any],
        related: Mapping[str, Callable[[], Any]] | None = None,
        key: Any = None,
    ) -> None:
        self.data = data
        self.related = related or {}
        self.key = key  # what it is, for who made it

    def __contains__(self, name: object) -> bool:
        return name in self.data or name in self.related

    def __getitem__(self, name: str) -> Any:
        if name in self.data:
            return self.data[name]
        found = self.related.get(name)
        return None if found is None else found()


class Rows:
    """All records of a collection: one by its id, or each in turn."""

    __slots__ = ("find", "walk")

    def __init__(self, find: Callable[[Any], Row | None], walk: Callable[[], Iterator[Row]]):
        self.find = find
        self.walk = walk


class Scope:
    """What an evaluation works with: the names, the clock, new ids, and how much it may cost."""

    __slots__ = ("identifiers", "left", "names", "now")

    def __init__(self, names: dict[str, Any], now: int, identifiers: Identifiers) -> None:
        self.names = names
        self.now = now
        self.identifiers = identifiers
        self.left = STEPS

    def step(self, turns: int = 1) -> None:
        """One more turn of a loop, or what costs as much as several."""
        self.left -= turns
        if self.left < 0:
            raise EvaluationError(f"it takes more than {STEPS} turns of its loops")


def each_of(value: Any, scope: Scope) -> Iterator[Any]:
    """What a loop goes through; every turn is counted."""
    if isinstance(value, Rows):
        value = value.walk()
    elif not isinstance(value, list | dict):
        raise EvaluationError(f"{kind_of(value)} is no list")
    for one in value:
        scope.step()
        yield one


def kind_of(value: Any) -> str:
    """What a value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Moment):
        return "an instant"
    if isinstance(value, Span):
        return "a duration"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list | Rows) else "an object"


def as_moment(value: Any) -> Any:
    """The instant that a text means; what is none stays as it is."""
    if not isinstance(value, str):
        return value
    try:
        return Moment(instant(value if ":" in value else f"{value}T00:00:00Z"))
    except InputError:
        return value


def as_json(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Moment | Span):
        return str(value)
    if isinstance(value, Row):
        return dict(value.data)
    if isinstance(value, Rows):
        shown = [as_json(each) for each in islice(value.walk(), STEPS + 1)]
        if len(shown) > STEPS:
            raise EvaluationError(f"it has more than {STEPS} records")
        return shown
    if isinstance(value, list):
        return [as_json(each) for each in value]
    if isinstance(value, dict):
        return {str(as_json(key)): as_json(each) for key, each in value.items()}
    return value


def as_text(value: Any) -> str:
    """A value inside a longer text."""
    made = as_json(value)
    if isinstance(made, bool):
        return "true" if made else "false"
    if made is None:
        return "null"
    if isinstance(made, float):
        return f"{made:g}" if made.is_integer() and abs(made) < 1e15 else repr(made)
    return str(made)
