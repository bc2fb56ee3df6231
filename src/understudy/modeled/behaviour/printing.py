"""A model in the words of a `behaviour:` section, to be edited and read again."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

import msgspec
import yaml

from understudy.modeled.model import Collection, Model, Operation

WIDTH = 80  # columns of what is printed
COMMENTED = ("rule", "saw")  # of an operation: told beside it
OPERATIONS = "operations"


def described(model: Model) -> dict[str, Any]:
    """The section: collections by name, and of each operation its role with the collection."""
    made = {name: _collection(each) for name, each in model.collections.items()}
    return {**made, OPERATIONS: {name: _operation(each) for name, each in model.operations.items()}}


def lines(model: Model, width: int = WIDTH) -> Iterator[str]:
    """The section as YAML, line by line; why each operation is what it is stands above it."""
    found = described(model)
    operations = found.pop(OPERATIONS)
    for name, collection in found.items():
        yield from _dumped({name: collection}, 0, width)
    if operations:
        yield f"{OPERATIONS}:"
    for name, operation in operations.items():
        given = model.operations[name]
        reason = f"rule {given.rule}: {given.saw}" if given.rule else given.saw
        yield from (f"  # {line}" for line in wrap(reason, width - 4))
        kept = {key: value for key, value in operation.items() if key not in COMMENTED}
        yield from _dumped({name: kept}, 2, width)


def _collection(collection: Collection) -> dict[str, Any]:
    made = msgspec.to_builtins(collection)
    given = made.pop("settings", {})
    if "id" in given:
        made["id"] = {"field": made.get("id", ""), "shape": given["id"]}
    return {**made, **{key: value for key, value in given.items() if key != "id"}}


def _operation(operation: Operation) -> dict[str, Any]:
    made = msgspec.to_builtins(operation)
    role, of, given = made.pop("role"), made.pop("of", ""), made.pop("settings", {})
    if role == "event":
        return {"event": given["event"], "of": of, **made, **given}
    return {role: of, **made, **given}


def _dumped(value: Any, indent: int, width: int) -> Iterator[str]:
    """YAML with its leaves in one line each, where they have room for that."""
    room = width - indent
    for flow in (None, False):
        text = yaml.safe_dump(
            value, sort_keys=False, allow_unicode=True, default_flow_style=flow, width=room
        )
        found = text.splitlines()
        if max(map(len, found)) <= room:
            break
    yield from (f"{' ' * indent}{line}" for line in found)
