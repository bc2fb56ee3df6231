"""The `Prefer` header of RFC 7240 and its query twins: one call asks for one answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from understudy.openapi.request import split_query

LENGTH = 1_000  # characters of a header that is looked at: two preferences take 60

_PREFERENCE = re.compile(
    r"""\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]*))?[^,"]*(?:,|$)"""
)
_TWINS = {"__code": "code", "__example": "example"}


@dataclass(frozen=True, slots=True)
class Preference:
    """The answer a call asks for, by status or by example name."""

    code: int | None = None
    example: str | None = None

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
    """What a call prefers, and its query without the twins; what is not understood is ignored."""
    if header is None and "__" not in query:
        return None, query
    asked = {} if header is None else _asked(header[:LENGTH])
    if "__" in query:
        twins, query = _twins(query)
        asked |= twins
    code, example = asked.get("code", ""), asked.get("example") or None
    number = int(code) if code.isascii() and code.isdigit() and len(code) == 3 else None
    if number is None and example is None:
        return None, query
    return Preference(number, example), query


def _asked(header: str) -> dict[str, str]:
    """The preferences of a header; of one that stands twice the first counts."""
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = _PREFERENCE.match(header, at)
        if match is None:
            comma = header.find(",", at)
            if comma < 0:
                break
            at = comma + 1
            continue
        value = match[2] or ""
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.setdefault(match[1].lower(), value)
        at = max(match.end(), at + 1)
    return found


def _twins(query: str) -> tuple[dict[str, str], str]:
    found: dict[str, str] = {}
    rest: list[str] = []
    for piece in query.split("&"):
        pairs = split_query(piece)
        name, value = pairs[0] if pairs else (None, None)
        if name in _TWINS and value is not None:
            found.setdefault(_TWINS[name], value)
        else:
            rest.append(piece)
    return found, "&".join(rest)
