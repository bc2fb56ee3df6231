"""What FastAPI and pydantic read beside what a schema says, as the value that is meant.

A contract says `x-understudy-reads: fastapi` where the vendor's own framework does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import Message
from functools import lru_cache
from math import isfinite
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec

from understudy.openapi.scalars import DIGITS, LENIENT, WRONG
from understudy.openapi.shapes import Refs, types_of

Reader = Callable[[Any], Any]  # the value that is meant; what it cannot read as it came

MILLISECONDS = 20_000_000_000  # a greater Unix time counts them, not seconds
DEEP = 8  # levels of a schema that are read; no model of a vendor's nests so deep
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt _]([0-9]{2}:[0-9]{2})(?:(:[0-9]{2})(?:[.,]([0-9]+))?)?"
    "([Zz]|[+\u2212-][0-9]{2}:?[0-9]{2})?)?"  # the minus of typography counts, too
)
_UNIX = re.compile(r"[+-]?(?:[0-9]{1,18}\.?[0-9]*|\.[0-9]+)")
_UUID = re.compile(
    "[0-9a-f]{32}|(?:urn:uuid:|[{])?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[}]?", re.IGNORECASE
)


def compile_reader(schema: Any, refs: Refs, depth: int = DEEP) -> Reader | None:
    """The function that reads a decoded value as the schema means it; None: as it came."""
    node = resolved(schema, refs)
    if not depth or not isinstance(node, Mapping):
        return None
    kinds = types_of(node, refs) - {"null"}
    if kinds == {"string"}:
        return _FORMATS.get(str(node.get("format")))
    if kinds == {"object"} and isinstance(node.get("properties"), Mapping):
        return _members(node["properties"], refs, depth)
    if kinds == {"array"}:
        return _items(compile_reader(node.get("items"), refs, depth - 1))
    return _SCALARS.get(next(iter(kinds))) if len(kinds) == 1 else None


def resolved(schema: Any, refs: Refs) -> Any:
    """The schema itself: references followed, of a choice with null the other branch."""
    for _ in range(DEEP):
        if not isinstance(schema, Mapping):
            return schema
        branches = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
        if "$ref" in schema:
            schema = refs(str(schema["$ref"]))
        elif len(branches) == 1:
            schema = branches[0]
        else:
            return schema
    return None


@lru_cache(maxsize=256)
def is_json(media_type: str) -> bool:
    """Whether a body of that Content-Type is read as JSON; one that nobody told is a text."""
    message = Message()
    message["content-type"] = media_type
    kind, _, subtype = message.get_content_type().partition("/")
    return bool(media_type) and kind == "application" and f"+{subtype}".endswith("+json")


def loads(body: bytes) -> Any:
    """The JSON of a body that only Python's parser reads: UTF-16, UTF-32, a mark; else `WRONG`."""
    with suppress(ValueError, RecursionError, TypeError):
        value = json.loads(body, parse_constant=_refuse)
        msgspec.json.encode(value)  # half a surrogate pair can be read and never be written
        return value
    return WRONG


def decoded(text: str) -> str:
    """A percent-encoded text, with a replacement for what is no UTF-8."""
    return unquote_to_bytes(text.encode("latin-1", "replace")).decode("utf-8", "replace")


def other_slash(path: str) -> str:
    """The path that a client may have meant: without the slashes it ends in, or with one."""
    return path.rstrip("/") if path.endswith("/") else f"{path}/"


def uuid(value: Any) -> Any:
    """A UUID in the one spelling that records have: lower case, with hyphens."""
    if type(value) is not str or not _UUID.fullmatch(value):
        return value
    opened, closed = value[0] == "{", value[-1] == "}"
    if opened != closed or (value[0] in "uU" and not value.startswith("urn:uuid:")):
        return value
    digits = value.removeprefix("urn:uuid:").strip("{}").replace("-", "").lower()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def moment(value: Any) -> Any:
    """An instant as RFC 3339 writes it: without an offset it is UTC, a number is a Unix time."""
    if type(value) is str:
        found = _MOMENT.fullmatch(value)
        if found is not None:
            return _written(found, value)
        whole = value.lstrip("+-").isdecimal()
        return _unix((int if whole else float)(value), value) if _UNIX.fullmatch(value) else value
    return _unix(value, value) if type(value) in (int, float) else value


def _written(found: re.Match[str], value: str) -> str:
    day, time, seconds, fraction, zone = found.groups()
    zone = (zone or "Z").upper().replace("\u2212", "-")
    zone = f"{zone[:3]}:{zone[3:]}" if len(zone) == 5 else zone
    clock = f"{time or '00:00'}{seconds or ':00'}{'.' if fraction else ''}{(fraction or '')[:6]}"
    try:
        datetime.fromisoformat(f"{day}T{clock}{zone}")
    except ValueError:
        return value  # no calendar has it: told as it came
    return f"{day}T{clock}{zone}"


def _unix(number: float, value: Any) -> Any:
    try:
        milliseconds = abs(number) > MILLISECONDS
        since = timedelta(milliseconds=number) if milliseconds else timedelta(seconds=number)
        return (_EPOCH + since).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError):
        return value


def integer(value: Any) -> Any:
    """A whole number of a text, of a truth value, of a number without a fraction."""
    if type(value) is str:
        read = len(value) <= DIGITS and LENIENT["integer"].fullmatch(value.strip())
        return int(value.partition(".")[0]) if read else value
    whole = type(value) is bool or (type(value) is float and value.is_integer())
    return int(value) if whole else value


def number(value: Any) -> Any:
    """A number of a text or a truth value."""
    if type(value) is str:
        read = len(value) <= DIGITS and LENIENT["number"].fullmatch(value.strip())
        return float(value) if read and isfinite(float(value)) else value
    return float(value) if type(value) is bool else value


def boolean(value: Any) -> Any:
    """A truth value of the words for it, and of 0 and 1."""
    if type(value) is str:
        word = value.lower()
        return word in TRUE if word in TRUE or word in FALSE else value
    return bool(value) if type(value) in (int, float) and value in (0, 1) else value


TRUE = ("1", "t", "true", "y", "yes", "on")
FALSE = ("0", "f", "false", "n", "no", "off")
_SCALARS: Mapping[str, Reader] = {"integer": integer, "number": number, "boolean": boolean}
_FORMATS: Mapping[str, Reader] = {"uuid": uuid, "date-time": moment}


def _members(properties: Mapping[str, Any], refs: Refs, depth: int) -> Reader | None:
    read = {name: compile_reader(each, refs, depth - 1) for name, each in properties.items()}
    members = [(name, reader) for name, reader in read.items() if reader is not None]

    def members_of(value: Any) -> Any:
        if type(value) is dict:
            for name, reader in members:
                if name in value:
                    value[name] = reader(value[name])
        return value

    return members_of if members else None


def _items(reader: Reader | None) -> Reader | None:
    if reader is None:
        return None
    return lambda value: [reader(each) for each in value] if type(value) is list else value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number in JSON")
