"""What changes records: created, replaced, merged into, removed; and the documents of a path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from understudy.errors import InputError
from understudy.modeled.handlers.answering import (
    answer,
    check_match,
    location,
    of_example,
    retry_after,
    tags,
)
from understudy.modeled.handlers.reads import record_leaves
from understudy.modeled.identity import Naming, new_id
from understudy.modeled.json_patch import patched
from understudy.modeled.plan import Plan
from understudy.modeled.pointers import NOTHING, get, put
from understudy.modeled.record_completion import changed, mended, replaced, touched, whole
from understudy.modeled.records import Item, data_of, encoded, joined
from understudy.modeled.request_lookup import (
    CONFLICT,
    NOT_FOUND,
    find,
    key,
    leaves,
    owned,
    public_id,
    the,
)
from understudy.openapi.operation import Violation
from understudy.simulation.world import World
from understudy.vendor import Missing, Problem, Reply, Request, refusal

PATCHES = "application/json-patch+json"


def create_record(plan: Plan, request: Request, world: World) -> Reply:
    """New records of what was sent; one, unless a list was sent."""
    owned(plan, request, world, item=False)
    sent = plan.sent(request.body) or [{}]
    made = [_create(plan, request, world, each) for each in sent]
    if (plan.behaviour.answer or "").endswith("/0"):
        return answer(plan, _several(plan, made), location(plan, request, made[0]))
    if plan.behaviour.answer is None:
        known = leaves(made[0])
        if plan.behaviour.by:  # a remote call may answer the id alone, under a name of its own
            known = {**known, plan.behaviour.by: public_id(plan.api, plan.of, made[0])}
        reply = of_example(plan, known)
        reply.headers = (*reply.headers, *location(plan, request, made[0]))
        return reply
    headers = [*location(plan, request, made[0]), *tags(plan, made[0])]
    headers += retry_after(plan, made[0], world)
    return answer(plan, plan.show(made[0]), headers)


def replace_record(plan: Plan, request: Request, world: World) -> Reply:
    """A record as it is sent; where the path has no id, the one that the body names."""
    if plan.collection is not None and _is_of_collection(plan):
        return _replace_by_body(plan, request, world)
    owned(plan, request, world, item=True)
    item = find(plan, request, world)
    sent = next(iter(plan.sent(request.body)), {})
    if item is None:
        if not any(each.status == 201 for each in plan.operation.answers.values()):
            the(plan, request, world)  # refuses, and says which there are
        made = _create(plan, request, world, sent, request.values[plan.parameters[-1]])
        reply = _changed(plan, made)
        reply.status, reply.answer = 201, ""
        return reply
    check_match(plan, request, item)
    return _changed(plan, _replace(plan, request, world, item, sent))


def merge_record(plan: Plan, request: Request, world: World) -> Reply:
    """A record with what is sent merged into it."""
    item = the(plan, request, world)
    check_match(plan, request, item)
    kind = request.call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == PATCHES or isinstance(request.body, list):
        data = _patched(plan, item, request.body, world)
    else:
        sent = next(iter(plan.sent(request.body)), {})
        data = changed(plan.fields, data_of(item), sent, world.now)
    return _changed(plan, put_data(plan, request, world, item, data))


def delete_record(plan: Plan, request: Request, world: World) -> Reply:
    """A record removed, and with it what belongs to it."""
    item = the(plan, request, world)
    check_match(plan, request, item)
    if plan.api.acting is None:
        world.remove(plan.of, item.id)
    else:
        plan.api.acting.remove(plan, request, world, item)
    name = plan.parameters[-1]
    said = {"id": public_id(plan.api, plan.of, item), name: request.values[name], "deleted": True}
    return of_example(plan, said)


def one_document(plan: Plan, request: Request, world: World) -> Reply:
    """The one document of a path: read, written or removed, by the method."""
    owned(plan, request, world, item=True)
    place = joined([request.values[each] for each in plan.parameters])
    item: Item | None = world[plan.of].get(place)
    method = request.call.method
    if method in ("GET", "HEAD"):
        return _document(plan, request, item or _first(plan, place, world))
    if item is None:
        item = world.add(plan.of, _first(plan, place, world))
    check_match(plan, request, item)
    if method == "DELETE":
        world.replace(plan.of, structs.replace(item, gone=True, updated=world.now))
        return of_example(plan, {})
    sent = next(iter(plan.sent(request.body)), {})
    old: Mapping[str, Any] = data_of(item)
    if isinstance(request.body, list):
        data = _patched(plan, item, request.body, world)
    elif method == "PUT":
        data = replaced(plan.fields, old, sent, plan.sendable, world.now)
    else:
        data = changed(plan.fields, old, sent, world.now)
    item = structs.replace(item, gone=False)
    return _changed(plan, put_data(plan, request, world, item, data))


def _document(plan: Plan, request: Request, item: Item) -> Reply:
    if item.gone:
        missing = Missing(plan.of, item.id)
        raise refusal(NOT_FOUND, f"{request.call.path} was removed", missing=missing)
    return answer(plan, plan.show(item), tags(plan, item))


def _first(plan: Plan, place: str, world: World) -> Item:
    """A document that nobody has written yet: what reading it shows, else a sample."""
    reads = plan.api.plans(plan.of, plan.behaviour.role)
    read = next((each for each in reads if each.operation.method == "GET"), plan)
    example = get(read.example, read.behaviour.answer or "")
    known = example if isinstance(example, Mapping) else plan.api.template(plan.of)
    made = Item(id=place, created=world.now, scope=place, data=encoded(known), updated=world.now)
    acting = plan.api.acting
    return made if acting is None else acting.place(plan.of, made)


def _create(
    plan: Plan, request: Request, world: World, sent: Mapping[str, Any], named: Any = None
) -> Item:
    """A new record; a refusal where its id was chosen and is taken."""
    fields, collection = plan.fields, plan.collection
    assert collection is not None, "only asked where there is one"
    item = named is not None
    scope = plan.scope(request.values, item=item)
    pointer = f"/{collection.id}"
    field = fields.by_name.get(collection.id)
    data = whole(fields, sent, plan.api.template(plan.of), plan.sendable, world.now)
    chosen = named if item else get(sent, pointer) if collection.id else NOTHING
    own = field is None or not field.is_read_only
    naming = plan.api.naming(plan.of)
    if chosen is NOTHING or not (own or item) or not naming.fits(chosen):
        chosen = _unused(plan, world, scope, naming, data)
    elif key(scope, chosen) in world[plan.of]:
        raise refusal(
            CONFLICT, f"{plan.of} has a {chosen} already", world[plan.of].get(key(scope, chosen))
        )
    if collection.id:
        data = put(data, pointer, chosen)
    made = Item(
        id=key(scope, chosen),
        created=world.now,
        updated=world.now,
        data=encoded(data),
        scope=joined(scope),
        owner=plan.owner(request.values, item=item),
        serial=world.identifiers.ordinal(f"{plan.of} serial"),
    )
    acting = plan.api.acting
    return world.add(plan.of, made) if acting is None else acting.make(plan, request, world, made)


def _unused(
    plan: Plan, world: World, scope: list[Any], naming: Naming, data: Mapping[str, Any]
) -> Any:
    """A new id that no record has."""
    acting = plan.api.acting
    while True:
        made = None if acting is None else acting.new_id(plan.of, world, data)
        if made is None:
            made = new_id(world.identifiers, plan.of, naming, data)
        if key(scope, made) not in world[plan.of]:
            return made


def _replace_by_body(plan: Plan, request: Request, world: World) -> Reply:
    """What a list's own path is sent: each record by the id in it; one without is new."""
    owned(plan, request, world, item=False)
    scope, made = plan.scope(request.values, item=False), []
    assert plan.collection is not None, "only asked where there is one"
    for sent in plan.sent(request.body):
        said = get(sent, f"/{plan.collection.id}")
        item: Item | None = world[plan.of].get(key(scope, said)) if said is not NOTHING else None
        if item is not None:
            made.append(_replace(plan, request, world, item, sent))
        elif said is NOTHING or plan.behaviour.body.endswith("/0"):
            made.append(_create(plan, request, world, sent))
        else:
            missing = Missing(plan.of, str(said))
            raise refusal(NOT_FOUND, f"{plan.of} has no {said}", missing=missing)
    if not made:
        return of_example(plan, {})
    if (plan.behaviour.answer or "").endswith("/0"):
        return answer(plan, _several(plan, made))
    return _changed(plan, made[0])


