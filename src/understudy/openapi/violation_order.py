"""In which order violations are told: as the schema declares its properties, outer ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Rank = tuple[int, ...]
LAST = 1 << 30  # after everything declared
# Keywords whose subschemas look one step deeper into the value.
PLAIN = ("additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems", "contains")
NAMED = ("properties", "patternProperties", "prefixItems")


def rank(root: Any, steps: Sequence[str | int], path: Sequence[str | int]) -> Rank:
    """Where a value stands among its neighbours, by the way the validator took to it."""
    node, found, entered = root, [], iter(path)
    keyword: str | int = ""
    for step in steps:
        if step == "$ref" and keyword not in NAMED:
            node = _referred(root, node)
            continue
        if keyword in NAMED:
            found.append(_index(node, step, next(entered, None)))
        elif step in PLAIN:
            found.append(_index({}, step, next(entered, None)))
        keyword = "" if keyword in NAMED else step
        node = _below(node, step)
    return tuple(found)


def declared(root: Any, steps: Sequence[str | int], name: str) -> int:
    """A missing property's place among those of the object that the keyword `steps` ends in."""
    node = root
    for step in steps[:-1]:
        node = _referred(root, node) if step == "$ref" else _below(node, step)
    properties = node.get("properties") if isinstance(node, Mapping) else None
    return _index(properties, name, None)


def _index(node: Any, step: str | int, entered: str | int | None) -> int:
    if isinstance(entered, int):
        return entered
    return list(node).index(step) if isinstance(node, Mapping) and step in node else LAST


def _below(node: Any, step: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    return node[step] if isinstance(node, list) and isinstance(step, int) else None


def _referred(root: Any, node: Any) -> Any:
    target = root
    for step in str(node.get("$ref", "")).split("/")[1:] if isinstance(node, Mapping) else ():
        target = _below(target, step.replace("~1", "/").replace("~0", "~"))
    return target
