"""A snapshot as the text it is: written in slices, sealed on the way, and bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Any

from msgspec import json

from understudy.errors import InputError
from understudy.slices import InSlices, pause

SEAL = "seal"
LEVELS = 4  # of mappings above the records
ROWS = 50  # of a list that are written at a stretch: 1 to 10 ms

_WHOLE = re.compile(rb"([:,\[]-?[0-9]+)\.0(?=[,\]}])")  # JavaScript writes 1.0 as 1


class Rows:
    """A long list, written row by row; rows are made when they are asked for."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self.rows = rows


def seal(value: Mapping[str, Any]) -> str:
    """What all of a snapshot comes to."""
    rest = {key: each for key, each in value.items() if key != SEAL}
    hashed = blake2b(digest_size=16)
    for _, in_order in _parts(_long_lists(rest, LEVELS)):
        hashed.update(_plain(in_order))
        pause()
    return hashed.hexdigest()


def _long_lists(value: Any, levels: int) -> Any:
    """The value with its long lists as what is written row by row."""
    if isinstance(value, Mapping) and levels:
        return {key: _long_lists(each, levels - 1) for key, each in value.items()}
    if isinstance(value, list) and len(value) > ROWS:
        return Rows(iter(value))
    return value


def _plain(text: bytes) -> bytes:
    """The text with whole numbers as everybody writes them; few have any others."""
    has_any = any(each in text for each in (b".0,", b".0}", b".0]"))
    return _WHOLE.sub(rb"\1", text) if has_any else text


def sealed_text(value: Mapping[str, Any], most: int) -> InSlices[bytes]:
    """A snapshot's text with its seal; InputError once it has more bytes than that."""
    hashed, parts, size = blake2b(digest_size=16), [], 0
    for part, in_order in _parts(value):
        size += len(part)
        if size > most:
            raise InputError(f"the snapshot has more than {most} bytes")
        hashed.update(_plain(in_order))
        parts.append(part)
        yield None
    parts[-1] = parts[-1][:-1]  # without the last brace
    parts.append(b',"%b":"%b"}' % (SEAL.encode(), hashed.hexdigest().encode()))
    return b"".join(parts)


Part = tuple[bytes, bytes]  # of the text as it is told, and as it is sealed: its keys in order


def _parts(value: Any) -> Iterator[Part]:
    """The text, cut where no number is cut; free JSON keeps the order of its keys."""
    if isinstance(value, Rows):
        yield from _list(value.rows)
    elif not _is_long(value):
        yield json.encode(value), json.encode(value, order="sorted")
    else:
        begun = b"{"
        for key in sorted(value):
            head = begun + json.encode(key) + b":"
            yield head, head
            yield from _parts(value[key])
            begun = b","
        yield b"}", b"}"


def _list(rows: Iterator[Any]) -> Iterator[Part]:
    begun = b"["
    while some := list(islice(rows, ROWS)):
        told = begun + b",".join([json.encode(row) for row in some])
        yield told, begun + b",".join([json.encode(row, order="sorted") for row in some])
        begun = b","
    end = b"]" if begun == b"," else b"[]"
    yield end, end


def _is_long(value: Any) -> bool:
    """Whether long lists are in it."""
    if isinstance(value, Rows):
        return True
    return isinstance(value, Mapping) and any(map(_is_long, value.values()))
