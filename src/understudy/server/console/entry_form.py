"""The fields of a form for a record, made of what an entry of a world file may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.scenarios.language.grammar_rules import SCALARS
from understudy.server.console.json_tree import pretty

TEXTS = ("name", "instant", "duration", "moment")  # definitions whose values are written as text


class FormField(NamedTuple):
    """One field of a form."""

    name: str
    kind: str  # text, number, choice, flag, json
    value: str
    required: bool
    description: str
    choices: tuple[str, ...] = ()


def form_fields(schema: Mapping[str, Any], held: Mapping[str, Any]) -> Iterator[FormField]:
    """The fields of an entry with what a record holds of them."""
    required = schema.get("required", ())
    for name, declared in schema.get("properties", {}).items():
        kind, choices = _kind(declared)
        value = _text(held.get(name), kind)
        said = _description(declared)
        yield FormField(name, kind, value, name in required, said, choices)


def _kind(declared: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    if "enum" in declared:
        return "choice", tuple(str(each) for each in declared["enum"])
    named = str(declared.get("$ref", "")).rpartition("/")[2]
    if named:
        return ("text" if named in TEXTS else "json"), ()
    kinds = declared.get("type", "json")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    plain = {"string": "text", "integer": "number", "number": "number", "boolean": "flag"}
    return plain.get(kind, "json"), ()


def _description(declared: Mapping[str, Any]) -> str:
    named = str(declared.get("$ref", "")).rpartition("/")[2]
    return str(declared.get("description") or SCALARS.get(named, {}).get("description", ""))


def _text(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "json":
        return pretty(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
