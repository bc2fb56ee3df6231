"""The stream of a sandbox's events, as a command follows it: calls as lines, until Ctrl-C."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import click

from understudy.cli import admin_client
from understudy.cli.terminal import printable

PAUSE = 1.0  # seconds until it is tried again, where the connection broke
QUIET = 60  # seconds without a byte: the sandbox says something every 15

Event = tuple[str, str, Mapping[str, Any]]  # id, kind, data


def position(origin: str, session: str, token: str | None) -> str:
    """What to follow behind: nothing that comes from now on is missed."""
    path = f"/sessions/{quote(session, safe='')}/events?limit=1000"
    return str(admin_client.get(origin, path, token)["next"])


def follow_calls(
    origin: str,
    session: str,
    token: str | None,
    begin: str,
    last: int,
    only: Mapping[str, Any],
) -> None:
    """Prints a line for each call behind the last one, until Ctrl-C or the session ends."""
    try:
        for _, kind, told in _events(origin, session, token, begin):
            if kind == "call" and told["number"] > last and _is_meant(told, only):
                click.echo(line(told))
            elif kind == "summary" and told["calls"]:
                click.echo(f"... and {told['calls']} more calls in a second")
            elif kind == "gap":
                click.echo("... and calls that were missed: understudy requests lists them")
    except KeyboardInterrupt:
        return
    click.echo(f"The session {session} has ended.")


def line(told: Mapping[str, Any]) -> str:
    """A call in a line."""
    operation = f"{told['vendor']}.{told['operation']}"
    if told["operation"] is None:
        operation = f"{told['vendor']} {told['method']} {printable(told['path'])}"
    answer = f"{told['status'] or 'none'} {told['answer']}".rstrip()
    lost = f", {told['lost']} lost" if told.get("lost") else ""
    because = "" if told["by"] == "behaviour" else f": {printable(told['because'])}"
    at = told["at"][5:19].replace("T", " ")
    return f"{told['id']}  {at}  {operation}  {answer}  {told['by']}{lost}{because}"


def _is_meant(told: Mapping[str, Any], only: Mapping[str, Any]) -> bool:
    operation = only.get("operation")
    if operation is not None and operation not in (
        told["operation"],
        f"{told['vendor']}.{told['operation']}",
    ):
        return False
    return all(told[name] == only[name] for name in ("vendor", "status", "by") if name in only)


def _events(origin: str, session: str, token: str | None, last: str) -> Iterator[Event]:
    """The events behind one; a connection that breaks is made anew where it was."""
    import httpx

    headers = {"accept": "text/event-stream"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    place = f"{origin}/__admin/sessions/{quote(session, safe='')}/events"
    patience = httpx.Timeout(admin_client.PATIENCE, read=QUIET)
    while True:
        try:
            asked = {**headers, "last-event-id": last}
            with httpx.stream(
                "GET", place, headers=asked, timeout=patience, trust_env=False
            ) as reply:
                if not reply.is_success:
                    admin_client.get(origin, f"/sessions/{quote(session, safe='')}", token)
                    return
                for event in parsed(reply.iter_lines()):
                    last = event[0]
                    yield event
                    if event[2].get("operation") == "deleteSession":
                        return
        except httpx.TransportError:
            time.sleep(PAUSE)
            admin_client.get(origin, "/health", token)  # says so where the sandbox is gone


def parsed(lines: Iterator[str]) -> Iterator[Event]:
    """Server-sent events of their lines."""
    fields: dict[str, str] = {}
    for text in lines:
        name, _, value = text.partition(": ")
        if text:
            fields[name] = value
            continue
        if "data" in fields:
            yield fields.get("id", ""), fields.get("event", ""), json.loads(fields["data"])
        fields = {}
