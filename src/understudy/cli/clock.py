"""`understudy clock`: a session's time, and letting it pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import click

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.sessions import pace
from understudy.cli.terminal import did_you_mean, table
from understudy.errors import InputError

ACTIONS = ("advance", "freeze", "run")
PATIENCE = 120  # seconds; to let years pass takes a while
MOVED = ("times", "records", "event", "from", "to")

HELP = """Tells what time it is in a session and what falls due next; or lets time pass.

advance takes a duration (10m, 1w), an instant, next (until something falls due) or idle (until
only schedules are left), and tells what happened on the way. freeze stops the clock, run lets it
run: as usual, or so many times as fast.

\b
Examples:
  understudy clock
  understudy clock advance 1w
  understudy clock advance next --session mine
  understudy clock freeze
  understudy clock run 60
"""


@click.command("clock", cls=ProjectCommand, help=HELP, short_help="Tell the time, let it pass.")
@click.argument("action", required=False, metavar="[advance|freeze|run]")
@click.argument("value", required=False, metavar="[HOW FAR|SPEED]")
@admin_client.session_option
@admin_client.url_option
@admin_client.token_option
def command(
    action: str | None, value: str | None, session: str, url: str, admin_token: str | None
) -> None:
    """Asks the sandbox, and prints the clock."""
    origin = admin_client.origin(url)
    path = f"/sessions/{quote(session, safe='')}/clock"
    if action is None:
        _tell(admin_client.get(origin, path, admin_token))
        return
    if action not in ACTIONS:
        raise InputError(f"a clock cannot {action!r}", fix=did_you_mean(action, ACTIONS))
    if action == "advance":
        body = how_far(value)
        told = admin_client.ask(origin, "POST", f"{path}/advance", admin_token, body, PATIENCE)
        _tell(told)
        _happened(told)
        return
    speed = 0.0 if action == "freeze" else _speed(value)
    _tell(admin_client.ask(origin, "PUT", path, admin_token, {"speed": speed}))


def how_far(value: str | None) -> dict[str, Any]:
    """What the admin API is asked for."""
    if value is None:
        raise InputError("how far?", fix="Say 10m, 1w, an instant, next or idle")
    if value in ("next", "idle"):
        return {value: True}
    return {"to" if "T" in value or ":" in value else "by": value}


def _speed(value: str | None) -> float:
    try:
        return 1.0 if value is None else float(value)
    except ValueError:
        what = f"{value!r} is no speed"
        raise InputError(what, fix="Say how many times as fast, like 60") from None


def _tell(told: Mapping[str, Any]) -> None:
    runs = pace(dict(told)).strip() or "running"
    click.echo(f"{told['now']}  {runs}")
    due = told["next"]
    click.echo(f"next: {due['at']} in {due['vendor']}" if due else "next: nothing falls due")


def _happened(told: Mapping[str, Any]) -> None:
    moved = told["transitions"]
    if moved:
        rows = [
            [
                str(each["times"]),
                f"{each['vendor']} {each['collection']}",
                each["event"],
                each["from"] or "-",
                each["to"],
            ]
            for each in moved
        ]
        click.echo()
        table(MOVED, rows, f"What happened in {told['advanced']}", whole=True)
    else:
        click.echo(f"Nothing happened in {told['advanced']}.")
