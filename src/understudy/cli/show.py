"""`understudy show`: what vendors, operations and answers there are, and how to get each."""

from __future__ import annotations

import json

import click

from understudy.cli.project import ProjectCommand
from understudy.cli.terminal import table
from understudy.cli.vendors import document_named, project_vendors, sandbox_of, vendor_named
from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation
from understudy.vendor import Vendor
from understudy.vendors import VENDORS

HELP = """Shows what can be asked, and how to get each answer.

\b
Examples:
  understudy show                        the vendors, or what the project serves
  understudy show looply                 its operations
  understudy show looply resumeWorkflow  its answers, and how to get each
  understudy show looply --world         the ids, states and keys of its base world
  understudy show looply --world --all   all of them; piped, a record is one line
  understudy show looply --states        its lifecycles, as Mermaid diagrams
  understudy show openapi.yaml           what an OpenAPI document of your own is taken for
  understudy show openapi.yaml --inferred  the same, as YAML to edit
  understudy show --scenario-schema      the JSON Schema of project and scenario files,
                                         for your editor
"""


@click.command(
    "show", cls=ProjectCommand, help=HELP, short_help="Show vendors, operations, answers, worlds."
)
@click.argument("vendor", required=False, metavar="[VENDOR|DOCUMENT")
@click.argument("operation", required=False, metavar="[OPERATION]]")
@click.option("--world", is_flag=True, help="The ids, states and keys of the base world.")
@click.option("--all", "every", is_flag=True, help="With --world: all its records and keys.")
@click.option("--states", is_flag=True, help="The lifecycles as Mermaid diagrams.")
@click.option("--inferred", is_flag=True, help="The behaviour inferred of a document, as YAML.")
@click.option("--scenario-schema", is_flag=True, help="The JSON Schema of scenario files.")
def command(vendor: str | None, operation: str | None, every: bool, **only: bool) -> None:
    """Shows what was asked for, and what to type next."""
    if every and not only["world"]:
        raise InputError("--all is of a world", fix="Add --world, and a vendor before it")
    said = [f"--{name.replace('_', '-')}" for name, given in only.items() if given]
    if len(said) > 1:
        fix = "Say one of --world, --states, --inferred, --scenario-schema"
        raise InputError("these do not go together", fix=fix)
    option = said[0] if said else ""
    if option == "--scenario-schema":
        _schema()
    elif vendor is None:
        _vendors(of=option)
    elif option:
        _part(vendor, option, every=every)
    else:
        _whole(vendor, operation)


def _part(word: str, option: str, *, every: bool) -> None:
    """A vendor's world or lifecycles, or what was inferred of a document."""
    from understudy.cli import show_world as worlds

    if option == "--world":
        worlds.show_world(vendor_named(word), every=every)
    elif option == "--states":
        worlds.show_states(vendor_named(word))
    else:
        from understudy.cli.show_document import behaviour

        made = document_named(word)
        if made is None:
            raise InputError(f"{word} is no document", fix="Name an OpenAPI file")
        click.echo("\n".join(behaviour(made)))


def _whole(word: str, operation: str | None) -> None:
    """A vendor, or one of its operations."""
    from understudy.cli.show_operation import show_operation

    made = document_named(word)
    if operation is not None:
        show_operation(made or vendor_named(word), word, operation)
    elif made is not None:
        from understudy.cli.show_document import show_document

        show_document(made, word)
    else:
        _operations(vendor_named(word))


def _schema() -> None:
    from understudy.modeled.behaviour.grammar import behaviour_schema
    from understudy.scenarios.language.grammar_project import editor_schema

    click.echo(json.dumps(editor_schema(VENDORS, behaviour_schema()), indent=2))


def _vendors(of: str) -> None:
    vendors = project_vendors()
    if of:
        names = ", ".join(vendor.name for vendor in vendors)
        raise InputError(f"{of} is of one vendor", fix=f"Name it before: {names}")
    rows = []
    for vendor in vendors:
        contract = vendor.contract or _contract(vendor)
        instead = next(iter(contract.servers), "")
        rows.append([vendor.name, vendor.title, str(_count(contract)), instead])
    table(("vendor", "title", "operations", "stands in for"), rows)
    click.echo(f"Next: understudy show {vendors[0].name}")


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
