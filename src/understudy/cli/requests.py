"""`understudy requests`: what a session was asked, and as it comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import click

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.terminal import printable, table

HEAD = ("id", "time", "operation", "answer", "by", "because")

HELP = """Lists what a session was asked, the last of it at the end, and why it was answered so.

With --follow the list goes on as calls come, until Ctrl-C.

\b
Examples:
  understudy requests
  understudy requests --status 409 --limit 100
  understudy requests --operation looply.resumeWorkflow --follow
  understudy why default.3
"""


@click.command(
    "requests", cls=ProjectCommand, help=HELP, short_help="List what a session was asked."
)
@click.option("--vendor", metavar="NAME", help="Only of this vendor.")
@click.option("--operation", metavar="NAME", help="Only of this operation.")
@click.option("--status", type=click.IntRange(100, 599), help="Only answered so.")
@click.option("--by", metavar="WHAT", help="Only by behaviour, refusal, rule, fault, sandbox...")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many."
)
@click.option("--follow", is_flag=True, help="Go on as calls come, until Ctrl-C.")
@admin_client.session_option
@admin_client.url_option
@admin_client.token_option
def command(
    session: str, url: str, admin_token: str | None, limit: int, follow: bool, **only: Any
) -> int:
    """Asks the sandbox for its journal, and perhaps goes on asking."""
    origin = admin_client.origin(url)
    begin = ""
    if follow:
        from understudy.cli.event_stream import position

        begin = position(origin, session, admin_token)
    query = {name: value for name, value in only.items() if value is not None}
    asked = urlencode({**query, "limit": limit, "order": "newest"})
    path = f"/sessions/{quote(session, safe='')}/requests?{asked}"
    found = admin_client.get(origin, path, admin_token)
    rows = [_row(each) for each in reversed(found["requests"])]
    _print(rows, session, found)
    if follow:
        from understudy.cli.event_stream import follow_calls

        last = max((each["number"] for each in found["requests"]), default=0)
        follow_calls(origin, session, admin_token, begin, last, query)
    return 0


def _print(rows: list[list[str]], session: str, found: Mapping[str, Any]) -> None:
    if not rows:
        click.echo(f"Session {session} has no such request yet.")
        return
    table(HEAD, rows, whole=True, keep=("operation", "answer"))
    more = found["dropped"] + (1 if found["next"] is not None else 0)
    if more:
        click.echo("There are earlier ones: --limit shows more, as far as they are kept")
    click.echo(f"Why one was answered so: understudy why {rows[-1][0]}")


def _row(told: Mapping[str, Any]) -> list[str]:
    operation = f"{told['vendor']}.{told['operation']}"
    if told["operation"] is None:
        operation = f"{told['vendor']} {told['method']} {printable(told['path'])}"
    return [
        told["id"],
        told["at"][5:19].replace("T", " "),
        operation,
        f"{told['status'] or 'none'} {told['answer']}".rstrip(),
        f"{told['by']}, {told['lost']} lost" if told.get("lost") else told["by"],
        printable(told["because"]),
    ]
