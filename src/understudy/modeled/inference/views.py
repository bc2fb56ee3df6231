"""Known records, read from another place than their own (rule 7)."""

from __future__ import annotations

from collections.abc import Iterable

from understudy.modeled.inference.bodies import success
from understudy.modeled.inference.collections import Place
from understudy.modeled.inference.lists import USUAL, listed, listing
from understudy.modeled.inference.paths import ANY, Route
from understudy.modeled.inference.reading import Reading
from understudy.modeled.inference.records import IDENTIFIERS, SPEAKING, Found, unwrapped
from understudy.modeled.model import Listing, Operation
from understudy.modeled.names import plain, same_thing, singular
from understudy.modeled.schemas import Node
from understudy.yaml import escape


def view(reading: Reading, route: Route, places: Iterable[Place]) -> Operation | None:
    """The view that a GET is; None: it answers no known record, or does not say which ones."""
    schemas = reading.schemas
    _, body = success(schemas, route)
    if body is None:
        return None
    thing = route.path.literal
    # Of a path that has owners nobody could say whose the records are.
    by_record = {each.record.at: each for each in places if ANY not in each.key}
    found = unwrapped(schemas, body, thing) if schemas.is_object(body) else None
    many = found is None or found.node.at not in by_record
    if many:
        found = listed(schemas, body, thing)
        if found is None or not _is_envelope(reading, body, found, thing):
            return None
    place = by_record.get(found.node.at) if found is not None else None
    if found is None or place is None:
        return None
    narrowed = _narrowed(reading, route, place)
    if narrowed is None:
        return None
    how = listing(schemas, route, body, found) if many else Listing(items=found.pointer)
    filters = {**how.filters, **narrowed}
    how = Listing(
        how.items, how.page, how.by, how.size, how.order, how.direction, filters, how.envelope
    )
    saw = f"GET {route.path.text} answers {'a list of' if many else 'one of'} {place.name}"
    answer = None if many else found.pointer
    return Operation("view", place.name, 7, saw, answer=answer, listing=how)


def _is_envelope(reading: Reading, body: Node, found: Found, thing: str) -> bool:
    """Whether the list is what is answered, not a part of some record."""
    if not found.pointer:
        return True
    names = reading.schemas.names(body)
    name = found.pointer.rpartition("/")[2]
    usual = same_thing(name, thing) or plain(name) in USUAL or len(names) == 1
    return usual and not (names.keys() & IDENTIFIERS)


def _narrowed(reading: Reading, route: Route, place: Place) -> dict[str, str] | None:
    """The field of the record that each path parameter means; None: one of them means none."""
    names = reading.schemas.names(place.record)
    found: dict[str, str] = {}
    before = ""
    parameters = iter(route.path.names)
    for segment in route.path.key:
        if segment != ANY:
            before = segment
            continue
        name = next(parameters)
        bare = plain(name)
        # An id alone is that of the owner, who stands before it.
        owner = singular(before)
        wanted = [f"{owner}{bare}", owner] if bare in (*IDENTIFIERS, *SPEAKING) else [bare]
        written = next((names[each] for each in wanted if each in names), None)
        if written is None or not _is_plain(reading, place, written):
            return None
        found[name] = escape(written)
    return found


def _is_plain(reading: Reading, place: Place, written: str) -> bool:
    return reading.schemas.is_scalar(reading.schemas.properties(place.record)[written])
