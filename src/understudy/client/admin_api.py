"""The admin API: a call below `/__admin`, and the way there over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from msgspec import DecodeError, json

from understudy.errors import InputError

ADMIN = "/__admin"
PATIENCE = 30  # seconds; the admin API answers within milliseconds
NAMES = 12  # told of those there are


def hide_traceback(error: Any) -> bool:
    """For pytest: of what a test asked wrongly, or of what came otherwise, its own line counts."""
    return bool(error.errisinstance((InputError, AssertionError)))


__tracebackhide__ = hide_traceback


class Refused(InputError):
    """The sandbox refuses an admin call; `problem` is what it said."""

    def __init__(self, what: str, *, where: str = "", fix: str = "", problem: Any = None) -> None:
        super().__init__(what, where=where, fix=fix)
        self.problem: Mapping[str, Any] = problem or {}

    def __str__(self) -> str:
        if "violations" not in self.problem:
            return super().__str__()
        return f"{self.what}. {self.fix}" if self.fix else self.what  # `what` names its place


class UnexpectedHost(RuntimeError):
    """A client under test wanted to reach a host that is no vendor's of the sandbox."""


class AdminTransport(Protocol):
    """A way to a sandbox: its origin as clients write it, and its admin API."""

    origin: str
    app: Any  # the application, where it is asked in this process without a port
    facts: dict[str, Any]  # admin resources that never change while the sandbox runs

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        """One admin call: status and body."""

    def close(self) -> None:
        """Gives back what it holds."""


def ask(
    transport: AdminTransport, method: str, path: str, body: Any = None, token: str | None = None
) -> Any:
    """The JSON of an admin call below `/__admin`; Refused with what the sandbox says."""
    headers = {"content-type": "application/json"} if body is not None else {}
    if token:
        headers["authorization"] = f"Bearer {token}"
    content = b"" if body is None else json.encode(body)
    status, raw = transport.send(method, ADMIN + path, headers, content)
    try:
        value = json.decode(raw) if raw else None
    except (DecodeError, ValueError):  # the former is one of the latter since msgspec 0.21
        raise Refused("what answers is no sandbox", where=transport.origin) from None
    if status < 400:
        return value
    told = value if isinstance(value, dict) else {}
    raise Refused(
        str(told.get("detail", f"the sandbox answered {status}")),
        where=str(told.get("where", "")),
        fix=_fix(told),
        problem=told,
    )


def _fix(told: Mapping[str, Any]) -> str:
    """What to do about a refusal: as it says, or one of the names there are."""
    if "fix" in told:
        return str(told["fix"])
    there = [str(each) for each in told.get("exists", ())]
    more = f" and {len(there) - NAMES} more" if len(there) > NAMES else ""
    return f"There are {', '.join(there[:NAMES])}{more}" if there else ""


class HttpTransport:
    """A sandbox behind a URL."""

    app = None

    def __init__(self, url: str) -> None:
        import httpx

        scheme = _scheme(url)

        self.origin = url.rstrip("/")
        self.facts: dict[str, Any] = {}
        self._client = httpx.Client(
            base_url=self.origin,
            timeout=PATIENCE,
            trust_env=False,
            verify=scheme == "https",  # to read the authorities takes longer than a test
        )

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        import httpx

        try:
            reply = self._client.request(method, path, headers=dict(headers), content=body)
        except httpx.TransportError as error:
            raise Refused(
                f"no sandbox answers ({error})",
                where=self.origin,
                fix="Start one with `understudy serve`",
            ) from None
        return reply.status_code, reply.content

    def close(self) -> None:
        self._client.close()


def _scheme(url: str) -> str:
    """The scheme of a base URL; InputError for anything else."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise InputError(f"{url!r} is no base URL", fix="Write http://127.0.0.1:4010")
    return parts.scheme
