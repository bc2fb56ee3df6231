"""Pages of other origins (CORS): whose may ask, what a preflight is answered, what they may read.

A call without an Origin is none of this module's business: it costs nothing and changes nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence

from understudy.errors import InputError
from understudy.server.wire.response import Response, line, problem
from understudy.vendor import Reply

EVERY = "*"
OFF = "off"
LOGGED = 20  # origins that the log tells of
LONGEST = 100  # characters of an origin there
MAX_AGE = "600"  # seconds that a browser need not ask again
METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"

log = logging.getLogger("understudy")

_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]*://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
_LOCAL = re.compile(r"https?://(([a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_NAMES = re.compile(r"[\w!#$%&'*+.^`|~-]+(\s*,\s*[\w!#$%&'*+.^`|~-]+)*", re.ASCII)
_ALLOW = b"access-control-allow-origin"
_CREDENTIALS = b"access-control-allow-credentials"

RawHeaders = Mapping[bytes, bytes]


class CorsPolicy:
    """Pages of this machine may ask, and those of the origins that were named."""

    def __init__(self, origins: Sequence[str] = ()) -> None:
        """InputError for what is no origin; `where` is `cors`."""
        self.off = OFF in origins
        if self.off and len(origins) > 1:
            raise InputError(
                "off and an origin exclude each other", where="cors", fix="Say one of them"
            )
        self.every = EVERY in origins
        self._logged: set[str] = set()
        self.named = dict.fromkeys(each for each in origins if each not in (OFF, EVERY))
        for each in self.named:
            if _ORIGIN.fullmatch(each) is None:
                fix = "Write it like https://app.example:8443, without a path; or * or off"
                raise InputError(f"{each!r} is no origin", where="cors", fix=fix)

    def allows(self, origin: bytes) -> bool:
        """Whether a page of that origin may use the vendors' APIs."""
        text = origin.decode("latin-1")
        if self.off or _ORIGIN.fullmatch(text) is None:
            return False
        return self.every or text in self.named or self.local(origin)

    def local(self, origin: bytes) -> bool:
        """Whether it is a page of this machine: only those may use the admin API, too."""
        return not self.off and _LOCAL.fullmatch(origin.decode("latin-1")) is not None

    def preflight(self, raw: RawHeaders) -> Reply | None:
        """The answer to a browser's question whether a page may ask; None: it is no such."""
        origin = raw.get(b"origin")
        if self.off or origin is None or not is_preflight(raw):
            return None
        if self.allows(origin):
            return preflight_answer(raw, origin)
        self._log_refusal(origin.decode("latin-1"))
        return _refused(origin)

    def _log_refusal(self, origin: str) -> None:
        """Says once in the log what a browser keeps to itself."""
        if len(self._logged) == LOGGED or len(origin) > LONGEST or origin in self._logged:
            return
        if _ORIGIN.fullmatch(origin):
            self._logged.add(origin)
            log.warning("a page of %s was refused; serve --cors %s lets it in", origin, origin)

    def apply(self, response: Response, raw: RawHeaders) -> Response:
        """The answer as the page that asked may read it, unless it says itself who may."""
        origin = raw.get(b"origin")
        return (
            response
            if origin is None or not self.allows(origin)
            else with_cors_headers(response, origin)
        )


def is_preflight(raw: RawHeaders) -> bool:
    """Whether an OPTIONS with these headers is a browser's question, and not a page's own call."""
    return b"origin" in raw and b"access-control-request-method" in raw


def with_cors_headers(response: Response, origin: bytes) -> Response:
    """The answer with what lets a page read it, each header by its name; a copy, since the journal
    keeps the answer as the vendor gives it."""
    given = dict.fromkeys(name for name, _ in response.headers)
    if _ALLOW in given:
        return response
    head = response.head + line(_ALLOW, origin)
    if _CREDENTIALS not in given:  # a browser reads `true, true` as no
        head += line(_CREDENTIALS, b"true")
    head += line(b"access-control-expose-headers", b", ".join(given)) + line(b"vary", b"Origin")
    return Response(response.status, head, response.body, response.fault, response.observer)


def preflight_answer(raw: RawHeaders, origin: bytes) -> Reply:
    """A preflight's yes: the methods and headers that were asked for, and any other of ours."""
    headers = [
        ("Access-Control-Allow-Origin", origin.decode("latin-1")),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Max-Age", MAX_AGE),
        ("Vary", "Origin, Access-Control-Request-Headers"),
    ]
    wanted = raw.get(b"access-control-request-headers", b"").decode("latin-1").strip()
    if _NAMES.fullmatch(wanted):
        headers.append(("Access-Control-Allow-Headers", wanted))
    if raw.get(b"access-control-request-private-network") == b"true":
        headers.append(("Access-Control-Allow-Private-Network", "true"))
    return Reply(204, headers=headers)


def _refused(origin: bytes) -> Reply:
    text = origin.decode("latin-1")
    known = _ORIGIN.fullmatch(text) is not None
    return problem(
        403,
        "No page of that origin",
        f"pages of {text} may not ask this sandbox" if known else "the Origin is none",
        fix=f"Start it with `understudy serve --cors {text}`" if known else "",
    )
