"""One session from Python: its clock, and each vendor in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from understudy.client.door import Refused

if TYPE_CHECKING:
    import httpx

    from understudy.client.sandbox import Sandbox

PAGE = 1_000  # records or requests asked for at once


class VerificationFailed(AssertionError):
    """Something else came than a test wanted; the message has the counts and the nearest misses."""


class Clock:
    """The session's clock: everything that takes time in any vendor hangs on it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @property
    def now(self) -> str:
        """The present as ISO 8601."""
        return str(self._sandbox.ask("GET", "/clock")["now"])

    def advance(self, by: str) -> Mapping[str, Any]:
        """Lets a duration pass (`90s`, `2m`, `1h`): what happened meanwhile."""
        return self._advance(by=by)

    def to(self, instant: str) -> Mapping[str, Any]:
        """Lets time pass until an instant (`2026-01-05T09:00:00Z`)."""
        return self._advance(to=instant)

    def next(self) -> Mapping[str, Any]:
        """Lets time pass until the next thing that falls due."""
        return self._advance(next=True)

    def idle(self) -> Mapping[str, Any]:
        """Lets time pass until nothing but recurring events is pending."""
        return self._advance(idle=True)

    def freeze(self, at: str | None = None) -> None:
        """Stops the clock, now or at an instant."""
        self._set({"speed": 0} if at is None else {"at": at})

    def run(self, speed: float = 1) -> None:
        """Lets the clock run, that many times as fast as the wall's."""
        self._set({"speed": speed})

    def each_call(self, by: str) -> None:
        """Moves a frozen clock on by that much with every call."""
        self._set({"each_call": by})

    def _advance(self, **how: str | bool) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self._sandbox.ask("POST", "/clock/advance", how)
        return told

    def _set(self, values: Mapping[str, Any]) -> None:
        self._sandbox.ask("PUT", "/clock", values)


class VendorClient:
    """One vendor in the session: where it is, what it was asked, how it shall behave."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self._sandbox = sandbox
        self.name = name

    @cached_property
    def contract(self) -> Mapping[str, Any]:
        """What the sandbox tells of the vendor: operations, answers, servers, base path."""
        told: Mapping[str, Any] = self._sandbox.ask_server("GET", f"/vendors/{self.name}")
        return told

    @property
    def url(self) -> str:
        """The vendor's base URL in this session."""
        return f"{self._sandbox.prefix}/{self.name}{self.contract['base_path']}"

    @property
    def key(self) -> str:
        """The first key of the vendor's world."""
        return str(self.credential().key)

    @property
    def headers(self) -> dict[str, str]:
        """What a client sends with that key."""
        return self.headers_of()

    def credential(self, name: str | None = None) -> Any:
        """A credential of the world by its name; the first one without."""
        from msgspec import convert

        from understudy.vendors import VENDORS

        known = {each["id"]: each for each in self.records("credentials")}
        if name is not None and name not in known:
            raise Refused(f"no credential {name!r}", fix=f"There are {', '.join(known)}")
        row = (
            known[name] if name is not None else known.get("default") or next(iter(known.values()))
        )
        vendor = next(each for each in VENDORS if each.name == self.name)
        kind = next(each for each in vendor.kinds if each.name == "credentials")
        return convert({"id": row["id"], **row["fields"]}, kind.record)

    def headers_of(self, credential: str | None = None) -> dict[str, str]:
        """What a client sends with that credential of the world."""
        from understudy.vendors import VENDORS

        vendor = next(each for each in VENDORS if each.name == self.name)
        return dict(vendor.sign(self.credential(credential)))

    def client(self, credential: str | None = None, **options: Any) -> httpx.Client:
        """An httpx client with base URL and key set; in process without a port."""
        import httpx

        from understudy.client.transport import SandboxTransport

        app = self._sandbox.app
        if app is not None:
            options.setdefault("transport", SandboxTransport(app))
        return httpx.Client(
            base_url=self.url, headers=self.headers_of(credential), trust_env=False, **options
        )

    def async_client(self, credential: str | None = None, **options: Any) -> httpx.AsyncClient:
        """The same for asynchronous code."""
        import httpx

        from understudy.client.transport import AsyncSandboxTransport

        app = self._sandbox.app
        if app is not None:
            options.setdefault("transport", AsyncSandboxTransport(app))
        return httpx.AsyncClient(
            base_url=self.url, headers=self.headers_of(credential), trust_env=False, **options
        )

    def rule(self, operation: str, **rule: Any) -> str:
        """Adds a rule, as a scenario's `rules` say it: its id."""
        made = self._sandbox.ask(
            "POST", "/rules", {"operation": f"{self.name}.{operation}", **rule}
        )
        return str(made["rules"][0]["id"])

    def force(
        self,
        operation: str,
        reply: Any,
        *,
        times: int | None = None,
        when: Mapping[str, Any] | None = None,
        **rule: Any,
    ) -> str:
        """Makes calls of an operation answer so: an example's name, a status, a written reply."""
        return self.rule(operation, reply=reply, **_given(times=times, when=when), **rule)

    def fault(
        self,
        operation: str,
        *,
        times: int | None = None,
        when: Mapping[str, Any] | None = None,
        skip: int | None = None,
        every: int | None = None,
        **fault: Any,
    ) -> str:
        """Makes calls of an operation fail so: `lose="answer"`, `latency="300ms"`, `hang=True`."""
        more = _given(times=times, when=when, skip=skip, every=every)
        return self.rule(operation, fault=fault, **more)

    def requests(
        self, operation: str | None = None, status: int | None = None
    ) -> list[Mapping[str, Any]]:
        """What the vendor was asked in this session, oldest first."""
        query = _given(vendor=self.name, operation=operation, status=status)
        return list(self._sandbox.pages("/requests", "requests", query))

    def verify(self, operation: str, *, times: Any = None, **when: Any) -> None:
        """VerificationFailed unless such calls came so often (at least once, if not said)."""
        wanted = {
            "operation": f"{self.name}.{operation}",
            **_given(times=times, when=when or None),
        }
        try:
            self._sandbox.ask("POST", "/verify", wanted)
        except Refused as refused:
            if refused.problem.get("type") != "urn:understudy:not-verified":
                raise
            raise VerificationFailed(_told(refused.problem)) from None

    def records(self, collection: str) -> list[Mapping[str, Any]]:
        """The records of a collection, newest first."""
        query = {"vendor": self.name, "collection": collection}
        return list(self._sandbox.pages("/records", "records", query))


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _told(problem: Mapping[str, Any]) -> str:
    lines = [str(problem.get("detail", "something else came"))]
    for each in problem.get("unmet", ()):
        for near in each.get("nearest", ()):
            lines.append(f"  {near['request']} {near['status']}: {near['differs']}")
    return "\n".join(lines)


def pages(ask: Any, path: str, key: str, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every row of a paged admin resource."""
    wanted = {**query, "limit": PAGE}
    while True:
        page = ask("GET", f"{path}?{urlencode(wanted)}")
        rows: Sequence[Mapping[str, Any]] = page[key]
        yield from rows
        if page.get("next") is None:
            return
        wanted["after"] = page["next"]
