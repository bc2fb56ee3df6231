"""`understudy show`: what vendors, operations and answers there are, and how to get each."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from understudy.cli.terminal import did_you_mean, table
from understudy.cli.vendors import sandbox_of, vendor_named
from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation, Parameter
from understudy.openapi.reference import resolve
from understudy.vendor import Vendor, default_credential
from understudy.vendors import VENDORS

HELP = """Shows what can be asked, and how to get each answer.

\b
Examples:
  understudy show                        the vendors
  understudy show looply                 its operations
  understudy show looply resumeWorkflow  its answers, and how to get each
  understudy show looply --world         the ids, states and keys of its base world
  understudy show looply --world --all   all of them; piped, a record is one line
  understudy show looply --states        its lifecycles, as Mermaid diagrams
  understudy show --scenario-schema      the JSON Schema of scenario files, for your editor
"""


@click.command("show", help=HELP, short_help="Show vendors, operations, answers, worlds.")
@click.argument("vendor", required=False, metavar="[VENDOR")
@click.argument("operation", required=False, metavar="[OPERATION]]")
@click.option("--world", is_flag=True, help="The ids, states and keys of the base world.")
@click.option("--all", "every", is_flag=True, help="With --world: all its records and keys.")
@click.option("--states", is_flag=True, help="The lifecycles as Mermaid diagrams.")
@click.option("--scenario-schema", is_flag=True, help="The JSON Schema of scenario files.")
def command(
    vendor: str | None,
    operation: str | None,
    world: bool,
    every: bool,
    states: bool,
    scenario_schema: bool,
) -> None:
    """Shows what was asked for, and what to type next."""
    if every and not world:
        raise InputError("--all is of a world", fix="Add --world, and a vendor before it")
    if world + states + scenario_schema > 1:
        fix = "Say one of --world, --states, --scenario-schema"
        raise InputError("these do not go together", fix=fix)
    if scenario_schema:
        _schema()
    elif vendor is None:
        _vendors(of="--world" if world else "--states" if states else "")
    elif world or states:
        from understudy.cli import show_world as worlds

        if world:
            worlds.show_world(vendor_named(vendor), every=every)
        else:
            worlds.show_states(vendor_named(vendor))
    elif operation is None:
        _operations(vendor_named(vendor))
    else:
        _operation(vendor_named(vendor), operation)


def _schema() -> None:
    from understudy.scenarios.stories.model import schema

    click.echo(json.dumps(schema(VENDORS), indent=2))


def _vendors(of: str) -> None:
    if of:
        names = ", ".join(vendor.name for vendor in VENDORS)
        raise InputError(f"{of} is of one vendor", fix=f"Name it before: {names}")
    rows = []
    for vendor in VENDORS:
        contract = _contract(vendor)
        rows.append([vendor.name, vendor.title, str(_count(contract)), contract.servers[0]])
    table(("vendor", "title", "operations", "stands in for"), rows)
    click.echo(f"Next: understudy show {VENDORS[0].name}")


def _contract(vendor: Vendor) -> Contract:
    return sandbox_of(vendor).contract(vendor.name)


def _count(contract: Contract) -> int:
    return sum(operation.variant_of is None for operation in contract.operations.values())


def _operations(vendor: Vendor) -> None:
    contract = _contract(vendor)
    rows = [
        [operation.id, f"{operation.method} {operation.path}", _statuses(operation), _is(operation)]
        for operation in contract.operations.values()
    ]
    table(("operation", "method and path", "statuses", "provenance"), rows, title=contract.title)
    name, _ = vendor.first_call
    click.echo(f"Next: understudy show {vendor.name} {name}")
    click.echo(f"      understudy show {vendor.name} --world")


def _statuses(operation: Operation) -> str:
    return " ".join(map(str, sorted({answer.status for answer in operation.answers.values()})))


def _is(operation: Operation) -> str:
    variant = f", variant of {operation.variant_of}" if operation.variant_of else ""
    return operation.provenance.kind + variant


def _operation(vendor: Vendor, name: str) -> None:
    from understudy.checks.example_calls import ExampleSandbox
    from understudy.cli.show_answers import example_call, recipe, ways

    examples = ExampleSandbox(vendor)
    sandbox = examples.app.sandbox
    contract = sandbox.contract(vendor.name)
    operation = contract.operations.get(name)
    if operation is None:
        known = tuple(contract.operations)
        raise InputError(f"{vendor.name} has no operation {name!r}", fix=did_you_mean(name, known))
    click.echo(f"{vendor.name}.{operation.id}: {operation.summary}")
    click.echo(f"{operation.method} {operation.path}")
    click.echo(f"{operation.provenance.kind}: {operation.provenance.source}")
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
