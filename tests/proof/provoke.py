"""How answers happen by themselves: what any vendor can be brought to say, and its own recipes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from understudy.simulation.clock import duration

from .door import BODY_BYTES, Door, Told, Wish

RECIPES = Path(__file__).parent / "natural"


def mistakes(door: Door, operation: str) -> Iterator[Wish]:
    """A valid call, then each way of getting it wrong that every vendor has an answer to."""
    valid = door.valid(operation)
    declared = door.contract.operations[operation]
    yield valid
    yield replace(valid, caller=None)
    yield replace(valid, method="TRACE", body=None)
    for name in valid.query:
        yield valid.given(**{name: None})
    if declared.body is not None:
        yield replace(valid, raw=b"{")
        yield replace(valid, raw=b'"x"', headers={**valid.headers, "content-type": "text/plain"})
        yield replace(valid, raw=b'"' + b"x" * BODY_BYTES + b'"')


def recipes(vendor: str) -> tuple[Mapping[str, list[Any]], Mapping[str, str]]:
    """The vendor's own: `operation.ANSWER` -> steps, and what cannot happen by itself -> why."""
    file = RECIPES / f"{vendor}.yaml"
    if not file.exists():  # then each answer that needs one is told by name
        return {}, {}
    value = yaml.safe_load(file.read_text(encoding="utf-8"))
    return value["recipes"], value["never"]


def play(door: Door, steps: list[Any]) -> Told:
    """The steps from the base world on; what the last call was told."""
    door.reset()
    told: Told | None = None
    for step in steps:
        told = take(door, step) or told
    assert told is not None, "a recipe holds a call"
    return told


def take(door: Door, step: Mapping[str, Any]) -> Told | None:
    """One step: time passes, or a call is made; what it was told."""
    if "advance" in step:
        door.advance(duration(step["advance"]))
        return None
    return door.send(wish(door, step))


def wish(door: Door, step: Mapping[str, Any]) -> Wish:
    """A step's call: the valid one, with what the step says instead."""
    made = replace(door.valid(step["call"]), caller=step.get("as", "default"))
    made = replace(made, headers={**made.headers, **step.get("headers", {})})
    if "raw" in step:
        made = replace(made, raw=step["raw"].encode())
    return made.given(**step.get("with", {}))
