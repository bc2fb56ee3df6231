"""What expressions see at run time: records as rows, collections, and what a call says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from understudy.modeled.expressions.operators import Headers
from understudy.modeled.expressions.values import Moment, Row, Rows, Scope
from understudy.modeled.plan import Api
from understudy.modeled.pointers import NOTHING, get
from understudy.modeled.records import ALONE, Item, data_of, joined
from understudy.simulation.world import World
from understudy.vendor import Caller, Request

Names = dict[str, Any]


class Scopes:
    """Makes the scopes of one document's expressions."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._children: dict[str, list[str]] = {}
        for name, each in api.model.collections.items():
            if each.under:
                self._children.setdefault(each.under, []).append(name)

    def row(self, world: World, name: str, item: Item) -> Row:
        """A record with what belongs to it."""
        related = {
            child: partial(self._below, world, child, item.id)
            for child in self._children.get(name, ())
        }
        return Row(data_of(item), related, (name, item.id))

    def everywhere(self, world: World) -> Names:
        """The collections by name, each looked at when it is asked for."""
        return {
            name: partial(self._rows, world, name)
            for name in self._api.model.collections
            if name.isidentifier()
        }

    def of_call(self, request: Request) -> Names:
        """What a call says."""
        values, operation = request.values, request.operation

        def given(parameters: Any) -> Names:
            return {each.name: values[each.name] for each in parameters if each.name in values}

        return {
            "body": request.body,
            "path": given(operation.path_parameters),
            "query": given(operation.query_parameters.values()),
            "header": Headers(given(operation.header_parameters.values())),
            "caller": of_caller(request.caller),
        }

    def of_record(self, world: World, name: str, item: Item) -> Names:
        """A record, its id, and what it is below."""
        under = self._api.model.collections[name].under
        found: Names = {"record": self.row(world, name, item), "id": self.public_id(name, item)}
        if under:
            found["parent"] = partial(self._parent, world, under, item)
        return found

    def scope(self, world: World, names: Names, at: int) -> Scope:
        """A scope of these names, at an instant."""
        return Scope({**names, "now": Moment(at)}, at, world.identifiers)

    def public_id(self, name: str, item: Item) -> Any:
        """A record's id as a client knows it."""
        pointer = self._api.model.collections[name].id
        found = get(data_of(item), f"/{pointer}") if pointer else NOTHING
        return item.id if found is NOTHING else found

    def _rows(self, world: World, name: str) -> Rows:
        return Rows(partial(self._find, world, name), partial(self._walk, world, name))

    def _find(self, world: World, name: str, key: Any) -> Row | None:
        """The record of an id; of a scoped collection the newest that has it."""
        found = world[name].get(joined([key]))
        if found is None and key is not None and "/" not in str(key):
            depth = self._api.model.collections[name].item.count("{")
            ids = world[name].walk("every", ALONE) if depth > 1 else ()
            found = next((each for each in ids if self.public_id(name, each) == key), None)
        return None if found is None else self.row(world, name, found)

    def _walk(self, world: World, name: str) -> Iterator[Row]:
        for each in world[name].ranked("every", ALONE, 0, len(world[name])):
            yield self.row(world, name, each)

    def _below(self, world: World, name: str, scope: str) -> list[Row]:
        records = world[name]
        every = records.ranked("scope", scope, 0, records.count("scope", scope))
        return [self.row(world, name, each) for each in every]

    def _parent(self, world: World, under: str, item: Item) -> Row | None:
        found = world[under].get(item.scope)
        return None if found is None else self.row(world, under, found)


def of_caller(caller: Caller | None) -> Mapping[str, Any] | None:
    """Who asks, for expressions."""
    return None if caller is None else {"name": caller.name, "tenant": caller.tenant}


def owner_name(owner: str, caller: Caller | None) -> str:
    """Whose a record is that somebody makes: the key's own, or its tenant's."""
    if caller is None:
        return ""
    return caller.tenant or caller.name if owner == "tenant" else caller.name
