"""Links to known records: the entries of a list that others make, put together and found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.modeled.names import plain
from understudy.modeled.plan import Api
from understudy.modeled.pointers import put, steps
from understudy.modeled.records import Item, data_of, encoded, joined
from understudy.modeled.schemas import is_type
from understudy.simulation.clock import Instant
from understudy.simulation.world import World


def link_of(
    api: Api, world: World, name: str, scope: Sequence[Any], target: Item, at: Instant
) -> Item:
    """The entry that stands for a known record in the list of that scope."""
    collection, fields = api.model.collections[name], api.fields(name)
    shown = _shown(api, name, data_of(target))
    data: Any = shown
    if collection.record:
        moments = {
            each.name: each.moment(at)
            for each in fields.by_name.values()
            if each.get("format") == "date-time" and is_type(each.node.schema, "string")
        }
        data = put({**api.template(name), **moments}, collection.record, shown)
    return Item(
        id=joined([*scope, target.id]),
        created=at,
        updated=at,
        data=encoded(data),
        scope=joined(scope),
        owner=f"{collection.of}/{target.id}",
        serial=world.identifiers.ordinal(f"{name} serial"),
    )


def _shown(api: Api, name: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a record what the list shows of it."""
    collection, schemas = api.model.collections[name], api.schemas
    node = api.fields(name).node
    if collection.record:
        inner = schemas.properties(node).get(steps(collection.record)[0])
        names = {} if inner is None else schemas.names(inner)
    else:
        names = schemas.names(node)
    return {key: value for key, value in data.items() if plain(key) in names} if names else data
