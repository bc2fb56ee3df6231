"""How a browser that logged in is known: a cookie, and beside it a word that only our pages say."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

SAYS = "x-understudy-console"  # the header in which a page of ours says its word
SAFE = ("GET", "HEAD")
LASTS = 30 * 86_400  # seconds that a browser stays logged in


def knows_token(headers: Mapping[str, str], method: str, token: str | None) -> bool:
    """Whether a call says the admin token, or comes from a browser that did; or none is set."""
    if token is None:
        return True
    scheme, _, said = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and _is_same(said.strip(), token):
        return True
    return is_logged_in(headers, token) and (
        method in SAFE or _is_same(headers.get(SAYS, ""), page_word(token))
    )


def is_logged_in(headers: Mapping[str, str], token: str) -> bool:
    """Whether a page of our own asks, in a browser that logged in. Pages of other ports of this
    machine are sent the cookie, too: those say so in Origin or Sec-Fetch-Site."""
    host, origin = headers.get("host", "").lower(), headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        return False
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    name = cookie_name(token)
    said = [each.strip().partition("=") for each in headers.get("cookie", "").split(";")]
    return any(key == name and _is_same(value, _derived(token, "cookie")) for key, _, value in said)


def is_token(said: str, token: str) -> bool:
    """Whether somebody typed the token."""
    return _is_same(said.strip(), token)


def login_cookie(token: str) -> str:
    """The cookie of a browser that said the token; the token is not in it."""
    return f"{cookie_name(token)}={_derived(token, 'cookie')}; {_attributes(LASTS)}"


def logout_cookie(token: str) -> str:
    """What takes it away again."""
    return f"{cookie_name(token)}=; {_attributes(0)}"


def cookie_name(token: str) -> str:
    """One for each token: sandboxes on two ports of one machine share a browser's cookies."""
    return f"understudy-{_derived(token, 'name')[:8]}"


def page_word(token: str) -> str:
    """What our pages say when they change something; a page of another origin cannot read it."""
    return _derived(token, "page")[:32]


def _attributes(seconds: int) -> str:
    return f"Path=/__admin; Max-Age={seconds}; HttpOnly; SameSite=Strict"


def _derived(token: str, purpose: str) -> str:
    return hmac.new(token.encode(), f"understudy console {purpose}".encode(), "sha256").hexdigest()


def _is_same(said: str, wanted: str) -> bool:
    return hmac.compare_digest(said.encode(), wanted.encode())
