"""A contract's text becomes a plain value: parsed once, checked once, kept as JSON by content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from understudy.errors import ContractError
from understudy.openapi.cache import cache_key, keep, recall
from understudy.openapi.reference import check_references
from understudy.yaml import Bounds, read

FORMAT = 2  # of the cache; raise it when what is parsed or checked changes
VERSION = "3.1"
SIZE = 64 * 1024 * 1024  # characters of a document: the largest one published has 37 million
DEPTH = 500  # levels: what walks a document is recursive
VALUES = 400_000  # with its aliases written out, of a short text; of a long one its length


def load(source: str | Path, file: str = "") -> dict[str, Any]:
    """The checked document of a file (a Path) or of a text; `file` names it in messages."""
    if isinstance(source, str):
        return parse(source, file or "<text>")
    try:
        content = source.read_bytes()
    except OSError as error:
        raise ContractError(
            f"cannot be read: {error.strerror}", where=str(source), fix="Check the path"
        ) from None
    key = cache_key(content, FORMAT)
    cached = recall(source.stem, key)
    if isinstance(cached, dict):
        return cached
    document = parse(_text(content, source), file or str(source))
    keep(source.stem, key, document)
    return document


def parse(text: str, file: str) -> dict[str, Any]:
    """The document of a text, YAML or JSON, checked as a whole."""
    value = _parse_json(text, file) if text.lstrip().startswith("{") else _parse_yaml(text, file)
    if not isinstance(value, dict):
        raise ContractError(
            "this is no OpenAPI document", where=file, fix="It begins with `openapi: 3.1.0`"
        )
    check(value, file)
    return value


def check(document: Mapping[str, Any], file: str) -> None:
    """Refuse what is no OpenAPI 3.1, and what points, matches or is formatted as nobody can."""
    if "swagger" in document:
        raise ContractError(
            f"this is Swagger {document['swagger']}",
            where=f"{file}#/swagger",
            fix=f"Convert it to OpenAPI {VERSION}",
        )
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith(f"{VERSION}."):
        raise ContractError(
            "openapi is missing" if version is None else f"openapi is {version}, not {VERSION}",
            where=f"{file}#/openapi",
            fix=f"Write `openapi: {VERSION}.0`; older documents must be converted",
        )
    if not isinstance(document.get("paths"), dict):
        raise ContractError("paths is missing", where=f"{file}#/paths", fix="Declare operations")
    check_references(document, file)


def _text(content: bytes, file: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(
            f"is no UTF-8 at byte {error.start}", where=str(file), fix="Save it as UTF-8"
        ) from None


def _parse_yaml(text: str, file: str) -> Any:
    bounds = Bounds(DEPTH, SIZE, max(VALUES, len(text)))
    return read(text, file, bounds, error=ContractError).value


def _parse_json(text: str, file: str) -> Any:
    def unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ContractError(
                    f"{key!r} stands twice in one object", where=file, fix="Remove one of them"
                )
            found[key] = value
        return found

    def refuse(literal: str) -> NoReturn:
        raise ContractError(
            f"{literal} is no number in JSON", where=file, fix="Write a finite number"
        )

    def finite(literal: str) -> float:
        value = float(literal)
        return value if isfinite(value) else refuse(literal)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse, parse_float=finite)
    except (ValueError, RecursionError) as error:
        place = f"{file}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else file
        raise ContractError(f"is no JSON: {error}", where=place, fix="Mend the syntax") from None
