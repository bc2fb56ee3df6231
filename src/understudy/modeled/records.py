"""Records of a document's collections: whatever their schema says, one class holds them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from msgspec import Raw, json, structs

from understudy.modeled.model import Collection
from understudy.modeled.pointers import get, put
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Index, Place, Record
from understudy.simulation.world import Kind, World
from understudy.vendor import Credential, credentials

ALONE = "-"  # the scope of what has no owner in its path, and the id of the one document of a path
EMPTY = Raw(b"{}")
DECODED = 2_048  # records whose data is at hand as values

decode = json.Decoder().decode


class Item(Record, frozen=True, kw_only=True):
    """One record: what is answered of it, as JSON, and where it belongs."""

    name: str = ""  # that a world file gave it
    data: Raw = EMPTY
    scope: str = ALONE  # the path values before its id
    owner: str = ""  # in a collection that several own: `users/u1`
    serial: int = 0  # the how-manieth of its collection: the order of lists
    updated: Instant = 0
    gone: bool = False  # of the one document of a path: it was removed
    since: Instant = 0  # when its present state began, where it has one
    whose: str = ""  # who made it, where others do not know it

    def fields(self) -> dict[str, Any]:
        """What rules see of it: the fields of its data, over what the sandbox keeps of it."""
        return {**structs.asdict(self), **data_of(self)}


class Key(Credential, frozen=True, kw_only=True):
    """A credential; one that a token URL handed out ends."""

    name: str = ""
    own: bool = False  # the sandbox's, that counts until a world declares some
    expires: Instant = 0  # 0: never


class Call(Record, frozen=True, kw_only=True):
    """A call that came with an idempotency key, and what it was answered."""

    status: int = 0
    body: Raw = EMPTY
    sent: str = ""  # a digest of what it asked


def data_of(item: Item) -> Mapping[str, Any]:
    """A record's data as values; nobody changes them."""
    return _decoded(bytes(item.data))


def encoded(data: Mapping[str, Any]) -> Raw:
    return Raw(json.encode(data))


def joined(values: Sequence[Any]) -> str:
    """Path values as one text, that no other values make."""
    texts = (str(each).replace("%", "%25").replace("/", "%2F") for each in values)
    return "/".join(texts) or ALONE


def kinds(
    collections: Mapping[str, Collection], fields: Mapping[str, frozenset[str]]
) -> tuple[Kind[Any], ...]:
    """The kinds of a world: the collections, its keys, and calls that may come again."""
    below: dict[str, list[str]] = {}
    for name, collection in collections.items():
        if collection.under:
            below.setdefault(collection.under, []).append(name)
    linked = {name: each for name, each in collections.items() if each.of}
    made = [
        replace(_kind(name, each, tuple(collections), below, linked), fields=fields[name])
        for name, each in collections.items()
    ]
    return (*made, credentials(Key), Kind(CALLS, Call))


CALLS = "idempotency_keys"


def _kind(
    name: str,
    collection: Collection,
    every: tuple[str, ...],
    below: Mapping[str, Sequence[str]],
    linked: Mapping[str, Collection],
) -> Kind[Item]:
    children = tuple(below.get(name, ()))
    links = {key: each for key, each in linked.items() if each.of == name}

    def effects(world: World, before: Item | None, after: Item | None, at: Instant) -> None:
        if after is not None and before is not None:
            for key, each in links.items():
                _follow(world, key, each, after, at)
        if after is None and before is not None:
            for child in children:
                for each in [*world[child].walk("scope", before.id)]:
                    world.remove(child, each.id, at)
            for other in every:
                for each in [*world[other].walk("owner", f"{name}/{before.id}")]:
                    world.remove(other, each.id, at)

    refers = {collection.under: _scope} if collection.under else {}
    return Kind(name, Item, indexes=INDEXES, effects=effects, refers=refers)


def _follow(world: World, name: str, links: Collection, target: Item, at: Instant) -> None:
    """Puts what a known record has become into the entries that stand for it."""
    for link in [*world[name].walk("owner", f"{links.of}/{target.id}")]:
        held = data_of(link)
        before = get(held, links.record)
        if isinstance(before, Mapping):
            new = {key: value for key, value in data_of(target).items() if key in before}
            data = put(held, links.record, new)
            world.replace(name, structs.replace(link, data=encoded(data), updated=at), at)


def _scope(item: Item) -> str:
    return item.scope


def _owner(item: Item) -> Hashable | None:
    return item.owner or None


def _name(item: Item) -> Hashable | None:
    return item.name or None


def _every(item: Item) -> str:
    return ALONE


def _place(item: Item) -> Place:
    return item.serial, b""


INDEXES: Mapping[str, Index[Item]] = {
    "scope": Index(_scope, _place),
    "owner": Index(_owner, _place),
    "every": Index(_every, _place),
    "name": Index(_name),
}


@lru_cache(maxsize=DECODED)
def _decoded(data: bytes) -> Mapping[str, Any]:
    found: Mapping[str, Any] = decode(data)
    return found
