"""`understudy why ID`: why a request was answered as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from shlex import quote as quoted
from typing import Any
from urllib.parse import quote

import click

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.server.sessions.names import request_named

DEFAULT = "default"  # the session of a number alone
CREDENTIALS = "credentials"  # the collection of keys, in each vendor's world

HELP = """Says why a request was answered as it was.

ID is the reply's header X-Understudy-Request, like default.4: the session and the request's number
in it. A number alone is of the session default, and latest is its last request. Told are the
operation, what failed where, the rules that answered or nearly did, the record before and after,
and, for an unknown id, the YAML that would make it exist.

\b
Examples:
  understudy why default.4
  understudy why latest
  understudy why my-session.12 --url http://127.0.0.1:8080
"""


@click.command(
    "why", cls=ProjectCommand, help=HELP, short_help="Say why a request was answered as it was."
)
@click.argument("id", metavar="ID")
@admin_client.url_option
@admin_client.token_option
def command(id: str, url: str, admin_token: str | None) -> None:
    """Asks the sandbox and prints its explanation."""
    session, number = request_named(id)
    path = f"/sessions/{quote(session or DEFAULT, safe='')}/requests/{number}"
    told = admin_client.get(admin_client.origin(url), path, admin_token)
    for line in explain(told, admin_client.origin(url), wants_token=bool(admin_token)):
        click.echo(line)


def explain(told: dict[str, Any], url: str = "", *, wants_token: bool = False) -> Iterator[str]:
    """An explanation of the admin API, line by line; `url` is where its sandbox listens, perhaps
    one that wants a token."""
    yield headline(told)
    for name in ("because", "hint"):
        if told.get(name):
            yield from titled(name, told[name])
    if told.get("caller"):
        whose = f" ({told['tenant']})" if told.get("tenant") else ""
        yield from titled("key", f"{told['caller']}{whose}")
    for unread in told.get("unread", ()):
        if (
            unread["message"] not in told.get("hint", "")
            and unread["message"] not in told["because"]
        ):
            yield from titled("not read", _unread(unread))
    if told.get("lost"):
        yield from titled("lost", f"the {told['lost']}, by a fault")
    for violation in told["violations"]:
        yield from titled("wrong", wrong(violation))
    for rule in told["rules"]:
        yield from titled(
            "rule" if rule["acted"] else "no rule", f"{rule['rule']}: {rule['because']}"
        )
    if told.get("record"):
        yield from record(told["record"])
    if told.get("attempts"):
        tried = told["attempts"]
        yield from titled("attempts", f"{tried['attempt']}: {', '.join(tried['requests'])}")
        yield from titled("", tried["because"])
    if told.get("missing"):
        yield from missing(told["missing"], _load_command(told, url, wants_token), told["vendor"])
    yield from titled("again", told["curl"])


def headline(told: dict[str, Any]) -> str:
    """What was asked and what was answered, in a line."""
    query = f"?{told['query']}" if told["query"] else ""
    reply = told["reply"]
    operation = told["operation"]
    asked = f"{told['vendor']}.{operation}" if operation else f"{told['vendor']}, no operation"
    if told["vendor"] == told["by"]:  # the sandbox itself
        asked = "no vendor"
    answer = f"{reply['status'] or 'no answer'} {reply['answer']}".strip()
    return (
        f"{told['id']}  {told['method']} {told['path']}{query}\n"
        f"{asked}: {answer}, by {told['by']} ({told['provenance']})"
    )


def _unread(told: dict[str, Any]) -> str:
    where = {"query": "in the query: ", "header": "in the headers: "}
    return f"{where.get(told['location'], '')}{told['message']}"


def titled(name: str, text: Any) -> Iterator[str]:
    """A line that begins with what it is about; the rest of a long text stands below."""
    first, *rest = str(text).splitlines() or [""]
    yield f"{name:12}{first}"
    yield from (f"{'':12}{line}" for line in rest)


def wrong(violation: dict[str, Any]) -> str:
    """A violation: where, what was wanted, what came; what its sentence says is not said again."""
    place = f"{violation['location']} {violation['name']}{violation['pointer']}".strip()
    branch = f" (meant was {violation['branch']})" if violation["branch"] else ""
    told = f"{place}: {violation['message']}{branch}"
    got = json.dumps(violation["got"])
    nothing = violation["got"] is None or violation["keyword"] == "required"
    if nothing or any(text in violation["message"] for text in (got, repr(violation["got"]))):
        return told
    if violation["keyword"] == "duplicate":
        return f"{told}; got {got}"
    if "; got " in violation["message"]:
        return f"{told}: {got}"
    return f"{told}; wanted {violation['keyword']} {json.dumps(violation['expected'])}, got {got}"


def record(told: dict[str, Any]) -> Iterator[str]:
    """The record a call was about: its state before and after, and how it came there."""
    before, after = ((told[side] or {}).get("state", "none") for side in ("before", "after"))
    became = before if before == after else f"{before or 'no state'} -> {after or 'no state'}"
    what = f"{told['collection']} {told['id']}"
    yield from titled("record", f"{what}: {became}" if became else what)
    for step in told["transitions"]:
        yield from titled(
            "", f"{step['at']} {step['event']}: {step['from'] or '-'} -> {step['to']}"
        )


def _load_command(told: dict[str, Any], url: str, wants_token: bool) -> str:
    """What loads a file into the session of an explanation; empty: it has no address."""
    session = quote(told.get("session", ""), safe="")
    if not (url and session):
        return ""
    token = " -H 'authorization: Bearer TOKEN'" if wants_token else ""
    where = quoted(f"{url}/__admin/sessions/{session}/scenario")
    return f"curl --data-binary @FILE -H 'content-type: application/yaml'{token} {where}"


def missing(told: dict[str, Any], load_command: str = "", vendor: str = "") -> Iterator[str]:
    """What was named and is not there, what is, and the YAML that would make it exist."""
    more = f" and {told['more']} more" if told["more"] else ""
    there = ", ".join(told["exists"]) or "none"
    what = f"{told['collection']} {told['id']}".rstrip()
    yield from titled("missing", f"{what}; there are: {there}{more}")
    if told["collection"] == CREDENTIALS and vendor:
        yield from titled("", f"understudy env {vendor} prints a key that works")
    if told.get("yaml"):
        yield from titled(
            "to have it", "save this as a file and load it with serve --scenario FILE"
        )
        if load_command:
            yield from titled("", f"or now: {load_command}")
        yield from titled("", told["yaml"])
