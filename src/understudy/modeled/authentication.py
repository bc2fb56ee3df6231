"""Who asks: what a document's security wants, presence and form; exact where a world says keys."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from understudy.modeled.envelope import CHALLENGE
from understudy.modeled.records import Key
from understudy.openapi.operation import Contract, Operation, SecurityScheme
from understudy.openapi.security import present
from understudy.simulation.world import World
from understudy.vendor import IN_QUERY, Call, Caller, Credential, Problem, default_credential

NO_AUTH = "no_auth"  # a world's flag: nobody is asked who they are
ANOTHER = "the token has expired: ask its token URL for another"
ANY_KEY = "any_key"  # and: every key counts as the first credential

Authenticate = Callable[[Call, Operation, World], Caller | None]


def authenticator(contract: Contract) -> Authenticate:
    """How the calls of a document are told apart by their credentials."""

    def authenticate(call: Call, operation: Operation, world: World) -> Caller | None:
        if not operation.security or NO_AUTH in world.flags:
            return None
        shown = present(
            operation.security, contract.schemes, call.headers, call.query, contract.name
        )
        if shown.alternative is None:
            told = "; ".join(f"{name}: {why}" for name, why in shown.malformed.items())
            because = told or f"{' and '.join(shown.missing) or 'a credential'} is missing"
            raise _refused(because, shown.challenge)
        texts = [shown.values[name] for name in shown.alternative if name in shown.values]
        return _caller(world, texts, operation, contract) if texts else None

    return authenticate


def signer(contract: Contract) -> Callable[[Credential, Operation], Mapping[str, str]]:
    """The headers that a client sends for a credential with a call of an operation."""

    def sign(credential: Credential, operation: Operation) -> Mapping[str, str]:
        for alternative in operation.security:
            schemes = [contract.schemes[name] for name in alternative]
            headers = [_header(each, credential.key) for each in schemes]
            if all(headers) or not headers:
                return {name: value for each in headers for name, value in each.items()}
        return {}

    return sign


def usual(contract: Contract) -> Callable[[Credential], Mapping[str, str]]:
    """The headers that most operations want of a credential."""

    everywhere = contract.document.get("security")
    listed = everywhere if isinstance(everywhere, list) else ()
    first = next((each for each in listed if isinstance(each, Mapping)), {})
    named = [contract.schemes[name] for name in first if name in contract.schemes]

    def sign(credential: Credential) -> Mapping[str, str]:
        found: Mapping[str, str] = {}
        for scheme in (*named, *contract.schemes.values()):
            found = found or _header(scheme, credential.key)
        return found or {"authorization": f"Bearer {credential.key}"}

    return sign


def _caller(world: World, texts: list[str], operation: Operation, contract: Contract) -> Caller:
    """Whose keys these are; where a world declares none, whoever has one is the default."""
    keys = world["credentials"]
    for text in texts:
        known: Key | None = keys.first("key", text) or keys.first("key", _password(text))
        if known is not None:
            if known.expires and known.expires <= world.now:
                raise _refused("the token has expired", _challenge(operation, contract), ANOTHER)
            return Caller(known.id, known.tenant, known)
    default = default_credential(world)
    exact = any(not each.own for each in keys.as_added())
    if default is None or (exact and ANY_KEY not in world.flags):
        raise _refused("what was sent is nobody's key", _challenge(operation, contract))
    return Caller(default.id, default.tenant, default)


def _password(text: str) -> str:
    """What of `user:password` may be the key: the first of them that is there."""
    user, _, password = text.partition(":")
    return password or user


def _challenge(operation: Operation, contract: Contract) -> str:
    return present(operation.security, contract.schemes, {}, "", contract.name).challenge


def _refused(because: str, challenge: str, hint: str = "") -> Problem:
    values: dict[str, Any] = {CHALLENGE: challenge} if challenge else {}
    return Problem("unauthenticated", because, values=values, hint=hint)


def _header(scheme: SecurityScheme, key: str) -> dict[str, str]:
    """How a key travels by that scheme; nothing where no text carries it."""
    if scheme.place == "cookie":
        return {"cookie": f"{scheme.key}={key}"}
    if scheme.place == "query":
        return {f"{IN_QUERY}{scheme.key}": key}
    if not scheme.header:
        return {}
    if scheme.prefix == "basic":
        return {scheme.header: f"Basic {base64.b64encode(f'{key}:{key}'.encode()).decode()}"}
    if scheme.prefix == "digest":
        parts = f'username="{key}", realm="", nonce="", uri="", response=""'
        return {scheme.header: f"Digest {parts}"}
    prefix = f"{scheme.prefix.capitalize()} " if scheme.prefix else ""
    return {scheme.header: f"{prefix}{key}"}
