"""A call for no vendor: told where the vendors are, and kept where its session is known."""

from __future__ import annotations

from difflib import get_close_matches
from urllib.parse import unquote_plus

from understudy.errors import InputError
from understudy.openapi.operation import Match
from understudy.server.pipeline.browser import to_console, wants_page
from understudy.server.sessions.names import DEFAULT, SESSION_HEADER, split_session
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.server.wire.headers import REDACTED
from understudy.server.wire.response import SANDBOX, Response, indented, problem, sandbox_response
from understudy.simulation.journal import Entry
from understudy.simulation.secrets import hides, masked
from understudy.vendor import Call, Problem, Reply

WHY = "The path begins with the name of no API that is served here, and the Host is none of theirs"
RUNNING = "Understudy is running; each API that it serves is below its own name"
UNASKED = (  # what browsers ask for by themselves
    "/favicon.ico",
    "/apple-touch-icon.png",
    "/apple-touch-icon-precomposed.png",
    "/robots.txt",
    "/.well-known/appspecific/com.chrome.devtools.json",
)


def answer_unrouted(sandbox: Sandbox, named: str | None, call: Call) -> Response:
    """The sandbox's own refusal, in the journal of the session that the call names. What a browser
    asks for is no call of anybody's client, and stands in none."""
    suggestion = _suggestion(sandbox, call)
    if wants_page(call):
        return sandbox_response(to_console(named), sandbox.now())
    fix = _fix(sandbox, call, suggestion)
    if call.path.strip("/"):
        reply = problem(404, "Nothing is served here", WHY, fix=fix)
    else:
        reply = problem(404, "Nothing is served at the root", RUNNING, fix=fix)
    indented(reply, call.headers)
    if call.method in ("GET", "HEAD") and call.path in UNASKED:
        return sandbox_response(reply, sandbox.now())
    header = call.headers.get(SESSION_HEADER.decode())
    session = sandbox.sessions.get(named or header or DEFAULT)
    if session is None:
        return sandbox_response(reply, sandbox.now())
    hint = f"did you mean {suggestion}?" if suggestion else ""
    return keep_refusal(
        sandbox, session, call, reply, Problem("unknown_path", reply.body["detail"]), hint
    )


def refuse_unreadable(sandbox: Sandbox, call: Call, reply: Reply) -> Response:
    """The sandbox's refusal of what is no call, in the journal of the session that it names."""
    try:
        named = split_session(call.path)[0]
    except InputError:
        return sandbox_response(reply, sandbox.now())
    session = sandbox.sessions.get(named or call.headers.get(SESSION_HEADER.decode(), DEFAULT))
    if session is None:
        return sandbox_response(reply, sandbox.now())
    why = Problem("malformed_path", str(reply.body["detail"]))
    return keep_refusal(sandbox, session, call, reply, why)


def keep_refusal(
    sandbox: Sandbox, session: Session, call: Call, reply: Reply, why: Problem, hint: str = ""
) -> Response:
    """A refusal of the sandbox's own, as an entry of a session's journal."""
    kept = sandbox.settings.keep_secrets
    at, number = session.clock.now(), session.journal.take_number()
    sent = sandbox_response(reply, at, session=session.name, number=number)
    entry = Entry(
        number=number,
        at=at,
        vendor=SANDBOX,
        operation=None,
        method=call.method,
        path=call.path,
        query=call.query if kept else "&".join(map(_redacted_pair, call.query.split("&"))),
        headers=_headers(call, hidden=not kept),
        body=call.body,
        status=sent.status,
        answer="",
        by=SANDBOX,
        provenance="documented",
        reply_headers=sent.headers,
        reply=sent.body,
        problem=why,
        hint=hint,
    )
    session.journal.append(entry)
    return sent


def _fix(sandbox: Sandbox, call: Call, suggestion: str) -> str:
    head = call.path[1:].partition("/")[0]
    if head in sandbox.available:
        return f"Serve it, too: understudy serve {' '.join(sandbox.vendors)} {head}"
    there = ", ".join(f"/{name}" for name in sandbox.vendors)
    fix = f"Begin the path with one of {there}, or with /__admin"
    return f"Did you mean {suggestion}? {fix}" if suggestion else fix


def _suggestion(sandbox: Sandbox, call: Call) -> str:
    """The path that was probably meant: below a vendor that has it, or its name written right."""
    for name, contract in sandbox.contracts().items():
        if isinstance(contract.find(call.method, call.path), Match):
            return f"/{name}{call.path}"
    head, slash, rest = call.path[1:].partition("/")
    if head in sandbox.available:
        return ""
    close = get_close_matches(head.lower(), sandbox.vendors, 1)
    return f"/{close[0]}{slash}{rest}" if close else ""


def _headers(call: Call, *, hidden: bool) -> dict[bytes, bytes]:
    """The headers, without secrets if those are hidden; no contract says here which they are."""
    return {
        name.encode("latin-1"): (_shown(name, value) if hidden else value).encode("latin-1")
        for name, value in call.headers.items()
    }


def _shown(name: str, value: str) -> str:
    hidden = name != SESSION_HEADER.decode() and hides(name, value)
    return REDACTED.decode() if hidden else masked(value)


def _redacted_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    hidden = equals and hides(unquote_plus(name), unquote_plus(value))
    return f"{name}={REDACTED.decode()}" if hidden else pair
