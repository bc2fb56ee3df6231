"""Who knocks with something else than HTTP to this server: what is said to them, and of them."""

from __future__ import annotations

import logging

TLS = 0x16  # the first byte of a TLS handshake; no HTTP request begins with it
EVERY = 60  # seconds between two lines of the log: a client that tries again says nothing new

NO_TLS = (
    400,
    "No TLS here",
    "this port speaks plain HTTP: write http:// instead of https:// before its address",
)
NO_PROXY = (
    501,
    "No proxy",
    "CONNECT asks a proxy for a tunnel, and the sandbox is none: make it the base URL of your "
    "client, with http:// before it, and leave it out of the proxy settings",
)

log = logging.getLogger("understudy")
_again: dict[object, float] = {}  # by address: when the next line is due


def tell_of_tls(address: tuple[str, int | None] | None, now: float) -> None:
    """One line for whoever looks at the server, not one for each try; nothing of the client's."""
    if now < _again.get(address, now):
        return
    _again[address] = now + EVERY
    host, port = address or ("", None)
    place = f"http://{f'[{host}]' if ':' in host else host}:{port}" if port else "http://"
    log.warning("somebody speaks TLS here; this is plain HTTP: use %s, not https", place)
