"""One operation: what it takes, its answers, and how to get each: for `show`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Any

import click

from understudy import resources
from understudy.checks.answer_recipes import found, recipes
from understudy.checks.document_calls import DocumentSandbox
from understudy.checks.example_calls import ExampleSandbox, encode, media_type_of
from understudy.cli.admin_client import DEFAULT_URL
from understudy.cli.show_document import summary_of
from understudy.cli.terminal import did_you_mean, table
from understudy.errors import InputError
from understudy.modeled.assembly import Modeled
from understudy.openapi.operation import Answer, Contract, Operation, Parameter
from understudy.openapi.reference import resolve
from understudy.server.sessions.catalog import MAGIC
from understudy.server.sessions.sandbox import Sandbox
from understudy.vendor import Vendor, default_credential


def show_operation(shown: Vendor | Modeled, word: str, name: str) -> None:
    """What an operation takes, its answers, and how to get each as it was just tried."""
    vendor = shown if isinstance(shown, Vendor) else shown.vendor
    examples = ExampleSandbox(vendor) if isinstance(shown, Vendor) else DocumentSandbox(shown)
    sandbox = examples.app.sandbox
    contract = sandbox.contract(vendor.name)
    operation = contract.named(name)
    if operation is None:
        known = tuple(contract.operations)
        raise InputError(f"{word} has no operation {name!r}", fix=did_you_mean(name, known))
    click.echo(f"{vendor.name}.{operation.id}: {operation.summary}".rstrip(": "))
    click.echo(f"{operation.method} {operation.path}")
    if operation.broken is not None:
        click.echo(f"It is answered 501: {operation.broken}")
        return
    if isinstance(shown, Vendor):
        click.echo(f"{operation.provenance.kind}: {operation.provenance.source}")
    else:
        click.echo(summary_of(shown, operation))
    credential = default_credential(sandbox.session("show").world(vendor.name))
    for header, value in () if credential is None else vendor.signed(credential, operation).items():
        click.echo(f"key: {header}: {value}")
    if operation.description:
        click.echo("\n" + operation.description.strip())
    if parameters := list(_parameters(contract, operation)):
        table(("parameter", "in", "required", "what it is", "schema"), parameters)
    way = ways(examples, operation)
    rows = [
        [
            str(each.status),
            each.name,
            each.provenance.kind,
            each.summary or each.description,
            way[each.name],
        ]
        for each in operation.answers.values()
    ]
    table(("status", "answer", "provenance", "when", "how to get it"), rows)
    click.echo(f"The example call: {example_call(examples, operation)}")
    click.echo(recipe(vendor.name, operation))
    examples.close()


def _parameters(contract: Contract, operation: Operation) -> Iterator[list[str]]:
    declared: list[Parameter] = [
        *operation.path_parameters,
        *operation.query_parameters.values(),
        *operation.header_parameters.values(),
    ]
    for each in declared:
        needed = _yes(each.required)
        yield [each.name, each.location, needed, each.description, json.dumps(each.schema)]
    if operation.body is not None:
        schema = operation.body.schema
        if "$ref" in schema:
            schema = resolve(contract.document, schema["$ref"], contract.name, "")
        types = " or ".join(operation.body.media_types)
        told = str(schema.get("description", ""))
        yield ["(body)", types, _yes(operation.body.required), told, json.dumps(schema)]


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


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
