"""A document's `servers`: their URLs with variables filled in, and the base paths they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from understudy.openapi.source import Source
from understudy.yaml import escape

VARIABLE = re.compile(r"\{([^{}]+)\}")
BASES = 64  # base paths of one document: variables multiply


class Base(Struct, frozen=True):
    """A base path by segments; None: any text."""

    segments: tuple[str | None, ...]

    @property
    def open(self) -> bool:
        """Whether it takes any text somewhere."""
        return None in self.segments

    def strip(self, texts: Sequence[str | None]) -> int | None:
        """Where in a path's segments (the first is empty) what is behind the base begins."""
        end = len(self.segments) + 1
        if len(texts) < end:
            return None
        for wanted, text in zip(self.segments, texts[1:end], strict=True):
            if text != wanted and not (wanted is None and text):
                return None
        return end


def compile_servers(source: Source) -> tuple[str, ...]:
    """The base URLs; a contract of ours needs one."""
    found = [*urls(source, source.document, "")]
    if not found and source.own:
        raise source.error("/servers", "servers is missing", "Write the vendor's base URL")
    return tuple(found) or ("/",)


def urls(source: Source, owner: Mapping[str, Any], at: str) -> Iterator[str]:
    """The URLs of an object's `servers`, each variable with its default."""
    for server, where in _servers(source, owner, at):
        url, variables = server["url"], source.mapping(server, "variables", where)
        for name, raw in variables.items():
            variable = source.object(raw, f"{where}/variables/{escape(name)}")
            url = url.replace(f"{{{name}}}", source.text(variable, "default"))
        yield url


def base_path(url: str) -> str:
    """The path of a server's URL, as it stands before each of its operations."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    path = path.removeprefix(".").rstrip("/")
    return path if path.startswith("/") or not path else f"/{path}"


def bases(source: Source, owner: Mapping[str, Any], at: str) -> tuple[Base, ...]:
    """The base paths of an object's servers, the longest first; what has none is left out."""
    found: dict[Base, None] = {}
    for server, where in _servers(source, owner, at):
        for url in _fillings(server["url"], source.mapping(server, "variables", where)):
            path = base_path(url)
            if path:
                segments = path[1:].split("/")
                found[Base(tuple(None if "{" in each else each for each in segments))] = None
    kept = islice(found, BASES)
    return tuple(sorted(kept, key=lambda base: (base.open, -len(base.segments))))


def _fillings(url: str, variables: Mapping[str, Any]) -> Iterator[str]:
    """A URL with each value its variables may have; one without limits stays a variable, too."""
    names = [name for name in dict.fromkeys(VARIABLE.findall(url)) if name in variables]
    choices = [_values(variables[name]) for name in names]
    for values in islice(product(*choices), BASES):
        filled = url
        for name, value in zip(names, values, strict=True):
            filled = filled.replace(f"{{{name}}}", value)
        yield filled


def _values(variable: Any) -> list[str]:
    said = variable if isinstance(variable, Mapping) else {}
    default = str(said.get("default", ""))
    limits = said.get("enum")
    if isinstance(limits, list) and limits:
        return [*dict.fromkeys([default, *map(str, limits)])]
    return [default, "{any}"]


def _servers(
    source: Source, owner: Mapping[str, Any], at: str
) -> Iterator[tuple[Mapping[str, Any], str]]:
    for index, server in enumerate(source.items(owner, "servers", at)):
        where = f"{at}/servers/{index}"
        if isinstance(server, Mapping) and isinstance(server.get("url"), str):
            yield server, where
        else:
            source.warn(where, "url is missing", "Write the base URL")
