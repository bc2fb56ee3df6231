"""What pydantic says of one value that a contract refuses: its `type`, `msg` and `ctx`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from understudy.openapi.operation import Violation


class ErrorDetail(NamedTuple):
    """One error without its place."""

    type: str
    msg: str
    ctx: Mapping[str, Any] | None = None


Choice = Callable[[Violation], ErrorDetail]  # how a value outside an enum is told

_TYPES = {
    "string": ErrorDetail("string_type", "Input should be a valid string"),
    "uuid": ErrorDetail("uuid_type", "UUID input should be a string, bytes or UUID object"),
    "date-time": ErrorDetail("datetime_type", "Input should be a valid datetime"),
    "integer": ErrorDetail("int_type", "Input should be a valid integer"),
    "number": ErrorDetail("float_type", "Input should be a valid number"),
    "boolean": ErrorDetail("bool_type", "Input should be a valid boolean"),
    "array": ErrorDetail("list_type", "Input should be a valid list"),
    "object": ErrorDetail("dict_type", "Input should be a valid dictionary"),
    "model": ErrorDetail(
        "model_attributes_type",
        "Input should be a valid dictionary or object to extract fields from",
    ),
}
_TEXTS = {
    "integer": ErrorDetail(
        "int_parsing", "Input should be a valid integer, unable to parse string as an integer"
    ),
    "number": ErrorDetail(
        "float_parsing", "Input should be a valid number, unable to parse string as a number"
    ),
    "boolean": ErrorDetail(
        "bool_parsing", "Input should be a valid boolean, unable to interpret input"
    ),
}
_BOUNDS = {
    "minimum": ("greater_than_equal", "greater than or equal to", "ge"),
    "maximum": ("less_than_equal", "less than or equal to", "le"),
    "exclusiveMinimum": ("greater_than", "greater than", "gt"),
    "exclusiveMaximum": ("less_than", "less than", "lt"),
}
_SIZES = {
    "minItems": ("too_short", "List", "at least", "min_length", "item"),
    "maxItems": ("too_long", "List", "at most", "max_length", "item"),
    "minProperties": ("too_short", "Dictionary", "at least", "min_length", "item"),
    "maxProperties": ("too_long", "Dictionary", "at most", "max_length", "item"),
}
INT64 = 1 << 63  # a greater number is no candidate for a truth value
UNIX = re.compile("[+-]?[0-9]{1,18}")  # a text that counts as a number
YEAR_0 = -62_167_219_200_000  # its first millisecond
# Which of several mistakes in one value is told.
ORDER = ("required", "missing", "enum", "const", "type", "format", "minLength", "maxLength")


def error_detail(violation: Violation, schema: Mapping[str, Any], choice: Choice) -> ErrorDetail:
    """The error of one value, by the keyword it breaks and what its schema wants."""
    keyword, expected, got = violation.keyword, violation.expected, violation.got
    if keyword in ("required", "missing"):
        return ErrorDetail("missing", "Field required")
    if keyword == "type":
        return _type(kind_of(schema, expected), got)
    if keyword in ("enum", "const"):
        return choice(violation)
    if keyword == "format":
        return _format(expected, got)
    if keyword in _BOUNDS:
        return _bound(keyword, expected, schema)
    if keyword in _SIZES:
        return _size(keyword, expected, got)
    return _other(violation)


def literal(violation: Violation) -> ErrorDetail:
    """An enum that the vendor's model declares as `Literal[...]`."""
    options = _options(violation)
    return ErrorDetail("literal_error", f"Input should be {options}", {"expected": options})


def enumeration(violation: Violation) -> ErrorDetail:
    """An enum that the vendor's model declares as an `Enum` class."""
    return literal(violation)._replace(type="enum")


def value_error(text: str) -> ErrorDetail:
    """A validator of the vendor's own that raised `ValueError(text)`."""
    return ErrorDetail("value_error", f"Value error, {text}", {"error": {}})


def kind_of(schema: Mapping[str, Any], expected: Any = None) -> str:
    """The type a schema means, its text formats and models told apart."""
    types = expected or schema.get("type") or "object"
    kind = types if isinstance(types, str) else next((t for t in types if t != "null"), "null")
    if kind == "string" and schema.get("format") in _TYPES:
        return str(schema["format"])
    return "model" if kind == "object" and "properties" in schema else kind


def wrong_uuid(text: str) -> str:
    """Why a text is no UUID; its characters first, then the number and length of its groups."""
    inner, offset = _unwrapped(text)
    for index, character in enumerate(inner):
        if character not in "0123456789abcdefABCDEF-":
            at = offset + len(inner[:index].encode())
            return f"invalid character: found `{character}` at {at}"
    groups = inner.split("-")
    if len(groups) == 1 and inner is text and len(text) != 32:  # else a UUID without hyphens
        return f"invalid length: found {len(text)}"
    if len(groups) != 5:
        return f"invalid group count: expected 5, found {len(groups)}"
    for number, (group, length) in enumerate(zip(groups, (8, 4, 4, 4), strict=False)):
        if len(group) != length:
            return f"invalid group length in group {number}: expected {length}, found {len(group)}"
    # The last group is counted with what stands around the UUID.
    return f"invalid group length in group 4: expected 12, found {len(text) - 24}"


