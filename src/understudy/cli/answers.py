"""How to get each answer of an operation: naturally, by a magic input, by a rule: for `show`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy import resources
from understudy.openapi.operation import Answer, Operation
from understudy.server.sessions import MAGIC, Sandbox

UNWELL = 500  # from here on, and 429, a vendor that is well never answers by itself
TOO_MANY = 429


def ways(sandbox: Sandbox, vendor: str, operation: Operation) -> dict[str, str]:
    """How each answer is had, by its name."""
    magic = magic_inputs(sandbox, vendor, operation)
    return {name: _way(answer, magic.get(name)) for name, answer in operation.answers.items()}


def _way(answer: Answer, magic: str | None) -> str:
    found = []
    if answer.status < UNWELL and answer.status != TOO_MANY:
        found.append("naturally")
    if magic is not None:
        found.append(f"magic input {magic}")
    return "; ".join(found) or "by a rule"


def magic_inputs(sandbox: Sandbox, vendor: str, operation: Operation) -> dict[str, str]:
    """What a client sends to get an answer of the operation, by the answer's name."""
    if resources.scenario(f"{vendor}/{MAGIC}") is None:
        return {}
    return {
        rule.reply.answer: ", ".join(conditions(rule.source.get("when", {})))
        for rule in sandbox.scenario(f"{vendor}/{MAGIC}").rules
        if rule.operation == operation.handled_by
        and rule.reply is not None
        and rule.reply.answer is not None
    }


def conditions(when: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The conditions of a rule as `field: value`, nested fields with dots between."""
    for name, value in when.items():
        if isinstance(value, Mapping) and not any(key.startswith("$") for key in value):
            yield from conditions(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}: {value}"


def recipe(vendor: str, operation: Operation) -> str:
    """How any answer is forced, with the operation's most telling one as the example."""
    answer = max(operation.answers.values(), key=_telling)
    return (
        f"For one call any of them: -H 'Prefer: code={answer.status}, example={answer.name}'\n"
        "For a client that can set no header, a rule in a scenario:\n"
        "  rules:\n"
        f"    - {{ operation: {vendor}.{operation.handled_by}, reply: {answer.name}, times: 1 }}"
    )


def _telling(answer: Answer) -> tuple[bool, bool, int]:
    """A documented refusal of this operation's own comes before those that all have."""
    own = answer.status not in (400, 401, 403)
    return answer.provenance.kind == "documented", own, answer.status
