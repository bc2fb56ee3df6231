"""Security: the document's schemes, and which alternative of an operation a request has."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, cast

from msgspec import Struct, field

from understudy.openapi.cookies import split_cookies
from understudy.openapi.operation import Place, SecurityScheme
from understudy.openapi.request import split_query
from understudy.openapi.source import Source

PLACES: tuple[Place, ...] = ("header", "query", "cookie")
BEARER = ("oauth2", "openIdConnect")  # travel as a bearer token


class Credentials(Struct, frozen=True):
    """What a request carries of an operation's security: which alternative, or what it lacks."""

    alternative: tuple[str, ...] | None  # the scheme names that are satisfied; None: none is
    values: Mapping[str, str]  # by scheme name: the key, token, or `user:password`
    missing: tuple[str, ...] = ()  # of the alternative that lacks least
    malformed: Mapping[str, str] = field(default_factory=dict)  # by scheme name: what is wrong
    challenge: str = ""  # WWW-Authenticate of a 401


def present(
    security: Sequence[Sequence[str]],
    schemes: Mapping[str, SecurityScheme],
    headers: Mapping[str, str],
    query: str = "",
    realm: str = "api",
) -> Credentials:
    """Which alternative a request satisfies by what it carries; presence and form alone."""
    names = dict.fromkeys(name for alternative in security for name in alternative)
    values: dict[str, str] = {}
    malformed: dict[str, str] = {}
    for name in names:
        value, problem = _carried(schemes[name], headers, query)
        if value is not None:
            values[name] = value
        elif problem:
            malformed[name] = problem
    if not security:
        return Credentials((), values)
    for alternative in sorted(security, key=len, reverse=True):
        if all(name in values or schemes[name].kind == "mutualTLS" for name in alternative):
            return Credentials(tuple(alternative), values)
    lacking = min(
        (tuple(name for name in each if name not in values) for each in security), key=len
    )
    told = challenge([schemes[name] for name in names], realm)
    return Credentials(None, values, lacking, malformed, told)


def challenge(schemes: Sequence[SecurityScheme], realm: str) -> str:
    """The `WWW-Authenticate` that names each scheme once."""
    shown = "".join(each for each in realm if each.isascii() and each.isprintable())
    quoted = shown.replace("\\", "").replace('"', "'")[:100]
    return ", ".join(dict.fromkeys(_challenge(scheme, quoted) for scheme in schemes))


def secrets(
    schemes: Mapping[str, SecurityScheme], headers: Mapping[str, str], query: str = ""
) -> frozenset[str]:
    """Every text of a request that any scheme of the document says is a secret."""
    found: set[str] = set()
    for scheme in schemes.values():
        raw = _raw(scheme, headers, query)
        if raw is None or not raw.strip():
            continue
        word, _, rest = raw.strip().partition(" ")
        known = scheme.prefix and word.lower() == scheme.prefix
        found.add(rest.strip() or raw.strip() if known else raw.strip())
    return frozenset(found)


def compile_schemes(source: Source) -> dict[str, SecurityScheme]:
    """The document's ways to carry a credential; one that nobody can read is told."""
    found = {}
    components = source.mapping(source.document, "components", "")
    for name, raw in source.mapping(components, "securitySchemes", "/components").items():
        place = f"/components/securitySchemes/{name}"
        with source.forgiving():
            scheme, at = source.follow(raw, place)
            made = _scheme(source, name, scheme)
            if made is None or (source.own and made.kind not in ("apiKey", "http")):
                raise source.error(
                    at,
                    "this kind of credential is not read",
                    "Use apiKey in header, or http bearer",
                )
            found[name] = made
    return found


def compile_security(
    source: Source,
    operation: Mapping[str, Any],
    at: str,
    schemes: Mapping[str, SecurityScheme],
) -> tuple[tuple[str, ...], ...]:
    """The alternatives of scheme names; empty: open."""
    owner, place = (operation, at) if "security" in operation else (source.document, "")
    alternatives = []
    for index, raw in enumerate(source.items(owner, "security", place)):
        where = f"{place}/security/{index}"
        with source.forgiving():
            alternative = source.object(raw, where)
            for name in alternative:
                if name not in schemes:
                    raise source.error(
                        where,
                        f"no security scheme {name}",
                        f"There are: {', '.join(schemes) or 'none'}",
                    )
            alternatives.append(tuple(alternative))
    return tuple(alternatives)


