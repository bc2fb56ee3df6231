"""Remote calls: the record is named in the call, the rest is as by any other path."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from understudy.modeled.handlers.answering import answer, of_example
from understudy.modeled.handlers.reads import list_records
from understudy.modeled.handlers.writes import create_record, put_data
from understudy.modeled.plan import Plan
from understudy.modeled.record_completion import changed
from understudy.modeled.records import ALONE, Item, data_of
from understudy.modeled.request_lookup import NOT_FOUND, key
from understudy.simulation.world import World
from understudy.vendor import Missing, Reply, Request, refusal

SIGILS = "#@"  # before a name, where people write one for an id


def call(plan: Plan, request: Request, world: World) -> Reply:
    """What the verb of the call says."""
    return DOES[plan.behaviour.does](plan, request, world)


def _read(plan: Plan, request: Request, world: World) -> Reply:
    item = _meant(plan, request, world)
    return of_example(plan, {}) if item is None else answer(plan, plan.show(item))


def _merge(plan: Plan, request: Request, world: World) -> Reply:
    item = _meant(plan, request, world)
    if item is None:
        return of_example(plan, {})
    said = {**request.values, **(request.body if isinstance(request.body, Mapping) else {})}
    sent = {name: value for name, value in said.items() if name != plan.behaviour.by}
    made = put_data(
        plan, request, world, item, changed(plan.fields, data_of(item), sent, world.now)
    )
    return _answered(plan, made)


def _delete(plan: Plan, request: Request, world: World) -> Reply:
    item = _meant(plan, request, world)
    if item is not None and plan.api.acting is not None:
        plan.api.acting.remove(plan, request, world, item)
    elif item is not None:
        world.remove(plan.of, item.id)
    return of_example(plan, {})


def _act(plan: Plan, request: Request, world: World) -> Reply:
    item = _called(plan, request, world) or _meant(plan, request, world)
    return of_example(plan, {}) if item is None else _answered(plan, item)


def _answered(plan: Plan, item: Item) -> Reply:
    return of_example(plan, {}) if plan.behaviour.answer is None else answer(plan, plan.show(item))


def _meant(plan: Plan, request: Request, world: World) -> Item | None:
    """The record that the call names; a refusal of an unknown one, None where it names none."""
    body = request.body if isinstance(request.body, Mapping) else {}
    said = request.values.get(plan.behaviour.by, body.get(plan.behaviour.by))
    if said is None:
        return None
    found: Item | None = world[plan.of].get(key([], said))
    if found is None:
        missing = Missing(plan.of, str(said))
        raise refusal(NOT_FOUND, f"{plan.of} has no {said}", missing=missing)
    return found


def _called(plan: Plan, request: Request, world: World) -> Item | None:
    """The record that a call names by its name (`#general`): what only acts may do so."""
    body = request.body if isinstance(request.body, Mapping) else {}
    said = request.values.get(plan.behaviour.by, body.get(plan.behaviour.by))
    if (
        not isinstance(said, str)
        or key([], said) in world[plan.of]
        or "name" not in plan.fields.by_name
    ):
        return None
    wanted = said.lstrip(SIGILS)
    walked = world[plan.of].walk("every", ALONE)
    found: Item | None = next((e for e in walked if data_of(e).get("name") == wanted), None)
    return found


DOES: Mapping[str, Callable[[Plan, Request, World], Reply]] = {
    "list": list_records,
    "read": _read,
    "create": create_record,
    "merge": _merge,
    "delete": _delete,
    "action": _act,
}
