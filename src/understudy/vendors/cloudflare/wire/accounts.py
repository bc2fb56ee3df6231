"""Accounts, memberships and users as Cloudflare writes them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from understudy.simulation.clock import iso
from understudy.simulation.world import World
from understudy.vendors.cloudflare.records import WRITE, Account, Key

ACCEPTED = "accepted"
ALL, READING = "Super Administrator - All Privileges", "Administrator Read Only"
VALID = {"code": 10000, "message": "This API Token is valid and active", "type": None}

_SETTINGS = {
    "enforce_twofactor": False,
    "api_access_enabled": None,
    "access_approval_expiry": None,
    "abuse_contact_email": None,
    "oauth_app_access_enabled": True,
}


class AccountRow(Struct):
    """An account: 5 keys."""

    id: str
    name: str
    type: str
    settings: dict[str, Any]
    created_on: str


class MembershipRow(Struct):
    """A membership: 6 keys."""

    id: str
    status: str
    account: AccountRow
    api_access_enabled: bool | None
    permissions: dict[str, Any]
    roles: list[str]


def name(account: Account) -> str:
    """What an account is called."""
    return account.name or account.id


def account(found: Account) -> AccountRow:
    return AccountRow(found.id, name(found), "standard", _SETTINGS, iso(found.created))


def membership(key: Key, address: str, found: Account) -> MembershipRow:
    return MembershipRow(
        _id(f"membership {address} {found.id}"),
        ACCEPTED,
        account(found),
        None,
        {"organization": {"read": True, "write": key.role == WRITE}},
        [_role(key)],
    )


def address(world: World, key: Key) -> str:
    """The address of a credential's user: its own, else that of a global key of its account."""
    keys: Sequence[Key] = [key, *world["credentials"].as_added()]
    known = (each.email for each in keys if each.email and each.tenant == key.tenant)
    own: Account | None = world["accounts"].get(key.tenant)
    return next(known, f"user@{'cloudflare' if own is None else name(own)}.example")


def user(key: Key, address: str, accounts: Sequence[Account]) -> dict[str, Any]:
    worker = ["#worker:edit", "#worker:read"] if key.role == WRITE else ["#worker:read"]
    return {
        "id": _id(f"user {address}"),
        "email": address,
        "username": _id(f"username {address}"),
        **dict.fromkeys(("first_name", "last_name", "telephone", "country", "zipcode")),
        "two_factor_authentication_enabled": False,
        "two_factor_authentication_locked": False,
        "created_on": iso(key.created),
        "modified_on": iso(key.created),
        "organizations": [
            {
                "id": each.id,
                "name": name(each),
                "status": "member",
                "permissions": worker,
                "roles": [_role(key)],
            }
            for each in accounts
        ],
        "has_pro_zones": False,
        "has_business_zones": False,
        "has_enterprise_zones": False,
        "suspended": False,
        "betas": [],
    }


def verified(key: Key) -> dict[str, Any]:
    """The whole answer about a token that is good: it has a message, other successes have none."""
    token = {"id": _id(f"token {key.id}"), "status": "active"}
    return {"success": True, "errors": [], "messages": [VALID], "result": token}


def _role(key: Key) -> str:
    return ALL if key.role == WRITE else READING


def _id(of: str) -> str:
    """An id that nobody chose: 32 hex digits, the same in every session."""
    return blake2b(of.encode(), digest_size=16).hexdigest()
