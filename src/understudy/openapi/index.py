"""The light index of a user's document: each operation's method, path and id, nothing compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.openapi.source import Source
from understudy.openapi.templates import MOST_SEGMENTS
from understudy.yaml import escape

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
LONGEST_ID = 120  # characters of an id that is made: it stands in headers and reports
NO_WORD = re.compile(r"\W+", re.ASCII)


class Entry(NamedTuple):
    """Where one operation stands."""

    path: str  # the template, without a base path
    method: str  # lower-case
    item: Mapping[str, Any]  # its path item, references followed
    at: str  # the item's pointer
    operation_id: str | None  # its operationId


def entries(source: Source) -> Iterator[Entry]:
    """Every operation of the document; what is no path is told."""
    for path, raw in source.mapping(source.document, "paths", "").items():
        path = str(path)
        if path.startswith("x-"):
            continue
        with source.forgiving():
            if not path.startswith("/"):
                raise source.error("/paths", f"path {path!r} is no path", "It begins with a slash")
            if path.count("/") > MOST_SEGMENTS:
                what = f"a path of more than {MOST_SEGMENTS} segments"
                raise source.error(f"/paths/{escape(path)}", what, "It is not served")
            item, at = source.follow(raw, f"/paths/{escape(path)}")
            yield from _of_item(path, item, at)


def ids(source: Source, found: list[Entry]) -> list[str]:
    """An identifier for each: its operationId, or one made of that or of method and path."""
    taken: dict[str, int] = {}
    for index, entry in enumerate(found):
        if entry.operation_id is not None and plain(entry.operation_id):
            if entry.operation_id not in taken:
                taken[entry.operation_id] = index
            else:
                source.warn(
                    f"{entry.at}/{entry.method}/operationId",
                    f"operationId {entry.operation_id} stands twice",
                    "The first keeps it; this one is named by method and path",
                )
    kept = {index: name for name, index in taken.items()}
    used = set(taken)
    made = []
    for index, entry in enumerate(found):
        name = kept.get(index)
        if name is None:
            name = _free(_alias(entry, used), used)
            used.add(name)
        made.append(name)
    return made


def plain(name: str) -> bool:
    """Whether an operationId can be an identifier as it is."""
    return name.isascii() and name.isidentifier() and len(name) <= LONGEST_ID


def _of_item(path: str, item: Mapping[str, Any], at: str) -> Iterator[Entry]:
    for method in (each for each in item if each in METHODS):
        raw = item[method]
        if raw is not None:
            said = raw.get("operationId") if isinstance(raw, Mapping) else None
            yield Entry(path, method, item, at, said if isinstance(said, str) and said else None)


def _alias(entry: Entry, used: set[str]) -> str:
    """The identifier nearest to the operationId; without a free one, of method and path."""
    if entry.operation_id is not None and not plain(entry.operation_id):
        alias = _identifier(entry.operation_id)
        if alias and alias not in used:
            return alias
    return _identifier(f"{entry.method}{entry.path}") or entry.method


def _identifier(text: str) -> str:
    name = NO_WORD.sub("_", text[: 2 * LONGEST_ID]).strip("_")[:LONGEST_ID]
    return f"_{name}" if name[:1].isdecimal() else name


def _free(name: str, used: set[str]) -> str:
    if name not in used:
        return name
    number = 2
    while f"{name}_{number}" in used:
        number += 1
    return f"{name}_{number}"
