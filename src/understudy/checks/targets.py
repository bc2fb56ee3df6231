"""What is checked, and as whom: the caller, and another organisation that must see none of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from understudy.checks.outcome import Allowance, Finding
from understudy.errors import InputError
from understudy.simulation.clock import FROZEN_START, iso, spoken
from understudy.vendor import parted


@dataclass(frozen=True)
class Target:
    """One contract and the server that must be true to it."""

    name: str
    document: Mapping[str, Any]
    file: str  # where the document comes from, for messages
    base_url: str  # everything before the contract's paths
    app: Any = None  # an ASGI app instead of the network
    identities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # name -> headers
    # told the path template of each request before it is sent
    before: Callable[[str], None] | None = None
    # identity -> operationId -> headers, where operations want different ones
    signed: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    # what is excused beside what the document says itself: by operationId, and of the whole
    excused: Mapping[str, tuple[Allowance, ...]] = field(default_factory=dict)
    whole: tuple[Allowance, ...] = ()
    # what of an operation is no finding, by operationId
    passes: Callable[[str, Finding], bool] = lambda operation, finding: False

    @property
    def signs_alone(self) -> bool:
        """Whether one identity calls, with a key of each operation's own."""
        return len(self.identities) == 1 == len(self.signed)


def written(target: Target, folder: Path) -> dict[str, Any]:
    """Who calls, and who else must not see what the caller sees, as Schemathesis reads it."""
    users = [
        {
            "name": name,
            "fixedHeaders": [{"name": key, "value": value} for key, value in headers.items()],
        }
        for name, headers in target.identities.items()
    ]
    path = folder / "identities.json"
    path.write_text(json.dumps({"auth": users}), encoding="utf-8")
    names = list(target.identities)
    auth: dict[str, Any] = {"path": str(path), "user": names[0]}
    if len(names) > 1:
        auth["peers"] = names
    return {"wfc": auth}


@dataclass(frozen=True)
class _Signing:
    """Schemathesis' provider of credentials for an identity with a key per operation."""

    by_operation: Mapping[str, Mapping[str, str]]

    def get(self, case: Any, context: Any) -> Mapping[str, str]:
        return self.by_operation[context.operation.definition.raw["operationId"]]

    def set(self, case: Any, data: Mapping[str, str], context: Any) -> None:
        headers, query = parted(data)
        case.headers.update(headers)
        if query:
            case.query = {**(case.query or {}), **query}


def sign_by_operation(schema: Any, target: Target) -> None:
    """Every identity signs each operation with the key that it wants."""
    if target.signs_alone:
        (only,) = target.signed.values()

        class Alone(_Signing):
            def __init__(self) -> None:
                super().__init__(only)

        schema.auth(refresh_interval=None)(Alone)
        return
    from schemathesis.wfc.escalation import escalating_provider

    provider = escalating_provider(schema)
    for name, by_operation in target.signed.items():
        assert provider is not None, "several identities were given"
        provider.providers[provider.names.index(name)] = _Signing(by_operation)


EACH_CALL = 5_000  # milliseconds a call moves the clock, so that what was started goes on
CLOCK = {"at": iso(FROZEN_START), "each_call": spoken(EACH_CALL)}
SECONDS = 10.0  # a sandbox answers within milliseconds


def nowhere() -> nullcontext[None]:
    """No address: the check starts its own sandbox."""
    return nullcontext(None)


@contextmanager
def direct(url: str | None) -> Iterator[None]:
    """No proxy of the environment stands between the checker and the sandbox at `url`."""
    host = urlsplit(url or "").hostname
    if host is None:
        yield
        return
    before = {name: os.environ.get(name) for name in ("no_proxy", "NO_PROXY")}
    known = ",".join(dict.fromkeys(each for each in before.values() if each))
    os.environ.update(dict.fromkeys(before, f"{known},{host}" if known else host))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


@contextmanager
def session(
    url: str, name: str, token: str | None = None, world: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """The address of a fresh session in the sandbox at `url`, taken away again afterwards; `world`
    is what it begins with besides.

    A URL that names a session (`/~mine`) is used as it is. Where the admin API wants a token that
    nobody said, the session is made by the first call to it, and stays.
    """
    import httpx

    base, headers = url.rstrip("/"), signed(token)
    origin = base.partition("/~")[0]
    with httpx.Client(base_url=origin, headers=headers, timeout=SECONDS, trust_env=False) as client:
        try:
            health = client.get("/__admin/health")
            if health.status_code != 200:
                raise _nobody(url, f"/__admin/health says {health.status_code}")
            _check_served(name, url, health)
            if name == "admin":
                _check_token(client, url, token or "")
            if "/~" in base or name == "admin":
                yield base
                return
            _check_token(client, url, token)
            told: dict[str, Any] = {"clock": CLOCK, "seed": 0}
            if world is not None:
                told["scenario"] = {"understudy": 1, "scenario": "A check", "world": dict(world)}
            made = client.post("/__admin/sessions", json=told)
            own = made.json()["name"] if made.status_code == 201 else f"check-{name}"
            try:
                yield f"{base}/~{own}"
            finally:
                client.delete(f"/__admin/sessions/{own}")
        except httpx.HTTPError as error:
            raise _nobody(url, str(error) or type(error).__name__) from None


def signed(token: str | None) -> dict[str, str]:
    """The header of whoever has that token."""
    return {} if token is None else {"authorization": f"Bearer {token}"}


def ask(url: str, path: str, token: str | None) -> Any:
    """The JSON of an admin resource."""
    import httpx

    origin = url.partition("/~")[0]
    headers, url = signed(token), f"{origin}/__admin{path}"
    return httpx.get(url, headers=headers, timeout=SECONDS, trust_env=False).json()


def served(url: str) -> tuple[str, ...]:
    """The vendors that the sandbox at `url` stands in for; InputError where none answers."""
    import httpx

    try:
        return tuple(ask(url, "/health", None)["vendors"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise _nobody(url, str(error) or type(error).__name__) from None


def _check_served(name: str, url: str, health: Any) -> None:
    """InputError where that sandbox stands in for others only."""
    told = health.json()
    there = told.get("vendors", ()) if isinstance(told, dict) else ()
    if there and name not in (*there, "admin"):
        raise InputError(f"no {name} is served there", where=url, fix=f"It has {', '.join(there)}")


def _check_token(client: Any, url: str, token: str | None) -> None:
    """InputError where the admin API wants another token than the one that is said."""
    if token is not None and client.get("/__admin/vendors").status_code == 401:
        what = "it wants another admin token" if token else "it wants an admin token"
        fix = "Say --admin-token, as it was started with"
        raise InputError(what, where=url, fix=fix)


def _nobody(url: str, why: str) -> InputError:
    return InputError(
        f"no sandbox answers at {url}: {why}",
        where="--url",
        fix="Start one with: understudy serve",
    )