def wrong_datetime(text: str) -> ErrorDetail:
    """Why a text is no date with a time; pydantic tells what keeps it from being a date at all."""
    why = wrong_unix_time(int(text)) if UNIX.fullmatch(text) else _wrong_date(text)
    why = why or "unexpected extra characters at the end of the input"
    if text.startswith("0000") and why.startswith("unexpected"):
        return _wrong_moment("year 0 is out of range")
    return ErrorDetail(
        "datetime_from_date_parsing",
        f"Input should be a valid datetime or date, {why}",
        {"error": why},
    )


def _wrong_moment(why: str) -> ErrorDetail:
    return ErrorDetail(
        "datetime_parsing", f"Input should be a valid datetime, {why}", {"error": why}
    )


def wrong_unix_time(number: float) -> str:
    """Why a number is no Unix time that a datetime can be: beyond what its milliseconds count."""
    if number > 0:
        return "dates after 9999 are not supported as unix timestamps"
    if number < YEAR_0:
        return "dates before 0000 are not supported as unix timestamps"
    return "year 0 is out of range"


def _type(kind: str, got: Any) -> ErrorDetail:
    if isinstance(got, str) and kind in _TEXTS:
        return _TEXTS[kind]
    if kind == "boolean" and isinstance(got, int | float):
        return _TEXTS[kind] if abs(got) < INT64 and got == int(got) else _TYPES[kind]
    if kind == "date-time" and type(got) in (int, float):
        return _wrong_moment(wrong_unix_time(got))
    if kind == "integer" and isinstance(got, float):
        return ErrorDetail(
            "int_from_float", "Input should be a valid integer, got a number with a fractional part"
        )
    return _TYPES.get(kind) or ErrorDetail("none_required", "Input should be None")


def _format(name: str, got: Any) -> ErrorDetail:
    text = str(got)
    if name == "uuid":
        why = wrong_uuid(text)
        return ErrorDetail("uuid_parsing", f"Input should be a valid UUID, {why}", {"error": why})
    if name == "date-time":
        return wrong_datetime(text)
    return value_error(f"not a valid {name}")


def _bound(keyword: str, limit: Any, schema: Mapping[str, Any]) -> ErrorDetail:
    kind, words, name = _BOUNDS[keyword]
    shown = int(limit) if float(limit).is_integer() else limit
    exact = float(limit) if "number" in str(schema.get("type")) else shown
    return ErrorDetail(kind, f"Input should be {words} {shown}", {name: exact})


def _size(keyword: str, limit: int, got: Any) -> ErrorDetail:
    kind, what, words, name, unit = _SIZES[keyword]
    count, plural = len(got), "" if limit == 1 else "s"
    return ErrorDetail(
        kind,
        f"{what} should have {words} {limit} {unit}{plural} after validation, not {count}",
        {"field_type": what, name: limit, "actual_length": count},
    )


def _other(violation: Violation) -> ErrorDetail:
    limit, plural = violation.expected, "" if violation.expected == 1 else "s"
    if violation.keyword == "minLength":
        words = f"String should have at least {limit} character{plural}"
        return ErrorDetail("string_too_short", words, {"min_length": limit})
    if violation.keyword == "maxLength":
        words = f"String should have at most {limit} character{plural}"
        return ErrorDetail("string_too_long", words, {"max_length": limit})
    if violation.keyword == "pattern":
        words = f"String should match pattern '{limit}'"
        return ErrorDetail("string_pattern_mismatch", words, {"pattern": limit})
    if violation.keyword == "multipleOf":
        return ErrorDetail(
            "multiple_of", f"Input should be a multiple of {limit}", {"multiple_of": limit}
        )
    if violation.keyword in ("additionalProperties", "unevaluatedProperties"):
        return ErrorDetail("extra_forbidden", "Extra inputs are not permitted")
    if violation.keyword == "encoding":
        words = "Input should be a valid string, unable to parse raw data as a unicode string"
        return ErrorDetail("string_unicode", words)
    return value_error(violation.message)


def _options(violation: Violation) -> str:
    expected = violation.expected if violation.keyword == "enum" else [violation.expected]
    *first, last = [repr(each) for each in expected if each is not None]
    return f"{', '.join(first)} or {last}" if first else last


def _unwrapped(text: str) -> tuple[str, int]:
    """What stands in braces or after the URN's prefix, and where it begins."""
    if len(text) > 1 and text[0] == "{" and text[-1] == "}":
        return text[1:-1], 1
    prefix = "urn:uuid:"
    return (text[len(prefix) :], len(prefix)) if text.startswith(prefix) else (text, 0)


def _wrong_date(text: str) -> str:
    """Why a text does not begin with a date, read from left to right; empty: it does."""
    if len(text) < 10:
        return "input is too short"
    for piece, name, after in (
        (text[:4], "year", 4),
        (text[5:7], "month", 7),
        (text[8:10], "day", 0),
    ):
        if not re.fullmatch("[0-9]+", piece):
            return f"invalid character in {name}"
        if after and text[after] != "-":
            return "invalid date separator, expected `-`"
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    if not 1 <= month <= 12:
        return "month value is outside expected range of 1-12"
    if not 1 <= day <= monthrange(year or 4, month)[1]:
        return "day value is outside expected range"
    return "" if len(text) == 10 else "unexpected extra characters at the end of the input"
