"""The text of a user's document, JSON or YAML, as a plain value; what can be meant is told."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.document_bounds import VALUES
from understudy.openapi.document_version import refuse_text
from understudy.openapi.document_warning import Warnings
from understudy.yaml import Bounds, Document, read

DEPTH = 500  # levels of a text; of its value, less
HALF = re.compile(r"\\u[dD][89a-fA-F]")
# A pair, half of one, or another escape: a backslash before `u` may be one of a pair itself.
ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
SIZE = 64 * 1024 * 1024  # characters


def parse_text(content: bytes, file: str, warnings: Warnings) -> Any:
    """The value of a file's content."""
    text = _whole(decoded(content, file))
    refuse_text(text, file)
    if text.lstrip()[:1] in ("{", "["):
        return _json(text, file, warnings)
    return _yaml(text, file, warnings)


def decoded(content: bytes, file: str) -> str:
    """A file's content as text."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(
            f"is no UTF-8 at byte {error.start}", where=file, fix="Save it as UTF-8"
        ) from None


def read_lines(text: str, file: str) -> Document:
    """The text as YAML, which JSON is too: it knows on which line each value stands."""
    bounds = Bounds(DEPTH, SIZE, 2 * VALUES)  # it counts keys, too
    return read(text, file, bounds, lenient=True, error=ContractError)


def _yaml(text: str, file: str, warnings: Warnings) -> Any:
    found = read_lines(text, file)
    for each in found.warnings:
        warnings.add(file, [], each.what, each.fix, each.line)
    return found.value


def _json(text: str, file: str, warnings: Warnings) -> Any:
    twice: list[dict[str, Any]] = []

    def paired(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice.append(found)
        return found

    try:
        value = json.loads(
            text, object_pairs_hook=paired, parse_float=_finite, parse_constant=_literal
        )
    except (ValueError, RecursionError) as error:
        place = f"{file}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else file
        what = "is nested too deep" if isinstance(error, RecursionError) else f"is no JSON: {error}"
        raise ContractError(what, where=place, fix="Mend the syntax") from None
    return _yaml(text, file, warnings) if twice else value


def _whole(text: str) -> str:
    """The text with a sign for each half of a surrogate pair that is escaped alone."""
    return ESCAPE.sub(_sign, text) if HALF.search(text) else text


def _sign(found: re.Match[str]) -> str:
    return "\\ufffd" if found[1] else found[0]


def _finite(literal: str) -> float | str:
    value = float(literal)
    return value if isfinite(value) else literal


def _literal(literal: str) -> str:
    """NaN and Infinity, which JSON has not, stay what they look like."""
    return literal
