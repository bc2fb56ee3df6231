"""A call for no vendor: told where the vendors are, and kept where its session is known."""

from __future__ import annotations

from difflib import get_close_matches
from urllib.parse import unquote_plus

from understudy.openapi.operation import Match
from understudy.server.pipeline.exchange import Sent
from understudy.server.pipeline.response import BY, own, problem
from understudy.server.pipeline.root_page import page, wants_page
from understudy.server.sessions.sandbox import DEFAULT, Sandbox
from understudy.server.wire.headers import REDACTED, SESSION_HEADER
from understudy.simulation.journal import Entry, names_secret
from understudy.vendor import Call, Problem

WHY = "The path begins with no vendor's name, and the Host is no vendor's"


def stray(sandbox: Sandbox, named: str | None, call: Call) -> Sent:
    """The sandbox's own refusal, in the journal of the session that the call names."""
    meant = _meant(sandbox, call)
    reply = problem(404, "Nothing is served here", WHY, fix=_fix(sandbox, call, meant))
    if wants_page(call):
        reply = page(sandbox, named, call, reply)
    header = call.headers.get(SESSION_HEADER.decode())
    session = sandbox.sessions.get(named or header or DEFAULT)
    if session is None:
        return own(reply, sandbox.now())
    at, number = session.clock.now(), session.journal.take_number()
    sent = own(reply, at, session=session.name, number=number)
    entry = Entry(
        number=number,
        at=at,
        vendor=BY,
        operation=None,
        method=call.method,
        path=call.path,
        query="&".join(map(_without_secret, call.query.split("&"))),
        headers=_harmless(call),
        body=call.body,
        status=sent.status,
        answer="",
        by=BY,
        provenance="documented",
        reply_headers=sent.headers,
        reply=sent.body,
        problem=Problem("unknown_path", WHY),
        hint=f"did you mean {meant}?" if meant else "",
    )
    session.journal.append(entry)
    return sent


def _fix(sandbox: Sandbox, call: Call, meant: str) -> str:
    head = call.path[1:].partition("/")[0]
    if head in sandbox.available:
        return f"Serve it, too: understudy serve {' '.join(sandbox.vendors)} {head}"
    there = ", ".join(f"/{name}" for name in sandbox.vendors)
    fix = f"Begin the path with one of {there}, or with /__admin"
    return f"Did you mean {meant}? {fix}" if meant else fix


def _meant(sandbox: Sandbox, call: Call) -> str:
    """The path that was probably meant: below a vendor that has it, or its name written right."""
    for name, contract in sandbox.contracts().items():
        if isinstance(contract.find(call.method, call.path), Match):
            return f"/{name}{call.path}"
    head, slash, rest = call.path[1:].partition("/")
    if head in sandbox.available:
        return ""
    close = get_close_matches(head.lower(), sandbox.vendors, 1)
    return f"/{close[0]}{slash}{rest}" if close else ""


def _harmless(call: Call) -> dict[bytes, bytes]:
    """The headers without secrets; no contract says here which they are."""
    return {
        name.encode("latin-1"): REDACTED if names_secret(name) else value.encode("latin-1")
        for name, value in call.headers.items()
    }


def _without_secret(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    hidden = equals and names_secret(unquote_plus(name))
    return f"{name}={REDACTED.decode()}" if hidden else pair
