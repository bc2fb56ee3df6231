"""Whom a call is for: the vendor by path or Host, the session by path, header or credential."""

from __future__ import annotations

from understudy.errors import InputError
from understudy.openapi.operation import Match
from understudy.server.call import (
    SESSION_HEADER,
    Headers,
    address,
    one_session,
    session_name,
    split_credential,
)
from understudy.server.session import Session
from understudy.server.sessions import DEFAULT, Sandbox
from understudy.vendor import Vendor

DEFAULT_SESSION = DEFAULT


class Addressing:
    """Reads addresses against the vendors and sessions of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._credentials: dict[str, tuple[bytes, ...]] = {}
        self._hosts: dict[str, str] | None = None

    def vendor(self, path: str, headers: Headers) -> tuple[Vendor | None, str]:
        """The vendor a path or a Host means, and the vendor's own whole path."""
        head, slash, rest = path[1:].partition("/")
        vendor = self.sandbox.vendors.get(head)
        if vendor is not None:
            return vendor, slash + rest
        if self._hosts is None:
            self._hosts = self._known_hosts()
        host = headers.raw.get(b"host", b"").decode("latin-1").partition(":")[0].lower()
        name = self._hosts.get(host)
        return (None if name is None else self.sandbox.vendors[name]), path

    def has_options(self, raw_path: str, headers: Headers) -> bool:
        """Whether a vendor serves OPTIONS at that path."""
        try:
            vendor, path = self.vendor(address(raw_path)[1], headers)
        except InputError:
            return False
        if vendor is None:
            return False
        return isinstance(self.sandbox.contract(vendor.name).find("OPTIONS", path), Match)

    def _known_hosts(self) -> dict[str, str]:
        return {
            server.partition("://")[2].partition("/")[0].lower(): name
            for name, contract in self.sandbox.contracts().items()
            for server in contract.servers
        }

    def session(self, named: str | None, vendor: Vendor, headers: Headers) -> Session:
        """The session a call names; InputError when its path, header and key disagree."""
        raw = headers.raw
        header = raw.get(SESSION_HEADER)
        in_header = None if header is None else session_name(header.decode("latin-1").strip())
        in_key = None
        for name in self.credential_headers(vendor.name):
            value = raw.get(name)
            if value is not None and b"~" in value:
                raw[name], found = split_credential(value)
                in_key = found or in_key
        if header is None and in_key is None:
            chosen = named
        else:
            chosen = one_session(named, in_header, in_key)
        if chosen is None:
            if self.sandbox.settings.require_session:
                raise InputError(
                    "this sandbox serves no call that names no session",
                    fix="Put /~NAME before the path, or send X-Understudy-Session: NAME",
                )
            chosen = DEFAULT_SESSION
        return self.sandbox.session(chosen)

    def credential_headers(self, vendor: str) -> tuple[bytes, ...]:
        """The headers that carry a vendor's credentials."""
        found = self._credentials.get(vendor)
        if found is None:
            schemes = self.sandbox.contract(vendor).schemes.values()
            found = tuple({scheme.header.encode(): None for scheme in schemes})
            self._credentials[vendor] = found
        return found
