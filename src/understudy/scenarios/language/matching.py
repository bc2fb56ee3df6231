"""Partial matching: objects by subset, arrays item by item, and what begins with `$` is ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from understudy.errors import InputError
from understudy.scenarios.language.jsonpath import compiled
from understudy.scenarios.language.regex import regex
from understudy.scenarios.language.values import ABSENT, TYPES, as_text, same, unescaped
from understudy.yaml import escape

OPERATORS = ("$absent", "$exactly", "$matches", "$max", "$min", "$not", "$type")


class Mismatch(NamedTuple):
    """Where a value is not as wanted: the pointer, what was wanted there, what was there."""

    pointer: str
    expected: str
    got: Any

    def __str__(self) -> str:
        place = f"{self.pointer}: " if self.pointer else ""
        return f"{place}expected {self.expected}, got {as_text(self.got)}"


Check = Callable[[Any, str], Iterator[Mismatch]]


class Pattern:
    """A compiled pattern; `text` is the one text it equals, if it is no more than that."""

    __slots__ = ("_check", "source", "text")

    def __init__(self, source: Any, check: Check) -> None:
        self.source = source
        self._check = check
        plain = isinstance(source, str) and not source.startswith("$")
        self.text: str | None = unescaped(source) if plain else None

    def __repr__(self) -> str:
        return f"Pattern({self.source!r})"

    def mismatch(self, actual: Any) -> Mismatch | None:
        """The first thing that is not as wanted; None: all is."""
        return next(self._check(actual, ""), None)

    def mismatches(self, actual: Any) -> list[Mismatch]:
        """Everything that is not as wanted, in the pattern's order."""
        return list(self._check(actual, ""))


def pattern(value: Any, where: str = "") -> Pattern:
    """Compiles what a scenario wrote; InputError (`where` + pointer) for a pattern that is none."""
    return Pattern(value, _compile(value, where, closed=False))


def _compile(value: Any, where: str, *, closed: bool) -> Check:
    if isinstance(value, Mapping):
        return _object(value, where, closed=closed)
    if isinstance(value, list | tuple):
        items = [_compile(each, f"{where}/{n}", closed=closed) for n, each in enumerate(value)]
        return lambda actual, at: _array(items, actual, at)
    wanted = unescaped(value) if isinstance(value, str) else value
    expected = as_text(wanted)

    def equal(actual: Any, at: str) -> Iterator[Mismatch]:
        if not same(wanted, actual):
            yield Mismatch(at, expected, actual)

    return equal


def _array(items: list[Check], actual: Any, at: str) -> Iterator[Mismatch]:
    if not isinstance(actual, list | tuple):
        yield Mismatch(at, f"an array of {len(items)}", actual)
        return
    for number, (item, value) in enumerate(zip(items, actual, strict=False)):
        yield from item(value, f"{at}/{number}")
    if len(items) != len(actual):
        yield Mismatch(at, f"{len(items)} items, not {len(actual)}", actual)


def _object(value: Mapping[str, Any], where: str, *, closed: bool) -> Check:
    checks: list[Check] = []
    fields: dict[str, Check] = {}
    for key, each in value.items():
        place = f"{where}/{escape(key)}"
        if key.startswith(("$.", "$[")):
            checks.append(_path(key, each, place))
        elif key.startswith("$$"):
            fields[key[1:]] = _compile(each, place, closed=closed)
        elif key.startswith("$"):
            checks.append(_operator(key, each, place))
        else:
            fields[key] = _compile(each, place, closed=closed)
    if fields or not checks:
        checks.append(lambda actual, at: _fields(fields, actual, at, closed=closed))
    if len(checks) == 1:
        return checks[0]

    def every(actual: Any, at: str) -> Iterator[Mismatch]:
        for check in checks:
            yield from check(actual, at)

    return every


