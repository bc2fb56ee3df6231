"""A document as far as it has been understood: its schemas, its paths, its collections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from understudy.modeled.inference.bodies import request, success
from understudy.modeled.inference.collections import SLIGHT, Paths, Place
from understudy.modeled.inference.paths import Key, Route
from understudy.modeled.inference.records import (
    Found,
    alike,
    identity,
    is_of_another,
    share,
    unwrapped,
)
from understudy.modeled.names import plain, same_thing
from understudy.modeled.schemas import Node, Schemas

ONCE = frozenset(("token", "secret", "key", "apikey", "clientsecret", "signingsecret"))
KINDS = frozenset(("object", "type", "kind"))  # what an answer says of itself, and no record has


@dataclass(frozen=True, slots=True)
class Reading:
    """What all rules read from."""

    schemas: Schemas
    paths: Paths
    places: Mapping[Key, Place]

    def answered(self, route: Route, place: Place) -> Found | None:
        """The record of that collection in what an operation answers; None: it is not there."""
        _, body = success(self.schemas, route)
        if body is None or not self.schemas.is_object(body):
            return None
        found = unwrapped(self.schemas, body, place.thing, place.id)
        if is_of_another(found, route.path.key, place.thing):
            return None
        return found if alike(self.schemas, found.node, place.record) else None

    def sent(self, route: Route, place: Place) -> Found | None:
        """What an operation is sent, without what it is wrapped in."""
        body = request(self.schemas, route)
        if body is None:
            return None
        item = self.schemas.items(body)
        if item is not None:
            return Found(item, "/0")
        found = unwrapped(self.schemas, body, place.thing)
        name = found.pointer.removesuffix("/0").rpartition("/")[2]
        if same_thing(name, place.thing) or len(self.schemas.names(body)) == 1:
            return found
        whole = Found(body, "")  # an `item` in it may be a field like others
        return whole if self.like(whole, place) else found

    def like(self, found: Found | None, place: Place) -> float:
        """How much of what is sent the record has; 1 where it is the record."""
        if found is None:
            return 0.0
        same = found.node.at == place.record.at
        return 1.0 if same else share(self.schemas, found.node, place.record)

    def is_slight(self, route: Route, place: Place) -> bool:
        """Whether the answer does no more than to name the record: its id, hardly more."""
        _, body = success(self.schemas, route)
        if body is None:
            return False
        names = self.schemas.names(unwrapped(self.schemas, body, place.thing).node)
        record = self.schemas.names(place.record)
        more = names.keys() - record.keys()
        named = not more or (more <= KINDS and plain(place.id) in names)
        return 0 < len(names) <= SLIGHT and named

    def is_named_made(self, route: Route, place: Place) -> bool:
        """Whether it answers 201 and, beside what is shown once, nothing but the id of a record,
        for something that the record has or for a file."""
        status, body = success(self.schemas, route)
        if status != 201 or body is None or not place.item:
            return False
        if not self.like(self.sent(route, place), place) and not self._sends_file(route):
            return False
        names = self.schemas.names(unwrapped(self.schemas, body, place.thing).node)
        return plain(place.id) in names and names.keys() <= {plain(place.id), *KINDS, *ONCE}

    def _sends_file(self, route: Route) -> bool:
        sent = request(self.schemas, route)
        parts = self.schemas.properties(sent).values() if sent is not None else ()
        return any(each.schema.get("format") == "binary" for each in parts)

    def is_silent(self, route: Route) -> bool:
        """Whether it answers nothing where it succeeds."""
        _, body = success(self.schemas, route)
        return body is None or body.schema == {}

    def named_by(self, route: Route, place: Place) -> str | None:
        """The field by which the path names a record; "": its id; None: nobody knows."""
        found = identity(self.schemas, place.record, route.path.names[-1], place.thing)
        if found == place.id:
            return ""
        return found or None

    def required(self, node: Node) -> frozenset[str]:
        """The properties that must be there, those that its parts demand included."""
        found = set(map(str, node.schema.get("required", ())))
        for index, part in enumerate(node.schema.get("allOf", ())):
            found |= self.required(self.schemas.node(part, f"{node.at}/allOf/{index}"))
        return frozenset(found)
