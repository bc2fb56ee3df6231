"""How answers happen by themselves: what any vendor can be brought to say, and its own recipes.

`specs/natural/<vendor>.yaml` holds the recipes; what is told of them is what came when they were
performed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import yaml

from understudy import resources
from understudy.checks.example_calls import BODY_BYTES, ExampleCall, ExampleSandbox
from understudy.openapi.media_types import closest, is_json
from understudy.openapi.operation import Operation
from understudy.settings import Settings
from understudy.simulation.clock import Duration, duration

EXAMPLE = "the example call"
METHODS = ("GET", "PUT", "DELETE", "PATCH", "POST", "TRACE")

Step = ExampleCall | Duration  # a call, or time that passes


@dataclass(frozen=True)
class Way:
    """Steps from the base world on, in words, whose last call gets an answer of an operation."""

    operation: str
    words: str
    steps: Sequence[Step]
    answer: str = ""  # the one that is expected; empty: whatever comes


@dataclass(frozen=True)
class Recipes:
    """A vendor's own ways, and the answers that never happen by themselves, with the reason."""

    steps: Mapping[str, Sequence[Mapping[str, Any]]]  # by `operation.ANSWER`
    never: Mapping[str, str]


def recipes(vendor: str) -> Recipes:
    """What is written of a vendor."""
    file = resources.answer_recipes(vendor)
    if file is None:  # then each answer that needs a recipe is told by name
        return Recipes({}, {})
    value = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Recipes(value["recipes"], value["never"])


def found(examples: ExampleSandbox, operation: str) -> dict[str, str]:
    """How each answer of an operation happened by itself, in words: the first way that did it."""
    ways: dict[str, str] = {}
    for way in (*mistakes(examples, operation), *own(examples, operation)):
        examples.reset()
        for step in way.steps:
            if isinstance(step, ExampleCall):
                _, entry = examples.ask(step)
                answer = entry.answer or _only(examples, operation, entry.status)
            else:
                examples.advance(step)
        if entry.by in ("behaviour", "refusal"):
            ways.setdefault(answer, way.words)
    return ways


def _only(examples: ExampleSandbox, operation: str, status: int) -> str:
    """The answer's name where no operation was reached (405): the first of that status."""
    declared = examples.contract.operations[operation].by_status(status)
    return declared[0].name if declared else ""


def mistakes(examples: ExampleSandbox, operation: str) -> Iterator[Way]:
    """A valid call, then each way of getting it wrong that every vendor has an answer to."""
    valid, declared = examples.valid(operation), examples.contract.operations[operation]

    def way(words: str, **changes: Any) -> Way:
        return Way(operation, words, (replace(valid, **changes),))

    yield way(EXAMPLE)
    yield way("without a key", caller=None)
    other = _other_method(examples, declared)
    yield way(f"{other} instead of {declared.method}", method=other, body=None)
    for name in valid.query:
        yield Way(operation, f"without {name}", (valid.with_values(**{name: None}),))
    for words, call in examples.own_mistakes(operation):
        yield Way(operation, words, (call,))
    if declared.body is not None:
        types = declared.body.media_types
        if any(map(is_json, types)):
            yield way("a body that is no JSON", raw=b"{")
        if closest("text/plain", types) is None:
            text = {**valid.headers, "content-type": "text/plain"}
            yield way("a body of content-type text/plain", raw=b'"x"', headers=text)
        large = b'"' + b"x" * BODY_BYTES + b'"'
        yield way(f"a body of more than {Settings().body_bytes} bytes", raw=large)


def _other_method(examples: ExampleSandbox, declared: Operation) -> str:
    """A method that the operation's path has not: of those that any client can send the first."""
    operations = examples.contract.operations.values()
    taken = {each.method for each in operations if each.path == declared.path}
    return next(method for method in METHODS if method not in taken)


def own(examples: ExampleSandbox, operation: str) -> Iterator[Way]:
    """The ways that are written for an operation."""
    for name, steps in recipes(examples.vendor).steps.items():
        if name.partition(".")[0] == operation:
            made = [_step(examples, step) for step in steps]
            yield Way(operation, recipe_text(steps, operation), made, name.partition(".")[2])


def _step(examples: ExampleSandbox, step: Mapping[str, Any]) -> Step:
    """The valid call with what the step says instead, or time that passes."""
    if "advance" in step:
        return duration(step["advance"])
    made = replace(examples.valid(step["call"]), caller=step.get("as", "default"))
    made = replace(made, headers={**made.headers, **step.get("headers", {})})
    if "raw" in step:
        made = replace(made, raw=step["raw"].encode())
    return made.with_values(**step.get("with", {}))


def recipe_text(steps: Iterable[Mapping[str, Any]], operation: str) -> str:
    """A recipe in words, in one line."""
    lines = []
    for line, same in groupby(_step_text(step, operation) for step in steps):
        times = len(list(same))
        lines.append(line if times == 1 else f"{line}, {times} times")
    return "; then ".join(lines)


def _step_text(step: Mapping[str, Any], operation: str) -> str:
    if "advance" in step:
        return f"{step['advance']} pass"
    given = {**step.get("with", {}), **step.get("headers", {})}
    if "raw" in step:
        given["body"] = step["raw"]
    said = [f"{name}: {_text(value)}" for name, value in given.items() if value is not None]
    parts = ["" if step["call"] == operation else step["call"]]
    if "as" in step:
        parts.append("without a key" if step["as"] is None else f"as {step['as']}")
    parts += [f"without {name}" for name, value in given.items() if value is None]
    parts.append(f"with {', '.join(said)}" if said else "")
    return " ".join(filter(None, parts)) or EXAMPLE


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
