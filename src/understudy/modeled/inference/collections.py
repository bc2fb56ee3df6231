"""Which paths hold records of one kind, and what those records are (rules 2, 3 and 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from understudy.modeled.inference.bodies import request, success
from understudy.modeled.inference.lists import USUAL, listed
from understudy.modeled.inference.paths import ANY, Key, Route, collection_of
from understudy.modeled.inference.records import IDS, Found, identity, is_of_another, unwrapped
from understudy.modeled.names import plain, words
from understudy.modeled.schemas import Node, Schemas

Paths = Mapping[Key, list[Route]]
RESERVED = frozenset(("credentials", "base"))  # words of every world
ME = "me"  # in a path: whoever asks
MAKING = ("create", "add", "new", "insert")  # the first word of an operationId
SLIGHT = 3  # properties: what an answer has at most that only names what was made
SIGN = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(slots=True)
class Place:
    """A collection on its way: its paths, its record, and what tells them."""

    key: Key  # where it is listed and made
    item: Key  # where one is; (): nowhere
    routes: list[Route]  # of both
    record: Node
    id: str  # "": nothing names one of them
    word: str = ""  # what its list calls them, where that is all that does
    name: str = ""
    under: Place | None = None
    shared: Place | None = None  # whose records these are, here those of one owner

    @property
    def thing(self) -> str:
        """What it is called, as a rule in its path."""
        return self.word or next((each for each in reversed(self.key) if each != ANY), "")


def by_path(routes: Iterable[Route]) -> dict[Key, list[Route]]:
    """The operations of each path; what has a verb behind it has a path of its own."""
    found: dict[Key, list[Route]] = {}
    for route in routes:
        verb = (f":{route.path.verb}",) if route.path.verb else ()
        found.setdefault((*route.path.key, *verb), []).append(route)
    return found


def places(schemas: Schemas, paths: Paths) -> dict[Key, Place]:
    """The collections by the key of their item's path, else by their own."""
    found: dict[Key, Place] = {}
    for key, routes in paths.items():
        if not routes[0].path.is_item:
            continue
        base = collection_of(key)
        place = _with_items(schemas, base, key, routes, paths.get(base, []))
        if place is not None:
            found[key] = place
    bases = {each.key for each in found.values()}
    for key, routes in paths.items():
        if key[-1] != ANY and key not in bases and not routes[0].path.verb:
            place = _without_items(schemas, key, routes) or (
                None if (*key, ANY) in paths else _without_ids(schemas, key, routes)
            )
            if place is not None:
                found[key] = place
    _named(found)
    return _shared(schemas, paths, found)


def above(found: Mapping[Key, Place], key: Key) -> Place | None:
    """The nearest collection one of whose items is above a path."""
    for end in range(len(key) - 1, 0, -1):
        place = found.get(key[:end])
        if place is not None and place.item:
            return place
    return None


def _with_items(
    schemas: Schemas, base: Key, key: Key, items: list[Route], lists: list[Route]
) -> Place | None:
    thing = next((each for each in reversed(base) if each != ANY), "")
    said = dict.fromkeys(each.path.names[-1] for each in items)
    parameters = sorted(said, key=lambda each: words(each)[-1] not in IDS if words(each) else True)
    for record in _records(schemas, thing, items, lists):
        for parameter in parameters:
            field_name = identity(schemas, record, parameter, thing)
            if field_name:
                return Place(base, key, [*items, *lists], record, field_name)
    return None


def _records(
    schemas: Schemas, thing: str, items: list[Route], lists: list[Route]
) -> Iterator[Node]:
    """What may be the record, by rule 3, the surest first."""
    for route in items:
        found = _answered(schemas, route, thing) if route.method == "get" else None
        if found is not None:
            yield found.node
    others: list[Node] = []
    for method in ("patch", "put", "post"):
        for route in (*items, *lists):
            found = _answered(schemas, route, thing) if route.method == method else None
            if found is not None:
                others.append(found.node)
    for route in lists:
        _, body = success(schemas, route)
        entries = listed(schemas, body, thing) if route.method == "get" and body else None
        if entries is not None:
            others.append(entries.node)
    # What only names the thing that was made is not all there is of it.
    yield from sorted(others, key=lambda each: len(schemas.names(each)) <= SLIGHT)
    for route in (*lists, *items):
        sent = request(schemas, route) if route.method in ("post", "put") else None
        if sent is not None and not success(schemas, route)[1] and schemas.is_object(sent):
            yield unwrapped(schemas, sent, thing).node


