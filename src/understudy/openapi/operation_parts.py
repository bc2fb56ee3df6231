"""What one operation is made of: its inputs, its answers, its security."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.openapi.answers import compile_answers
from understudy.openapi.bodies import compile_body
from understudy.openapi.inputs import by_location, compile_parameters
from understudy.openapi.operation import SecurityScheme
from understudy.openapi.security import compile_security
from understudy.openapi.source import Source


def compile_parts(
    source: Source,
    item: Mapping[str, Any],
    raw: Mapping[str, Any],
    at: str,
    path: str,
    schemes: Mapping[str, SecurityScheme],
) -> dict[str, Any]:
    """The fields of an Operation that are compiled."""
    parameters = compile_parameters(source, item, raw, at, path)
    answers, schemas = compile_answers(source, raw, at)
    query = by_location(parameters, "query")
    return {
        "summary": source.text(raw, "summary"),
        "description": source.text(raw, "description"),
        "provenance": source.provenance(raw, at),
        "path_parameters": tuple(by_location(parameters, "path").values()),
        "query_parameters": query,
        "header_parameters": by_location(parameters, "header"),
        "cookie_parameters": by_location(parameters, "cookie"),
        "deep_parameters": {name: each for name, each in query.items() if each.deep},
        "spread_parameters": tuple(each for each in query.values() if each.spread),
        "body": compile_body(source, raw, at),
        "answers": answers,
        "schemas": schemas,
        "security": compile_security(source, raw, at, schemes),
        "tags": tuple(map(str, source.items(raw, "tags", at))),
    }
