"""Health, and the vendors the sandbox stands in for."""

from __future__ import annotations

from typing import Any

from understudy import __version__
from understudy.openapi.operation import Operation
from understudy.server.admin.lookup import vendor_of
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.wire.headers import origin_called
from understudy.simulation.world import Kind
from understudy.vendor import Reply, Request, Vendor

ADMIN = "admin"  # our own contract, beside the vendors'


def health(request: Request, sandbox: Sandbox) -> Reply:
    """Whether the sandbox is up, and what it serves."""
    return health_of(sandbox)


def health_of(sandbox: Sandbox) -> Reply:
    """The same, whoever asks how."""
    return Reply(
        200,
        {
            "status": "ok",
            "version": __version__,
            "vendors": list(sandbox.vendors),
            "sessions": len(sandbox.sessions),
        },
    )


def list_vendors(request: Request, sandbox: Sandbox) -> Reply:
    """Every vendor that is served."""
    vendors = [
        _head(vendor) | {"operations": len(vendor.handlers)} for vendor in sandbox.vendors.values()
    ]
    return Reply(200, {"vendors": vendors})


def get_vendor(request: Request, sandbox: Sandbox) -> Reply:
    """One vendor: operations with their answers, collections with their lifecycles."""
    vendor = vendor_of(request.values["vendor"], sandbox)
    contract = sandbox.contract(vendor.name)
    body = _head(vendor) | {
        "base_path": contract.base_path,
        "servers": list(contract.servers),
        "operations": [_operation(each) for each in contract.operations.values()],
        "collections": [_collection(kind) for kind in vendor.kinds],
    }
    return Reply(200, body)


def get_vendor_contract(request: Request, sandbox: Sandbox) -> Reply:
    """The OpenAPI document a vendor (or our own API) is served from; with `server=sandbox` the
    server it names is this one, so that what is made from it calls the sandbox."""
    name = request.values["vendor"]
    contract = sandbox.contract(name if name == ADMIN else vendor_of(name, sandbox).name)
    if request.values.get("server") != "sandbox":
        return Reply(200, contract.document)
    session = request.values.get("session")
    prefix = f"/~{session}" if session and name != ADMIN else ""
    below = contract.base_path if name == ADMIN else f"{prefix}/{name}{contract.base_path}"
    servers = [{"url": origin_called(request.call.headers.get("host", "")) + below}]
    return Reply(200, {**contract.document, "servers": servers})


def _head(vendor: Vendor) -> dict[str, Any]:
    return {"name": vendor.name, "title": vendor.title, "path": f"/{vendor.name}"}


def _operation(operation: Operation) -> dict[str, Any]:
    known = {} if operation.vendor_id is None else {"vendor_id": operation.vendor_id}
    return {
        "id": operation.id,
        **known,
        "method": operation.method,
        "path": operation.path,
        "summary": operation.summary,
        "provenance": operation.provenance.kind,
        "answers": [
            {"name": each.name, "status": each.status, "provenance": each.provenance.kind}
            for each in operation.answers.values()
        ],
    }


def _collection(kind: Kind[Any]) -> dict[str, Any]:
    lifecycle = kind.lifecycle
    return {
        "name": kind.name,
        "states": [] if lifecycle is None else list(lifecycle.states),
        "events": [] if lifecycle is None else list(lifecycle.events),
    }
