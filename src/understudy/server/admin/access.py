"""Whom the admin API listens to: a page of the Internet that a browser shows may not drive it."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.server.admin.problems import forbidden
from understudy.server.pipeline.cors import CorsPolicy
from understudy.server.wire.headers import HOST
from understudy.server.wire.listen import is_loopback
from understudy.vendor import Reply

# What containers call the machine that runs them; no page of the Internet can have such a name.
_THIS_MACHINE = ("host.docker.internal", "host.containers.internal")


def refused_access(
    raw: Mapping[bytes, bytes], at: tuple[str, int | None], cors: CorsPolicy, *, guarded: bool
) -> Reply | None:
    """Why a call is not listened to; None: it is. It arrived `at` that address and port; a sandbox
    that is `guarded` by a token needs no look at the name by which it was called."""
    address, port = at
    host = raw.get(b"host", b"").decode("latin-1").strip()
    if host and not guarded and is_loopback(address) and not _ours(host, address):
        return forbidden(
            "this sandbox does not answer by the name in Host: a page could have brought it here",
            "host",
            f"Call it by http://{_written(address, port)}, or start it with --admin-token TOKEN",
        )
    origin = raw.get(b"origin")
    if origin is None or cors.local(origin) or _same(origin.decode("latin-1"), host):
        return None
    return forbidden(
        "a page of another site asks: the admin API listens to pages of this machine only",
        "origin",
        "Call it without an Origin, or from a page on localhost",
    )


def _ours(host: str, address: str) -> bool:
    """Whether a Host is one that only this machine can mean."""
    found = HOST.fullmatch(host)
    if found is None:
        return False
    name = found[1].strip("[]").lower().rstrip(".")
    local = is_loopback(name) or name.endswith(".localhost") or name in _THIS_MACHINE
    return local or name == address


def _same(origin: str, host: str) -> bool:
    """Whether the page is the sandbox's own."""
    return bool(host) and origin.partition("://")[2] == host.lower()


def _written(address: str, port: int | None) -> str:
    host = f"[{address}]" if ":" in address else address
    return host if port is None else f"{host}:{port}"
