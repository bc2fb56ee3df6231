"""What a list is narrowed to and ordered by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from understudy.modeled.fields import Fields
from understudy.modeled.model import Listing
from understudy.modeled.names import plain
from understudy.modeled.pointers import NOTHING, get
from understudy.modeled.records import Item, data_of

DOWN = frozenset(("desc", "descending", "-1"))
UP = frozenset(("asc", "ascending", "1"))
ESCAPED = frozenset('"\\/.')  # what JSON escapes; and numbers with a point have many forms


def filtered(listing: Listing, values: Mapping[str, Any], items: Sequence[Item]) -> Sequence[Item]:
    """The records whose fields are as the query says."""
    wanted = {
        f"/{field}": _options(values[name])
        for name, field in listing.filters.items()
        if values.get(name) not in (None, "")
    }
    if not wanted:
        return items
    texts = [_bytes(options) for options in wanted.values()]
    return [
        each
        for each in items
        if all(_may_hold(each, options) for options in texts) and _is(data_of(each), wanted)
    ]


def ordered(
    listing: Listing, values: Mapping[str, Any], fields: Fields, items: Sequence[Item]
) -> Sequence[Item]:
    """The records in the order the query asks for; equal ones stay as they were made."""
    by = _orders(listing, values, fields)
    for name, down in reversed(by):
        items = sorted(items, key=_place(name), reverse=down)
    return items


def is_asked(listing: Listing, values: Mapping[str, Any]) -> bool:
    """Whether a call narrows or orders the list at all."""
    names = (*listing.filters, listing.order, listing.direction)
    return any(values.get(name) not in (None, "") for name in names if name)


def _is(data: Mapping[str, Any], wanted: Mapping[str, frozenset[str]]) -> bool:
    for pointer, options in wanted.items():
        held = get(data, pointer)
        if isinstance(held, list):
            if not any(_text(each) in options for each in held):
                return False
        elif held is NOTHING or _text(held) not in options:
            return False
    return True


def _bytes(options: frozenset[str]) -> tuple[bytes, ...]:
    """The options as they stand in JSON; nothing where one is written in several ways there."""
    if not all(each.isprintable() and not ESCAPED & {*each} for each in options):
        return ()
    return tuple(each.encode() for each in options)


def _may_hold(item: Item, options: tuple[bytes, ...]) -> bool:
    """Whether a record is worth reading: its JSON has one of the texts somewhere."""
    data = bytes(item.data)
    return not options or any(each in data for each in options)


def _options(value: Any) -> frozenset[str]:
    """The texts that a parameter lets through: its own, those of a list, those between commas."""
    if isinstance(value, list):
        return frozenset(map(_text, value))
    text = _text(value)
    parts = [each.strip() for each in text.split(",")] if isinstance(value, str) else []
    return frozenset((text, *parts))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _orders(listing: Listing, values: Mapping[str, Any], fields: Fields) -> list[tuple[str, bool]]:
    """The fields to order by, each with whether it goes down."""
    said = values.get(listing.order) if listing.order else None
    way = str(values.get(listing.direction, "")).lower() if listing.direction else ""
    parts = said if isinstance(said, list) else str(said or "").split(",")
    found = []
    for part in map(str, parts):
        name, down = _order(part.strip(), way in DOWN)
        field = fields.plain.get(plain(name))
        if field is not None:
            found.append((field.name, down))
        elif name.lower() in UP | DOWN:
            created = next(
                (each for each in fields.by_name.values() if each.use == "created"), None
            )
            if created is not None:
                found.append((created.name, name.lower() in DOWN))
    return found


def _order(part: str, down: bool) -> tuple[str, bool]:
    """A name and its way, of `-name`, `+name`, `name:desc`, `name desc`."""
    if part[:1] in ("-", "+"):
        return part[1:], part[0] == "-"
    name, _, way = part.replace(" ", ":").partition(":")
    return name, way.lower() in DOWN if way else down


def _place(name: str) -> Callable[[Item], tuple[int, Any]]:
    def place(item: Item) -> tuple[int, Any]:
        value = data_of(item).get(name)
        if isinstance(value, bool | int | float):
            return 0, value
        return (1, value) if isinstance(value, str) else (2, "")

    return place
