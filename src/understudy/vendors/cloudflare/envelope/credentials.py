"""Who asks: a token, or an address with its global key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from urllib.parse import unquote

from understudy.openapi.operation import Operation
from understudy.simulation.world import World
from understudy.vendor import Call, Caller, Credential, Missing, Problem, find_credential, refusal
from understudy.vendors.cloudflare.envelope.rate_limit import enforce
from understudy.vendors.cloudflare.records import GLOBAL_KEY, WRITE, Key

AUTHORIZATION, EMAIL, KEY = "authorization", "x-auth-email", "x-auth-key"
ACCOUNT = 4  # the segment of the path that names the account
OF_A_USER = frozenset(("listAccounts", "listMemberships", "getUser", "verifyToken"))
READING = frozenset(("GET", "HEAD"))

_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]+=*)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_GLOBAL_KEY = re.compile(GLOBAL_KEY)
_PLAUSIBLE = re.compile(r"[0-9A-Za-z_-]{1,64}")  # what an account's id can be


def authenticate(call: Call, operation: Operation, world: World) -> Caller:
    """Whose token it is, or whose address and key; the account of the path must be theirs."""
    found = _credential(call, world)
    if found is None:
        raise Problem(
            "unauthenticated",
            partial(_nobodys, call),
            missing=Missing("credentials", ""),
        )
    if isinstance(found, Key):
        enforce(world, found)
    account = found.tenant
    if operation.id not in OF_A_USER:
        account = _account(call, found)
    if isinstance(found, Key) and found.role != WRITE and call.method not in READING:
        raise refusal("AUTHENTICATION_ERROR", f"{found.id} may only read")
    return Caller(found.id, account, found)


def _account(call: Call, found: Credential) -> str:
    """The account that the path names, which the credential has to reach."""
    account = call.path.split("/", ACCOUNT + 1)[ACCOUNT]
    if "%" in account:
        account = unquote(account)
    if account == found.tenant or (isinstance(found, Key) and account in found.accounts):
        return account
    if _PLAUSIBLE.fullmatch(account):
        raise refusal("AUTHENTICATION_ERROR", f"{found.id} is of account {found.tenant}")
    return found.tenant  # what can be no account is no route, and refused as such


def _credential(call: Call, world: World) -> Credential | None:
    headers = call.headers
    bearer = headers.get(AUTHORIZATION)
    if bearer is not None:
        token = _BEARER.fullmatch(bearer)
        if token is None:
            raise _unreadable(6111, "Authorization")
        found = find_credential(world, token[1])
        return found if isinstance(found, Key) and not found.email else _any(world, found)
    email, key = headers.get(EMAIL), headers.get(KEY)
    if not email or not key:
        return _any(world, None)
    if not _EMAIL.fullmatch(email):
        raise _unreadable(6102, "X-Auth-Email")
    if not _GLOBAL_KEY.fullmatch(key):
        raise _unreadable(6103, "X-Auth-Key")
    found = find_credential(world, key)
    return found if isinstance(found, Key) and found.email == email else _any(world, found)


def whose(call: Call, world: World) -> str:
    """The name of the credential that a call carries, be the call refused or not; "" for none."""
    try:
        found = _credential(call, world)
    except Problem:
        return ""
    return "" if found is None else found.id


def _nobodys(call: Call) -> str:
    """Why nobody is known by what was sent."""
    if call.headers.get(AUTHORIZATION) is not None:
        return "nobody has this token"
    sent = [name for name in (EMAIL, KEY) if call.headers.get(name)]
    if not sent:
        return f"neither {AUTHORIZATION} was sent nor {EMAIL} with {KEY}"
    if len(sent) == 1:
        return f"{sent[0]} was sent alone; {EMAIL} and {KEY} go together"
    return "nobody has this address with this key"


def _any(world: World, found: Credential | None) -> Credential | None:
    """Under `--any-key` whatever was found will do."""
    return found if "any_key" in world.flags else None


def _unreadable(code: int, header: str) -> Problem:
    chain = [{"code": code, "message": f"Invalid format for {header} header"}]
    because = f"the {header} header can hold no credential"
    return refusal("INVALID_HEADERS", because, values={"error_chain": chain})


def sign(credential: Credential) -> Mapping[str, str]:
    """The headers a client sends for a credential."""
    if isinstance(credential, Key) and credential.email:
        return {EMAIL: credential.email, KEY: credential.key}
    return {AUTHORIZATION: f"Bearer {credential.key}"}
