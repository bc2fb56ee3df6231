"""One vendor in a session: where it is, what it was asked, how it shall behave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from understudy.client.admin_api import Refused, hide_traceback
from understudy.client.credentials import credential, signed
from understudy.client.inputs import to_json
from understudy.client.records import Records
from understudy.client.session import Session
from understudy.vendor.authentication import parted

if TYPE_CHECKING:
    import httpx

    from understudy.vendor import Credential

__tracebackhide__ = hide_traceback


class VerificationFailed(AssertionError):
    """Something else came than a test wanted; the message has the counts and the nearest misses."""

    __module__ = "understudy.client"  # where users import it from: tracebacks name that place


class VendorClient:
    """One vendor in the session: where it is, what it was asked, how it shall behave."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self.name = name

    @property
    def contract(self) -> Mapping[str, Any]:
        """What the sandbox tells of the vendor: operations, answers, servers, base path."""
        contract: Mapping[str, Any] = self._session.fact(f"/vendors/{self.name}")
        return contract

    @property
    def url(self) -> str:
        """The vendor's base URL in this session."""
        return f"{self._session.prefix}/{self.name}{self.contract['base_path']}"

    @property
    def key(self) -> str:
        """The key of the world's credential `default`, or else of its first one by name."""
        return str(self.credential().key)

    @property
    def headers(self) -> dict[str, str]:
        """What a client sends with that key."""
        return self.headers_of()

    def credential(self, name: str | None = None) -> Credential:
        """A credential of the world by its name."""
        return credential(self._session, self.name, name)

    def headers_of(self, credential: str | None = None, operation: str = "") -> dict[str, str]:
        """What a client sends with that credential of the world; `nobody` sends nothing.

        Where a vendor has two surfaces that want different keys, say which operation it is for.
        """
        return parted(signed(self._session, self.name, credential, operation))[0]

    def query_of(self, credential: str | None = None, operation: str = "") -> dict[str, str]:
        """What of that credential travels in the query, by its name there; mostly nothing."""
        return parted(signed(self._session, self.name, credential, operation))[1]

    def client(
        self, credential: str | None = None, *, operation: str = "", **options: Any
    ) -> httpx.Client:
        """An httpx client with base URL and key set; in process without a port.

        `credential` is a name in the world's `credentials` (`other`), or `nobody`; `operation` one
        of the surface it is for, where the vendor has two; the rest goes to `httpx.Client`.
        """
        import httpx

        from understudy.client.transport import SandboxTransport

        if self._session.app is not None:
            options.setdefault("transport", SandboxTransport(self._session.app))
        return httpx.Client(**self._options(options, credential, operation))

    def async_client(
        self, credential: str | None = None, *, operation: str = "", **options: Any
    ) -> httpx.AsyncClient:
        """The same for asynchronous code."""
        import httpx

        from understudy.client.transport import AsyncSandboxTransport

        if self._session.app is not None:
            options.setdefault("transport", AsyncSandboxTransport(self._session.app))
        return httpx.AsyncClient(**self._options(options, credential, operation))

    def _options(
        self, options: dict[str, Any], credential: str | None, operation: str
    ) -> dict[str, Any]:
        own, asked = parted(signed(self._session, self.name, credential, operation))
        if asked:
            options["params"] = {**asked, **dict(options.get("params") or {})}
        return {
            "base_url": self.url,
            "trust_env": False,
            # To read the authorities' certificates takes longer than a whole test.
            "verify": self._session.origin.startswith("https:"),
            **options,
            "headers": {**own, **dict(options.get("headers") or {})},
        }

    def rule(self, operation: str | Sequence[Any], **rule: Any) -> str:
        """Adds a rule, as a scenario's `rules` say it, for one operation or several: its id.

        It is asked before the rules that are there: of those added one by one, the newest first.
        """
        return self._added([rule], operation)[0]

    def _added(self, rules: Sequence[Mapping[str, Any]], operation: Any) -> list[str]:
        """Adds rules at once, asked in this order: their ids."""
        named = self._named(operation)
        body = [{"operation": named, **to_json(each)} for each in rules]
        made = self._session.ask("POST", "/rules", body if len(body) > 1 else body[0])
        return [str(each["id"]) for each in made["rules"]]

    def _named(self, operation: Any) -> Any:
        """An operation with this vendor in front; of a list each."""
        if isinstance(operation, str):
            return f"{self.name}.{operation}"
        if isinstance(operation, Mapping):
            return {**operation, "operation": self._named(operation["operation"])}
        return [self._named(each) for each in operation]

    @overload
    def force(
        self,
        operation: str | Sequence[Any],
        reply: Any,
        *,
        times: int | None = None,
        when: Mapping[str, Any] | None = None,
        **rule: Any,
    ) -> str: ...

    @overload
    def force(
        self,
        operation: str | Sequence[Any],
        reply: Any,
        second: Any,
        *more: Any,
        times: int | None = None,
        when: Mapping[str, Any] | None = None,
        **rule: Any,
    ) -> list[str]: ...

    def force(
        self,
        operation: str | Sequence[Any],
        reply: Any,
        *more: Any,
        times: int | None = None,
        when: Mapping[str, Any] | None = None,
        **rule: Any,
    ) -> str | list[str]:
        """Makes calls of an operation answer so: an example's name, a status, a written reply.

        Several answer one call each, first the first (`times=2`: two each), then it is as usual.
        Of rules that are added one by one, the newest is asked first. Returns the rule's id.
        """
        rule |= _without_none(times=1 if more and times is None else times, when=when)
        ids = self._added([{"reply": each, **rule} for each in (reply, *more)], operation)
        return ids if more else ids[0]

    def fault(
        self,
        operation: str | Sequence[Any],
        *,
        times: int | None = None,
        when: Mapping[str, Any] | None = None,
        skip: int | None = None,
        every: int | None = None,
        **fault: Any,
    ) -> str:
        """Makes calls of an operation fail so: `lose="answer"`, `latency="300ms"`, `hang=True`.

        A duration is a text or a timedelta.
        """
        more = _without_none(times=times, when=when, skip=skip, every=every)
        return self.rule(operation, fault=fault, **more)

    def requests(
        self, operation: str | None = None, status: int | None = None
    ) -> list[Mapping[str, Any]]:
        """What the vendor was asked in this session, oldest first."""
        if operation is not None:
            operation = f"{self.name}.{operation}"
        query = _without_none(vendor=self.name, operation=operation, status=status)
        return list(self._session.pages("/requests", "requests", query))

    def verify(
        self,
        operation: str,
        *,
        times: Any = None,
        when: Mapping[str, Any] | None = None,
        credential: str | None = None,
        within: Any = None,
        **more: Any,
    ) -> None:
        """VerificationFailed unless such calls came so often (at least once, if not said).

        `times` is a number, or `{"$min": 1}`, `{"$max": 3}`, or both in one. `within`, a text like
        `"2s"` or a timedelta, waits so long for them to come, in real time.
        `credential` is the name of who made them, or "nobody". What else is named is what they
        must be like: parameters of the contract, `body`, `record`.
        """
        such = {**(when or {}), **more}
        wanted = {
            "operation": f"{self.name}.{operation}",
            **_without_none(times=times, within=within, when=such or None, **{"as": credential}),
        }
        self._verify(wanted)

    def verify_order(self, *calls: str | Mapping[str, Any], within: Any = None) -> None:
        """VerificationFailed unless these calls came one after the other, whatever came between.

        A call is an operation, or `{"operation": ..., "when": ..., "as": ...}`.
        """
        named = [{"operation": each} if isinstance(each, str) else each for each in calls]
        order = [{**each, "operation": f"{self.name}.{each['operation']}"} for each in named]
        self._verify({"order": order, **_without_none(within=within)})

    def _verify(self, wanted: Mapping[str, Any]) -> None:
        try:
            self._session.ask("POST", "/verify", wanted)
        except Refused as refused:
            if refused.problem.get("type") != "urn:understudy:not-verified":
                raise
            raise VerificationFailed(_message(refused.problem)) from None

    def records(self, collection: str) -> Records:
        """The records of a collection, newest first; what comes back can change them, too."""
        return Records(self._session, self.name, collection)


def _without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _message(problem: Mapping[str, Any]) -> str:
    lines = [str(problem.get("detail", "something else came"))]
    for each in problem.get("unmet", ()):
        if each["requests"]:
            more = f" and {each['more']} more" if "more" in each else ""
            lines.append(f"  came     {', '.join(each['requests'])}{more}")
        for near in each["nearest"]:
            lines.append(
                f"  nearly   {near['request']}, answered {near['status']}: {near['differs']}"
            )
    calls = [f"{each['operation']} {_times(each['times'])}" for each in problem.get("calls", ())]
    lines.append(f"  in all   {', '.join(calls) or 'nothing was asked'}")
    return "\n".join(lines)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
