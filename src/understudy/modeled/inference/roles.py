"""What each operation does to the collections: rules 5 to 8."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import structs

from understudy.modeled.inference.bodies import success
from understudy.modeled.inference.collections import Place, above, is_making
from understudy.modeled.inference.lists import USUAL, listed, listing
from understudy.modeled.inference.paths import ANY, Route
from understudy.modeled.inference.reading import Reading
from understudy.modeled.inference.records import HALF, LIKE, Found, alike
from understudy.modeled.inference.updates import update
from understudy.modeled.inference.views import view
from understudy.modeled.model import Collection, Operation
from understudy.modeled.names import plain, same_thing

Claim = tuple[Route, Operation]


class Roles:
    """The operations of one document, each with the first rule that fits."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.used: dict[str, Place] = {}  # by name: the collections that have operations

    def of_collections(self) -> Iterator[Claim]:
        """What lists, makes, reads, changes and removes records, at their own paths."""
        done: set[str] = set()
        for place in self.reading.places.values():
            claims = [each for each in self._claims(place) if each[0].id not in done]
            seen = {operation.role for _, operation in claims}
            own = bool(place.item) and place.shared is None
            if not seen & ({"create", "read", "list"} if own else {"create"}):
                continue  # nobody would see what is done to it
            self.used[place.name] = place.shared or place
            for route, operation in claims:
                done.add(route.id)
                yield route, operation

    def _claims(self, place: Place) -> Iterator[Claim]:
        for route in place.routes:
            at_item = bool(place.item) and route.path.key == place.item
            operation = self._at_item(route, place) if at_item else self._at_base(route, place)
            if operation is not None:
                under = _owner(place) if place.shared is not None else ""
                yield route, structs.replace(operation, under=under) if under else operation

    def collections(self) -> dict[str, Collection]:
        """The collections that something is done to."""
        found = {}
        for name, place in self.used.items():
            under = place.under
            item = next((each for each in place.routes if each.path.key == place.item), None)
            path = next((each for each in place.routes if each.path.key == place.key), None)
            found[name] = Collection(
                path=path.path.text if path else f"/{'/'.join(place.key)}",
                schema=place.record.at,
                item=item.path.text if item else "",
                id=place.id,
                under=under.name if under is not None and under.name in self.used else "",
            )
        return found

    def rest(
        self, claimed: Mapping[str, Operation], collections: Mapping[str, Collection]
    ) -> Iterator[Claim]:
        """Views, actions and samples: whatever nothing has claimed."""
        known = {each.name: each for each in self.reading.places.values() if not each.shared}
        used = {name: known[name] for name in collections if name in known}
        for routes in self.reading.paths.values():
            for route in routes:
                if route.id not in claimed:
                    yield route, self._other(route, used)

    def _at_item(self, route: Route, place: Place) -> Operation | None:
        by = self.reading.named_by(route, place)
        if by is None:
            return None
        if route.method == "delete":
            saw = f"DELETE of the path of one of {place.name}"
            return Operation("delete", place.name, 6, saw, by=by)
        if route.method == "get":
            found = self.reading.answered(route, place)
            if found is None:
                return None
            saw = f"GET of a path ending in {{{route.path.names[-1]}}} answers one of {place.name}"
            return Operation("read", place.name, 3, saw, by=by, answer=found.pointer)
        return update(self.reading, route, place, by)

    def _at_base(self, route: Route, place: Place) -> Operation | None:
        if route.path.verb:
            return None
        if route.method == "get":
            return self._list(route, place)
        if route.method == "put" and place.item:
            return update(self.reading, route, place, "")
        if route.method == "post" or is_making(route):
            return self._create(route, place)
        return None

    def _list(self, route: Route, place: Place) -> Operation | None:
        schemas = self.reading.schemas
        _, body = success(schemas, route)
        found = listed(schemas, body, place.thing) if body is not None else None
        if body is None or found is None or not self._lists(found, place):
            return None
        saw = f"GET {route.path.text} answers a list of {place.name}"
        how = listing(schemas, route, body, Found(place.record, found.pointer))
        return Operation("list", place.name, 5, saw, listing=how)

    def _lists(self, found: Found, place: Place) -> bool:
        """Whether the entries are the records: alike, or by id and name what the path says."""
        schemas = self.reading.schemas
        if alike(schemas, found.node, place.record):
            return True
        name = found.pointer.rpartition("/")[2]
        usual = not name or same_thing(name, place.thing) or plain(name) in USUAL
        return bool(place.item) and usual and plain(place.id) in schemas.names(found.node)

    def _create(self, route: Route, place: Place) -> Operation | None:
        """Made where what is answered is the record, or names it and what is sent is like it."""
        if place.item and place.item.count(ANY) > place.key.count(ANY) + 1:
            return None  # whose it would be is said nowhere
        reading = self.reading
        sent, status = reading.sent(route, place), success(reading.schemas, route)[0]
        like, answered = reading.like(sent, place), reading.answered(route, place)
        one = sent is not None and not sent.pointer.endswith("/0")
        slight = answered is None and reading.is_slight(route, place)
        made = one and reading.is_named_made(route, place)
        if answered is not None:
            sure = made or (status == 201 and answered.node.at == place.record.at)
            several = sent is not None and sent.pointer.endswith("/0")
            fits = (like > 0 or sure) and (not several or answered.pointer.endswith("/0"))
        else:
            quiet = slight or reading.is_silent(route)
            fits = made or (one and quiet and like >= (HALF if slight else LIKE))
            slight = slight or made
        if not fits:
            return None
        what = "answers the record" if answered is not None else "is sent what the record has"
        what = "answers 201 and an id" if made and like < HALF else what
        return Operation(
            "create",
            place.name,
            6,
            f"{route.method.upper()} {route.path.text} {what}",
            body=sent.pointer if sent else "",
            answer=answered.pointer if answered is not None else ("" if slight else None),
        )

    def _other(self, route: Route, used: Mapping[str, Place]) -> Operation:
        at_item = {each.item: each for each in used.values() if each.item}
        # A write at a record's own path, or with a verb behind it, is one to that record.
        place = above(at_item, (*route.path.key, ""))
        if route.method == "get":
            seen = view(self.reading, route, used.values())
            if seen is not None:
                return seen
            of = place.name if place is not None else ""
            return Operation("sample", of, 0, _why_sample(route, of))
        made = self._made_elsewhere(route, used)
        if made is not None:
            return made
        if place is None:
            return Operation("sample", "", 0, _why_sample(route, ""))
        found = self.reading.answered(route, place)
        saw = f"a write below one of {place.name}; what it does there is not known"
        answer = found.pointer if found is not None else None
        return Operation("action", place.name, 8, saw, answer=answer)

    def _made_elsewhere(self, route: Route, used: Mapping[str, Place]) -> Operation | None:
        """A POST elsewhere, by the same name or below, that answers 201 and the very record."""
        status, _ = success(self.reading.schemas, route)
        if route.method != "post" or status != 201 or route.path.verb:
            return None
        for place in used.values():
            here = place.thing == route.path.key[-1] or place.key == route.path.key[:-1]
            if not here or ANY in place.key:
                continue
            found, sent = self.reading.answered(route, place), self.reading.sent(route, place)
            if found is None or sent is None or found.node.at != place.record.at:
                continue
            if self.reading.like(sent, place) >= LIKE:
                saw = f"POST {route.path.text} answers 201 and one of {place.name}"
                where = sent.pointer, found.pointer
                return Operation("create", place.name, 6, saw, body=where[0], answer=where[1])
        return None


def _owner(place: Place) -> str:
    """Whose records of a shared collection these are: a collection's name, else the path's."""
    if place.under is not None:
        return place.under.name
    return next((each for each in reversed(place.key[:-1]) if each != ANY), "owner")


def _why_sample(route: Route, of: str) -> str:
    """What kept an operation from being understood."""
    if of:
        return f"a read below one of {of} that answers no record of a collection"
    if route.method == "get":
        return "what it answers is no record or list of one of the collections"
    return "a write at a path that names no record"
