"""What only reads: one record, a page of them, all that are suspended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from understudy.simulation.world import World
from understudy.vendor import Reply, Request
from understudy.vendors.hydracore import wire
from understudy.vendors.hydracore.handlers.request_lookup import own_instance, tenant, the_workflow
from understudy.vendors.hydracore.records import Workflow

PER_PAGE = 20

# Query parameter -> field of the record.
_FILTERS = {
    "reference": "reference",
    "customer_id": "customer",
    "workflow_type": "type",
    "status": "state",
}


def get_workflow(request: Request, world: World) -> Reply:
    """One record, on either surface."""
    return Reply(200, wire.item(the_workflow(request, world)), answer="OK")


def query_workflows_internal(request: Request, world: World) -> Reply:
    """A page of an instance's records."""
    return _page(request, world, "instance", own_instance(request, world).id)


def list_workflows(request: Request, world: World) -> Reply:
    """A page of the tenant's records, over all instances."""
    return _page(request, world, "tenant", tenant(request))


def list_suspended_workflows(request: Request, world: World) -> Reply:
    """All suspended records of the tenant, the newest suspension first."""
    found = world["workflows"].walk("suspended", tenant(request))
    return Reply(200, [wire.suspended_item(each) for each in found], answer="OK")


def _page(request: Request, world: World, scope: str, owner: str) -> Reply:
    """A page, newest first; what no record has, is no mistake but an empty page."""
    values = request.values
    wanted = {field: values[name] for name, field in _FILTERS.items() if name in values}
    number, size = values.get("page", 1), values.get("per_page", PER_PAGE)
    found, total = _found(world, scope, owner, wanted, (number - 1) * size, size)
    return wire.page(found, number, size, total)


def _found(
    world: World, scope: str, owner: str, wanted: Mapping[str, str], offset: int, limit: int
) -> tuple[Sequence[Workflow], int]:
    """The records of one page, and how many there are on all."""
    workflows = world["workflows"]
    few = next((field for field in ("reference", "customer") if field in wanted), None)
    fields = [few] if few else [field for field in ("type", "state") if field in wanted]
    index = "/".join((scope, *fields))
    key = (owner, *(wanted[field] for field in fields))
    if len(fields) == len(wanted):
        found, _ = workflows.page(index, key, limit=limit, offset=offset)
        return found, workflows.count(index, key)
    sifted = [
        each
        for each in workflows.walk(index, key)
        if all(getattr(each, field) == value for field, value in wanted.items())
    ]
    return sifted[offset : offset + limit], len(sifted)
