"""Links: known records that a path lists, and to which it adds and from which it takes (rule 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from understudy.modeled.inference.bodies import request, success
from understudy.modeled.inference.collections import RESERVED, SIGN, Place, above
from understudy.modeled.inference.lists import listed, listing
from understudy.modeled.inference.paths import ANY, Key, Route
from understudy.modeled.inference.reading import Reading
from understudy.modeled.inference.records import Found, alike
from understudy.modeled.model import Collection, Operation
from understudy.modeled.names import plain, same_thing, singular
from understudy.modeled.schemas import Node
from understudy.yaml import escape

FEW = 4  # properties: what holds a record and has more is a record of its own
ASKING = frozenset(("contains", "check", "exists"))  # a path's end that asks whether they are there
ADDING = ("put", "post")
Claims = tuple[dict[str, Collection], dict[str, Operation]]


class Claim(NamedTuple):
    """One operation, what it does to links, and what of a call names the records."""

    route: Route
    does: str
    by: str = ""


def links(
    reading: Reading, claimed: Mapping[str, Operation], taken: Mapping[str, Collection]
) -> Iterator[Claims]:
    """Each path that lists known records, with operations that add some and take some away."""
    unmade = _unmade(claimed, taken)
    claimed = {id: each for id, each in claimed.items() if each.of not in unmade}
    names = {*taken, *RESERVED} - unmade
    known = [
        each
        for each in reading.places.values()
        if each.item and not each.shared and each.name in taken and ANY not in each.key
    ]
    for key, routes in reading.paths.items():
        get = next((each for each in routes if each.method == "get"), None)
        place = next((each for each in known if same_thing(each.thing, key[-1])), None)
        if get is None or get.id in claimed or place is None or place.key == key or get.path.verb:
            continue
        held = _held(reading, get, place)
        if held is None:
            continue
        claims = [each for each in _claims(reading, key, place) if each.route.id not in claimed]
        if {"add", "remove"} <= {each.does for each in claims}:
            made = _claimed(reading, get, place, held, claims, names, taken)
            names.update(made[0])
            yield made


def _unmade(claimed: Mapping[str, Operation], taken: Mapping[str, Collection]) -> set[str]:
    """The collections below a record that are listed and removed, and nothing makes them."""
    roles: dict[str, set[str]] = {}
    for each in claimed.values():
        roles.setdefault(each.of, set()).add(each.role)
    above = {each.under for each in taken.values()}
    return {
        name
        for name, each in taken.items()
        if each.under and name not in above and roles.get(name) == {"list", "delete"}
    }


class Held(NamedTuple):
    """The entries of a list, and where in each the known record stands."""

    entries: Found
    pointer: str


def _held(reading: Reading, get: Route, place: Place) -> Held | None:
    schemas = reading.schemas
    _, body = success(schemas, get)
    entries = listed(schemas, body, place.thing) if body is not None else None
    if entries is None:
        return None
    properties = schemas.properties(entries.node)
    if alike(schemas, entries.node, place.record) or _is_part(reading, entries.node, place):
        return Held(entries, "")
    for name, inner in properties.items():
        if same_thing(name, place.thing) and len(properties) <= FEW and schemas.is_object(inner):
            fits = alike(schemas, inner, place.record) or _is_part(reading, inner, place)
            return Held(entries, f"/{escape(name)}") if fits else None
    return None


def _is_part(reading: Reading, node: Node, place: Place) -> bool:
    """Whether all that it has is what the record has, its id included."""
    names = reading.schemas.names(node)
    return plain(place.id) in names and names.keys() <= reading.schemas.names(place.record).keys()


def _claims(reading: Reading, key: Key, place: Place) -> Iterator[Claim]:
    """What adds and removes: by an id behind the path, or by ids that are sent."""
    for route in reading.paths.get((*key, ANY), ()):
        if reading.named_by(route, place) == "" and request(reading.schemas, route) is None:
            does = "remove" if route.method == "delete" else "add"
            if route.method == "delete" or route.method in ADDING:
                yield Claim(route, does)
    for route in reading.paths[key]:
        by = _ids(reading, route, place) if reading.is_silent(route) else None
        if by is not None and (route.method == "delete" or route.method in ADDING):
            yield Claim(route, "remove" if route.method == "delete" else "add", by)
    for end in ASKING:
        for route in reading.paths.get((*key, end), ()):
            by = _ids(reading, route, place) if route.method == "get" else None
            if by is not None and _answers_truths(reading, route):
                yield Claim(route, "contains", by)


def _ids(reading: Reading, route: Route, place: Place) -> str | None:
    """The name under which a call says several ids: in its query, or as a list in its body."""
    one = singular(place.thing)
    wanted = ("ids", f"{one}ids")
    found = next((each["name"] for each in route.query() if plain(each["name"]) in wanted), None)
    sent = request(reading.schemas, route)
    for name, node in reading.schemas.properties(sent).items() if sent is not None else ():
        items = reading.schemas.items(node)
        if items is not None and reading.schemas.is_scalar(items) and plain(name) in wanted:
            return found or name
    return found


def _answers_truths(reading: Reading, route: Route) -> bool:
    _, body = success(reading.schemas, route)
    items = None if body is None else reading.schemas.items(body)
    return items is not None and items.schema.get("type") == "boolean"


def _claimed(
    reading: Reading,
    get: Route,
    place: Place,
    held: Held,
    claims: list[Claim],
    names: set[str],
    taken: Mapping[str, Collection],
) -> Claims:
    owners = {each.item: each for each in reading.places.values() if not each.shared}
    owner = above(owners, get.path.key)
    under = owner.name if owner is not None and owner.name in taken else ""
    name = _name(get, names)
    collection = Collection(
        path=get.path.text,
        schema=held.entries.node.at,
        under=under,
        of=place.name,
        record=held.pointer,
    )
    _, body = success(reading.schemas, get)
    assert body is not None, "it lists them"
    saw = f"{get.path.text} lists some of {place.name}, adds them and takes them away"
    how = listing(reading.schemas, get, body, held.entries)
    found = {get.id: Operation("link", name, 6, saw, does="list", listing=how)}
    for route, does, by in claims:
        found[route.id] = Operation("link", name, 6, saw, does=does, by=by)
    return {name: collection}, found


def _name(get: Route, names: set[str]) -> str:
    literals = [SIGN.sub("_", each).strip("_") for each in get.path.key if each != ANY]
    name = "_".join(literals[-2:])
    number, base = 2, name
    while name in names:
        name, number = f"{base}_{number}", number + 1
    return name
