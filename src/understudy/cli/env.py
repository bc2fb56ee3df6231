"""`understudy env`: what to export so that a client meets the sandbox instead of the vendor."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

import click
from msgspec import convert, structs

from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.vendors import sandbox_of, vendor_named
from understudy.errors import InputError
from understudy.openapi.operation import Contract
from understudy.server.pipeline.credential_hints import credential_headers, key_placement
from understudy.server.sessions.names import DEFAULT
from understudy.vendor import Credential, Vendor, default_credential

CREDENTIALS = "credentials"  # the collection of keys, in each vendor's world
PATIENCE = 2  # seconds for a sandbox to say which keys it takes

HELP = """Prints what to export so that a client of the vendor meets the sandbox.

The key is one that the sandbox at --url takes, where one runs there and tells, else the one that
every sandbox takes by itself. Which header takes which key is said on standard error, so that a
shell may evaluate the rest.

\b
Examples:
  understudy env looply
  eval "$(understudy env looply --session my-test)"
  understudy env looply --url http://127.0.0.1:8080
  understudy env orders.yaml
"""


@click.command(
    "env",
    cls=ProjectCommand,
    help=HELP,
    short_help="Print what a vendor's client must have exported.",
)
@click.argument("vendor")
@click.option("--session", metavar="NAME", help="A session of your own instead of default.")
@admin_client.url_option
@admin_client.token_option
def command(vendor: str, session: str | None, url: str, admin_token: str | None) -> None:
    """Prints `export` lines for a shell."""
    chosen = vendor_named(vendor)
    origin = admin_client.origin(url)
    key = _served_key(chosen, session or DEFAULT, origin, admin_token)
    if session is not None:
        from understudy.server.sessions.names import session_name

        origin = f"{origin}/~{session_name(session)}"
    sandbox = sandbox_of(chosen)
    name, contract = chosen.name, sandbox.contract(chosen.name)
    if key is None:
        key = default_credential(sandbox.session("env").world(name))
    known = {} if key is None or _is_open(contract) else structs.asdict(key)
    known["url"] = f"{origin}/{name}{contract.base_path}"
    for variable, what in chosen.exports.items():
        if what in known or contract.own:
            click.echo(f"export {variable}={quote(str(known.get(what, '')))}")
    for line in [] if key is None or _is_open(contract) else _headers(chosen, contract, key):
        click.echo(line, err=True)


def _served_key(vendor: Vendor, session: str, url: str, token: str | None) -> Credential | None:
    """The key that a running sandbox takes; None: none runs there, or it does not tell."""
    kind = next(each for each in vendor.kinds if each.name == CREDENTIALS)
    for name in (session, DEFAULT):
        records = f"/sessions/{name}/records"
        whole = f"?vendor={vendor.name}&collection={CREDENTIALS}&limit=1000"
        for path in (f"/{vendor.name}/{CREDENTIALS}/default", whole):
            try:
                told = admin_client.get(url, f"{records}{path}", token, patience=PATIENCE)
            except InputError as error:
                if error.what.startswith(admin_client.NOBODY):
                    return None
                continue
            rows = told.get("records", [told])
            if rows:
                fields = {**rows[-1]["fields"], "id": rows[-1]["id"]}
                made: Credential = convert(fields, type=kind.record)
                return made
    return None


def _is_open(contract: Contract) -> bool:
    """Whether a user's document asks nobody for a key."""
    return not contract.own and not contract.schemes


def _headers(vendor: Vendor, contract: Contract, key: Credential) -> Iterator[str]:
    """Which header takes which of the variables."""
    known = structs.asdict(key)
    told = credential_headers(vendor, contract, key)
    for way in told:
        whose = f" for {way.of}" if len(told) > 1 else ""
        for variable, what in vendor.exports.items():
            text = str(known.get(what) or "")
            if text and (header := key_placement(way.headers, text)):
                yield f"{variable} goes into the header {header}{whose}"
