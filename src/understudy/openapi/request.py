"""A request held against its operation: typed values, decoded body, and all that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from understudy.openapi.cookies import split_cookies
from understudy.openapi.large_json import decode_large
from understudy.openapi.lenient import decoded, is_json, loads
from understudy.openapi.media_types import closest, essence
from understudy.openapi.nesting import MAX_DEPTH, too_deep
from understudy.openapi.operation import (
    Body,
    Content,
    Operation,
    Parameter,
    Request,
    Unread,
    Violation,
    Violations,
)
from understudy.openapi.percent_encoding import percent_decode
from understudy.openapi.scalars import WRONG
from understudy.openapi.unread_names import MOST

LARGE = 1024 * 1024  # bytes: what has more is decoded in parts
PLAIN = ("", "identity")  # content codings that change nothing


def read(
    operation: Operation,
    path_values: Sequence[str | None],
    query: str,
    headers: Mapping[str, str],
    body: bytes,
) -> Request:
    """What the operation makes of a request; all violations in the order path, query,
    header, cookie, body."""
    values: dict[str, Any] = {}
    wrong: list[Violation] = []
    unread: list[Unread] = []
    if operation.path_parameters:
        _read_path(operation.path_parameters, path_values, values, wrong)
    if operation.query_parameters or query:
        _read_query(operation, query, values, wrong, unread)
    if operation.header_parameters:
        _read_headers(operation.header_parameters, headers, values, wrong)
    if operation.cookie_parameters:
        _read_cookies(operation.cookie_parameters, headers.get("cookie", ""), values, wrong)
    content = None
    if operation.body is not None:
        content = _read_body(operation.body, headers, body, wrong, unread)
    elif body:
        unread.append(Unread("body", ""))
    return Request(values, content, wrong, unread)


def decode_body(declared: Body, body: bytes) -> Any:
    """The value of an operation's body, as its vendor reads it, or the Violation that it is."""
    value = decode_json(body)
    if not declared.lenient:
        return value
    if type(value) is Violation:
        meant = loads(body)
        value = value if meant is WRONG or too_deep(meant) else meant
    return value if declared.reader is None else declared.reader(value)


def decode_json(body: bytes) -> Any:
    """The value of a JSON text, or the one Violation that says why it is none."""
    try:
        value = _decode(body) if len(body) <= LARGE else decode_large(body)
    except msgspec.ValidationError as error:
        return _syntax(f"holds a number beyond what can be kept ({error})")
    except msgspec.DecodeError as error:
        return _syntax(str(error).removeprefix("JSON is malformed: "))
    except UnicodeDecodeError as error:
        return _syntax(f"is no UTF-8 at byte {error.start}")
    except RecursionError:
        return _syntax(f"is nested more than {MAX_DEPTH} deep")
    nesting = len(body) <= LARGE and body.count(b"[") + body.count(b"{") > MAX_DEPTH
    if nesting and too_deep(value):
        return _syntax(f"is nested more than {MAX_DEPTH} deep")
    return value


def split_query(
    query: str, decode: Callable[[str], str | None] = percent_decode
) -> list[tuple[str | None, str | None]]:
    """The ordered pairs of a raw query string; None: a name or value that is no UTF-8."""
    pairs = []
    for piece in query.split("&"):
        if piece:
            name, _, value = piece.replace("+", " ").partition("=")
            pairs.append((decode(name), decode(value)))
    return pairs


_decode = msgspec.json.Decoder().decode


def _read_path(
    parameters: Sequence[Parameter],
    raw: Sequence[str | None],
    values: dict[str, Any],
    wrong: list[Violation],
) -> None:
    for parameter, segment in zip(parameters, raw, strict=True):
        if segment is None:
            wrong.append(_missing(parameter))
            continue
        text = percent_decode(segment) if "%" in segment or not segment.isascii() else segment
        if text is None and parameter.lenient:
            text = decoded(segment)
        if text is None:
            wrong.append(_encoding(parameter, segment))
            continue
        value = parameter.decode((text,))
        if type(value) is Violations:
            wrong.extend(value)
        else:
            values[parameter.name] = value


def _read_query(
    operation: Operation,
    query: str,
    values: dict[str, Any],
    wrong: list[Violation],
    unread: list[Unread],
) -> None:
    texts = _collect(operation, query, unread) if query else {}
    for name, parameter in operation.query_parameters.items():
        _read_texts(parameter, texts.get(name), query, values, wrong)


