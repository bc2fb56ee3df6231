"""The names that expressions have at each place, and their types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from understudy.modeled.expressions.types import STRING, TIMESTAMP, Type, Types, fixed
from understudy.modeled.inference.bodies import request, route
from understudy.modeled.plan import Api
from understudy.openapi.operation import Operation

CALLER = fixed({"name": STRING, "tenant": STRING})
Names = Mapping[str, Type]


class Vocabulary:
    """What expressions about one document can name."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @cached_property
    def types(self) -> Types:
        found: dict[str, dict[str, Type]] = {}
        types = Types(self._api.schemas, found)
        for name, each in self._api.model.collections.items():
            if each.under:
                records = Type("list", types.of(self._api.fields(name).node, name))
                found.setdefault(each.under, {})[name] = records
        return types

    def record(self, collection: str) -> Type:
        """The type of a collection's records."""
        made = self.types.of(self._api.fields(collection).node, collection)
        return made if made.kind == "map" else Type("map", collection=collection)

    def field(self, collection: str, name: str) -> Type | None:
        """The type of a property of a record."""
        return self.types.field(self.record(collection), name)

    def everywhere(self, collection: str = "") -> dict[str, Type]:
        """The names that are known without a call."""
        collections = self._api.model.collections
        found = {
            name: Type("list", self.record(name), collection=name)
            for name in collections
            if name.isidentifier()
        }
        found |= {"now": TIMESTAMP}
        if collection:
            found |= {"record": self.record(collection), "id": STRING}
            under = collections[collection].under
            if under:
                found["parent"] = self.record(under)
        return found

    def of_call(self, operation: Operation | None) -> dict[str, Type]:
        """The names of what a call says."""
        found = {"caller": CALLER, "event": STRING}
        if operation is None:
            return found
        api, types = self._api, self.types
        raw = route(api.schemas, api.path(operation), operation.method.lower())
        sent = None if raw is None else request(api.schemas, raw)
        given = {
            place: {each.name: types.of(api.schemas.node(each.schema, "")) for each in parameters}
            for place, parameters in (
                ("path", operation.path_parameters),
                ("query", operation.query_parameters.values()),
            )
        }
        found |= {place: fixed(fields) for place, fields in given.items()}
        headers = {each.name: STRING for each in operation.header_parameters.values()}
        return {**found, "header": fixed(headers, loose=True), "body": types.of(sent)}
