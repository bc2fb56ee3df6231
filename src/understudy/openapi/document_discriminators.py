"""Discriminators as JSON Schema says them: the value of the property names the branch that holds.

To a checker a discriminator is an annotation: a dog that says it is a cat would fit one of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.openapi.pointer import NOTHING, at, steps_of
from understudy.openapi.shapes import Refs, properties_of, resolved
from understudy.openapi.structure import Kind, Path, Visitor, rewrite

CHOICES = ("oneOf", "anyOf")


def enforce_discriminators(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what each discriminator says beside its branches."""

    def refs(ref: str) -> Any:
        steps = steps_of(ref.removeprefix("#"))
        found = at(document, steps) if steps is not None else NOTHING
        return None if found is NOTHING else found

    made: dict[str, Any] = rewrite(document, "document", _Enforcing(refs), [])
    return made


class _Enforcing(Visitor):
    def __init__(self, refs: Refs) -> None:
        self.refs = refs

    def visit(self, node: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        rule = node.get("discriminator") if kind == "schema" else None
        if not isinstance(rule, Mapping) or not node.keys().isdisjoint(("if", "then", "else")):
            return node
        name, branches = rule.get("propertyName"), _branches(node)
        if not isinstance(name, str) or len(branches) < 2 or self._is_said(name, branches):
            return node
        named = _named(branches, rule.get("mapping"))
        held = [_held(name, value, ref) for value, ref in named.items()]
        known = {"properties": {name: {"enum": [*named]}}}
        return {**node, "if": {"required": [name]}, "then": {"allOf": [known, *held]}}

    def _is_said(self, name: str, branches: list[str]) -> bool:
        """Whether a branch says its values itself: they need not be what it is called."""
        for each in branches:
            field = resolved(properties_of({"$ref": each}, self.refs).get(name), self.refs)
            if not field.keys().isdisjoint(("enum", "const")):
                return True
        return False


def _branches(node: Mapping[str, Any]) -> list[str]:
    """The references that it chooses from; none where one of the branches is no reference."""
    choices = [node[key] for key in CHOICES if isinstance(node.get(key), list)]
    if len(choices) != 1:
        return []
    real = [each for each in choices[0] if each != {"type": "null"}]
    refs = [each.get("$ref") for each in real if isinstance(each, Mapping)]
    found = [each for each in refs if isinstance(each, str)]
    return found if len(found) == len(real) else []


def _named(branches: list[str], mapping: Any) -> dict[str, str]:
    """The branch of each value: by the name of its schema, and by what the mapping says."""
    by_name = {
        each.rpartition("/")[2].replace("~1", "/").replace("~0", "~"): each for each in branches
    }
    said = mapping if isinstance(mapping, Mapping) else {}
    meant = {str(value): by_name.get(str(ref), str(ref)) for value, ref in said.items()}
    return {**by_name, **{value: ref for value, ref in meant.items() if ref in branches}}


def _held(name: str, value: str, ref: str) -> dict[str, Any]:
    return {"if": {"properties": {name: {"const": value}}}, "then": {"$ref": ref}}
