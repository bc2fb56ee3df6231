"""Who a client of a vendor is: a credential of the session's world, and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from understudy.client.admin_api import Refused, hide_traceback
from understudy.client.application import shipped_vendor
from understudy.client.session import Session

if TYPE_CHECKING:
    from understudy.openapi.operation import Contract
    from understudy.vendor import Credential, Vendor

__tracebackhide__ = hide_traceback

DEFAULT = "default"
NOBODY = "nobody"
COLLECTION = "credentials"


def credential(session: Session, vendor: str, name: str | None) -> Credential:
    """A credential of the world; without a name `default`, or else the first by name."""
    from msgspec import convert

    row = _row(session, vendor, name or DEFAULT)
    if row is None:
        row = _other(session, vendor, name)
    kind = next(each for each in _vendor(session, vendor).kinds if each.name == COLLECTION)
    found: Credential = convert({"id": row["id"], **row["fields"]}, kind.record)
    return found


def signed(session: Session, vendor: str, name: str | None, operation: str) -> dict[str, str]:
    """The headers that a client sends as that credential, for an operation where one is said."""
    if name == NOBODY:
        return {}
    who = credential(session, vendor, name)
    if not operation:
        return dict(_vendor(session, vendor).sign(who))
    served = _vendor(session, vendor)
    operations = (served.contract or _contract(vendor)).operations
    if operation not in operations:
        fix = f"There are {', '.join(operations)}"
        raise Refused(f"there is no operation {vendor}.{operation}", fix=fix)
    return dict(served.signed(who, operations[operation]))


def _row(session: Session, vendor: str, name: str) -> Mapping[str, Any] | None:
    path = f"/records/{vendor}/{COLLECTION}/{quote(name, safe='')}"
    try:
        row: Mapping[str, Any] = session.ask("GET", path)
    except Refused as refused:
        if refused.problem.get("type") != "urn:understudy:record-not-found":
            raise
        return None
    return row


def _other(session: Session, vendor: str, name: str | None) -> Mapping[str, Any]:
    """The first credential of a world without `default`; Refused for a name that is not there."""
    query = {"vendor": vendor, "collection": COLLECTION}
    rows = list(session.pages("/records", "records", query))
    there = sorted(str(row["id"]) for row in rows if not str(row["id"]).startswith("magic-"))
    if name is not None or not there:
        named = f"{name!r}" if name else "at all"
        fix = f"There are {', '.join(there)}, {NOBODY}" if there else f"Say {NOBODY!r}"
        raise Refused(f"{vendor} has no credential {named} in this session", fix=fix)
    return next(row for row in rows if row["id"] == there[0])


def _vendor(session: Session, name: str) -> Vendor:
    """The vendor as it is served here, else as it ships: how its credentials are sent."""
    sandbox = getattr(session.app, "sandbox", None)
    found: Vendor | None = shipped_vendor(name) if sandbox is None else sandbox.vendors[name]
    return _brought(session, name) if found is None else found


def _brought(session: Session, name: str) -> Vendor:
    """The vendor of a document that is served elsewhere, made of what is told of it there."""
    known = session.__dict__.setdefault("_brought", {})
    if name not in known:
        from understudy.modeled.assembly import modeled

        known[name] = modeled(name, session.fact(f"/vendors/{name}/contract")).vendor
    found: Vendor = known[name]
    return found


@cache
def _contract(vendor: str) -> Contract:
    from understudy import resources
    from understudy.openapi.compiler import compile_contract
    from understudy.openapi.document import load

    path = resources.spec(vendor)
    return compile_contract(vendor, load(path), str(path))
