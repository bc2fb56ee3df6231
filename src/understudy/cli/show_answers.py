"""How to get each answer of an operation: naturally, by a magic input, by a rule: for `show`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Any

from understudy import resources
from understudy.checks.answer_recipes import found, recipes
from understudy.checks.example_bodies import encode, media_type_of
from understudy.checks.example_calls import ExampleSandbox
from understudy.cli.admin_client import DEFAULT_URL
from understudy.openapi.operation import Answer, Operation
from understudy.server.sessions.catalog import MAGIC
from understudy.server.sessions.sandbox import Sandbox


def ways(examples: ExampleSandbox, operation: Operation) -> dict[str, str]:
    """How each answer is had, by its name: naturally as it was just tried, by magic, by a rule."""
    sandbox = examples.app.sandbox
    magic = magic_inputs(sandbox, examples.vendor, operation)
    natural, never = found(examples, operation.id), recipes(examples.vendor).never
    return {
        name: _way(natural.get(name), magic.get(name), never.get(f"{operation.id}.{name}"))
        for name in operation.answers
    }


def _way(natural: str | None, magic: str | None, never: str | None) -> str:
    told = [] if natural is None else [f"naturally: {natural}"]
    if magic is not None:
        told.append(f"magic input {magic}")
    why = "" if never is None else f" ({never})"
    return "; or ".join(told) or f"by a rule{why}"


def example_call(examples: ExampleSandbox, operation: Operation) -> str:
    """The call that all ways begin with, as a line for a shell."""
    call = examples.valid(operation.id)
    parts = ["curl", "-i"]
    if operation.method != ("GET" if call.body is None else "POST"):
        parts += ["-X", operation.method]
    parts.append(quote(DEFAULT_URL + examples.url(call)))
    headers = examples.headers(call)
    media_type = media_type_of(operation.body)
    form = media_type.startswith("multipart/")
    if call.body is not None and not form:
        headers.setdefault("content-type", media_type)
    for name, value in headers.items():
        parts += ["-H", quote(f"{name}: {value}")]
    if call.body is not None:
        sent = encode(call.body, media_type)
        for name, text in sent.fields if form else ():
            parts += ["-F", quote(f"{name}={text}")]
        parts += [] if form else ["-d", quote(sent.content.decode())]
    return " ".join(parts)


def magic_inputs(sandbox: Sandbox, vendor: str, operation: Operation) -> dict[str, str]:
    """What a client sends to get an answer of the operation, by the answer's name."""
    made = sandbox.vendors[vendor].magic
    if made is not None:
        return {each["reply"]: ", ".join(conditions(each["when"])) for each in made(operation)}
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
