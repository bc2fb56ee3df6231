"""A session of a sandbox: what the admin API says of it, and is asked to do in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from understudy.client.admin_api import AdminTransport, Refused, ask, hide_traceback

__tracebackhide__ = hide_traceback

PAGE = 1_000  # records or requests asked for at once


class Session:
    """A session by its name, and the admin API that it is reached by."""

    name: str
    names: tuple[str, ...]  # of the vendors in it

    def __init__(self, transport: AdminTransport, token: str | None) -> None:
        self._transport = transport
        self._token = token
        self._open = True
        self.stopped: list[str] = []  # hosts that calls were kept from while it intercepted

    @property
    def app(self) -> Any:
        """The application in this process; None where the sandbox is reached over HTTP."""
        return self._transport.app

    @property
    def origin(self) -> str:
        """The sandbox's origin; `http://sandbox` in process."""
        return self._transport.origin

    @property
    def prefix(self) -> str:
        """What stands before `/<vendor>` in this session's URLs."""
        return f"{self._transport.origin}/~{self.name}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """An admin call below this session."""
        return self.ask_server(method, f"/sessions/{self.name}{path}", body)

    def ask_server(self, method: str, path: str, body: Any = None) -> Any:
        """An admin call."""
        if not self._open:
            raise Refused(f"the session {self.name!r} has ended", fix="Ask before its block ends")
        return ask(self._transport, method, path, body, self._token)

    def fact(self, path: str) -> Any:
        """What an admin resource says that never changes while the sandbox runs."""
        known = self._transport.facts
        if path not in known:
            known[path] = self.ask_server("GET", path)
        return known[path]

    def pages(self, path: str, key: str, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Every row of a paged resource of this session."""
        wanted = {**query, "limit": PAGE}
        while True:
            page = self.ask("GET", f"{path}?{urlencode(wanted)}")
            rows: Sequence[Mapping[str, Any]] = page[key]
            yield from rows
            if page.get("next") is None:
                return
            wanted["after"] = page["next"]

    def close(self) -> None:
        """Deletes the session; a second time does nothing."""
        if not self._open:
            return
        try:
            self.ask("DELETE", "")
        except Refused:
            pass  # it is gone already, or the sandbox is
        finally:
            self._open = False
            self._transport.close()
