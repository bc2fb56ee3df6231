"""A sandbox from Python, and the session it opens there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from os import PathLike
from typing import Any, Self
from urllib.parse import quote

from understudy.client.admin_api import AdminTransport, HttpTransport, hide_traceback
from understudy.client.application import (
    Documents,
    File,
    InProcessTransport,
    create_app,
    sources,
)
from understudy.client.clock import Clock
from understudy.client.inputs import load_body, read, session_body
from understudy.client.session import Session
from understudy.client.vendor_client import VendorClient
from understudy.errors import InputError
from understudy.server.sessions.names import LATEST, REQUEST_HEADER, request_named

__tracebackhide__ = hide_traceback

Story = str | PathLike[str] | Mapping[str, Any]


class Sandbox(Session):
    """A session of its own: in a new sandbox in this process, or in one that runs at `url`.

    It ends, and is deleted, with the `with` block. `scenario` is a shipped name, a file (`*.yaml`),
    the text of one or its value; `clock` is "frozen", "real" or an instant to stand at; `vendors`
    are those wanted, all that are served if left out. `documents` are OpenAPI documents to serve
    instead, or beside the vendors that are named: `{"orders": "openapi.yaml"}`, or files, each
    under a name made of its title. What is not said the project says: the understudy.yaml of the
    working folder, or above it up to the repository's root; `project` is another file, or False for
    none. `app` is a `create_app()` to share.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        name: str | None = None,
        scenario: Story | None = None,
        seed: int | None = None,
        clock: str | Mapping[str, Any] | None = None,
        vendors: Sequence[str] = (),
        documents: Documents = (),
        project: File | bool | None = None,
        token: str | None = None,
        app: Any = None,
        transport: AdminTransport | None = None,
    ) -> None:
        if url is not None or app is not None or transport is not None:
            _check_none_of_its_own(documents, project)
        if transport is None and url is None:
            transport = InProcessTransport(app or _new(vendors, sources(documents), project))
        elif transport is None:
            transport = HttpTransport(str(url))
        super().__init__(transport, token)
        self._vendors: dict[str, VendorClient] = {}
        story = None if scenario is None else read(scenario)
        wanted = {"name": name, "seed": seed, "clock": _clock(clock)}
        asked = {key: value for key, value in wanted.items() if value is not None}
        try:
            self.names = self._chosen(() if documents else vendors)
            with session_body(story) as said:
                made = self.ask_server("POST", "/sessions", {**asked, **said})
        except BaseException:
            self._transport.close()
            raise
        self.name = str(made["name"])
        self.clock = Clock(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<sandbox {self.name} at {self.origin}>"

    def __getattr__(self, name: str) -> VendorClient:
        there = self.__dict__.get("names", ())
        meant = next((each for each in there if each.replace("-", "_") == name), None)
        if name.startswith("_") or meant is None:
            raise AttributeError(
                f"no vendor {name!r} in this sandbox; there are {', '.join(there)}"
            )
        return self[meant]

    def __getitem__(self, name: str) -> VendorClient:
        if name not in self.names:
            raise KeyError(_unknown(name, self.names))
        return self._vendors.setdefault(name, VendorClient(self, name))

    def load(self, scenario: Story) -> None:
        """Adds a scenario's world, rules and clock: all or nothing."""
        with load_body(read(scenario)) as said:
            self.ask("POST", "/scenario", said)

    def reset(self) -> None:
        """Exactly what the session started with."""
        self.ask("POST", "/reset")

    def requests(self) -> list[Mapping[str, Any]]:
        """What any vendor was asked in this session, oldest first."""
        return list(self.pages("/requests", "requests", {}))

    def why(self, request: Any = LATEST) -> Mapping[str, Any]:
        """Why a request was answered as it was, with all that was sent and came back.

        It is named by its number, by its id (`"mine.4"`), as `"latest"`, as a row of `requests()`,
        or by the response it got, of whatever client.
        """
        session, number = request_named(_id_of(request))
        path = f"/sessions/{quote(session or self.name, safe='')}/requests/{number}"
        told: Mapping[str, Any] = self.ask_server("GET", path)
        return told

    def snapshot(self) -> Mapping[str, Any]:
        """Everything in the session as JSON."""
        told: Mapping[str, Any] = self.ask("GET", "/snapshot")
        return told

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """The session as it was at a snapshot, also one of another process."""
        self.ask("PUT", "/snapshot", snapshot)

    def intercept(self, allow: Sequence[str] = ()) -> AbstractContextManager[None]:
        """Routes the vendors' real hosts here, for httpx and requests; stops any other host's.

        This machine stays reachable, and hosts in `allow` (`"*.example.com"`: all below). Where
        several sandboxes intercept, the newest that has a host gets its calls. A stopped call
        raises UnexpectedHost. Calls by anything else, like urllib, http.client or aiohttp, are not
        seen: they go to the real hosts.
        """
        from understudy.client.intercept import intercepted

        if isinstance(allow, str):
            raise InputError(f"allow={allow!r} is no list", fix=f"Write [{allow!r}]")
        return intercepted(self, allow)

    def _chosen(self, vendors: Sequence[str]) -> tuple[str, ...]:
        served = tuple(str(each["name"]) for each in self.fact("/vendors")["vendors"])
        if isinstance(vendors, str):
            raise InputError(f"vendors={vendors!r} is no list", fix=f"Write [{vendors!r}]")
        if unknown := [name for name in vendors if name not in served]:
            fix = f"There are {', '.join(served)}"
            raise InputError(f"this sandbox serves no vendor {unknown[0]!r}", fix=fix)
        return tuple(dict.fromkeys(vendors)) or served


def _unknown(name: str, there: Sequence[str]) -> str:
    return f"no vendor {name!r} in this sandbox; there are {', '.join(there)}"


def _id_of(request: Any) -> str:
    """The id of a request that somebody names by what they have in hand."""
    if isinstance(request, Mapping):
        return str(request.get("id", request.get("number", "")))
    response = getattr(request, "response", request)  # of an error that a client raised
    headers = getattr(response, "headers", None)
    if headers is None:
        return str(request)
    told = headers.get(REQUEST_HEADER) or headers.get(REQUEST_HEADER.lower())
    if not told:
        what = f"this {type(response).__name__} has no header {REQUEST_HEADER}"
        raise InputError(what, fix="Ask with a response of a vendor in the sandbox")
    return str(told)


def _new(vendors: Sequence[str], documents: tuple[str, ...], project: File | bool | None) -> Any:
    from understudy.project.settings import in_process, of

    names = (vendors,) if isinstance(vendors, str) else tuple(vendors)
    return create_app(in_process(of(project), {"vendors": names, "documents": documents}))


def _check_none_of_its_own(documents: Documents, project: File | bool | None) -> None:
    """InputError for what a sandbox that is there already cannot be told."""
    fix = "Say them where it is started, or leave out the other"
    if documents:
        raise InputError("documents are for a sandbox of its own", fix=fix)
    if project:
        raise InputError("a project is for a sandbox of its own", fix=fix.replace("them", "it"))


def _clock(clock: str | Mapping[str, Any] | None) -> Any:
    return {"at": clock} if isinstance(clock, str) and clock not in ("frozen", "real") else clock