def _collect(operation: Operation, query: str, unread: list[Unread]) -> dict[str, list[Any]]:
    """The texts of the declared names; other names are no mistake, and noted."""
    declared, deep = operation.query_parameters, operation.deep_parameters
    spread = operation.spread_parameters
    texts: dict[str, list[Any]] = {}
    strange: list[str] = []
    lenient = any(each.lenient for each in declared.values())
    for name, value in split_query(query, decoded if lenient else percent_decode):
        if name is None:
            continue
        if name in declared and name not in deep:
            texts.setdefault(name, []).append(value)
        elif deep and (name in deep or name.endswith("]")):
            base, bracket, key = name.partition("[")
            if base in deep and (bracket or deep[base].bare):
                key = key or "]"
                texts.setdefault(base, []).append(None if value is None else f"{key}={value}")
            else:
                strange.append(name)
        elif not spread:
            strange.append(name)
        for each in spread:
            if name in each.keys if each.keys is not None else name not in declared:
                text = None if value is None else f"{name}]={value}"
                texts.setdefault(each.name, []).append(text)
    if strange:
        known = tuple(each for each in declared if each not in texts)
        names = list(dict.fromkeys(strange))[:MOST]
        unread += [Unread("query", name, "", known) for name in names]
    return texts


def _read_cookies(
    parameters: Mapping[str, Parameter],
    header: str,
    values: dict[str, Any],
    wrong: list[Violation],
) -> None:
    texts: dict[str, list[Any]] = {}
    for name, value in split_cookies(header):
        texts.setdefault(name, []).append(value)
    for name, parameter in parameters.items():
        _read_texts(parameter, texts.get(name), header, values, wrong)


def _read_texts(
    parameter: Parameter,
    given: Sequence[Any] | None,
    raw: str,
    values: dict[str, Any],
    wrong: list[Violation],
) -> None:
    if given is None:
        if parameter.required:
            wrong.append(_missing(parameter))
    elif None in given and not parameter.lenient:
        wrong.append(_encoding(parameter, raw))
    else:
        _take(parameter, given, values, wrong)


def _read_headers(
    parameters: Mapping[str, Parameter],
    headers: Mapping[str, str],
    values: dict[str, Any],
    wrong: list[Violation],
) -> None:
    for name, parameter in parameters.items():
        text = headers.get(name)
        if text is not None:
            _take(parameter, (text.strip(),), values, wrong)
        elif parameter.required:
            wrong.append(_missing(parameter))


def _take(
    parameter: Parameter, texts: Sequence[Any], values: dict[str, Any], wrong: list[Violation]
) -> None:
    value = parameter.decode(texts)
    if type(value) is Violations:
        wrong.extend(value)
    else:
        values[parameter.name] = value


def _read_body(
    declared: Body,
    headers: Mapping[str, str],
    body: bytes,
    wrong: list[Violation],
    unread: list[Unread],
) -> Any:
    media_type = headers.get("content-type", "" if declared.lenient else None)
    content = _content(declared, media_type, body)
    if content is None and (body or declared.required):
        wanted = " or ".join(declared.media_types)
        message = f"the body's type must be {wanted}; got {media_type!r}"
        wrong.append(
            Violation("body", "", "", "media_type", list(declared.media_types), media_type, message)
        )
        return None
    if not body or content is None:
        if declared.required:
            wrong.append(
                Violation("body", "", "", "missing", "a body", None, "the body is missing")
            )
        return None
    if declared.lenient:
        value = decode_body(declared, body)
    else:
        value = content.decode(body, media_type or content.media_type)
    if type(value) is Violation:
        wrong.append(_still_encoded(value, headers))
        return None
    if type(value) is Violations:
        wrong.extend(_still_encoded(each, headers) for each in value)
        return None
    if not content.is_valid(value):
        wrong.extend(content.violations(value))
    content.unread(value, "", unread)
    return value


def _content(declared: Body, media_type: str | None, body: bytes) -> Content | None:
    """The declared content that a media type means; without one, the first."""
    if media_type is None:
        return next(iter(declared.contents.values()))
    content = declared.contents.get(media_type)
    if content is None and declared.lenient:
        return next(iter(declared.contents.values())) if is_json(media_type) else None
    if content is None:
        found = closest(essence(media_type), declared.contents)
        content = None if found is None else declared.contents[found]
    return content


def _syntax(why: str) -> Violation:
    return Violation("body", "", "", "syntax", "JSON", None, f"the body is no JSON: {why}")


def _still_encoded(violation: Violation, headers: Mapping[str, str]) -> Violation:
    """Bodies are read as they came: a compressed one is no JSON, and its header says why."""
    coding = headers.get("content-encoding", "")
    if coding.lower() in PLAIN:
        return violation
    more = f"; its Content-Encoding {coding[:80]} is not undone here: send it without"
    return violation._replace(message=violation.message + more)


def _missing(parameter: Parameter) -> Violation:
    message = f"{parameter.location} parameter {parameter.name} is missing"
    return Violation(parameter.location, parameter.name, "", "missing", None, None, message)


def _encoding(parameter: Parameter, raw: str) -> Violation:
    message = f"{parameter.location} parameter {parameter.name} is no percent-encoded UTF-8"
    return Violation(parameter.location, parameter.name, "", "encoding", "UTF-8", raw, message)
