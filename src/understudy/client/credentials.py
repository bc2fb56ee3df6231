"""Who a client of a vendor is: a credential of the session's world, and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from understudy.client.admin_api import Refused, hidden

if TYPE_CHECKING:
    from understudy.client.sandbox import Sandbox
    from understudy.openapi.operation import Contract
    from understudy.vendor import Credential, Vendor

__tracebackhide__ = hidden

DEFAULT = "default"
NOBODY = "nobody"
COLLECTION = "credentials"


def credential(sandbox: Sandbox, vendor: str, name: str | None) -> Credential:
    """A credential of the world; without a name `default`, or else the first by name."""
    from msgspec import convert

    row = _row(sandbox, vendor, name or DEFAULT)
    if row is None:
        row = _other(sandbox, vendor, name)
    kind = next(each for each in _vendor(vendor).kinds if each.name == COLLECTION)
    found: Credential = convert({"id": row["id"], **row["fields"]}, kind.record)
    return found


def signed(sandbox: Sandbox, vendor: str, name: str | None, operation: str) -> dict[str, str]:
    """The headers that a client sends as that credential, for an operation where one is said."""
    if name == NOBODY:
        return {}
    who = credential(sandbox, vendor, name)
    if not operation:
        return dict(_vendor(vendor).sign(who))
    operations = _contract(vendor).operations
    if operation not in operations:
        fix = f"There are {', '.join(operations)}"
        raise Refused(f"there is no operation {vendor}.{operation}", fix=fix)
    return dict(_vendor(vendor).signed(who, operations[operation]))


def _row(sandbox: Sandbox, vendor: str, name: str) -> Mapping[str, Any] | None:
    try:
        row: Mapping[str, Any] = sandbox.ask(
            "GET", f"/records/{vendor}/{COLLECTION}/{quote(name, safe='')}"
        )
    except Refused as refused:
        if refused.problem.get("type") != "urn:understudy:record-not-found":
            raise
        return None
    return row


def _other(sandbox: Sandbox, vendor: str, name: str | None) -> Mapping[str, Any]:
    """The first credential of a world without `default`; Refused for a name that is not there."""
    rows = sandbox[vendor].records(COLLECTION)
    there = sorted(str(row["id"]) for row in rows if not str(row["id"]).startswith("magic-"))
    if name is not None or not there:
        named = f"{name!r}" if name else "at all"
        fix = f"There are {', '.join(there)}, {NOBODY}" if there else f"Say {NOBODY!r}"
        raise Refused(f"{vendor} has no credential {named} in this session", fix=fix)
    return next(row for row in rows if row["id"] == there[0])


def _vendor(name: str) -> Vendor:
    """The vendor as it ships: how its credentials look on the wire."""
    from understudy.vendors import VENDORS

    found = next((each for each in VENDORS if each.name == name), None)
    if found is None:
        raise Refused(f"how {name} signs is not known here", fix="Write its headers yourself")
    return found


@cache
def _contract(vendor: str) -> Contract:
    from understudy import resources
    from understudy.openapi.compiler import compile_contract
    from understudy.openapi.document import load

    path = resources.spec(vendor)
    return compile_contract(vendor, load(path), str(path))
