"""What of a request is nobody's to keep: by the names of values, and by what they look like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import log2
from typing import Any

from msgspec import DecodeError, json

MASK = "***"  # stands for a secret
NESTED = 40  # levels of a value that are looked through; deeper there is nothing to be seen
SHORTEST = 6  # characters of a secret that is looked for elsewhere, too
_RANDOM = 16, 3.2  # characters, and bits in each, of what nobody can have typed

# A word of a name that makes its value a secret, wherever it stands.
_SECRET_WORDS = """
    accesskey apikey apitoken assertion auth authorization authkey authtoken bearer
    clientsecret cookie cookies credential credentials csrf dpop hmac jwt mfa otp pass passcode
    passphrase passwd password privatekey pwd saml secret secrets secretkey sessionid
    sessiontoken sid sig signature token xsrf
"""
_KEYS = frozenset(("access", "account", "api", "app", "auth", "client", "encryption", "function",
                   "functions", "master", "private", "secret", "shared", "signing", "ssh",
                   "subscription"))  # fmt: skip
# A word that makes it one where its value looks random.
_PERHAPS = frozenset(("code", "grant", "key", "license", "nonce", "pin", "session", "ticket"))
# How a name ends that only tells of a secret, or is a cursor of a list.
_ABOUT_WORDS = """
    alg algorithm at count enabled endpoint expires expiry format in length limit method mode
    name required scheme status ttl type uri url version
"""
_SECRET, _ABOUT = frozenset(_SECRET_WORDS.split()), frozenset(_ABOUT_WORDS.split())
_CURSOR = frozenset(("continuation", "cursor", "last", "next", "page", "pagination", "sync"))
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")
_SHAPES = re.compile(
    r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # JWT
    r"|\b(?:sk|rk|pk|whsec|shpat|shpss|dop_v1|npm|sq0csp|glpat|hf|gh[opsru]|github_pat)"
    r"[-_][\w-]{16,}"
    r"|\bxox[a-z]-[\w-]{10,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{30,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
    r"|(?<=\b[Bb]earer )[\w.~+/=-]{8,}|(?<=\b[Bb]asic )[\w+/=-]{8,}"
    r"|(?<=://)[^/\s:@]{1,80}:[^/\s@]{1,200}(?=@)"
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")


def names_secret(name: str) -> bool:
    """Whether a header, a parameter or a member of that name carries a secret."""
    words = _words(name)
    if not words or words[-1] in _ABOUT or "idempotency" in words:
        return False
    if _CURSOR & {*words} and words[-1] in ("token", "key"):
        return False
    pairs = {a + b for a, b in pairwise(words)}
    if _SECRET & {*words} or _SECRET & pairs:
        return True
    return "key" in words and (bool(_KEYS & {*words}) or words in (["key"], ["x", "key"]))


def hides(name: str, text: str) -> bool:
    """Whether the value of a header or a parameter is one; it is so whole."""
    return bool(text) and (is_secret(name, text) or names_secret(name) or masked(text) != text)


def is_secret(name: str, text: str) -> bool:
    """Whether a member's value is one: by the name, or by both; any `key` has a `value`."""
    words = _words(name)
    if names_secret(name) and words != ["key"]:
        return True
    return bool(_PERHAPS & {*words}) and not _CURSOR & {*words} and looks_random(text)


def looks_random(text: str) -> bool:
    """Whether a text is long and of no language; ids in the usual forms are not."""
    least, bits = _RANDOM
    if len(text) < least or " " in text or _UUID.fullmatch(text) or _INSTANT.fullmatch(text):
        return False
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(each * log2(each) for each in shares) >= bits and any(map(str.isdigit, text))


def masked(text: str, known: Iterable[str] = ()) -> str:
    """A text without what looks like a token in it, and without the secrets that are known."""
    for each in known:
        text = text.replace(each, MASK)
    return _SHAPES.sub(MASK, text)


def without_secrets(value: Any, known: Iterable[str] = (), name: str = "", depth: int = 0) -> Any:
    """A JSON value without secrets: below their names, of their looks, or known from elsewhere."""
    if depth > NESTED:
        return MASK
    if isinstance(value, str):
        if MASK in value:
            return masked(value, known)
        return MASK if value and is_secret(name, value) else _text(value, known, depth)
    if isinstance(value, Mapping):
        return {k: without_secrets(v, known, str(k), depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(each, known, name, depth + 1) for each in value]
    if isinstance(value, int | float) and not isinstance(value, bool) and names_secret(name):
        return MASK
    return value


def secrets_of(value: Any, name: str = "", depth: int = 0) -> set[str]:
    """The texts of a JSON value that are secret, so that they can be looked for elsewhere."""
    if depth > NESTED:
        return set()
    if isinstance(value, str):
        found = {value} if is_secret(name, value) else set(_SHAPES.findall(value))
        return {each for each in found if len(each) >= SHORTEST and each != MASK}
    if isinstance(value, Mapping):
        parts = [secrets_of(v, str(k), depth + 1) for k, v in value.items()]
    elif isinstance(value, list):
        parts = [secrets_of(each, name, depth + 1) for each in value]
    else:
        return set()
    return set().union(*parts)


def _text(text: str, known: Iterable[str], depth: int) -> str:
    """A text that may be JSON itself, as events and outputs often are."""
    if text[:1] in ("{", "["):
        try:
            value = json.decode(text)
        except DecodeError:
            return masked(text, known)
        shown = without_secrets(value, known, depth=depth + 1)
        return text if shown == value else json.encode(shown).decode()
    return masked(text, known)


def _words(name: str) -> list[str]:
    return _WORD.findall(_HUMP.sub("-", name[:200]).lower())
