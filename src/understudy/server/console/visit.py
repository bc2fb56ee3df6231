"""One look of a browser at the console: what it asks for, and how the admin API is asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from understudy.server.admin import ask_admin
from understudy.server.sessions.names import DEFAULT
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.wire.headers import origin_called
from understudy.settings import DEFAULT_PORT
from understudy.slices import InSlices
from understudy.vendor import Call

ADMIN = "/__admin"
CONSOLE = f"{ADMIN}/console"


class View(NamedTuple):
    """A page before it is written: its template, and what stands in it."""

    template: str
    values: Mapping[str, Any]


class Refused(Exception):
    """What the admin API did not tell, as the problem that it answered."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.problem = problem


class Visit:
    """One request of a browser: its path, its query, and the session that it looks at."""

    def __init__(self, sandbox: Sandbox, call: Call, below: Sequence[str]) -> None:
        self.sandbox = sandbox
        self.call = call
        self.below = below
        self.query = dict(parse_qsl(call.query))
        self.session: Mapping[str, Any] = {}

    def ask(self, path: str, **query: Any) -> InSlices[Any]:
        """What the admin API answers to a GET below `/__admin`; Refused where it does not."""
        asked = urlencode({name: value for name, value in query.items() if value not in ("", None)})
        call = Call("GET", f"{ADMIN}{path}", asked, self.call.headers)
        reply = yield from ask_admin(self.sandbox, call)
        if reply.status != 200:
            raise Refused(reply.status, reply.body)
        return reply.body

    def ask_session(self, path: str = "", **query: Any) -> InSlices[Any]:
        """The same below the session that is looked at."""
        return (yield from self.ask(f"/sessions/{quote(self.session['name'])}{path}", **query))

    def enter(self, name: str) -> InSlices[None]:
        """Looks at that session."""
        self.session = yield from self.ask(f"/sessions/{quote(name, safe='')}")

    def enter_any(self) -> InSlices[None]:
        """Looks at some session, where none is looked at yet; a page needs one to lead on to."""
        if self.session:
            return
        for name in (self.query.get("from", DEFAULT), DEFAULT, *self.sandbox.sessions):
            if name in self.sandbox.sessions or name == DEFAULT:
                try:
                    yield from self.enter(name)
                except Refused:
                    continue
                return

    def url(self, path: str = "", **query: Any) -> str:
        """The address of a page below the session that is looked at; `path` is escaped already."""
        asked = urlencode({name: value for name, value in query.items() if value not in ("", None)})
        name = quote(self.session.get("name", DEFAULT), safe="")
        return f"{CONSOLE}/sessions/{name}{path}{f'?{asked}' if asked else ''}"

    def here(self, **changes: Any) -> str:
        """This page's own address with another query."""
        asked = urlencode({k: v for k, v in (self.query | changes).items() if v not in ("", None)})
        return f"{self.call.path}{f'?{asked}' if asked else ''}"

    @property
    def origin(self) -> str:
        """How the browser reached the sandbox."""
        settings = self.sandbox.settings
        usual = f"http://{settings.host}:{settings.port or DEFAULT_PORT}"
        return origin_called(self.call.headers.get("host", "")) or usual
