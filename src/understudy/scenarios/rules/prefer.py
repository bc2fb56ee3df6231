"""The `Prefer` header of RFC 7240 and its query twins: one call asks for one answer."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

from msgspec import Struct

from understudy.openapi.request import split_query

LENGTH = 1_000  # characters of a header that is looked at: two preferences take 60

_PREFERENCE = re.compile(
    r"""\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]*))?[^,;"]*([,;]|$)"""
)
_OURS = ("code", "example")
_TWINS = {"__code": "code", "__example": "example"}
_SLIPS = {"status": "code", "answer": "example"}  # what else people call them
SHOWN = 40  # characters of what is told to be no status
ALIKE = 0.81  # from here on a name is one of ours, written wrongly


class Preference(Struct, frozen=True):
    """The answer a call asks for, by status or by example name; or what is wrong with asking."""

    code: int | None = None
    example: str | None = None
    wrong: str = ""  # why no answer can be meant

    @property
    def text(self) -> str:
        """What is confirmed by `Preference-Applied`."""
        parts = []
        if self.code is not None:
            parts.append(f"code={self.code}")
        if self.example is not None:
            parts.append(f"example={self.example}")
        return ", ".join(parts)


def preference(header: str | None, query: str) -> tuple[Preference | None, str]:
    """What a call prefers, and its query without the twins.

    Preferences that are not ours are ignored, as RFC 7240 wants; ours must say what they mean.
    """
    if header is None and "__" not in query:
        return None, query
    asked = {} if header is None else _asked(header[:LENGTH])
    if "__" in query:
        twins, query = _twins(query)
        asked |= twins
    return (_meant(asked) if asked else None), query


def _meant(asked: dict[str, str]) -> Preference | None:
    """The preference of what was said; None: nothing of it was for us."""
    code, example = asked.pop("code", None), asked.pop("example", None)
    for name in asked:
        if ours := _ours(name):
            return Preference(wrong=f"there is no preference {name!r}; did you mean {ours}?")
    if code is None and example is None:
        return None
    if code is not None and not (code.isascii() and code.isdigit() and len(code) == 3):
        return Preference(
            wrong=f"code={code[:SHOWN]} is no status; write three digits, like code=409"
        )
    if example == "":
        return Preference(wrong="example= names no answer")
    return Preference(None if code is None else int(code), example)


@lru_cache(maxsize=256)
def _ours(name: str) -> str:
    """Which of ours a name is, written wrongly; empty: it is not for us."""
    bare = name.lstrip("_")
    close = _SLIPS.get(bare) or next(iter(get_close_matches(bare, _OURS, 1, ALIKE)), "")
    return f"__{close}" if close and bare != name else close


def _asked(header: str) -> dict[str, str]:
    """The preferences of a header; of one that stands twice the first counts.

    Behind a semicolon stand a preference's parameters: read where it is one of ours, since
    `code=409; example=X` can mean only one thing.
    """
    found: dict[str, str] = {}
    at, ours, inside = 0, False, False
    while at < len(header):
        match = _PREFERENCE.match(header, at)
        if match is None:
            comma = header.find(",", at)
            if comma < 0:
                break
            at, inside = comma + 1, False
            continue
        name, value = match[1].lower(), match[2] or ""
        if not inside:
            ours = name in _OURS
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        if ours or not inside:
            found.setdefault(name, value)
        inside = match[3] == ";"
        at = max(match.end(), at + 1)
    return found


def _twins(query: str) -> tuple[dict[str, str], str]:
    found: dict[str, str] = {}
    rest: list[str] = []
    for piece in query.split("&"):
        pairs = split_query(piece)
        name, value = pairs[0] if pairs else (None, None)
        if name in _TWINS:
            found.setdefault(_TWINS[name], "\ufffd" if value is None else value)
            continue
        if name is not None and name.startswith("__"):
            found.setdefault(name, value or "")
        rest.append(piece)
    return found, "&".join(rest)
