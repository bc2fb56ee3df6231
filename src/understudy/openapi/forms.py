"""Forms, urlencoded and multipart: their fields become one value, typed by the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.openapi.media_types import decode_text, essence, is_json
from understudy.openapi.multipart import Part, UploadedFile, split_parts
from understudy.openapi.nested import Given, Steps, Typing, gather, steps_of
from understudy.openapi.operation import Violation, Violations
from understudy.openapi.request import decode_json, split_query
from understudy.openapi.shapes import Refs, properties_of, types_of
from understudy.openapi.styles import DELIMITERS
from understudy.yaml import escape

FIELDS = 1_000  # of one form


@dataclass(frozen=True, slots=True)
class FormShape:
    """What of a form's declaration decides how it is written."""

    schema: Any
    refs: Refs
    encoding: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "properties", properties_of(self.schema, self.refs))

    def encoding_of(self, name: str) -> Mapping[str, Any]:
        """What `encoding` says of a field."""
        said = self.encoding.get(name)
        return said if isinstance(said, Mapping) else {}


def decode_urlencoded(shape: FormShape, body: bytes, media_type: str) -> Any:
    """The value of an urlencoded form, or `Violations`."""
    text = body.decode("latin-1").strip("\r\n")
    if text.count("&") >= FIELDS:
        return _no_form(f"it has more than {FIELDS:,} fields")
    pairs = split_query(text)
    if any(name is None or value is None for name, value in pairs):
        return _no_form("it is no percent-encoded UTF-8")
    fields = (field for name, value in pairs for field in _field(shape, name or "", value or ""))
    return _typed(shape, fields)


def decode_multipart(shape: FormShape, body: bytes, media_type: str) -> Any:
    """The value of a multipart form, or `Violations`; a file is an UploadedFile."""
    try:
        parts = split_parts(body, media_type)
    except ValueError as error:
        return _no_form(str(error))
    pairs: list[tuple[Steps, Any]] = []
    wrong: list[Violation] = []
    for part in parts:
        value = _part(shape, part)
        if type(value) is Violation:
            wrong.append(value)
        elif isinstance(value, str):
            pairs.extend(_field(shape, part.name, value))
        else:
            pairs.append((steps_of(part.name), Given(value)))
    return Violations(wrong) if wrong else _typed(shape, iter(pairs))


def plain_json(value: Any) -> Any:
    """A decoded form as a schema sees it: files are texts."""
    if isinstance(value, UploadedFile):
        return value.content.decode("latin-1")
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {key: plain_json(each) for key, each in value.items()}
    return [plain_json(each) for each in value] if isinstance(value, list) else value


def _typed(shape: FormShape, fields: Iterator[tuple[Steps, Any]]) -> Any:
    typing = Typing("body", "", shape.refs)
    tree = gather(fields)
    value = typing.typed(shape.schema, tree) if tree else {}
    return Violations(typing.wrong) if typing.wrong else value


def _field(shape: FormShape, name: str, text: str) -> Iterator[tuple[Steps, Any]]:
    """A field's texts: one, or as many as a delimited array has."""
    said = shape.encoding_of(name)
    schema = shape.properties.get(name)
    types = types_of(schema, shape.refs)
    if is_json(essence(str(said.get("contentType", "")))) or types == {"object"}:
        value = decode_json(text.encode()) if text[:1] in ("{", "[", '"') else None
        if value is not None and type(value) is not Violation:
            yield (name,), Given(value)
            return
    style = said.get("style", "form")
    if "array" in types and said.get("explode", style == "form") is False and text:
        for each in text.split(DELIMITERS.get(str(style), ",")):
            yield (name,), each
        return
    yield steps_of(name) if schema is None else (name,), text


def _part(shape: FormShape, part: Part) -> Any:
    """The value of a part: a file, a JSON value, or a text."""
    said = shape.encoding_of(part.name).get("contentType")
    usual = str(said) if isinstance(said, str) and "," not in said and "*" not in said else ""
    media_type = part.media_type or usual
    kind = essence(media_type)
    typed = is_json(kind) and "object" in types_of(shape.properties.get(part.name), shape.refs)
    if part.filename is not None and not typed:
        return UploadedFile(part.filename, media_type or "application/octet-stream", part.content)
    if is_json(kind):
        value = decode_json(part.content)
        if type(value) is Violation:
            message = value.message.replace("the body ", f"/{part.name} ", 1)
            return value._replace(pointer=f"/{escape(part.name)}", message=message)
        return value
    if kind and not kind.startswith("text/"):
        return UploadedFile("", media_type, part.content)
    text = decode_text(part.content, media_type)
    if text is None:
        message = f"/{part.name} is no text in the charset it says"
        return Violation("body", "", f"/{escape(part.name)}", "syntax", "text", None, message)
    return text


def _no_form(why: str) -> Violations:
    message = f"the body is no form: {why}"
    return Violations((Violation("body", "", "", "syntax", "form", None, message),))
