"""What a call means: the record it names, whose it is, and the refusal where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from understudy.modeled.model import Collection
from understudy.modeled.plan import Api, Plan
from understudy.modeled.pointers import get
from understudy.modeled.records import ALONE, Item, data_of, joined
from understudy.simulation.world import World
from understudy.vendor import Missing, Problem, Request, refusal

SHOWN = 5  # ids that are told when one is unknown
NOT_FOUND, NOT_ACCEPTABLE, CONFLICT = "404", "406", "409"
PRECONDITION, UNPROCESSABLE = "412", "422"


def find(plan: Plan, request: Request, world: World) -> Item | None:
    """The record that the path names; None: there is none."""
    values, records = request.values, world[plan.of]
    if plan.collection is not None and plan.collection.single:
        return records.get(joined([values[name] for name in plan.parameters]))
    scope, name = plan.scope(values, item=True), values[plan.parameters[-1]]
    owner = plan.owner(values, item=True)
    by = plan.behaviour.by
    found: Item | None = (
        _by(world, plan, joined(scope), name, by) if by else records.get(key(scope, name))
    )
    for each in plan.also if found is None and not by else ():
        found = found or _by(world, plan, joined(scope), name, each)
    if found is not None and owner and found.owner != owner:
        return None
    acting = plan.api.acting
    if acting is None or found is None or acting.sees(plan.of, found, request.caller):
        return found
    return None


def key(scope: list[Any], name: Any) -> str:
    """The id of a record in its world: its own, behind what scopes it."""
    return joined([*scope, name])


def the(plan: Plan, request: Request, world: World) -> Item:
    """The record that the path names; a refusal where there is none."""
    owned(plan, request, world, item=True)
    found = find(plan, request, world)
    if found is None:
        raise absent(plan.api, plan.of, request, plan.parameters[-1], world)
    return found


def above(plan: Plan, request: Request, world: World) -> Item | None:
    """The record that an action or a sample is below; None where its path names none."""
    collection = plan.collection
    if collection is None or not collection.item:
        return None
    names = plan.parameters[: collection.item.count("{")]
    if len(names) < collection.item.count("{"):
        return None
    found: Item | None = world[plan.of].get(joined([request.values[each] for each in names]))
    if found is None:
        found = _by_any(world, plan, request.values[names[-1]])
    if found is None:
        raise absent(plan.api, plan.of, request, names[-1], world)
    acting = plan.api.acting
    if acting is not None and not acting.sees(plan.of, found, request.caller):
        raise absent(plan.api, plan.of, request, names[-1], world)
    return found


def owned(plan: Plan, request: Request, world: World, *, item: bool) -> None:
    """A refusal where the record that the path's records belong to is not there."""
    parent = plan.behaviour.under or (plan.collection.under if plan.collection else "")
    known = plan.api.model.collections.get(parent)
    if known is None or not known.item:
        return
    names = plan.parameters[: known.item.count("{")]
    values = [request.values[each] for each in names]
    if len(values) == known.item.count("{") and joined(values) not in world[parent]:
        raise absent(plan.api, parent, request, names[-1], world)


def absent(api: Api, name: str, request: Request, parameter: str, world: World) -> Problem:
    """The refusal of a record that is not there; it knows which are."""
    said = request.values[parameter]
    there = [public_id(api, name, each) for each in world[name].walk("every", ALONE)]
    shown = ", ".join(map(str, there[:SHOWN])) or "none"
    more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
    collection = api.model.collections[name]
    missing = Missing(name, str(said), _scope_fields(collection, request.values))
    because = partial("{0} has no {1}".format, name, said)
    return refusal(NOT_FOUND, because, missing=missing, hint=f"there are {shown}{more}")


def public_id(api: Api, name: str, item: Item) -> Any:
    """A record's id as a client knows it."""
    pointer = api.model.collections[name].id
    found = get(data_of(item), f"/{pointer}") if pointer else None
    return item.id if found is None or type(found) is object else found


def leaves(item: Item | None) -> Mapping[str, Any]:
    """The plain values of a record by name, for bodies that only mention it."""
    if item is None:
        return {}
    held = data_of(item).items()
    return {name: value for name, value in held if not isinstance(value, dict | list)}


def _scope_fields(collection: Collection, values: Mapping[str, Any]) -> dict[str, Any]:
    names = [each.partition("}")[0] for each in collection.item.split("{")[1:-1]]
    return {name: values[name] for name in names if name in values}


def _by(world: World, plan: Plan, scope: str, value: Any, field: str) -> Item | None:
    """The newest record whose field has that value."""
    for each in world[plan.of].walk("scope", scope):
        if str(get(data_of(each), f"/{field}")) == str(value):
            found: Item = each
            return found
    return None


def _by_any(world: World, plan: Plan, value: Any) -> Item | None:
    """A record that another operation of the model names by that value of a field."""
    fields = {each.by for each in plan.api.model.operations.values() if each.of == plan.of}
    for each in world[plan.of].walk("every", ALONE) if fields - {""} else ():
        if any(str(get(data_of(each), f"/{by}")) == str(value) for by in fields - {""}):
            found: Item = each
            return found
    return None