def _fields(
    fields: Mapping[str, Check], actual: Any, at: str, *, closed: bool
) -> Iterator[Mismatch]:
    if not isinstance(actual, Mapping):
        yield Mismatch(at, "an object", actual)
        return
    for key, check in fields.items():
        yield from check(actual.get(key, ABSENT), f"{at}/{escape(key)}")
    for key in actual if closed else ():
        if key not in fields:
            yield Mismatch(f"{at}/{escape(key)}", "nothing", actual[key])


def _path(path: str, wanted: Any, where: str) -> Check:
    """At least one node that the JSONPath selects must match; `$absent`: it selects none."""
    select = compiled(path, where)
    check = _compile(wanted, where, closed=False)

    def some(actual: Any, at: str) -> Iterator[Mismatch]:
        place = f"{at}{path}"
        try:
            found = [] if actual is ABSENT else select(actual)
        except InputError as beyond:
            yield Mismatch(place, beyond.what, actual)
            return
        first = next(check(ABSENT, place), None) if not found else None
        for each in found:
            miss = next(check(each, place), None)
            if miss is None:
                return
            first = first or miss
        if first is not None:
            yield first

    return some


def _operator(name: str, value: Any, where: str) -> Check:
    make = _OPERATORS.get(name)
    if make is None:
        close = get_close_matches(name, OPERATORS, 1)
        hint = f"Did you mean `{close[0]}`? There are" if close else "There are"
        raise InputError(
            f"`{name}` is no operator",
            where=where,
            fix=f"{hint} {', '.join(OPERATORS)} and `$.` paths; a literal one is written `${name}`",
        )
    return make(value, where)


def _test(expected: str, holds: Callable[[Any], bool]) -> Check:
    def check(actual: Any, at: str) -> Iterator[Mismatch]:
        if not holds(actual):
            yield Mismatch(at, expected, actual)

    return check


def _absent(value: Any, where: str) -> Check:
    if not isinstance(value, bool):
        raise InputError("`$absent` is true or false", where=where, fix="Write $absent: true")
    if value:
        return _test("nothing", lambda actual: actual is ABSENT)
    return _test("anything", lambda actual: actual is not ABSENT)


def _exactly(value: Any, where: str) -> Check:
    return _compile(value, where, closed=True)


def _matches(value: Any, where: str) -> Check:
    if not isinstance(value, str):
        raise InputError("`$matches` is a regular expression", where=where, fix="Write a text")
    search = regex(value, where).search
    return _test(
        f"a text that matches {value}", lambda actual: isinstance(actual, str) and search(actual)
    )


def _type(value: Any, where: str) -> Check:
    names = value if isinstance(value, list) else [value]
    for name in names:
        if not isinstance(name, str) or name not in TYPES:
            raise InputError(
                f"{as_text(name)} is no type", where=where, fix=f"There are {', '.join(TYPES)}"
            )
    tests = [TYPES[name] for name in names]
    return _test(" or ".join(names), lambda actual: any(test(actual) for test in tests))


def _not(value: Any, where: str) -> Check:
    check = _compile(value, where, closed=False)
    return _test(f"not {as_text(value)}", lambda actual: next(check(actual, ""), None) is not None)


def _bound(words: str, holds: Callable[[Any, Any], bool]) -> Callable[[Any, str], Check]:
    def make(value: Any, where: str) -> Check:
        comparable = TYPES["number"] if TYPES["number"](value) else TYPES["string"]
        if not comparable(value):
            raise InputError(
                f"{as_text(value)} is nothing to compare with", where=where, fix="Write a number"
            )
        return _test(
            f"{words} {as_text(value)}", lambda actual: comparable(actual) and holds(actual, value)
        )

    return make


_OPERATORS: Mapping[str, Callable[[Any, str], Check]] = {
    "$absent": _absent,
    "$exactly": _exactly,
    "$matches": _matches,
    "$type": _type,
    "$not": _not,
    "$min": _bound("at least", lambda actual, bound: actual >= bound),
    "$max": _bound("at most", lambda actual, bound: actual <= bound),
}
