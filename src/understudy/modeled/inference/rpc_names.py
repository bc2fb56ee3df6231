"""What a remote call says by name: a noun and a verb in its path, and what it is told (rule 9)."""

from __future__ import annotations

import re
from typing import NamedTuple

from understudy.modeled.inference.bodies import request
from understudy.modeled.inference.paths import ANY, Route
from understudy.modeled.inference.reading import Reading
from understudy.modeled.names import plain

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
