"""The record inside a body, what names it, and whether two are alike (rules 3, 4 and 6)."""

from __future__ import annotations

from typing import NamedTuple

from understudy.modeled.names import plain, same_thing, words
from understudy.modeled.schemas import Node, Schemas
from understudy.yaml import escape

WRAPPERS = ("data", "result", "item")
WIDE = 6  # properties: what has more is no wrapper
LIKE = 0.6  # of the properties
HALF = 0.5
IDS = ("id", "uuid", "guid", "sid", "gid")
IDENTIFIERS = frozenset((*IDS, "identifier", "ids", "ref"))
SPEAKING = (
    "number",
    "slug",
    "key",
    "code",
    "login",
    "name",
    "username",
    "token",
    "sha",
    "handle",
    "email",
)


class Found(NamedTuple):
    """A record's schema, and the pointer in the body to where one stands."""

    node: Node
    pointer: str


def unwrapped(schemas: Schemas, node: Node, thing: str, parameter: str = "") -> Found:
    """The record of a body: itself, or what it wraps; of a list of one, the one."""
    names = schemas.names(node)
    if len(names) > WIDE or (parameter and identity(schemas, node, parameter, thing)):
        return Found(node, "")
    properties = schemas.properties(node)
    for name, inner in properties.items():
        called = plain(name) in WRAPPERS or same_thing(name, thing)
        alone = len(properties) == 1 and _is_named(schemas, inner, parameter, thing)
        if (called or alone) and schemas.is_object(inner):
            return Found(inner, f"/{escape(name)}")
        item = schemas.items(inner)
        if item is not None and same_thing(name, thing) and schemas.is_object(item):
            return Found(item, f"/{escape(name)}/0")
    return Found(node, "")


def is_of_another(found: Found, key: tuple[str, ...], thing: str) -> bool:
    """Whether it is wrapped in the name of something else in the path: an answer about that."""
    name = found.pointer.removesuffix("/0").rpartition("/")[2]
    return (
        bool(name) and not same_thing(name, thing) and any(same_thing(name, each) for each in key)
    )


def identity(schemas: Schemas, node: Node, parameter: str, thing: str) -> str:
    """The field of a record that a path's parameter means, as a pointer; "": none."""
    names = schemas.names(node)
    for name in _candidates(parameter, thing):
        written = names.get(name)
        if written is not None and schemas.is_scalar(schemas.properties(node)[written]):
            return escape(written)
    if _speaks(parameter) == "name" and "metadata" in names:
        inner = schemas.properties(node)[names["metadata"]]
        if "name" in schemas.names(inner):
            return f"{names['metadata']}/name"
    return ""


def alike(schemas: Schemas, one: Node, other: Node) -> bool:
    """Whether two are one thing: of one place, or with most of their properties in common."""
    if one.at == other.at:
        return True
    return share(schemas, one, other) >= LIKE and share(schemas, other, one) >= LIKE / 2


def share(schemas: Schemas, one: Node, other: Node) -> float:
    """How much of what one has the other has as well."""
    mine, theirs = schemas.names(one), schemas.names(other)
    return len(mine.keys() & theirs.keys()) / len(mine) if mine else 0.0


def _is_named(schemas: Schemas, inner: Node, parameter: str, thing: str) -> bool:
    """Whether what is inside has the id that the path wants, so that the outside is a wrapper."""
    return bool(parameter) and bool(identity(schemas, inner, parameter, thing))


def _candidates(parameter: str, thing: str) -> list[str]:
    """Names of the field that a parameter means, compared plain, the likeliest first."""
    found, said = [plain(parameter)], words(parameter)
    speaks = _speaks(parameter)
    if speaks:
        found.append(speaks)
    means_it = same_thing(parameter, thing) or any(same_thing(each, thing) for each in said)
    if (said and said[-1] in IDENTIFIERS) or (means_it and not speaks):
        found += [*IDS, f"{plain(_one(thing))}id"]
    return list(dict.fromkeys(found))


def _one(thing: str) -> str:
    return thing[:-1] if thing.endswith("s") else thing


def _speaks(parameter: str) -> str:
    """The word a parameter ends in where that word names a field."""
    whole = plain(parameter)
    return next((each for each in (*SPEAKING,) if whole.endswith(each)), "")
