"""The words of an expression, each with the place it stands at."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from understudy.modeled.expressions.mistakes import ExpressionError

LONGEST = 4_000  # characters of one expression
INTEGERS = 1 << 63  # whole numbers have 64 bits

_TOKEN = re.compile(
    r"(?P<space>(?:\s|//[^\n]*)+)"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[uU]?"
    r"|(?P<raw>[rR](?:\"[^\"\n]*\"|'[^'\n]*'))"
    r"|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>&&|\|\||[<>=!]=|[-+*/%<>!?:.,()\[\]{}])"
)
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"`?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})"
    r"|([0-3][0-7]{2})|(.))"
)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Token(NamedTuple):
    """One word: what kind, as it is written, where it begins, and what a literal means."""

    kind: str  # name, sign, literal, end
    text: str
    at: int
    value: Any = None


def tokens(text: str) -> list[Token]:
    """The words of an expression, an end behind them; ExpressionError for what is none."""
    if len(text) > LONGEST:
        raise ExpressionError(f"it is longer than {LONGEST} characters", LONGEST, "Say it shorter")
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _stray(text, at)
        kind, word = match.lastgroup or "", match[0]
        if kind == "number":
            found.append(Token("literal", word, at, _number(word, at)))
        elif kind in ("text", "raw"):
            meant = word[2:-1] if kind == "raw" else _unescaped(word[1:-1], at)
            found.append(Token("literal", word, at, meant))
        elif kind != "space":
            found.append(Token(kind, word, at))
        at = match.end()
    return [*found, Token("end", "", len(text))]


def _stray(text: str, at: int) -> ExpressionError:
    sign = text[at]
    if sign in "\"'":
        return ExpressionError("this text has no end", at, f"Close it with {sign}")
    double = {"=": "==", "&": "&&", "|": "||"}.get(sign)
    fix = f"Write {double}" if double else ""
    return ExpressionError(f"{sign!r} means nothing here", at, fix)


def _number(word: str, at: int) -> int | float:
    bare = word.rstrip("uU")
    if bare[:2] in ("0x", "0X"):
        value: int | float = int(bare, 16)
    else:
        value = int(bare) if bare.isdecimal() else float(bare)
    if value >= INTEGERS and isinstance(value, int):
        raise ExpressionError("whole numbers have 64 bits", at, "Write it with a point")
    return value


def _unescaped(text: str, start: int) -> str:
    def one(found: re.Match[str]) -> str:
        at = start + 1 + found.start()
        plain, short, four, eight, octal, stray = found.groups()
        if plain is not None:
            return _PLAIN.get(plain, plain)
        if stray is not None:
            raise ExpressionError(f"\\{stray} is no escape", at, "Write \\\\")
        code = int(octal, 8) if octal else int(short or four or eight, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise ExpressionError(f"{found[0]} is no character", at, "Leave it out")
        return chr(code)

    return _ESCAPE.sub(one, text)
