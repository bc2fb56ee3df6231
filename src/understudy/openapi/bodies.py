"""The body an operation takes: each media type with its decoder and its schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from understudy.openapi.forms import FormShape, decode_multipart, decode_urlencoded, plain_json
from understudy.openapi.inputs import reads_leniently
from understudy.openapi.lenient import compile_reader
from understudy.openapi.media_types import FORM, decode_text, essence, is_json, is_text, is_xml
from understudy.openapi.operation import Body, Content, Violation, Violations
from understudy.openapi.request import decode_json
from understudy.openapi.scalars import WRONG, converter
from understudy.openapi.shapes import types_of
from understudy.openapi.source import Source
from understudy.openapi.unread_names import Members
from understudy.yaml import escape

Decode = Callable[[bytes, str], Any]


def compile_body(source: Source, operation: Mapping[str, Any], at: str) -> Body | None:
    """The declared request body; None: the operation takes none."""
    if operation.get("requestBody") is None:
        return None
    raw, where = source.follow(operation["requestBody"], f"{at}/requestBody")
    content = source.mapping(raw, "content", where)
    if not content:
        source.warn(f"{where}/content", "a body needs a media type", "Write one")
        return None
    contents: dict[str, Content] = {}
    for media_type in content:
        kind = essence(str(media_type))
        media = source.mapping(content, media_type, f"{where}/content")
        pointer = f"{where}/content/{escape(media_type)}"
        contents.setdefault(kind, _content(source, kind, media, pointer))
    first, lenient = next(iter(contents.values())), reads_leniently(source)
    return Body(
        required=raw.get("required") is True,
        media_types=tuple(contents),
        schema=first.schema,
        violations=first.violations,
        is_valid=first.is_valid,
        contents=contents,
        components=source.schemas,
        lenient=lenient,
        reader=compile_reader(first.schema, source.referred) if lenient else None,
    )


def _content(source: Source, kind: str, media: Mapping[str, Any], at: str) -> Content:
    schema = media.get("schema", {})
    checker = source.checker(schema, f"{at}/schema")
    unread = Members(source.referred, schema).unread
    if source.own or is_json(kind):
        return Content(kind, schema, _json, checker.violations, checker.is_valid, unread)
    form = kind == FORM or kind.startswith("multipart/")
    if not form and "*" not in kind and not (kind.startswith("text/") and not is_xml(kind)):
        return Content(kind, schema, _decoder(source, kind, media, at), _nothing, _anything)

    def is_valid(value: Any) -> bool:
        return isinstance(value, bytes) or checker.is_valid(plain_json(value))

    def violations(value: Any) -> list[Violation]:
        return checker.violations(plain_json(value))

    return Content(kind, schema, _decoder(source, kind, media, at), violations, is_valid, unread)


def _decoder(source: Source, kind: str, media: Mapping[str, Any], at: str) -> Decode:
    """How bytes of a declared type or range become a value."""
    schema = media.get("schema", {})
    if "*" in kind:
        return partial(_by_type, source, media, at)
    if is_json(kind):
        return _json
    if kind == FORM or kind.startswith("multipart/"):
        shape = FormShape(schema, source.referred, source.mapping(media, "encoding", at))
        return partial(decode_urlencoded if kind == FORM else decode_multipart, shape)
    if is_text(kind):
        types = frozenset() if is_xml(kind) else types_of(schema, source.referred)
        return partial(_text, converter(types - {"object", "array"}))
    return _bytes


def _by_type(
    source: Source, media: Mapping[str, Any], at: str, content: bytes, media_type: str
) -> Any:
    """A body of a declared range: what its own type says, or else JSON if it is that."""
    kind = essence(media_type)
    if kind and "*" not in kind and (is_text(kind) or is_json(kind) or "form" in kind):
        return _decoder(source, kind, media, at)(content, media_type)
    value = decode_json(content)
    return content if type(value) is Violation else value


def _json(content: bytes, media_type: str) -> Any:
    value = decode_json(content)
    if type(value) is Violation and "charset" in media_type.lower():
        text = decode_text(content, media_type)
        if text is not None:
            return decode_json(text.encode("utf-8", "surrogatepass"))
    return value


def _text(convert: Callable[[str], Any], content: bytes, media_type: str) -> Any:
    text = decode_text(content, media_type)
    if text is None:
        message = "the body is no text in the charset it says"
        return Violations((Violation("body", "", "", "syntax", "text", None, message),))
    value = convert(text)
    return text if value is WRONG else value


def _bytes(content: bytes, _media_type: str) -> bytes:
    return content


def _nothing(_value: Any) -> list[Violation]:
    return []


def _anything(_value: Any) -> bool:
    return True
