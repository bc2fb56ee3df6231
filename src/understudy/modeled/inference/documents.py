"""Documents: one for each path, read and written, without an id of their own (rule 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from understudy.modeled.inference.bodies import request, success
from understudy.modeled.inference.collections import RESERVED, above
from understudy.modeled.inference.lists import USUAL, listed
from understudy.modeled.inference.paths import ANY, Route
from understudy.modeled.inference.reading import Reading
from understudy.modeled.inference.records import LIKE, share, unwrapped
from understudy.modeled.inference.records import Found as Record
from understudy.modeled.inference.updates import is_patch
from understudy.modeled.model import Collection, Operation, Role
from understudy.modeled.names import plain, same_thing
from understudy.modeled.schemas import Node

FEW = 8  # properties of what is hardly more than a list
SIGN = re.compile(r"[^A-Za-z0-9_]+")
Found = tuple[dict[str, Collection], dict[str, Operation]]


def documents(
    reading: Reading, claimed: Mapping[str, Operation], taken: Mapping[str, Collection]
) -> Iterator[Found]:
    """Each path that is read and written alike and is nothing else."""
    names = {*taken, *RESERVED} | {place.name for place in reading.places.values()}
    for routes in reading.paths.values():
        free = {each.method: each for each in routes if each.id not in claimed}
        get = free.get("get")
        if get is None or get.path.verb or len(free) < len(routes):
            continue
        made = _document(reading, get, free, names, taken)
        if made is not None:
            names.update(made[0])
            yield made


def _document(
    reading: Reading,
    get: Route,
    free: Mapping[str, Route],
    names: set[str],
    taken: Mapping[str, Collection],
) -> Found | None:
    schemas, thing = reading.schemas, get.path.literal
    _, body = success(schemas, get)
    if body is None or not schemas.is_object(body):
        return None
    if _is_list(reading, body, thing):
        return None  # what is written may be one more of it
    for record in (unwrapped(schemas, body, thing), Record(body, "")):
        writes = dict(_writes(reading, free, record.node, thing))
        if writes:
            return _claimed(get, free, writes, _collection(reading, get, record, names, taken))
    return None


def _is_list(reading: Reading, body: Node, thing: str) -> bool:
    """Whether a body is hardly more than a list of records."""
    found = listed(reading.schemas, body, thing)
    if found is None:
        return False
    name, names = found.pointer.rpartition("/")[2], reading.schemas.names(body)
    usual = same_thing(name, thing) or plain(name) in USUAL
    return len(names) == 1 or (usual and len(names) <= FEW)


class _Document(NamedTuple):
    """A document on its way."""

    name: str
    role: Role
    collection: Collection
    answer: str


def _collection(
    reading: Reading,
    get: Route,
    record: Record,
    names: set[str],
    taken: Mapping[str, Collection],
) -> _Document:
    """The document's place in the model: below a record, or alone."""
    owners = {each.item: each for each in reading.places.values() if not each.shared}
    place = above(owners, get.path.key)
    owner = place if place is not None and place.name in taken else None
    single = Collection(
        path=get.path.text,
        schema=record.node.at,
        under=owner.name if owner is not None and _directly(owner.item, get) else "",
        single=True,
        seed=0,
    )
    role: Role = "subdocument" if owner is not None else "singleton"
    return _Document(_name(get, names), role, single, record.pointer)


def _claimed(
    get: Route,
    free: Mapping[str, Route],
    writes: Mapping[str, tuple[str, str | None]],
    document: _Document,
) -> Found:
    """What the operations of its path do to it."""
    name, role = document.name, document.role
    saw = f"{get.path.text} is read and written by {' and '.join(each.upper() for each in writes)}"
    found = {get.id: Operation(role, name, 6, saw, answer=document.answer)}
    for method, (sent, answer) in writes.items():
        found[free[method].id] = Operation(role, name, 6, saw, body=sent, answer=answer)
    if "delete" in free:
        found[free["delete"].id] = Operation(role, name, 6, saw)
    return {name: document.collection}, found


def _writes(
    reading: Reading, free: Mapping[str, Route], record: Node, thing: str
) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """The methods that write the document: where it stands in what is sent and answered."""
    for method in ("put", "patch", "post"):
        sent = _sent(reading, free[method], record, thing) if method in free else None
        if sent is not None:
            yield method, (sent, _answer(reading, free[method], record, thing))


def _directly(item: tuple[str, ...], get: Route) -> bool:
    """Whether all parameters of the path are those of the record above."""
    return get.path.key.count(ANY) == item.count(ANY)


def _sent(reading: Reading, route: Route, record: Node, thing: str) -> str | None:
    """Where the document stands in what is sent; None: another thing is sent."""
    schemas = reading.schemas
    body = request(schemas, route)
    if body is not None and _is_free(route, body) and _answers(reading, route, record):
        return ""
    if body is None or not schemas.is_object(body):
        return None
    for node, pointer in (unwrapped(schemas, body, thing), Record(body, "")):
        if node.at == record.at or share(schemas, node, record) >= LIKE:
            quiet = reading.is_silent(route) or _answer(reading, route, record, thing) is not None
            return pointer if quiet and not pointer.endswith("/0") else None
    return None


def _is_free(route: Route, body: Node) -> bool:
    """Whether it is sent operations on a document, or values of any name."""
    names = "properties" not in body.schema and body.schema.get("additionalProperties")
    return is_patch(route) or (route.method == "post" and isinstance(names, Mapping))


def _answers(reading: Reading, route: Route, record: Node) -> bool:
    """Whether what is answered is the very document, and no record of a collection."""
    _, body = success(reading.schemas, route)
    known = any(each.record.at == record.at for each in reading.places.values())
    return body is not None and body.at == record.at and not known


def _answer(reading: Reading, route: Route, record: Node, thing: str) -> str | None:
    """Where the document stands in what a write answers; None: it does not."""
    schemas = reading.schemas
    _, body = success(schemas, route)
    if body is None or not schemas.is_object(body):
        return None
    for node, pointer in (Record(body, ""), unwrapped(schemas, body, thing)):
        if node.at == record.at or share(schemas, node, record) >= LIKE:
            return pointer
    return None


def _name(get: Route, names: set[str]) -> str:
    literals = [SIGN.sub("_", each).strip("_") for each in get.path.key if each != ANY]
    name = literals.pop() or "document"
    while name in names and literals:
        name = f"{literals.pop()}_{name}"
    number, base = 2, name
    while name in names:
        name, number = f"{base}_{number}", number + 1
    return name
