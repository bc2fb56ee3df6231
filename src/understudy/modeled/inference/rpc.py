"""Remote calls: a noun and a verb in the path, what is meant in the call (rule 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from understudy.modeled.inference.bodies import request, success
from understudy.modeled.inference.collections import RESERVED
from understudy.modeled.inference.lists import listed, listing
from understudy.modeled.inference.paths import Route
from understudy.modeled.inference.reading import Reading
from understudy.modeled.inference.records import HALF, IDS, Found, alike, identity, share
from understudy.modeled.inference.rpc_names import Call, Noun, call_of, owned, parameter_names
from understudy.modeled.model import Collection, Listing, Operation
from understudy.modeled.names import plain, same_thing, singular
from understudy.modeled.schemas import Node
from understudy.yaml import escape

SIGN = re.compile(r"[^A-Za-z0-9_]+")


def calls(
    reading: Reading, claimed: Mapping[str, Operation], taken: Mapping[str, Collection]
) -> Iterator[tuple[dict[str, Collection], dict[str, Operation]]]:
    """Nouns whose verbs make, read, list, change and remove records."""
    groups: dict[str, list[Call]] = {}
    for routes in reading.paths.values():
        for route in routes:
            call = call_of(route)
            if call is not None and route.id not in claimed:
                groups.setdefault(call.noun, []).append(call)
    names, nouns, done = {*taken, *RESERVED}, list[Noun](), set[str]()
    for noun, found in groups.items():
        made = _noun(reading, noun, found, names)
        if made is not None:
            known, collection, operations = made
            nouns.append(known)
            names.add(known.collection)
            done |= operations.keys()
            yield {known.collection: collection}, operations
    free = [each for group in groups.values() for each in group if each.route.id not in done]
    yield {}, dict(owned(reading, free, nouns))


def _noun(
    reading: Reading, noun: str, found: list[Call], names: set[str]
) -> tuple[Noun, Collection, dict[str, Operation]] | None:
    """The collection of a noun; None where no answer shows its record, or nothing says its id."""
    does = {call.does for call in found}
    if not does & {"read", "create"} or (len(found) < 2 and "read" not in does):
        return None
    thing = found[0].parts[-1]
    shown = next(_records(reading, found, thing), None)
    if shown is None:
        return None
    word = shown.pointer.rpartition("/")[2] or thing
    id = next((each for each in IDS if each in reading.schemas.names(shown.node)), "")
    id = id or identity(reading.schemas, shown.node, f"{word}_id", word)
    if not id:
        return None
    name = SIGN.sub("_", noun).strip("_")
    name = f"{name}_records" if name in names else name
    written = reading.schemas.names(shown.node).get(id, id)
    operations = {
        call.route.id: operation
        for call in found
        if (operation := _operation(reading, call, name, word, shown.node)) is not None
    }
    does = {each.does for each in operations.values()}
    if not does & {"read", "create", "list"}:
        return None
    known = Noun(name, thing, word, shown.node)
    return known, Collection(f"/{noun}", shown.node.at, id=escape(written)), operations


def _records(reading: Reading, found: Iterable[Call], thing: str) -> Iterator[Found]:
    """The record in the answers of what reads and makes one, the surest first."""
    for does in ("read", "create"):
        for call in found:
            if call.does == does:
                yield from _inside(reading, call.route, thing)


def _inside(reading: Reading, route: Route, thing: str) -> Iterator[Found]:
    """The one object with an id in an answer: itself, or under one of its names."""
    _, body = success(reading.schemas, route)
    if body is None:
        return
    if "id" in reading.schemas.names(body):
        yield Found(body, "")
        return
    objects = {
        name: node
        for name, node in reading.schemas.properties(body).items()
        if reading.schemas.is_object(node) and "id" in reading.schemas.names(node)
    }
    named = [name for name in objects if same_thing(name, thing)]
    for name in named or (list(objects) if len(objects) == 1 else []):
        yield Found(objects[name], f"/{escape(name)}")


def _operation(
    reading: Reading, call: Call, name: str, word: str, record: Node
) -> Operation | None:
    """What one of a noun's verbs does; None where it is not sure."""
    route, does = call.route, call.does
    _, body = success(reading.schemas, route)
    saw = f"{route.path.text} says {call.verb} of {name}"
    if does == "list" and body is not None:
        entries = listed(reading.schemas, body, word)
        if entries is None or not alike(reading.schemas, entries.node, record):
            return None
        how: Listing = listing(reading.schemas, route, body, Found(record, entries.pointer))
        return Operation("rpc", name, 9, saw, does="list", listing=how)
    answer = next((each.pointer for each in _alike(reading, route, record)), None)
    if does == "create":
        if answer is None or not _has_some(reading, route, record):
            return None
        return Operation("rpc", name, 9, saw, does="create", answer=answer)
    by = _parameter(reading, route, word, name)
    if by is None or (does == "read" and answer is None):
        return None
    if does == "merge" and not _changes(reading, route, record):
        does = ""
    return Operation("rpc", name, 9, saw, does=does or "action", by=by, answer=answer)


def _alike(reading: Reading, route: Route, record: Node) -> Iterator[Found]:
    for found in _inside(reading, route, ""):
        if alike(reading.schemas, found.node, record):
            yield found


def _has_some(reading: Reading, route: Route, record: Node) -> bool:
    """Whether something of what is sent is what the record has."""
    sent = request(reading.schemas, route)
    return sent is not None and share(reading.schemas, sent, record) > 0


def _parameter(reading: Reading, route: Route, word: str, name: str) -> str | None:
    """The parameter or property that says which record is meant; None: nothing does."""
    one = singular(word)
    wanted = [plain(word), one, f"{one}id", singular(name), f"{singular(name)}id", "id"]
    by_name = {plain(each): each for each in parameter_names(reading, route)}
    return next((by_name[each] for each in wanted if each in by_name), None)


def _changes(reading: Reading, route: Route, record: Node) -> bool:
    """Whether most of what is sent, the id apart, is what the record has."""
    sent = request(reading.schemas, route)
    return sent is not None and share(reading.schemas, sent, record) >= HALF
