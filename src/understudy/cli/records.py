"""`understudy records`: what the worlds of a session hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import click

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.terminal import printable, table

COLUMNS = 6  # beside id, state and what calls take
WIDTH = 48  # of a text that is shown
OURS = ("serial", "scope", "owner", "updated", "gone", "since", "whose", "next_event", "window")

HELP = """Lists the collections of a session's worlds, or the records of one, the newest first.

\b
Examples:
  understudy records
  understudy records looply
  understudy records looply executions --session mine
"""


@click.command("records", cls=ProjectCommand, help=HELP, short_help="List a session's records.")
@click.argument("vendor", required=False)
@click.argument("collection", required=False)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many."
)
@admin_client.session_option
@admin_client.url_option
@admin_client.token_option
def command(
    vendor: str | None,
    collection: str | None,
    limit: int,
    session: str,
    url: str,
    admin_token: str | None,
) -> None:
    """Asks the sandbox and prints a table."""
    origin = admin_client.origin(url)
    asked = {"vendor": vendor, "collection": collection, "limit": limit}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    path = f"/sessions/{quote(session, safe='')}/records?{query}"
    found = admin_client.get(origin, path, admin_token)
    if vendor is None or collection is None:
        rows = [[each["vendor"], each["collection"], str(each["count"])]
                for each in found["collections"]]  # fmt: skip
        table(("vendor", "collection", "records"), rows, whole=True)
        click.echo("One of them: understudy records VENDOR COLLECTION")
        return
    records = [{**each, "fields": _fields(each)} for each in found["records"]]
    if not records:
        click.echo(f"{vendor} has no {collection} in session {session}.")
        return
    told = admin_client.get(origin, f"/vendors/{quote(vendor, safe='')}", admin_token)
    heads, kept = columns(records, _taken(told, collection))
    rows = [[cell(_value(each, head)) for head in heads] for each in records]
    more = f", {len(records)} of them shown" if len(records) < found["count"] else ""
    table(heads, rows, f"{collection} ({found['count']}{more})", whole=True, keep=kept)


def columns(records: Sequence[Mapping[str, Any]], taken: Sequence[str]) -> tuple[list[str], ...]:
    """The heads of the columns, and those that may not be left out: what calls take, and state."""
    fields = dict.fromkeys(name for each in records for name in each["fields"])
    named = (name for name in taken if name != "id")
    calls = [name for name in named if any(each["fields"].get(name) for each in records)]
    state = ["state"] if any(each["state"] for each in records) else []
    other = [
        name
        for name in fields
        if name not in (*calls, "id", "state", *OURS) and _is_told(records, name)
    ]
    other.sort(key=lambda name: (name != "name", not name.endswith("_id")))
    return ["id", *calls, *state, *other[:COLUMNS]], [*calls, *state]


def _fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a record is told by; of a document's what is answered of it."""
    fields = dict(record["fields"])
    data = fields.pop("data", None)
    return {**fields, **data} if isinstance(data, Mapping) else fields


def cell(value: Any) -> str:
    """A value as a cell shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(str(value)) if value is not None else ""


def _value(record: Mapping[str, Any], head: str) -> Any:
    return record[head] if head in ("id", "state") else record["fields"].get(head)


def _is_told(records: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Whether a column of it tells anything: short texts, numbers, yes and no, that differ."""
    values = [each["fields"].get(name) for each in records]
    known = [each for each in values if each not in (None, "")]
    short = all(isinstance(each, str | int | bool) and len(str(each)) <= WIDTH for each in known)
    in_ids = all(str(each["fields"].get(name)) in each["id"] for each in records)
    return bool(known) and short and not in_ids


def _taken(vendor: Mapping[str, Any], collection: str) -> list[str]:
    """The names of what calls take in their path, but ids of other collections' records."""
    others = {each["name"].removesuffix("s") for each in vendor["collections"]}
    others -= {collection.removesuffix("s")}
    paths = (each["path"] for each in vendor["operations"])
    names = dict.fromkeys(name for path in paths for name in re.findall(r"{([^}]+)}", path))
    return [name for name in names if name.rpartition("_")[0] not in others]
