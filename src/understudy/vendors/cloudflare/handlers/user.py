"""The user behind a credential: who it is, and which accounts the credential reaches."""

from __future__ import annotations

from typing import Any

from understudy.simulation.world import World
from understudy.vendor import Reply, Request, refusal
from understudy.vendors.cloudflare import wire
from understudy.vendors.cloudflare.records import USER, Account, Key
from understudy.vendors.cloudflare.wire import accounts, paging

PAGE = 20  # accounts on a page, unless told


def list_accounts(request: Request, world: World) -> Reply:
    """A page of the accounts that the credential reaches, by name."""
    values, wanted = request.values, request.values.get("name")
    found = [
        each for each in _reached(_key(request), world) if wanted in (None, accounts.name(each))
    ]
    found.sort(key=accounts.name, reverse=values.get("direction") == "desc")
    return _page(request, [accounts.account(each) for each in found])


def list_memberships(request: Request, world: World) -> Reply:
    """A page of the user's memberships, each accepted."""
    key, values = _key(request), request.values
    if key.owner != USER:
        raise refusal("AUTHENTICATION_FAILED", _no_user(key))
    wanted = values.get("account.name", values.get("name"))
    found = [
        accounts.membership(key, accounts.address(world, key), each)
        for each in _reached(key, world)
        if wanted in (None, accounts.name(each))
        and values.get("status") in (None, accounts.ACCEPTED)
    ]
    by_id = values.get("order") == "id"
    found.sort(
        key=lambda each: each.id if by_id else each.account.name,
        reverse=values.get("direction") == "desc",
    )
    return _page(request, found)


def get_user(request: Request, world: World) -> Reply:
    """The user of the credential."""
    key = _key(request)
    if key.owner != USER:
        raise refusal("UNAUTHORIZED_RESOURCE", _no_user(key))
    told = accounts.user(key, accounts.address(world, key), _reached(key, world))
    return wire.success(told)


def verify_token(request: Request, world: World) -> Reply:
    """That the token of a user is good."""
    key = _key(request)
    if key.owner != USER or key.email:
        kind = "a global key" if key.email else "the token of an account"
        raise refusal("INVALID_API_TOKEN", f"{key.id} is {kind}")
    return Reply(200, accounts.verified(key), answer="OK")


def _key(request: Request) -> Key:
    assert request.caller is not None, "every operation needs a credential"
    key = request.caller.credential
    assert isinstance(key, Key), "this vendor's credentials are keys"
    return key


def _reached(key: Key, world: World) -> list[Account]:
    """The accounts of a credential, its own first."""
    names = dict.fromkeys((key.tenant, *key.accounts))
    return [found for each in names if (found := world["accounts"].get(each)) is not None]


def _no_user(key: Key) -> str:
    return f"{key.id} is owned by account {key.tenant}, and this is about users"


def _page(request: Request, rows: list[Any]) -> Reply:
    page, size = int(request.values.get("page", 1)), int(request.values.get("per_page", PAGE))
    start = (page - 1) * size
    return paging.numbered(rows[start : start + size], page, size, len(rows))
