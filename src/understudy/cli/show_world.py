"""What is in a vendor's base world, and how its records live: for `show`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import click
from msgspec import structs

from understudy.cli.terminal import table
from understudy.cli.vendors import sandbox_of
from understudy.modeled.records import Item, data_of
from understudy.server.pipeline.credential_hints import key_placement
from understudy.simulation.collection import Collection, Record
from understudy.simulation.lifecycle import Lifecycle
from understudy.simulation.world import Kind, World
from understudy.vendor import Credential, Vendor

OF_A_STATE = 6  # records shown of each state; the rest is counted
COLUMNS = 5  # beside id and state
CREDENTIALS = "credentials"
WHOSE = ("organization", "account", "team", "tenant")  # what vendors call it
WIDTH = 48  # of a text that is shown
KEYS = "credentials"


def show_world(vendor: Vendor, *, every: bool = False) -> None:
    """Keys, ids and states that every session starts with: a few of each state, or all."""
    world = sandbox_of(vendor).session("show").world(vendor.name)
    for name in world.kinds:
        if len(world[name]) and not (name == KEYS and _is_open(vendor)):
            heads, rows = _columns(vendor, world, name, every)
            title = _title(world[name], len(rows))
            table(heads, rows, title=title, whole=True, keep=_taken(vendor, name))
    click.echo(
        "A scenario adds records of its own (`understudy show --scenario-schema`);"
        f" `world: {{{vendor.name}: {{base: none}}}}` begins without these."
    )


def _taken(vendor: Vendor, collection: str) -> list[str]:
    """What calls take in their path to name a record of the collection."""
    if vendor.contract is not None:
        return []  # of a document that may be large nothing is compiled for this
    operations = sandbox_of(vendor).contract(vendor.name).operations.values()
    others = {kind.name.removesuffix("s") for kind in vendor.kinds if kind.name != collection}
    names = dict.fromkeys(each.name for one in operations for each in one.path_parameters)
    return [name for name in names if name.rpartition("_")[0] not in others]


def _is_open(vendor: Vendor) -> bool:
    """Whether nobody is asked for a key: the vendor's document names no scheme."""
    return vendor.contract is not None and not vendor.contract.schemes


def _title(collection: Collection[Record], shown: int) -> str:
    states = Counter(record.state for record in collection if record.state)
    counted = ", ".join(f"{count} {state}" for state, count in states.most_common())
    few = f", {shown} of them shown: --all" if shown < len(collection) else ""
    return f"{collection.name} ({len(collection)}{': ' + counted if counted else ''}){few}"


def _columns(
    vendor: Vendor, world: World, name: str, every: bool
) -> tuple[list[str], list[list[str]]]:
    """The heads and the rows of a collection: its ids and states, then what tells them apart."""
    if issubclass(world.kinds[name].record, Credential):
        keys = [each for each in world[name].as_added() if isinstance(each, Credential)]
        shown = [key for key in keys if every or not key.id.startswith("magic-")]
        rows = [
            [key.id, key.key, key_placement(vendor.sign(key), key.key), key.tenant] for key in shown
        ]
        return ["name", "key", "in the header", _whose(vendor)], rows
    records = list(_some(world[name], len(world[name]) if every else OF_A_STATE))
    values = [_values(each) for each in records]
    telling = _telling(values)
    heads = ["id", *(["state"] if any(each.state for each in records) else []), *telling]
    return heads, [[_cell(each.get(head)) for head in heads] for each in values]


def _values(record: Record) -> Mapping[str, Any]:
    """What a record is told by: its fields, of a document's what is answered of it."""
    if not isinstance(record, Item):
        return structs.asdict(record)
    named = {"name": record.name} if record.name else {}
    return {**data_of(record), "id": record.id.replace("%2F", "/"), **named}


def _whose(vendor: Vendor) -> str:
    """What the vendor, and so a world in YAML, calls that whose key it is."""
    said = vendor.entries[CREDENTIALS].get("properties", {})
    return next((each for each in WHOSE if each in said), "tenant")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "")


def _some(collection: Collection[Record], of_a_state: int) -> Iterator[Record]:
    """So many of each state, those with a name first: scenarios and examples use them."""
    shown: Counter[str] = Counter()
    for record in sorted(collection.walk(), key=lambda each: not getattr(each, "name", "")):
        shown[record.state] += 1
        if shown[record.state] <= of_a_state:
            yield record


def _telling(records: list[Mapping[str, Any]]) -> list[str]:
    """Fields that tell records apart: the name, ids of other things, short texts, yes and no."""
    every = dict.fromkeys(field for each in records for field in each)
    fields = [field for field in every if field not in ("id", "state")]
    found = [field for field in fields if _tells(field, records)]
    return sorted(found, key=lambda field: (field != "name", not field.endswith("_id")))[:COLUMNS]


def _tells(field: str, records: list[Mapping[str, Any]]) -> bool:
    said = [each.get(field) for each in records]
    if all(isinstance(each, bool) for each in said):
        return len(set(said)) > 1
    values = {each for each in said if isinstance(each, str)}
    known = all(str(each.get(field)) in each["id"] for each in records)
    return len(values) > 1 and not known and max(map(len, values)) <= WIDTH


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
    if all(kind.lifecycle is None for kind in vendor.kinds):
        click.echo(f"No record of {vendor.name} has a lifecycle: its document says none.")
    for kind in vendor.kinds:
        if kind.lifecycle is not None:
            click.echo("\n".join(mermaid(vendor, kind, kind.lifecycle)) + "\n")
