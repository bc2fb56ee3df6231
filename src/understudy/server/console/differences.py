"""What changed in a record: each field that is another one, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from msgspec import json

from understudy.simulation.clock import iso

MOST = 200  # changes that are shown of one record
INSTANTS = range(10**12, 10**13)  # numbers that are instants: milliseconds from 2001 to 2286


class Difference(NamedTuple):
    """One field; nothing where it is not there."""

    name: str
    before: str
    after: str


def differences(before: Any, after: Any) -> list[Difference]:
    """The fields in which two records differ, those inside others by their path."""
    return list(islice(_differences(before or {}, after or {}, ""), MOST))


def _differences(before: Any, after: Any, at: str) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, list) and isinstance(after, list):
        before, after = dict(enumerate(before)), dict(enumerate(after))
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            name = f"{at}.{key}" if at else str(key)
            yield from _differences(before.get(key), after.get(key), name)
    else:
        yield Difference(at, shown(before), shown(after))


def shown(value: Any) -> str:
    """A field's value as a person reads it: instants as instants."""
    if value is None:
        return ""
    if type(value) is int and value in INSTANTS:
        return iso(value)
    return value if isinstance(value, str) else json.encode(value).decode()
