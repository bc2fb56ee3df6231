"""The parameters an operation takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from understudy.openapi.media_types import essence, is_json
from understudy.openapi.operation import Parameter, Violation, Violations
from understudy.openapi.parameters import Shape, compile_decoder, compile_encoder
from understudy.openapi.request import decode_json
from understudy.openapi.schema import Checker
from understudy.openapi.shapes import properties_of
from understudy.openapi.source import Source
from understudy.openapi.styles import STYLES
from understudy.openapi.templates import PARAMETER
from understudy.yaml import escape

READS = "x-understudy-reads"  # of a document: how the vendor's framework reads what comes
WAYS = ("strict", "fastapi")  # the usual one first
IGNORED_HEADERS = ("accept", "content-type", "authorization")  # OpenAPI: no parameters
USUAL = {"query": "form", "cookie": "form"}  # styles; elsewhere it is simple


def compile_parameters(
    source: Source, item: Mapping[str, Any], operation: Mapping[str, Any], at: str, path: str
) -> tuple[Parameter, ...]:
    """An operation's parameters, the path item's below its own; those of the path in its order."""
    found: dict[tuple[str, str], Parameter] = {}
    parent = at.rpartition("/")[0]
    for owner, place in ((item, parent), (operation, at)):
        for raw, where in _declared(source, owner, place):
            parameter = _parameter(source, raw, where)
            if parameter is not None:
                found[parameter.location, parameter.name] = parameter
    names = [*dict.fromkeys(PARAMETER.findall(path))]
    missing = [name for name in names if ("path", name) not in found]
    spare = [name for place, name in found if place == "path" and name not in names]
    if missing or spare:
        source.warn(
            f"{at}/parameters",
            f"path parameters and path disagree about {', '.join(missing + spare)}",
            "Declare each {name} of the path once, `in: path`",
        )
    path_parameters = [found.get(("path", name)) or _undeclared(source, name, at) for name in names]
    rest = (each for each in found.values() if each.location != "path")
    return (*path_parameters, *rest)


def by_location(parameters: Iterable[Parameter], location: str) -> dict[str, Parameter]:
    """The parameters of one place by name; headers by their lower-case name."""
    return {
        each.name.lower() if location == "header" else each.name: each
        for each in parameters
        if each.location == location
    }


def reads_leniently(source: Source) -> bool:
    """Whether a request is read as FastAPI reads it: more spellings than the schemas say."""
    said = source.document.get(READS, WAYS[0])
    if said not in WAYS:
        raise source.error(f"/{READS}", f"{said!r} is no way to read", f"Write {' or '.join(WAYS)}")
    return bool(said == WAYS[1])


def _declared(
    source: Source, owner: Mapping[str, Any], at: str
) -> Iterator[tuple[Mapping[str, Any], str]]:
    for index, node in enumerate(source.items(owner, "parameters", at)):
        yield source.follow(node, f"{at}/parameters/{index}")


def _parameter(source: Source, raw: Mapping[str, Any], at: str) -> Parameter | None:
    name, location = raw.get("name"), raw.get("in")
    schema, pointer, media_type = _schema(source, raw, at)
    if not isinstance(name, str) or location not in [*STYLES] or schema is None:
        source.warn(
            at,
            "a parameter needs a name, a schema, and `in: path`, `query`, `header` or `cookie`",
            "It is not read",
        )
        return None
    if location == "header" and name.lower() in IGNORED_HEADERS:
        return None
    required = location == "path" or raw.get("required") is True
    description = source.text(raw, "description")
    provenance = source.provenance(raw, at) if "x-provenance" in raw else None
    if media_type is not None:
        content = _Content(name, location, source.checker(schema, pointer))
        decode, encode = content.decode, content.encode
        return Parameter(name, location, required, schema, decode, description, provenance, encode)
    shape = _shape(source, raw, at, schema)
    spread = shape.spread
    return Parameter(
        name=name,
        location=location,
        required=required,
        schema=shape.schema,
        decode=compile_decoder(shape),
        description=description,
        provenance=provenance,
        encode=compile_encoder(shape),
        deep=shape.style == "deepObject",
        lenient=shape.lenient,
        bare=shape.style == "deepObject" and shape.types != {"object"},
        spread=spread,
        keys=_keys(shape) if spread else None,
    )


def _schema(source: Source, raw: Mapping[str, Any], at: str) -> tuple[Any, str, str | None]:
    """A parameter's schema, where it stands, and the media type where it has one."""
    content = raw.get("content")
    if isinstance(content, Mapping) and content and "schema" not in raw:
        media_type = next(iter(content))
        where = f"{at}/content/{escape(media_type)}"
        media = source.mapping(content, media_type, f"{at}/content")
        text_of = str(media_type) if is_json(essence(media_type)) else None
        return media.get("schema", {}), f"{where}/schema", text_of
    if "schema" not in raw:
        return (None if source.own else {}), at, None
    if isinstance(raw["schema"], bool):
        return {}, f"{at}/schema", None
    return source.follow(raw["schema"], f"{at}/schema")[0], f"{at}/schema", None


def _shape(source: Source, raw: Mapping[str, Any], at: str, schema: Any) -> Shape:
    location = raw["in"]
    usual = USUAL.get(location, "simple")
    style = source.text(raw, "style") or usual
    if style not in STYLES[location] and not source.own:
        source.warn(f"{at}/style", f"style {style!r} in {location} is not read", f"It is {usual}")
        style = usual
    return Shape(
        name=raw["name"],
        location=location,
        schema=schema,
        refs=source.referred,
        checker=source.checker(schema, f"{at}/schema"),
        style=style,
        explode=raw.get("explode", style == "form") is True,
        pointer=f"{source.file}#{at}/schema",
        lenient=reads_leniently(source),
        empty=raw.get("allowEmptyValue") is True and location == "query",
    )


def _keys(shape: Shape) -> frozenset[str] | None:
    """The names a spread object takes; None: any that nobody else declares."""
    names = properties_of(shape.schema, shape.refs)
    return frozenset(names) if names else None


def _undeclared(source: Source, name: str, at: str) -> Parameter:
    raw = {"name": name, "in": "path", "schema": {"type": "string"}}
    shape = _shape(source, raw, at, raw["schema"])
    return Parameter(
        name, "path", True, shape.schema, compile_decoder(shape), encode=compile_encoder(shape)
    )


class _Content(Struct, frozen=True):
    """A parameter whose text is a JSON text."""

    name: str
    location: Any
    checker: Checker

    def decode(self, texts: Any) -> Any:
        if len(texts) != 1:
            return self._wrong("duplicate", 1, list(texts), "must be given once")
        value = decode_json(texts[0].encode("utf-8", "surrogateescape"))
        if type(value) is Violation:
            return self._wrong("json", "JSON", texts[0], value.message.replace("the body ", "", 1))
        if self.checker.is_valid(value):
            return value
        return Violations(self.checker.violations(value, self.location, self.name))

    def encode(self, value: Any) -> list[tuple[str, str]]:
        return [(self.name, json.dumps(value))]

    def _wrong(self, keyword: str, expected: Any, got: Any, what: str) -> Violations:
        message = f"{self.location} parameter {self.name} {what}"
        violation = Violation(self.location, self.name, "", keyword, expected, got, message)
        return Violations((violation,))
