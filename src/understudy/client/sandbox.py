"""A sandbox from Python, and the session it opens there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from understudy.client import session as sessions
from understudy.client.door import Door, Inside, Outside, Refused, ask
from understudy.client.session import Clock, VendorClient


class Sandbox:
    """A session of its own: in a new sandbox in this process, or in one that runs at `url`.

    It ends, and is deleted, with the `with` block. `scenario` is a shipped name, the text of a
    scenario file or its value; `clock` is "frozen", "real" or an instant to stand at.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        name: str | None = None,
        scenario: str | Mapping[str, Any] | None = None,
        seed: int | None = None,
        clock: str | Mapping[str, Any] | None = None,
        vendors: Sequence[str] = (),
        token: str | None = None,
        app: Any = None,
    ) -> None:
        if url is None and app is None:
            from understudy.server.app import create_app
            from understudy.settings import Settings

            app = create_app(Settings(vendors=tuple(vendors)))
        self.app = app if url is None else None
        self._token = token
        self._door: Door = Inside(app) if url is None else Outside(url)
        self._vendors: dict[str, VendorClient] = {}
        wanted = {"name": name, "scenario": scenario, "seed": seed, "clock": _clock(clock)}
        asked = {key: value for key, value in wanted.items() if value is not None}
        try:
            made = self.ask_server("POST", "/sessions", asked)
            known = self.ask_server("GET", "/vendors")["vendors"]
        except BaseException:
            self._door.close()
            raise
        self.name = str(made["name"])
        self.names = tuple(each["name"] for each in known)
        self.clock = Clock(self)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Sandbox:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> VendorClient:
        if name.startswith("_") or name not in self.__dict__.get("names", ()):
            there = ", ".join(self.__dict__.get("names", ()))
            raise AttributeError(f"no vendor {name!r} in this sandbox; there are {there}")
        return self[name]

    def __getitem__(self, name: str) -> VendorClient:
        if name not in self.names:
            raise KeyError(f"no vendor {name!r} in this sandbox; there are {', '.join(self.names)}")
        return self._vendors.setdefault(name, VendorClient(self, name))

    @property
    def origin(self) -> str:
        """The sandbox's origin; `http://sandbox` in process."""
        return self._door.origin

    @property
    def prefix(self) -> str:
        """What stands before `/<vendor>` in this session's URLs."""
        return f"{self._door.origin}/~{self.name}"

    def load(self, scenario: str | Mapping[str, Any]) -> None:
        """Adds a scenario's world, rules and clock: all or nothing."""
        self.ask("POST", "/scenario", {"scenario": scenario})

    def reset(self) -> None:
        """Exactly what the session started with."""
        self.ask("POST", "/reset")

    def requests(self) -> list[Mapping[str, Any]]:
        """What any vendor was asked in this session, oldest first."""
        return list(self.pages("/requests", "requests", {}))

    def why(self, request: Mapping[str, Any] | int) -> Mapping[str, Any]:
        """Why a request was answered as it was."""
        number = request if isinstance(request, int) else request["number"]
        told: Mapping[str, Any] = self.ask("GET", f"/requests/{number}")
        return told

    def snapshot(self) -> Mapping[str, Any]:
        """Everything in the session as JSON."""
        told: Mapping[str, Any] = self.ask("GET", "/snapshot")
        return told

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """The session as it was at a snapshot, also one of another process."""
        self.ask("PUT", "/snapshot", snapshot)

    def intercept(self) -> AbstractContextManager[None]:
        """Routes the vendors' real hosts here, for httpx and requests; refuses any other host."""
        from understudy.client.intercept import intercepted

        return intercepted(self)

    def close(self) -> None:
        """Deletes the session."""
        try:
            self.ask("DELETE", "")
        except Refused:
            pass  # it is gone already, or the sandbox is
        finally:
            self._door.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """An admin call below this session."""
        return self.ask_server(method, f"/sessions/{self.name}{path}", body)

    def ask_server(self, method: str, path: str, body: Any = None) -> Any:
        """An admin call."""
        return ask(self._door, method, path, body, self._token)

    def pages(self, path: str, key: str, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Every row of a paged resource of this session."""
        return sessions.pages(self.ask, path, key, query)


def _clock(clock: str | Mapping[str, Any] | None) -> Any:
    return {"at": clock} if isinstance(clock, str) and clock not in ("frozen", "real") else clock