def _replace(
    plan: Plan, request: Request, world: World, item: Item, sent: Mapping[str, Any]
) -> Item:
    data = replaced(plan.fields, data_of(item), sent, plan.sendable, world.now)
    return put_data(plan, request, world, item, data)


def put_data(
    plan: Plan, request: Request, world: World, item: Item, data: Mapping[str, Any]
) -> Item:
    """The record with other data; its id stays."""
    assert plan.collection is not None, "only asked where there is one"
    pointer = f"/{plan.collection.id}"
    held = get(data_of(item), pointer) if plan.collection.id else NOTHING
    if held is not NOTHING:
        data = put(data, pointer, held)
    changed_item = structs.replace(item, data=encoded(data), updated=world.now)
    if plan.api.acting is not None:
        return plan.api.acting.write(plan, request, world, changed_item)
    return world.replace(plan.of, changed_item)


def _patched(plan: Plan, item: Item, operations: Any, world: World) -> dict[str, Any]:
    """The data after a list of operations; what it may not be is refused."""
    old = data_of(item)
    try:
        data = patched(old, operations)
    except InputError as error:
        told = f"{error.where}: {error.what}" if error.where else error.what
        wrong = Violation("body", "", error.where, "patch", "a JSON patch", None, told)
        raise Problem("invalid", told, violations=[wrong]) from None
    held = data if isinstance(data, Mapping) else {}
    return touched(plan.fields, mended(plan.fields, dict(held), old), world.now)


def _changed(plan: Plan, item: Item) -> Reply:
    if plan.behaviour.answer is None:
        return record_leaves(plan, item)
    if plan.behaviour.answer.endswith("/0"):
        return answer(plan, _several(plan, [item]), tags(plan, item))
    return answer(plan, plan.show(item), tags(plan, item))


def _several(plan: Plan, items: list[Item]) -> Any:
    pointer = (plan.behaviour.answer or "")[: -len("/0")]
    return put(plan.example, pointer, [plan.shape.show(each) for each in items])


def _is_of_collection(plan: Plan) -> bool:
    """Whether the operation stands at the path of the list, not of one record."""
    assert plan.collection is not None, "only asked where there is one"
    return len(plan.parameters) < plan.collection.item.count("{")
