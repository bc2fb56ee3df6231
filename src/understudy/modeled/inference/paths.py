"""Paths as inference sees them: literals, parameters, and a verb behind them (rules 1 and 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

METHODS = ("get", "put", "post", "patch", "delete")
PARAMETER = re.compile(r"\{([^{}]+)\}")
WHOLE = re.compile(r"\{([^{}]+)\}(?:\.json|\.\{[^{}]+\})?(?::(\w+))?")
ANY = "{}"  # stands for a parameter, whatever it is called
NAMELESS = "{ }"  # a literal that looks like one

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A path in its parts."""

    text: str
    key: Key  # its segments; a parameter is ANY
    names: tuple[str, ...]  # of its parameters, in order
    verb: str = ""  # behind a colon or a sign

    @property
    def is_item(self) -> bool:
        """Whether it names one thing: a parameter behind a literal."""
        return len(self.key) > 1 and self.key[-1] == ANY and not self.verb

    @property
    def literal(self) -> str:
        """Its last literal: what it is about."""
        return next((each for each in reversed(self.key) if each != ANY), "")


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of a document, raw."""

    id: str
    method: str
    path: Template
    raw: Mapping[str, Any]
    at: str  # a JSON pointer to it
    parameters: tuple[Mapping[str, Any], ...]  # its own and those of its path, references followed

    def query(self) -> Iterator[Mapping[str, Any]]:
        """Its query parameters."""
        return (each for each in self.parameters if each.get("in") == "query")


@lru_cache(maxsize=4_096)
def template(text: str) -> Template:
    """A path's parts: `.json` and `:verb` split off, a mixed segment is a literal."""
    path, sign, fragment = text.partition("#")
    key: list[str] = []
    names: list[str] = []
    verb = fragment if sign else ""
    for segment in path.split("?")[0].strip("/").split("/"):
        whole = WHOLE.fullmatch(segment)
        if whole is not None:
            key.append(ANY)
            names.append(whole[1])
            verb = verb or whole[2] or ""
            continue
        literal, colon, called = segment.partition(":")
        if colon and literal and "{" not in segment:
            segment, verb = literal, called
        names.extend(PARAMETER.findall(segment))
        key.append(NAMELESS if segment == ANY else segment.removesuffix(".json"))
    return Template(text, tuple(key), tuple(names), verb)


def collection_of(key: Key) -> Key:
    """Where the things of an item's path are listed: the path up to its last literal."""
    end = len(key)
    while end and key[end - 1] == ANY:
        end -= 1
    return key[:end]
