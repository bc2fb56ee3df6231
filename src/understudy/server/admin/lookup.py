"""From the names in a request to what they mean; a 404 with the names there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from understudy.server.admin.problems import unknown
from understudy.server.sessions.catalog import Catalog
from understudy.server.sessions.names import DEFAULT
from understudy.server.sessions.sandbox import Sandbox, TooManySessions
from understudy.server.sessions.session import Session
from understudy.vendor import Request, Vendor


class OperationKey(NamedTuple):
    """An operation by its vendor and the operationId that serves it."""

    vendor: str
    operation: str


def session_of(request: Request, sandbox: Sandbox) -> Session:
    """The session in the path; `default` exists as soon as somebody asks for it."""
    name = request.values["session"]
    session = sandbox.sessions.get(name)
    if session is None and name == DEFAULT:
        session = default_session(sandbox)
    if session is None:
        raise unknown(
            "SESSION_NOT_FOUND",
            name,
            f"there is no session {name!r}",
            "session",
            sorted(sandbox.sessions),
            "Start it: POST /__admin/sessions",
        )
    return session


def default_session(sandbox: Sandbox) -> Session | None:
    """The session of calls that name none; None: there is no room for it."""
    try:
        return sandbox.session(DEFAULT)
    except TooManySessions:
        return None


def present_session(request: Request, sandbox: Sandbox) -> Session:
    """The session in the path, its worlds brought to its present."""
    session = session_of(request, sandbox)
    session.present()
    return session


def vendor_of(name: str, catalog: Catalog) -> Vendor:
    """The vendor of that name."""
    vendor = catalog.vendors.get(name)
    if vendor is None:
        because = f"there is no vendor {name!r}"
        raise unknown("VENDOR_NOT_FOUND", name, because, "vendor", list(catalog.vendors))
    return vendor


def operations_of(name: str, catalog: Catalog) -> list[OperationKey]:
    """The operations an operationId means, with or without its vendor in front."""
    vendor, dot, operation = name.rpartition(".")
    vendors = [vendor] if dot else list(catalog.vendors)
    found = [
        OperationKey(each, catalog.contract(each).operations[operation].handled_by)
        for each in vendors
        if each in catalog.vendors and operation in catalog.contract(each).operations
    ]
    if not found:
        there = sorted(_all_operations(catalog, vendor))
        because = f"there is no operation {name!r}"
        raise unknown("OPERATION_NOT_FOUND", name, because, "operation", there)
    return found


def _all_operations(catalog: Catalog, vendor: str) -> Iterator[str]:
    for name, each in catalog.vendors.items():
        if vendor not in catalog.vendors or name == vendor:
            yield from (f"{name}.{operation}" for operation in each.handlers)
