"""What `serve` tells when it listens: to a person on the terminal, to a program in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from shlex import quote
from typing import Any

from msgspec import Struct

from understudy.openapi.operation import Contract
from understudy.server.admin.first_request import first_request
from understudy.server.admin.pasted_line import curl, ways_of
from understudy.server.pipeline.credential_hints import CredentialHeaders
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.settings import DEFAULT_HOST, DEFAULT_PORT, Settings
from understudy.simulation.world import World
from understudy.vendor import Credential, Vendor, default_credential, parted

NOTHING: Mapping[str, Any] = {}
OWN = "mine"  # the session that the lines to paste name where calls must name one


class Served(Struct, frozen=True):
    """One vendor as a client reaches it."""

    url: str  # the vendor's base URL, its own base path included
    key: str
    headers: Mapping[str, str]  # what a client sends with that key
    ways: tuple[CredentialHeaders, ...]  # the headers of all operations: some may want another key
    curl: str  # a line that works when pasted


def describe(
    sandbox: Sandbox, origin: str, known: Mapping[str, Served] = NOTHING
) -> dict[str, Served]:
    """Every vendor that is served, with the first key of its world, unless it is known."""
    session = sandbox.session("default")
    return {name: known.get(name) or _described(session, name, origin) for name in sandbox.vendors}


def _described(session: Session, name: str, origin: str) -> Served:
    """One vendor; of a document, which may be large, no operation is compiled but the one to
    try."""
    catalog, world = session.catalog, session.world(name)
    vendor, contract = catalog.vendors[name], catalog.contract(name)
    credential = default_credential(world)
    prefix = f"/~{OWN}" if catalog.settings.require_session else ""
    return Served(
        f"{origin}/{name}{contract.base_path}",
        "" if credential is None else credential.key,
        {} if credential is None else dict(vendor.sign(credential)),
        tuple(ways_of(vendor, contract, credential)),
        _line(contract, vendor, origin + prefix, world, credential),
    )


def _line(
    contract: Contract, vendor: Vendor, origin: str, world: World, credential: Credential | None
) -> str:
    """The line to try; of a document without an operation one that is refused."""
    if not contract.operations:
        return f"curl -i {quote(f'{origin}/{vendor.name}/')}"
    return curl(vendor, origin, first_request(contract, vendor, world, credential))


def text(origin: str, served: Mapping[str, Served], settings: Settings) -> str:
    """What a person reads."""
    lines = [f"Understudy serves {len(served)} vendor{'s' * (len(served) != 1)} on {origin}"]
    lines += [f"as {settings.project} says", ""] if settings.project else [""]
    for name, each in served.items():
        lines += [name, f"  base URL  {each.url}", *_keys(each.ways)]
        lines += [f"  try       {each.curl}", ""]
    name = OWN if settings.require_session else "default"
    token = " --admin-token TOKEN" if settings.admin_token else ""
    lines.append(f"Why an answer was as it was:  understudy why {name}.1{_url(origin)}{token}")
    if settings.require_session:
        lines.append("Calls must name a session: put /~NAME before /VENDOR in the path")
    lines.append("Ctrl-C ends it.")
    return "\n".join(lines)


def _keys(told: Sequence[CredentialHeaders]) -> Iterator[str]:
    """The key in its header; where operations want different ones, each with whose it is."""
    title = "key"
    for way in told:
        whose = f"  (for {way.of})" if len(told) > 1 else ""
        yield f"  {title:10}{', '.join(way.lines)}{whose}"
        title = ""
    if not told:
        yield "  key       (none)"


def _sent(signature: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """What a client sends: headers, and what belongs in the query where a key travels there."""
    headers, query = parted(signature)
    return {"headers": headers, **({"query": query} if query else {})}


def _url(origin: str) -> str:
    return "" if origin == f"http://{DEFAULT_HOST}:{DEFAULT_PORT}" else f" --url {origin}"


def ready_vendors(served: Mapping[str, Served]) -> dict[str, Any]:
    """What the ready file tells of each vendor."""
    return {
        name: {"url": each.url, "key": each.key, **_sent(each.headers)}
        for name, each in served.items()
    }
