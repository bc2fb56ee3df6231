"""Links: known records listed at another path, added to it and taken away from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.modeled.handlers.answering import answer, of_example
from understudy.modeled.handlers.reads import list_records
from understudy.modeled.links import link_of
from understudy.modeled.plan import Plan
from understudy.modeled.records import Item, joined
from understudy.modeled.request_lookup import NOT_FOUND, owned, public_id
from understudy.simulation.world import World
from understudy.vendor import Missing, Reply, Request, refusal

SHOWN = 5  # ids that are told when one is unknown


def link(plan: Plan, request: Request, world: World) -> Reply:
    """What the operation does to the links of its path."""
    return DOES[plan.behaviour.does](plan, request, world)


def _add(plan: Plan, request: Request, world: World) -> Reply:
    owned(plan, request, world, item=False)
    scope = plan.scope(request.values, item=False)
    targets = [_target(plan, world, each) for each in _named(plan, request)]
    for target in targets:
        if joined([*scope, target.id]) not in world[plan.of]:
            world.add(plan.of, link_of(plan.api, world, plan.of, scope, target, world.now))
    return of_example(plan, _mentioned(plan, request))


def _remove(plan: Plan, request: Request, world: World) -> Reply:
    owned(plan, request, world, item=False)
    scope, named = plan.scope(request.values, item=False), _named(plan, request)
    for each in named:
        held = joined([*scope, _id(each)])
        if held in world[plan.of]:
            world.remove(plan.of, held)
        elif not plan.behaviour.by:
            _target(plan, world, each)
            raise refusal(NOT_FOUND, f"{plan.of} has no {each}", missing=Missing(plan.of, each))
    return of_example(plan, _mentioned(plan, request))


def _contains(plan: Plan, request: Request, world: World) -> Reply:
    owned(plan, request, world, item=False)
    scope = plan.scope(request.values, item=False)
    there = [joined([*scope, _id(each)]) in world[plan.of] for each in _named(plan, request)]
    return answer(plan, there)


def _named(plan: Plan, request: Request) -> list[str]:
    """The ids that a call names: behind its path, in its query, or in its body."""
    by = plan.behaviour.by
    if not by:
        return [str(request.values[plan.parameters[-1]])]
    body = request.body if isinstance(request.body, Mapping) else {}
    said: Any = request.values.get(by)
    if said is None:
        said = body.get(by, ())
    listed = said if isinstance(said, list | tuple) else str(said).split(",")
    return [str(each).strip() for each in listed]


def _target(plan: Plan, world: World, name: str) -> Item:
    assert plan.collection is not None, "only asked where there is one"
    of = plan.collection.of
    found: Item | None = world[of].get(_id(name))
    if found is None:
        there = ", ".join(
            str(public_id(plan.api, of, each)) for each in world[of].ranked("every", "-", 0, SHOWN)
        )
        missing, hint = Missing(of, name), f"there are {there or 'none'}"
        raise refusal(NOT_FOUND, f"{of} has no {name}", missing=missing, hint=hint)
    return found


def _mentioned(plan: Plan, request: Request) -> dict[str, Any]:
    """What an answer may say of the record that was linked."""
    if plan.behaviour.by:
        return {}
    named = {name: request.values[name] for name in plan.parameters}
    return {"id": named[plan.parameters[-1]], **named}


def _id(name: str) -> str:
    return joined([name])


DOES: Mapping[str, Callable[[Plan, Request, World], Reply]] = {
    "list": list_records,
    "add": _add,
    "remove": _remove,
    "contains": _contains,
}
