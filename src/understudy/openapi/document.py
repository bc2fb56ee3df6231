"""A contract's text becomes a plain value: parsed once, checked once, kept as JSON by content."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from understudy.errors import ContractError
from understudy.openapi.reference import check_references
from understudy.resources import cache_folder
from understudy.yaml import Bounds, read

FORMAT = 2  # of the cache; raise it when what is parsed or checked changes
KEPT = 8  # cached versions of one contract: some branches and editors' saves
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
    key = blake2b(content, digest_size=16, salt=FORMAT.to_bytes(16, "big")).hexdigest()
    cached = _cached(source.stem, key)
    if cached is None:
        cached = parse(_text(content, source), file or str(source))
        _keep(source.stem, key, cached)
    return cached


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


def _cached(stem: str, key: str) -> dict[str, Any] | None:
    """What an earlier run made of the same bytes; anything unusable counts as absent."""
    with suppress(OSError, RuntimeError, ValueError, RecursionError):
        content = (cache_folder() / f"{stem}-{key}.json").read_bytes()
        value = msgspec.json.decode(content)
        if isinstance(value, dict):
            return value
    return None


def _keep(stem: str, key: str, document: Mapping[str, Any]) -> None:
    """Write for the next run, whole or not at all; a folder that cannot be written is no harm."""
    with suppress(OSError, RuntimeError, ValueError, TypeError, RecursionError):
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{stem}-{key}.{os.getpid()}"
        draft.write_bytes(msgspec.json.encode(document))
        draft.replace(folder / f"{stem}-{key}.json")
        kept = sorted(folder.glob(f"{stem}-*.json"), key=lambda each: each.stat().st_mtime_ns)
        for old in kept[:-KEPT]:
            old.unlink()
