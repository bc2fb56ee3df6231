"""One operation: what it takes, its answers, and how to get each: for `show`."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from understudy.checks.document_calls import DocumentSandbox
from understudy.checks.example_calls import ExampleSandbox
from understudy.cli.show_answers import example_call, recipe, ways
from understudy.cli.show_document import summary_of
from understudy.cli.terminal import did_you_mean, table
from understudy.errors import InputError
from understudy.modeled.assembly import Modeled
from understudy.openapi.operation import Contract, Operation, Parameter
from understudy.openapi.reference import resolve
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
