"""What a person sees who opens the sandbox in a browser: that it runs, and where everything is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from understudy.server.sessions.names import DEFAULT
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.wire.headers import origin_called
from understudy.settings import DEFAULT_HOST, DEFAULT_PORT
from understudy.vendor import Call, Reply

USUAL = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"  # where commands look by themselves
OWN = "mine"  # a session to name where calls must name one
TYPE = "text/html; charset=utf-8"
HEADERS = (  # the page loads nothing and runs nothing, whatever would stand in it
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept"),
)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code,pre{font:14px/1.6 ui-monospace,monospace}pre{overflow-x:auto}"
    "td,th{padding:.1rem 1.5rem .1rem 0;text-align:left;vertical-align:top}"
)
WHOLE = 3  # of the following are of no session
ADMIN = (  # below /__admin, and what it tells
    ("/health", "whether it is up"),
    ("/vendors", "the vendors that are served"),
    ("/sessions", "the sessions"),
    ("/sessions/{session}/requests", "what was asked, and why it was answered so"),
    ("/sessions/{session}/rules", "the rules that may answer or fail a call"),
    ("/sessions/{session}/clock", "what time it is, and what happens next"),
    ("/sessions/{session}/coverage", "what was exercised so far"),
)


def wants_page(call: Call) -> bool:
    """Whether a browser asks for the bare root; a client that takes JSON gets JSON."""
    if call.method != "GET" or call.path.strip("/"):
        return False
    ranges = call.headers.get("accept", "").lower().split(",")
    names = {each.partition(";")[0].strip() for each in ranges}
    return "text/html" in names and not any(name.endswith("json") for name in names)


def page(sandbox: Sandbox, named: str | None, call: Call) -> Reply:
    """The page; everything of it that is not written here is escaped."""
    text = "".join(_lines(sandbox, named, _origin(sandbox, call)))
    return Reply(200, raw=text.encode(), headers=HEADERS, media_type=TYPE)


def _origin(sandbox: Sandbox, call: Call) -> str:
    """How the browser reached the sandbox."""
    settings = sandbox.settings
    usual = f"http://{settings.host}:{settings.port or DEFAULT_PORT}"
    return origin_called(call.headers.get("host", "")) or usual


def _lines(sandbox: Sandbox, named: str | None, origin: str) -> Iterator[str]:
    session = named or (OWN if sandbox.settings.require_session else DEFAULT)
    prefix = "" if session == DEFAULT else f"/~{session}"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width">\n<link rel="icon" href="data:,">\n'
    yield f"<title>Understudy is running</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    yield "<h1>Understudy is running</h1>\n<p>It stands in for the APIs below. Point your client "
    yield "at a base URL instead of the real one; nothing is served at the root itself.</p>\n"
    yield "<h2>APIs</h2>\n"
    yield from _table(("stands in for", "base URL"), _vendors(sandbox, origin + prefix))
    yield "<h2>Admin API</h2>\n"
    yield from _table(("URL", "what it tells"), _admin(sandbox, origin, session))
    if sandbox.settings.admin_token is not None:
        yield "<p>It wants the token that the sandbox was started with.</p>\n"
    yield "<h2>To type next</h2>\n<pre>"
    yield escape("\n".join(_commands(sandbox, origin, session)))
    yield "</pre>\n</body>\n</html>\n"


def _vendors(sandbox: Sandbox, below: str) -> Iterator[tuple[str, str]]:
    for name, contract in sandbox.contracts().items():
        url = f"{below}/{name}{contract.base_path}"
        yield escape(sandbox.vendors[name].title), f"<code>{escape(url)}</code>"


def _admin(sandbox: Sandbox, origin: str, session: str) -> Iterator[tuple[str, str]]:
    """The URLs that answer: those of a session once it has begun, which `default` always has."""
    begun = session == DEFAULT or session in sandbox.sessions
    for path, what in ADMIN if begun else ADMIN[:WHOLE]:
        url = escape(f"{origin}/__admin{path.format(session=session)}")
        yield f'<a href="{url}"><code>{url}</code></a>', escape(what)


def _commands(sandbox: Sandbox, origin: str, session: str) -> Iterator[str]:
    """Lines for a shell: what there is, a key that works, and why an answer was as it was."""
    vendor = next(iter(sandbox.vendors))
    url = "" if origin == USUAL else f" --url {origin}"
    own = "" if session == DEFAULT else f" --session {session}"
    token = "" if sandbox.settings.admin_token is None else " --admin-token TOKEN"
    yield f"understudy show {vendor}"
    yield f"understudy show {vendor} --world"
    yield f"understudy env {vendor}{own}{url}"
    yield f"understudy why {session}.latest{url}{token}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table of cells that are HTML already."""
    yield f"<table>\n<tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>\n"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n"
    yield "</table>\n"
