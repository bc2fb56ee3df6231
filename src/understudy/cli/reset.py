"""`understudy reset`: a session as it started."""

from __future__ import annotations

from urllib.parse import quote

import click

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand

HELP = """Puts a session back to how it started: its worlds, rules, clock and seed; its journal is
empty again.

\b
Examples:
  understudy reset
  understudy reset --session mine
"""


@click.command("reset", cls=ProjectCommand, help=HELP, short_help="Put a session back.")
@admin_client.session_option
@admin_client.url_option
@admin_client.token_option
def command(session: str, url: str, admin_token: str | None) -> None:
    """Asks the sandbox to do it."""
    path = f"/sessions/{quote(session, safe='')}/reset"
    told = admin_client.ask(admin_client.origin(url), "POST", path, admin_token)
    click.echo(f"Session {told['name']} is as it started; its clock says {told['clock']['now']}.")
