"""Whom a call is for: the vendor by path or Host, the session by path, header or credential."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import quote, urlsplit

from msgspec import Struct

from understudy.errors import InputError
from understudy.openapi.lenient import other_slash
from understudy.openapi.operation import Below, Contract, Match, Miss
from understudy.server.pipeline.cors import CorsPolicy
from understudy.server.pipeline.session_keys import COOKIE, split_header
from understudy.server.sessions.names import (
    DEFAULT,
    SESSION_HEADER,
    one_session,
    session_name,
    split_session,
)
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.server.wire.headers import Addressed, Headers, RequestHeaders
from understudy.vendor import Call, Vendor

PLACES = 1_000  # that are remembered: each session of the path has its own
URL = ":/%#?=@[]!$&'()*+,;"  # what stays as it is in a Location
LOOPBACK = ("localhost", "127.0.0.1")  # where any document may say it is; so is the sandbox
LONGEST = 400  # characters of a path whose place is remembered


class Place(Struct, frozen=True):
    """What a path says before its last segment: the session, the vendor, the vendor's own path."""

    named: str | None
    vendor: Vendor
    path: str
    below: Below


class Addressing:
    """Reads addresses against the vendors and sessions of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.cors = CorsPolicy(sandbox.settings.cors)
        self.places: dict[str, Place] = {}  # of the last paths
        self._hosts: dict[str, str] | None = None

    @cached_property
    def root(self) -> Vendor | None:
        """The document that is served at the root, too, as it is the only one."""
        vendors = tuple(self.sandbox.vendors.values())
        return vendors[0] if len(vendors) == 1 and vendors[0].contract is not None else None

    @cached_property
    def _shares_name(self) -> bool:
        """Whether paths of the document at the root may begin with its own name."""
        if self.root is None:
            return False
        contract = self.sandbox.contract(self.root.name)
        paths = (each.path for each in contract.operations.values())
        firsts = {path.removeprefix(contract.base_path)[1:].partition("/")[0] for path in paths}
        return any(first == contract.name or "{" in first for first in firsts)

    def forget(self) -> None:
        """The vendors are others than before."""
        self.places.clear()
        self._hosts = None
        self.__dict__.pop("root", None)
        self.__dict__.pop("_shares_name", None)

    def place(self, before: str) -> Place | None:
        """What a raw path means without its last segment; None: its vendor is not told there."""
        named, path = split_session(before)
        head, slash, rest = path[1:].partition("/")
        vendor, whole = self.sandbox.vendors.get(head), path
        path = slash + rest
        if self.root is not None:
            if vendor is not None and self._shares_name:
                return None
            vendor, path = vendor or self.root, path if vendor is not None else whole
        if vendor is None:
            return None
        place = Place(named, vendor, path, self.sandbox.contract(vendor.name).below(path))
        if len(before) <= LONGEST:
            if len(self.places) >= PLACES:
                self.places.clear()
            self.places[before] = place
        return place

    def vendor(self, path: str, headers: Headers) -> tuple[Vendor | None, str]:
        """The vendor a path or a Host means, and the vendor's own whole path."""
        head, slash, rest = path[1:].partition("/")
        vendor = self.sandbox.vendors.get(head)
        if vendor is not None and not (
            vendor is self.root and self._is_its_own(path, slash + rest)
        ):
            return vendor, slash + rest
        if self._hosts is None:
            self._hosts = self._known_hosts()
        host = headers.raw.get(b"host", b"").decode("latin-1").partition(":")[0].lower()
        name = self._hosts.get(host)
        return (self.root if name is None else self.sandbox.vendors[name]), path

    def _is_its_own(self, whole: str, below: str) -> bool:
        """Whether a path that begins with the name of the document at the root means itself."""
        contract = self.sandbox.contract(self.root.name if self.root is not None else "")
        return contract.find("", below) == Miss(()) != contract.find("", whole)

    def has_options(self, raw_path: str, headers: Headers) -> bool:
        """Whether a vendor serves OPTIONS at that path."""
        try:
            vendor, path = self.vendor(split_session(raw_path)[1], headers)
        except InputError:
            return False
        if vendor is None:
            return False
        return isinstance(self.sandbox.contract(vendor.name).find("OPTIONS", path), Match)

    def _known_hosts(self) -> dict[str, str]:
        return {
            host: name
            for name, contract in self.sandbox.contracts().items()
            for server in contract.servers
            if (host := host_of(server)) and host not in LOOPBACK
        }

    def read(self, vendor: Vendor, head: RequestHeaders) -> Addressed:
        """A request's headers as the vendor's calls have them; InputError for no session name."""
        headers = head.headers
        in_header = headers.raw.get(SESSION_HEADER)
        sessions = [] if in_header is None else [session_name(in_header.decode("latin-1").strip())]
        schemes = self.sandbox.contract(vendor.name).schemes.values()
        secrets = tuple(dict.fromkeys(each.header.encode() for each in schemes if each.header))
        keys = frozenset(each.key for each in schemes if each.place == "query")
        cookies = frozenset(each.key for each in schemes if each.place == "cookie")
        in_key = None
        for name in (*secrets, COOKIE) if cookies else secrets:
            key, found = split_header(name, headers.raw.get(name, b""), cookies)
            if found is not None:
                headers, in_key = headers.but(name, key), found
        if in_key is not None:
            sessions.append(in_key)
        made = head.of[vendor.name] = Addressed(headers, tuple(sessions), secrets, keys)
        return made

    def session(self, named: str | None, addressed: Addressed) -> Session:
        """The session a call names; InputError when its path, header and key disagree."""
        chosen = one_session(named, *addressed.sessions) if addressed.sessions else named
        if chosen is None:
            if self.sandbox.settings.require_session:
                raise InputError(
                    "this sandbox serves no call that names no session",
                    fix="Put /~NAME before the path, or send X-Understudy-Session: NAME",
                )
            chosen = DEFAULT
        return self.sandbox.sessions.get(chosen) or self._begin(chosen, addressed.headers)

    def _begin(self, name: str, headers: Headers) -> Session:
        """A new session, unless it is a page of another site that asks for it: any page can send
        a browser here, and a thousand sessions are all there are."""
        origin = headers.raw.get(b"origin")
        if origin is None:
            foreign = headers.raw.get(b"sec-fetch-site") == b"cross-site" and not self.cors.every
        else:
            foreign = not self.cors.allows(origin)
        if foreign and name != DEFAULT:
            what = f"a page of another site begins no session, and there is none named {name!r}"
            fix = "Begin it first: POST /__admin/sessions; or let the page in: serve --cors ORIGIN"
            raise InputError(what, fix=fix)
        return self.sandbox.create(name)


def host_of(server: str) -> str:
    """The host of a server's URL; empty where it says none."""
    try:
        return urlsplit(server).hostname or ""
    except ValueError:
        return ""


def elsewhere(contract: Contract, raw_path: str, call: Call) -> str:
    """Where a lenient vendor redirects a path that has a slash too many or too few, if it does."""
    if not contract.lenient or contract.find(call.method, call.path) != Miss(()):
        return ""
    if contract.find(call.method, other_slash(call.path)) == Miss(()):
        return ""
    host, query = call.headers.get("host"), f"?{call.query}" if call.query else ""
    url = f"{f'http://{host}' if host else ''}{other_slash(raw_path)}{query}"
    return quote(url.encode("latin-1", "replace"), safe=URL)
