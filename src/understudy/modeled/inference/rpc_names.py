"""Remote calls by name: noun and verb of a path, its parameters, whose record it is (rule 9)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from understudy.modeled.inference.bodies import request, success
from understudy.modeled.inference.paths import ANY, Route
from understudy.modeled.inference.reading import Reading
from understudy.modeled.inference.records import share
from understudy.modeled.model import Operation
from understudy.modeled.names import plain, same_thing, singular
from understudy.modeled.schemas import Node

VERBS = {
    "list": ("list", "listall", "query"),
    "read": ("get", "info", "retrieve", "read", "show", "describe"),
    "create": ("create", "add", "new", "insert", "upload"),
    "merge": ("update", "edit", "rename", "modify"),
    "delete": ("delete", "remove", "destroy"),
}
ROLES = {word: role for role, words in VERBS.items() for word in words}
VERSION = re.compile(r"(_v\d+|V\d+)$")
PARTS = re.compile(r"[./]")


class Call(NamedTuple):
    """One operation whose path says a noun and a verb."""

    route: Route
    noun: str
    verb: str

    @property
    def does(self) -> str:
        return ROLES.get(plain(VERSION.sub("", self.verb)), "")

    @property
    def parts(self) -> list[str]:
        """The words of a noun, the last is what it is about."""
        return PARTS.split(self.noun)


def call_of(route: Route) -> Call | None:
    """`/noun.verb`, or `/noun/verb` by POST; None: the path says something else."""
    if ANY in route.path.key or route.path.verb or route.method not in ("get", "post"):
        return None
    *before, last = route.path.key
    noun, dot, verb = last.rpartition(".")
    if dot and noun:
        return Call(route, "/".join((*before, noun)), verb)
    if before and route.method == "post":
        return Call(route, "/".join(before), last)
    return None


def parameter_names(reading: Reading, route: Route) -> list[str]:
    """The names of all that a call is told: in its query and in its body."""
    sent = request(reading.schemas, route)
    said = [each["name"] for each in route.query()]
    return said if sent is None else [*said, *reading.schemas.properties(sent)]


class Noun(NamedTuple):
    """A noun that has a collection: what it is called, alone and where one of it is answered."""

    collection: str
    thing: str
    word: str
    record: Node


def owned(
    reading: Reading, calls: Collection[Call], nouns: Collection[Noun]
) -> Iterator[tuple[str, Operation]]:
    """What calls of longer nouns (`admin.users`) do to the records they name."""
    strange: list[str] = []  # nouns that make what is in no collection: their ids are unknown
    for call in calls:
        if call.does != "create":
            continue
        made = _made(reading, call, nouns)
        if made is None:
            strange.append(call.noun)
        else:
            yield call.route.id, made
    for call in calls:
        if call.does != "create" and not any(_is_in(call.noun, each) for each in strange):
            known = _acts(reading, call, nouns) or _mentions(reading, call, nouns)
            if known is not None:
                yield call.route.id, known


def _made(reading: Reading, call: Call, nouns: Iterable[Noun]) -> Operation | None:
    """A record made by a call that answers its id, under the name of its kind."""
    schemas = reading.schemas
    sent, body = request(schemas, call.route), success(schemas, call.route)[1]
    for noun in nouns:
        if sent is None or body is None or not same_thing(noun.thing, call.parts[-1]):
            continue
        by = _id(schemas.properties(body), noun)
        if by is not None and share(schemas, sent, noun.record) > 0:
            saw = f"{call.route.path.text} says {call.verb} and answers the id of {noun.collection}"
            return Operation("rpc", noun.collection, 9, saw, does="create", by=by)
    return None


def _acts(reading: Reading, call: Call, nouns: Collection[Noun]) -> Operation | None:
    """A call that says which record it is about; what it does to it is not known."""
    said = parameter_names(reading, call.route)
    for part in reversed(call.parts):
        for noun in nouns:
            by = _id(said, noun) if same_thing(noun.thing, part) else None
            if by is not None:
                saw = f"{call.route.path.text} names one of {noun.collection}; what it does is open"
                return Operation("rpc", noun.collection, 9, saw, does="action", by=by)
    return None


def _mentions(reading: Reading, call: Call, nouns: Collection[Noun]) -> Operation | None:
    """A call of another noun (`chat.postMessage`) that must say one record, or, where it writes,
    can say one alone, by the very name that the record has where it is answered."""
    if "." not in call.route.path.literal:
        return None
    needed = _needed(reading, call)
    for said in (
        needed,
        parameter_names(reading, call.route) if call.route.method == "post" else [],
    ):
        found = [(noun, by) for noun in nouns if (by := _id(said, noun)) is not None]
        if len(found) == 1:
            noun, by = found[0]
            saw = f"{call.route.path.text} is about one of {noun.collection}; what it does is open"
            return Operation("rpc", noun.collection, 9, saw, does="action", by=by)
    return None


def _needed(reading: Reading, call: Call) -> list[str]:
    """The names of what a call has to say."""
    sent = request(reading.schemas, call.route)
    needed = [each["name"] for each in call.route.query() if each.get("required") is True]
    return needed if sent is None else [*needed, *reading.required(sent)]


def _id(said: Iterable[str], noun: Noun) -> str | None:
    """The name that says which record is meant, after the kind it is of."""
    kinds = {plain(noun.word), singular(noun.word), singular(noun.thing)}
    wanted = kinds | {f"{each}id" for each in kinds}
    return next((each for each in said if plain(each) in wanted), None)


def _is_in(noun: str, other: str) -> bool:
    return noun == other or noun.startswith((f"{other}.", f"{other}/"))
