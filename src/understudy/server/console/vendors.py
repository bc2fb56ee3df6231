"""Vendors: where a client reaches them, with which key, and a form for each operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.openapi.operation import Contract
from understudy.server.admin.first_request import first_request
from understudy.server.admin.pasted_line import curl, ways_of
from understudy.server.console.json_tree import json_tree
from understudy.server.console.request_form import body_example, parameters
from understudy.server.console.visit import Refused, View, Visit
from understudy.server.sessions.names import DEFAULT
from understudy.simulation.world import World
from understudy.slices import InSlices
from understudy.vendor import Credential, Vendor, default_credential, parted

OPERATIONS = 150  # of one vendor that are listed at once


def show_vendors(visit: Visit, session: str) -> InSlices[View]:
    """The vendors that are served."""
    told = yield from visit.ask("/vendors")
    vendors = [{**each, "url": _base(visit, each["name"])} for each in told["vendors"]]
    return View("vendors.html", {"vendors": vendors})


def show_vendor(visit: Visit, session: str, vendor: str) -> InSlices[View]:
    """One vendor: base URL, keys, a line to try, its operations."""
    told = yield from visit.ask(f"/vendors/{vendor}")
    served, contract, world, key = _served(visit, vendor)
    operations = told["operations"]
    wanted = visit.query.get("q", "").lower()
    found = [each for each in operations if wanted in f"{each['id']} {each['path']}".lower()]
    values = {
        "vendor": told,
        "base": _base(visit, vendor),
        "keys": list(_keys(served, contract, key)),
        "line": _line(visit, served, contract, world, key),
        "operations": found[:OPERATIONS],
        "hidden": len(found) - OPERATIONS,
        "wanted": visit.query.get("q", ""),
    }
    return View("vendor.html", values)


def show_operation(visit: Visit, session: str, vendor: str, operation: str) -> InSlices[View]:
    """One operation: its answers, and a form to call it."""
    told = yield from visit.ask(f"/vendors/{vendor}")
    served, contract, _, key = _served(visit, vendor)
    found = contract.operations.get(operation)
    if found is None:
        detail = f"{vendor} has no operation {operation!r}"
        exists = [each["id"] for each in told["operations"]]
        problem = {"title": "No such operation", "detail": detail, "exists": exists[:20]}
        raise Refused(404, problem)
    headers, query = parted({} if key is None else served.signed(key, found))
    values = {
        "vendor": told,
        "operation": found,
        "parameters": parameters(contract, found),
        "body": body_example(contract, found),
        "takes_body": found.body is not None,
        "media_type": next(iter(found.body.contents), "") if found.body is not None else "",
        "target": f"{_prefix(visit)}/{vendor}{found.path}",
        "signed": {"headers": headers, "query": query},
        "answers": [
            {"is": each, "tree": json_tree(each.example)} for each in found.answers.values()
        ],
    }
    return View("operation.html", values)


def _served(visit: Visit, name: str) -> tuple[Vendor, Contract, World, Credential | None]:
    """What there is of a vendor in the session that is looked at."""
    world = visit.sandbox.sessions[visit.session["name"]].world(name)
    contract = visit.sandbox.contract(name)
    return visit.sandbox.vendors[name], contract, world, default_credential(world)


def _prefix(visit: Visit) -> str:
    """What a call of the session begins its path with."""
    name = visit.session["name"]
    bare = name == DEFAULT and not visit.sandbox.settings.require_session
    return "" if bare else f"/~{name}"


def _base(visit: Visit, name: str) -> str:
    base = visit.sandbox.contract(name).base_path
    return f"{visit.origin}{_prefix(visit)}/{name}{base}"


def _keys(vendor: Vendor, contract: Contract, key: Credential | None) -> Iterator[dict[str, Any]]:
    """The headers that carry a key, and of which operations where they differ."""
    ways = ways_of(vendor, contract, key)
    for way in ways:
        yield {"lines": list(way.lines), "of": way.of if len(ways) > 1 else ""}


def _line(
    visit: Visit, vendor: Vendor, contract: Contract, world: World, key: Credential | None
) -> str:
    """A line that works when it is pasted."""
    if not contract.operations:
        return ""
    call = first_request(contract, vendor, world, key)
    return curl(vendor, f"{visit.origin}{_prefix(visit)}", call)