def _answered(schemas: Schemas, route: Route, thing: str) -> Found | None:
    """The record that an operation answers, if it answers one."""
    _, body = success(schemas, route)
    if body is None or not schemas.is_object(body):
        return None
    parameter = route.path.names[-1] if route.path.is_item else "id"
    found = unwrapped(schemas, body, thing, parameter)
    if is_of_another(found, route.path.key, thing):
        return None
    return found if schemas.is_object(found.node) else None


def _without_items(schemas: Schemas, key: Key, routes: list[Route]) -> Place | None:
    """A collection whose records have no path of their own: made and listed, they have an id."""
    found = _listed_and_made(schemas, key, routes)
    if found is None:
        return None
    field_name = identity(schemas, found[1].node, "id", key[-1])
    return Place(key, (), routes, found[1].node, field_name) if field_name else None


def _without_ids(schemas: Schemas, key: Key, routes: list[Route]) -> Place | None:
    """A collection that only grows: what is sent is the very entry that is listed."""
    found = _listed_and_made(schemas, key, routes)
    if found is None:
        return None
    make, entries = found
    name = entries.pointer.rpartition("/")[2]
    word = "" if not name or plain(name) in USUAL else name
    sent = request(schemas, make)
    if sent is None:
        return None
    inner = schemas.items(sent) or unwrapped(schemas, sent, word or key[-1]).node
    return Place(key, (), routes, entries.node, "", word) if inner.at == entries.node.at else None


def _listed_and_made(schemas: Schemas, key: Key, routes: list[Route]) -> tuple[Route, Found] | None:
    """What makes records at a path, and the entries of the list there."""
    read = next((each for each in routes if each.method == "get"), None)
    make = next((each for each in routes if each.method == "post" or is_making(each)), None)
    body = success(schemas, read)[1] if read is not None and make is not None else None
    entries = listed(schemas, body, key[-1]) if body is not None else None
    return None if entries is None or make is None else (make, entries)


def is_making(route: Route) -> bool:
    """Whether a PUT is called a creation by the document itself: it adds to a list."""
    said = words(str(route.raw.get("operationId", "")))[:1]
    return route.method == "put" and bool(said) and said[0] in MAKING


def _shared(schemas: Schemas, paths: Paths, found: dict[Key, Place]) -> dict[Key, Place]:
    """The same, where `/users/{id}/orders` are the records of `/orders` that belong to a user."""
    by_thing: dict[str, Place] = {}
    for each in sorted(found.values(), key=lambda place: len(place.key)):
        if each.item and ANY not in each.key and ME not in each.key:
            by_thing.setdefault(each.thing, each)
    bases = {each.key: each for each in found.values()}
    for key, routes in paths.items():
        whole = by_thing.get(key[-1])
        mine = ANY in key or ME in key
        if whole is None or not mine or key[: len(whole.key) - 1] != whole.key[:-1]:
            continue
        part = bases.get(key)
        if part is not None and part.item and part.record.at != whole.record.at:
            continue
        item = part.item if part is not None else ()
        both = part.routes if part is not None else routes
        their = Place(key, item, both, whole.record, whole.id, name=whole.name, shared=whole)
        their.under = above(found, key)
        found[item or key] = their
    return found


def _named(found: Mapping[Key, Place]) -> None:
    """Names and parents: a name that several have is told apart by what they are under."""
    taken: set[str] = set(RESERVED)
    for place in sorted(found.values(), key=lambda each: len(each.key)):
        parent = above(found, place.key)
        if parent is not None and len(parent.item) <= len(place.key):
            place.under = parent
        name = SIGN.sub("_", place.thing).strip("_") or "records"
        name = name if name[0].isalpha() else f"n{name}"
        literals = [SIGN.sub("_", each) for each in place.key[:-1] if each != ANY]
        while name in taken and literals:
            name = f"{literals.pop()}_{name}"
        number = 2
        while name in taken:
            name, number = f"{name.rstrip('0123456789')}{number}", number + 1
        taken.add(name)
        place.name = name
