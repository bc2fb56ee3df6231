"""Events of a lifecycle that an operation makes happen, to one record or to several."""

from __future__ import annotations

from understudy.modeled.handlers.answering import (
    answer,
    check_match,
    location,
    of_example,
    retry_after,
    tags,
)
from understudy.modeled.plan import Plan
from understudy.modeled.pointers import put
from understudy.modeled.records import Item
from understudy.modeled.request_lookup import above, leaves
from understudy.simulation.world import World
from understudy.vendor import Reply, Request


def happen(plan: Plan, request: Request, world: World) -> Reply:
    """The event happens to the records that are meant, and they are answered."""
    acting = plan.api.acting
    assert acting is not None, "an event is said by somebody"
    meant = acting.targets(plan, request, world)
    if meant is None:
        item = above(plan, request, world)
        meant = [] if item is None else [item]
        for each in meant:
            check_match(plan, request, each)
    made = [acting.happen(plan, request, world, each) for each in meant]
    return answered(plan, request, made, world)


def answered(plan: Plan, request: Request, made: list[Item], world: World) -> Reply:
    """The records after what was done to them; the document's example where it shows none."""
    where = plan.behaviour.answer
    if plan.behaviour.listing is not None or (where or "").endswith("/0"):
        pointer = plan.listing.items if where is None else where[: -len("/0")]
        shown = [plan.shape.show(each) for each in made]
        return answer(plan, put(plan.example, pointer, shown) if pointer else shown)
    first = made[0] if made else None
    if first is None or where is None:
        return of_example(plan, leaves(first))
    headers = [*tags(plan, first), *retry_after(plan, first, world)]
    return answer(plan, plan.show(first), [*location(plan, request, first), *headers])
