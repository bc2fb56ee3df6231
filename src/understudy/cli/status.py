"""`understudy status`: whether a sandbox runs, and what it serves."""

from __future__ import annotations

import click

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.running_servers import others
from understudy.cli.terminal import plural, table

HELP = """Says whether a sandbox runs, where, what it serves, and which others run on this machine.

\b
Examples:
  understudy status
  understudy status --url http://127.0.0.1:8080
"""


@click.command("status", cls=ProjectCommand, help=HELP, short_help="Say what runs where.")
@admin_client.url_option
@admin_client.token_option
def command(url: str, admin_token: str | None) -> None:
    """Asks the sandbox and prints what it serves."""
    origin = admin_client.origin(url)
    health = admin_client.get(origin, "/health", admin_token)
    vendors = admin_client.get(origin, "/vendors", admin_token)["vendors"]
    sessions = plural(health["sessions"], "session")
    click.echo(f"Understudy {health['version']} runs on {origin} with {sessions}")
    rows = [[each["name"], str(each["operations"]), f"{origin}{each['path']}", each["title"]]
            for each in vendors]  # fmt: skip
    table(("vendor", "operations", "base URL", "stands in for"), rows, whole=True)
    for each in others(origin):
        click.echo(f"Another one runs: --url {each.url} ({', '.join(each.vendors)})")
