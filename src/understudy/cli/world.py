"""What is in a vendor's base world, and how its records live: for `show`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from understudy.cli.tables import table
from understudy.server.sessions import Sandbox
from understudy.settings import FROZEN, Settings
from understudy.simulation.collection import Collection, Record
from understudy.simulation.lifecycle import Lifecycle
from understudy.simulation.world import Kind, World
from understudy.vendor import Credential, Vendor

OF_A_STATE = 6  # records shown of each state; the rest is counted


def sandbox_of(vendor: Vendor) -> Sandbox:
    """A sandbox in this process with that vendor alone."""
    return Sandbox(Settings(vendors=(vendor.name,), clock=FROZEN), (vendor,))


def show_world(vendor: Vendor) -> None:
    """Keys, ids and states that every session starts with."""
    world = sandbox_of(vendor).session("show").world(vendor.name)
    for name in world.kinds:
        if len(world[name]):
            table(*_columns(world, name), title=_title(world[name]))
    click.echo(
        "A scenario adds records of its own (`understudy show --scenario-schema`);"
        f" `world: {{{vendor.name}: {{base: none}}}}` begins without these."
    )


def _title(collection: Collection[Record]) -> str:
    states = Counter(record.state for record in collection if record.state)
    counted = ", ".join(f"{count} {state}" for state, count in states.most_common())
    return f"{collection.name} ({len(collection)}{': ' + counted if counted else ''})"


def _columns(world: World, name: str) -> tuple[list[str], list[list[str]]]:
    """The heads and the rows of a collection: id, state, and what it can be looked up by."""
    kind, records = world.kinds[name], list(_some(world[name]))
    if issubclass(kind.record, Credential):
        keys = [each for each in records if isinstance(each, Credential)]
        rows = [[key.id, key.key, key.tenant] for key in keys if not key.id.startswith("magic-")]
        return ["name", "key", "tenant"], rows
    facts = {
        index: [_said(entry.key(record)) for record in records]
        for index, entry in kind.indexes.items()
    }
    facts = {index: told for index, told in facts.items() if any(told)}
    rows = [
        [record.id, record.state, *(told[number] for told in facts.values())]
        for number, record in enumerate(records)
    ]
    return ["id", "state", *facts], rows


def _some(collection: Collection[Record]) -> Iterator[Record]:
    shown: Counter[str] = Counter()
    for record in collection:
        shown[record.state] += 1
        if shown[record.state] <= OF_A_STATE or isinstance(record, Credential):
            yield record


def _said(key: object) -> str:
    if key is None:
        return ""
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def mermaid(vendor: Vendor, kind: Kind[Record], lifecycle: Lifecycle) -> Iterator[str]:
    """A kind's lifecycle as a Mermaid state diagram."""
    yield from ("---", f"title: {vendor.name} {kind.name}", "---", "stateDiagram-v2")
    names = {state: f"s{number}" for number, state in enumerate(lifecycle.states)}
    for state, name in names.items():
        yield f'    state "{state}" as {name}'
    yield f"    [*] --> {names[lifecycle.states[0]]}"
    for source, event, target in lifecycle.rows():
        yield f"    {names[source]} --> {names[target]} : {event}"
    for state in lifecycle.states:
        if state in lifecycle.terminal:
            yield f"    {names[state]} --> [*]"


def show_states(vendor: Vendor) -> None:
    """Every lifecycle of a vendor as Mermaid."""
    for kind in vendor.kinds:
        if kind.lifecycle is not None:
            click.echo("\n".join(mermaid(vendor, kind, kind.lifecycle)) + "\n")
