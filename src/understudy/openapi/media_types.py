"""Media types: their essence, parameters and ranges, and what `Accept` makes of those offered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

FORM = "application/x-www-form-urlencoded"
RANGES = 100  # of one Accept that are read
QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
WRITTEN = re.compile(r"[!-~][ -~]*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Charsets whose decoding is linear in time; Python knows others that are not.
CHARSETS = re.compile(
    r"utf-?(?:8|16|32)(?:-?[lb]e)?|us-ascii|ascii|latin-?1|iso-?8859-?[0-9]{1,2}|windows-12[0-9]{2}"
    r"|cp[0-9]{3,4}|koi8-[ru]|shift[_-]jis|euc-(?:jp|kr)|gb(?:k|2312|18030)|big5",
    re.IGNORECASE,
)


def is_sendable(media_type: str) -> bool:
    """Whether a header can say it: some text in one line."""
    return WRITTEN.fullmatch(media_type) is not None


def is_header(name: str, value: str) -> bool:
    """Whether a header may be called that (RFC 9110) and may say that."""
    return NAME.fullmatch(name) is not None and not CONTROL.search(value)


def essence(media_type: str) -> str:
    """The type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def parameter(media_type: str, name: str) -> str | None:
    """A parameter's value; None: it has none of that name."""
    for piece in _split(media_type, ";")[1:]:
        key, equals, value = piece.partition("=")
        if equals and key.strip().lower() == name:
            return _unquoted(value.strip())
    return None


def is_json(kind: str) -> bool:
    """Whether an essence is JSON's or built on it."""
    return kind in ("application/json", "text/json") or kind.endswith("+json")


def is_xml(kind: str) -> bool:
    """Whether an essence is XML's or built on it."""
    return kind in ("application/xml", "text/xml") or kind.endswith("+xml")


def is_text(kind: str) -> bool:
    """Whether bytes of an essence are read as text."""
    return kind.startswith("text/") or is_xml(kind) or kind in _TEXTS


_TEXTS = (
    "application/x-ndjson",
    "application/yaml",
    "application/x-yaml",
    "application/graphql",
    "application/javascript",
    "application/jwt",
    "application/jsonl",
)


def closest(kind: str, declared: Iterable[str]) -> str | None:
    """Which of the declared types and ranges an essence belongs to, the most exact first."""
    main, _, sub = kind.partition("/")
    suffix = sub.rpartition("+")[2]
    wanted = (kind, f"{main}/*+{suffix}", f"{main}/*", "*/*")
    there = set(declared)
    return next((each for each in wanted if each in there), None)


def decode_text(content: bytes, media_type: str) -> str | None:
    """The text of bytes by the charset of their type, UTF-8 if it says none; None: it is none."""
    charset = parameter(media_type, "charset") or "utf-8"
    if CHARSETS.fullmatch(charset) is None:
        return None
    try:
        return content.decode("utf-8-sig" if charset.lower() in ("utf-8", "utf8") else charset)
    except (UnicodeError, LookupError):
        return None


def acceptable(accept: str | None, offered: Sequence[str]) -> str | None:
    """Of the offered types the one an `Accept` likes best, the first of equals; None: none (406).

    RFC 9110 section 12.5.1: of several ranges that fit a type the most specific one counts.
    """
    if not offered:
        return None
    ranges = _ranges(accept or "")
    if not ranges:
        return offered[0]
    best, found = 0.0, None
    for media_type in offered:
        quality = _quality(ranges, media_type)
        if quality > best:
            best, found = quality, media_type
    return found


class _Range(NamedTuple):
    kind: str  # `type/subtype`, `type/*` or `*/*`
    parameters: frozenset[tuple[str, str]]
    quality: float


def _quality(ranges: Sequence[_Range], media_type: str) -> float:
    kind, has = essence(media_type), _parameters(_split(media_type, ";")[1:])
    main = kind.partition("/")[0]
    best, quality = (-1, -1), 0.0
    for each in ranges:
        exact = 2 if each.kind == kind else 1 if each.kind == f"{main}/*" else 0
        if exact or each.kind == "*/*":
            if not each.parameters <= has:
                continue
            rank = (exact, len(each.parameters))
            if rank > best:
                best, quality = rank, each.quality
    return quality


@lru_cache(maxsize=64)
def _ranges(accept: str) -> tuple[_Range, ...]:
    found = []
    for piece in _split(accept, ",")[:RANGES]:
        kind, *rest = _split(piece, ";")
        kind = kind.strip().lower()
        if not kind:
            continue
        quality, told = 1.0, []
        for each in rest:
            key, _, value = each.partition("=")
            if key.strip().lower() == "q":
                good = QUALITY.fullmatch(value.strip())
                quality = float(value) if good else 0.0
                break  # what comes behind q extends the header, not the type
            told.append(each)
        found.append(_Range("*/*" if kind == "*" else kind, _parameters(told), quality))
    return tuple(found)


def _parameters(pieces: Iterable[str]) -> frozenset[tuple[str, str]]:
    found = set()
    for piece in pieces:
        key, equals, value = piece.partition("=")
        if equals and key.strip().lower() != "charset":  # answers are UTF-8, whatever is asked
            found.add((key.strip().lower(), _unquoted(value.strip()).lower()))
    return frozenset(found)


def _split(text: str, separator: str) -> list[str]:
    """The pieces of a header, separators inside quotes left alone."""
    if '"' not in text:
        return text.split(separator)
    pieces, quoted = [""], False
    for index, character in enumerate(text):
        if character == '"' and text[index - 1 : index] != "\\":
            quoted = not quoted
        if character == separator and not quoted:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def json_first(media_types: Iterable[object]) -> list[str]:
    """The media types of an answer: JSON first, for whoever accepts anything."""
    return sorted(map(str, media_types), key=lambda each: not is_json(essence(each)))


def sent_type(media_type: str) -> str:
    """What is sent of a declared type: of a range, JSON where it may be that."""
    if "*" not in media_type:
        return media_type
    main = essence(media_type).partition("/")[0]
    return {"*": "application/json", "application": "application/json", "text": "text/plain"}.get(
        main, "application/octet-stream"
    )