def _scheme(source: Source, name: str, raw: Mapping[str, Any]) -> SecurityScheme | None:
    kind, word = source.text(raw, "type"), source.text(raw, "scheme").lower()
    if kind == "apiKey":
        return _api_key(source, name, raw)
    if kind == "http" and word and (not source.own or word == "bearer"):
        return SecurityScheme(name, "authorization", word, kind=kind)
    if kind in BEARER:
        flows = raw.get("flows") if isinstance(raw.get("flows"), Mapping) else {}
        tokens = [
            flow["tokenUrl"]
            for flow in cast(Mapping[str, Any], flows).values()
            if isinstance(flow, Mapping) and isinstance(flow.get("tokenUrl"), str)
        ]
        urls = tuple(dict.fromkeys(tokens))
        return SecurityScheme(name, "authorization", "bearer", kind=kind, token_urls=urls)
    if kind == "mutualTLS":
        return SecurityScheme(name, "", kind=kind)
    return None


def _api_key(source: Source, name: str, raw: Mapping[str, Any]) -> SecurityScheme | None:
    place, key = raw.get("in"), source.text(raw, "name")
    if place not in PLACES or not key or (source.own and place != "header"):
        return None
    if place == "header":
        return SecurityScheme(name, key.lower())
    return SecurityScheme(name, "", place=place, key=key)


def _carried(
    scheme: SecurityScheme, headers: Mapping[str, str], query: str
) -> tuple[str | None, str]:
    """The credential of a scheme, or what is wrong with it; neither: there is none."""
    raw = _raw(scheme, headers, query)
    if raw is None:
        return None, ""
    text = raw.strip()
    if not scheme.prefix:
        return (text, "") if text else (None, "it is empty")
    word, _, rest = text.partition(" ")
    if word.lower() != scheme.prefix:
        return None, f"it does not begin with {scheme.prefix.capitalize()}"
    return _FORMS.get(scheme.prefix, _any)(rest.strip())


def _raw(scheme: SecurityScheme, headers: Mapping[str, str], query: str) -> str | None:
    """The text that stands where a scheme's credential travels."""
    if scheme.header:
        return headers.get(scheme.header)
    if scheme.place == "cookie":
        return next(_named(split_cookies(headers.get("cookie", "")), scheme.key), None)
    if scheme.place == "query" and query:
        return next(_named(split_query(query), scheme.key), None)
    return None


def _named(pairs: Sequence[tuple[str | None, str | None]], key: str) -> Iterator[str]:
    return (value for name, value in pairs if name == key and value is not None)


def _token(text: str) -> tuple[str | None, str]:
    if not text:
        return None, "its token is empty"
    return (None, "its token has a space") if " " in text else (text, "")


def _basic(text: str) -> tuple[str | None, str]:
    try:
        said = base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None, "it is no base64"
    return (said, "") if ":" in said else (None, "it holds no `user:password`")


def _digest(text: str) -> tuple[str | None, str]:
    names = {part.partition("=")[0].strip().lower() for part in text.split(",")}
    lacking = [each for each in ("username", "nonce", "uri", "response") if each not in names]
    return (None, f"it lacks {', '.join(lacking)}") if lacking else (text, "")


def _any(text: str) -> tuple[str | None, str]:
    return (text, "") if text else (None, "it is empty")


_FORMS: dict[str, Callable[[str], tuple[str | None, str]]] = {
    "basic": _basic,
    "digest": _digest,
    "bearer": _token,
    "negotiate": _token,
}


def _challenge(scheme: SecurityScheme, realm: str) -> str:
    if scheme.prefix == "basic":
        return f'Basic realm="{realm}", charset="UTF-8"'
    if scheme.prefix == "digest":
        nonce = blake2b(realm.encode(), digest_size=16).hexdigest()
        return f'Digest realm="{realm}", qop="auth", algorithm=SHA-256, nonce="{nonce}"'
    if scheme.prefix:
        return f'{scheme.prefix.capitalize()} realm="{realm}"'
    if scheme.kind == "mutualTLS":
        return f'MutualTLS realm="{realm}"'
    name = scheme.key or scheme.header
    shown = "".join(each for each in name if each.isascii() and each.isprintable() and each != '"')
    return f'ApiKey realm="{realm}", in="{scheme.place}", name="{shown}"'
