"""Patterns as the checker's engine reads them: linear where it can be, bounded where it cannot."""

from __future__ import annotations

import re
from functools import lru_cache

import jsonschema_rs

# Only look-arounds and back references backtrack at all; beyond this many steps a value is refused.
BACKTRACKS = 50_000
PATTERNS = jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKS)
LONGEST = 4_000  # characters of a pattern
# One thing at a time: a class in brackets, something escaped, a quantifier, or any character.
PART = re.compile(r"\[\^?(?:\\.|[^\]\\])*\]|\\.|\{\d+(?:,\d*)?\}|.", re.DOTALL)
MEMBER = re.compile(r"\\.|.", re.DOTALL)
LITERAL = re.compile(r"/(\^.*\$)/[a-z]*", re.DOTALL)  # as a program writes it
ANCHORS = {
    r"\A": "^",
    r"\Z": "$",
    r"\z": "$",
    r"\h": r"[ \t]",
    r"\e": r"\x1b",
    "{": r"\{",
    "}": r"\}",
}
SETS = frozenset((r"\w", r"\d", r"\s", r"\W", r"\D", r"\S"))


@lru_cache(maxsize=10_000)
def readable(pattern: str) -> str | None:
    """The pattern as the engine takes it; None if it is none."""
    if len(pattern) > LONGEST:
        return None
    literal = LITERAL.fullmatch(pattern)
    if literal is not None:
        pattern = literal[1]
    if _compiles(pattern):
        return pattern
    mended = "".join(map(_mended, PART.findall(pattern)))
    return mended if mended != pattern and _compiles(mended) else None


def _mended(part: str) -> str:
    """What ECMA 262 lets pass and this engine does not."""
    if part == "[^]":
        return r"[\s\S]"
    if not part.startswith("[") or len(part) == 1:
        return ANCHORS.get(part, part)
    start = 2 if part.startswith("[^") else 1
    members = MEMBER.findall(part[start:-1])
    made = [
        rf"\{each}" if each == "[" or (each == "-" and _is_plain(members, index)) else each
        for index, each in enumerate(members)
    ]
    return part[:start] + "".join(made) + "]"


def _is_plain(members: list[str], index: int) -> bool:
    """Whether a hyphen stands beside a set, where it can be no range."""
    return not SETS.isdisjoint(members[max(index - 1, 0) : index + 2])


def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=PATTERNS)
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True
