"""`understudy sessions`: the sessions of a sandbox."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import click

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.terminal import table

HEAD = ("session", "now", "requests", "rules", "worlds", "scenarios")

HELP = """Lists the sessions of a sandbox: each with its clock, requests and rules.

\b
Examples:
  understudy sessions
  understudy requests --session mine
"""


@click.command("sessions", cls=ProjectCommand, help=HELP, short_help="List the sessions.")
@admin_client.url_option
@admin_client.token_option
def command(url: str, admin_token: str | None) -> None:
    """Asks the sandbox and prints a table."""
    rows = [
        [
            each["name"],
            f"{each['clock']['now'][:19].replace('T', ' ')}{pace(each['clock'])}",
            str(each["requests"]),
            str(each["rules"]),
            ", ".join(each["worlds"]),
            ", ".join(each["scenarios"]),
        ]
        for each in listed(admin_client.origin(url), admin_token)
    ]
    table(HEAD, rows, whole=True)


def listed(origin: str, token: str | None) -> list[dict[str, Any]]:
    """All sessions, by name."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = admin_client.get(origin, f"/sessions?limit=1000{after}", token)
        found += page["sessions"]
        if page["next"] is None:
            return found
        after = f"&after={quote(page['next'], safe='')}"


def pace(clock: dict[str, Any]) -> str:
    """How a clock runs, in a word; nothing for one that runs as usual."""
    if clock["frozen"]:
        moved = clock.get("each_call", "0s")
        return " frozen" if moved == "0s" else f" +{moved} a call"
    return "" if clock["speed"] == 1 else f" x{clock['speed']:g}"
