"""The records a world begins with: those of the document's examples, else samples (rule 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.modeled.fields import sampled
from understudy.modeled.identity import new_id
from understudy.modeled.links import link_of
from understudy.modeled.names import plain
from understudy.modeled.plan import Api
from understudy.modeled.pointers import get, put
from understudy.modeled.records import Item, Key, encoded, joined
from understudy.openapi.sampled_answers import Sampled
from understudy.simulation.clock import Instant
from understudy.simulation.world import World

ROLES = ("list", "read", "create", "replace", "merge", "delete", "view")
KEY = "default"
APART = 60_000  # milliseconds between two of them


def begin(api: Api, world: World, start: Instant) -> None:
    """Fills a new world: a key, and some records of every collection, owners first."""
    name = api.contract.name
    world.add(
        "credentials",
        Key(id=KEY, name=KEY, key=f"{name}-{KEY}-key", own=True, created=start),
        at=start,
    )
    ordered = sorted(api.model.collections, key=lambda each: _depth(api, each))
    linked = [each for each in ordered if api.model.collections[each].of]
    for collection in [*(each for each in ordered if each not in linked), *linked]:
        _seed(api, world, collection, start)


def _depth(api: Api, name: str) -> int:
    collection = api.model.collections[name]
    return (collection.item or collection.path).count("{")


def _seed(api: Api, world: World, name: str, start: Instant) -> None:
    collection, fields, naming = api.model.collections[name], api.fields(name), api.naming(name)
    if not collection.seed:
        return
    if collection.of:
        _link(api, world, name, start)
        return
    scope, owner, pointer = _scope(api, world, name), _owner(api, world, name), f"/{collection.id}"
    is_shown = next(_examples(api, name), None) is not None
    for number, shown in enumerate(_first(api, name)):
        at = start - (collection.seed - number) * APART
        data = dict(shown)
        for field in fields.by_name.values():
            if field.use in ("created", "updated") and field.name in data:
                data[field.name] = field.moment(at)
        chosen = get(data, pointer)
        if not naming.fits(chosen) or joined([*scope, chosen]) in world[name]:
            chosen = new_id(world.identifiers, name, naming, data)
            data = put(data, pointer, chosen) if collection.id else data
        item = Item(
            id=joined([*scope, chosen]),
            created=at,
            updated=at,
            data=encoded(data),
            scope=joined(scope),
            owner=owner,
            serial=world.identifiers.ordinal(f"{name} serial"),
        )
        if item.id not in world[name]:
            if api.acting is not None:
                item = api.acting.place(name, item, number=None if is_shown else number)
            world.add(name, item, at=at)


def _link(api: Api, world: World, name: str, start: Instant) -> None:
    """The first links of a path: to all but the last of the records there are."""
    scope, collection = _scope(api, world, name), api.model.collections[name]
    there = world[collection.of].ranked("every", "-", 0, collection.seed)
    for target in there[:-1]:
        world.add(name, link_of(api, world, name, scope, target, start), at=start)


def _first(api: Api, name: str) -> tuple[Mapping[str, Any], ...]:
    """What the first records of a collection hold, put together once; some have no id yet."""
    found = api.shown.get(name)
    if found is None:
        found = api.shown[name] = tuple(_made(api, name))
    return found


def _made(api: Api, name: str) -> Iterator[Mapping[str, Any]]:
    collection, fields = api.model.collections[name], api.fields(name)
    given, pointer = iter(_examples(api, name)), f"/{collection.id}"
    keeps_ids = not collection.id or not _is_sent(api, name)
    for number in range(collection.seed):
        shown = next(given, None)
        data = fields.sample(number + 1) if shown is None else dict(shown)
        keeps = keeps_ids if shown is not None else not collection.id
        yield data if keeps else put(data, pointer, None)


def _scope(api: Api, world: World, name: str) -> list[Any]:
    """The path values of the records: those of the first owner, else what the document shows."""
    collection = api.model.collections[name]
    names = [each.partition("}")[0] for each in (collection.item or collection.path).split("{")[1:]]
    names = names[:-1] if collection.item and not collection.single else names
    parent = world.collections.get(collection.under)
    above = next(parent.ranked("every", "-", 0, 1).__iter__(), None) if parent is not None else None
    if above is not None:
        return [each.replace("%2F", "/").replace("%25", "%") for each in above.id.split("/")]
    return [_shown(api, name, each) for each in names]


def _owner(api: Api, world: World, name: str) -> str:
    """Whose the records of a shared collection are at first: the first owner's."""
    for operation in api.model.operations.values():
        if operation.of == name and operation.under in world.collections:
            first = world[operation.under].ranked("every", "-", 0, 1)
            return f"{operation.under}/{first[0].id}" if first else ""
    return ""


def _shown(api: Api, name: str, parameter: str) -> Any:
    """The value that the document shows for a path parameter, else a sample."""
    for plan in api.plans(name, *ROLES):
        found = next((e for e in plan.operation.path_parameters if e.name == parameter), None)
        if found is not None:
            node = api.schemas.node(found.schema, "")
            return sampled(node, api.fields(name).components, 0)
    return parameter


def _examples(api: Api, name: str) -> Iterator[Mapping[str, Any]]:
    """The records in examples that somebody wrote: of the schema, of a list, of one."""
    yield from api.fields(name).example()
    for plan in api.plans(name, "list", "read"):
        if isinstance(plan.success, Sampled):
            continue
        pointer = (
            plan.listing.items if plan.behaviour.role == "list" else plan.behaviour.answer or ""
        )
        found = get(plan.success.example, pointer)
        yield from (each for each in _several(found) if not api.fields(name).wrong(each))


def _is_sent(api: Api, name: str) -> bool:
    """Whether clients choose ids: then those of the examples are theirs to take."""
    id = api.model.collections[name].id
    field = api.fields(name).by_name.get(id)
    made = api.plans(name, "create", "replace")
    return any(plain(id) in each.sendable for each in made) and not (
        field is not None and field.is_read_only
    )


def _several(found: Any) -> list[Mapping[str, Any]]:
    listed = found if isinstance(found, list) else [found]
    return [each for each in listed if isinstance(each, Mapping)]
