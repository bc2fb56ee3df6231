"""`understudy rules`: the rules of a session, and how often they struck."""

from __future__ import annotations

import json
from urllib.parse import quote

import click

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.terminal import printable, table

HEAD = ("id", "operation", "matched", "acted", "from", "rule")

HELP = """Lists the rules of a session in the order they are asked, and how often each struck.

Magic inputs are rules, too; --magic lists them with the others.

\b
Examples:
  understudy rules
  understudy rules --session mine --magic
"""


@click.command("rules", cls=ProjectCommand, help=HELP, short_help="List a session's rules.")
@click.option("--magic", is_flag=True, help="Magic inputs, too.")
@admin_client.session_option
@admin_client.url_option
@admin_client.token_option
def command(magic: bool, session: str, url: str, admin_token: str | None) -> None:
    """Asks the sandbox and prints a table."""
    origin = admin_client.origin(url)
    path = f"/sessions/{quote(session, safe='')}/rules?limit=1000"
    found = admin_client.get(origin, path, admin_token)["rules"]
    rows = [
        [
            each["id"],
            each["operation"],
            str(each["matched"]),
            f"{each['acted']}{' (spent)' if each['spent'] else ''}",
            each["source"],
            printable(json.dumps({k: v for k, v in each["rule"].items() if k != "operation"})),
        ]
        for each in found
        if magic or each["source"] != "magic"
    ]
    if rows:
        table(HEAD, rows, whole=True, keep=("operation",))
    else:
        click.echo(f"Session {session} has no rules but magic inputs: --magic lists those.")
