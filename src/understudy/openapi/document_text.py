"""The text of a user's document, JSON or YAML, as a plain value; what can be meant is told."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.document_warning import Warnings
from understudy.openapi.recognition import refuse_text
from understudy.openapi.yaml import parse_yaml

TWICE = "Remove one of them"


def parse_text(content: bytes, file: str, warnings: Warnings) -> Any:
    """The value of a file's content."""
    text = _decoded(content, file)
    refuse_text(text, file)
    if text.lstrip()[:1] in ("{", "["):
        return _json(text, file, warnings)
    return parse_yaml(text, file)


def _decoded(content: bytes, file: str) -> str:
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(
            f"is no UTF-8 at byte {error.start}", where=file, fix="Save it as UTF-8"
        ) from None


def _json(text: str, file: str, warnings: Warnings) -> Any:
    def paired(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            for key in {each for each in keys if keys.count(each) > 1} if len(keys) < 100 else ():
                what = f"{key[:80]!r} stands twice in one object; the last counts"
                warnings.add(file, [], what, TWICE)
        return found

    try:
        return json.loads(text, object_pairs_hook=paired, parse_float=_finite, parse_constant=_no)
    except (ValueError, RecursionError) as error:
        place = f"{file}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else file
        what = "is nested too deep" if isinstance(error, RecursionError) else f"is no JSON: {error}"
        raise ContractError(what, where=place, fix="Mend the syntax") from None


def _finite(literal: str) -> float | str:
    value = float(literal)
    return value if isfinite(value) else literal


def _no(literal: str) -> str:
    """NaN and Infinity, which JSON has not, stay what they look like."""
    return literal
