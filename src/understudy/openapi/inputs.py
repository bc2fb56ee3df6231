"""What an operation takes: its parameters, its body, its credentials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from understudy.openapi.lenient import compile_reader
from understudy.openapi.operation import Body, Parameter, SecurityScheme
from understudy.openapi.parameters import STYLES, Shape, compile_decoder, compile_encoder
from understudy.openapi.router import PARAMETER
from understudy.openapi.schema import Checker
from understudy.openapi.source import Source
from understudy.yaml import escape

READS = "x-understudy-reads"  # of a document: how the vendor's framework reads what comes
WAYS = ("strict", "fastapi")  # the usual one first
IGNORED_HEADERS = ("accept", "content-type", "authorization")  # OpenAPI: no parameters


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
    names = PARAMETER.findall(path)
    missing = [name for name in names if ("path", name) not in found]
    spare = [name for place, name in found if place == "path" and name not in names]
    if missing or spare:
        raise source.error(
            f"{at}/parameters",
            f"path parameters and path disagree about {', '.join(missing + spare)}",
            "Declare each {name} of the path once, `in: path`",
        )
    path_parameters = [found.pop(("path", name)) for name in names]
    return (*path_parameters, *found.values())


def compile_body(source: Source, operation: Mapping[str, Any], at: str) -> Body | None:
    """The declared request body; None: the operation takes none."""
    if "requestBody" not in operation:
        return None
    raw, where = source.follow(operation["requestBody"], f"{at}/requestBody")
    content = source.mapping(raw, "content", where)
    media_types = tuple(each.partition(";")[0].strip().lower() for each in content)
    if not media_types:
        raise source.error(f"{where}/content", "a body needs a media type", "Write one")
    first, lenient = next(iter(content)), reads_leniently(source)
    schema = source.mapping(content, first, f"{where}/content").get("schema", {})
    checker = Checker(
        schema, source.schemas, f"{source.file}#{where}/content/{escape(first)}/schema"
    )
    return Body(
        required=raw.get("required") is True,
        media_types=media_types,
        schema=schema,
        violations=checker.violations,
        is_valid=checker.is_valid,
        components=source.schemas,
        lenient=lenient,
        reader=compile_reader(schema, source.schemas) if lenient else None,
    )


def compile_security(
    source: Source,
    operation: Mapping[str, Any],
    at: str,
    schemes: Mapping[str, SecurityScheme],
) -> tuple[tuple[str, ...], ...]:
    """The alternatives of scheme names; empty: open."""
    owner, place = (operation, at) if "security" in operation else (source.document, "")
    alternatives = []
    for index, raw in enumerate(source.items(owner, "security", place)):
        alternative = source.object(raw, f"{place}/security/{index}")
        for name in alternative:
            if name not in schemes:
                raise source.error(
                    f"{place}/security/{index}",
                    f"no security scheme {name}",
                    f"There are: {', '.join(schemes) or 'none'}",
                )
        alternatives.append(tuple(alternative))
    return tuple(alternatives)


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
    if not isinstance(name, str) or location not in [*STYLES] or "schema" not in raw:
        raise source.error(
            at,
            "a parameter needs a name, a schema, and `in: path`, `query` or `header`",
            "Cookies and `content` are not read",
        )
    if location == "header" and name.lower() in IGNORED_HEADERS:
        return None
    schema, _ = source.follow(raw["schema"], f"{at}/schema")
    style = source.text(raw, "style") or ("form" if location == "query" else "simple")
    shape = Shape(
        name=name,
        location=location,
        schema=schema,
        components=source.schemas,
        style=style,
        explode=raw.get("explode", style == "form") is True,
        pointer=f"{source.file}#{at}/schema",
        lenient=reads_leniently(source),
    )
    return Parameter(
        name=name,
        location=location,
        required=location == "path" or raw.get("required") is True,
        schema=shape.schema,
        decode=compile_decoder(shape),
        description=source.text(raw, "description"),
        provenance=source.provenance(raw, at) if "x-provenance" in raw else None,
        encode=compile_encoder(shape),
        deep=style == "deepObject",
        lenient=shape.lenient,
    )


def by_location(parameters: Iterable[Parameter], location: str) -> dict[str, Parameter]:
    """The parameters of one place by name; headers by their lower-case name."""
    return {
        each.name.lower() if location == "header" else each.name: each
        for each in parameters
        if each.location == location
    }
