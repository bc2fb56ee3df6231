"""What is known of a document: its operations, collections, what was inferred, what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from understudy.cli.terminal import plural, table
from understudy.modeled.assembly import Modeled
from understudy.modeled.behaviour.printing import lines
from understudy.modeled.model import Operation as Behaviour
from understudy.modeled.tokens import hands_out_tokens
from understudy.openapi.operation import Operation
from understudy.server.sessions.sandbox import Sandbox
from understudy.settings import FROZEN, Settings

WIDTH = 80  # columns of the printed behaviour


def show_document(made: Modeled, word: str) -> None:
    """Its operations with what each does, its collections, and what nobody can infer."""
    contract = made.contract
    rows = [
        [each.id, f"{each.method} {each.path}", statuses(each), _does(made, each)]
        for each in contract.operations.values()
    ]
    heads = ("operation", "method and path", "statuses", "what it does, and by which rule")
    table(heads, rows, title=f"{contract.title}, served as {contract.name}")
    if made.model.collections:
        kinds = ("collection", "one of it", "id", "below", "at the start")
        table(kinds, _collections(made), title="Collections")
    _not_understood(made)
    name, _ = made.vendor.first_call
    click.echo(f"Next: understudy show {word} {name}")
    for option in ("--world", "--inferred"):
        click.echo(f"      understudy show {word} {option}")


def statuses(operation: Operation) -> str:
    """What an operation may answer, as the document says it."""
    found = {each.span or str(each.status) for each in operation.answers.values()}
    return " ".join(sorted(found))


def _does(made: Modeled, operation: Operation) -> str:
    said = made.api.behaviour(operation)
    if operation.broken is not None:
        return f"501: {operation.broken.what}"
    if hands_out_tokens(made.contract, operation):
        return "hands out tokens (a token URL of the document)"
    of = f" of {said.of}" if said.of else ""
    return f"{said.role}{of}{_rule(said)}"


def _rule(said: Behaviour) -> str:
    return f" (rule {said.rule})" if said.rule else ""


def _collections(made: Modeled) -> Iterator[list[str]]:
    vendor = made.vendor
    sandbox = Sandbox(Settings(vendors=(vendor.name,), clock=FROZEN), (vendor,))
    world = sandbox.session("show").world(vendor.name)
    for name, each in made.model.collections.items():
        where = each.item or each.path
        yield [name, where, each.id or "-", each.under or "-", str(len(world[name]))]


def _not_understood(made: Modeled) -> None:
    """The operations whose effect is not known: they answer examples, and change nothing."""
    known = made.contract.operations.values()
    said = [(each, made.api.behaviour(each)) for each in known if each.broken is None]
    unknown = [
        (each, told)
        for each, told in said
        if told.role in ("sample", "action") and not hands_out_tokens(made.contract, each)
    ]
    if unknown:
        title = "Not understood: answered from the document, nothing changes"
        rows = [[each.id, told.saw] for each, told in unknown]
        table(("operation", "why"), rows, title=title)
    counts = Counter(told.role for _, told in said)
    click.echo(", ".join(f"{count} {role}" for role, count in counts.most_common()))
    if warnings := len(made.contract.warnings):
        click.echo(f"{plural(warnings, 'warning')}: understudy validate tells them")


def summary_of(made: Modeled, operation: Operation) -> str:
    """What one operation does, by which rule, and what the rule saw."""
    return f"inferred: {_does(made, operation)}: {made.api.behaviour(operation).saw}"


def behaviour(made: Modeled) -> Iterator[str]:
    """The model as a `behaviour:` section, line by line; its rules and reasons are comments."""
    yield from ("behaviour:", f"  {made.vendor.name}:")
    yield from (f"    {line}" for line in lines(made.model, WIDTH - 4))
