"""Where each kind of object has its names in a document, and which names are free there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.openapi.structure import SECTIONS, Kind, mapping

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# Steps of a pointer that say nothing of what stands there.
WORDLESS = frozenset(("components", "definitions", "properties", "schema", "content", "items"))
WORDLESS |= {"paths", "application/json", "allOf", "oneOf", "anyOf", *SECTIONS.values()}

Home = tuple[str, ...]
SWAGGER: dict[Kind, Home] = {
    "schema": ("definitions",),
    "parameter": ("parameters",),
    "response": ("responses",),
    "securityScheme": ("securityDefinitions",),
}
OPENAPI: dict[Kind, Home] = {kind: ("components", name) for kind, name in SECTIONS.items()}


class ComponentNames:
    """The components there are and those that are added, each by a name that any pointer holds."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.homes = SWAGGER if "swagger" in document else OPENAPI
        self._taken: dict[Home, set[str]] = {}
        self._names: dict[Home, dict[str, str]] = {}  # as found, as made
        self._added: dict[Home, dict[str, Any]] = {}
        for home in self.homes.values():
            found = section(document, home)
            self._taken[home] = {name for name in found if not UNSAFE.search(name)}
            self._names[home] = {
                name: self._free(home, name) if UNSAFE.search(name) else name for name in found
            }

    def known(self, kind: Kind, name: str) -> str | None:
        """The reference to a component of the document."""
        home = self.homes[kind]
        made = self._names[home].get(name)
        return None if made is None else f"#/{'/'.join(home)}/{made}"

    def new(self, kind: Kind, word: str) -> str:
        """A free name that is like the word."""
        return self._free(self.homes[kind], word)

    def reference(self, kind: Kind, name: str) -> str:
        """The reference to a component that has its name from here."""
        return f"#/{'/'.join(self.homes[kind])}/{name}"

    def add(self, kind: Kind, name: str, value: Any) -> None:
        self._added.setdefault(self.homes[kind], {})[name] = value

    def joined(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with its components by their new names, and what was added."""
        made = dict(document)
        for home in self.homes.values():
            names, added = self._names[home], self._added.get(home, {})
            if not added and all(old == new for old, new in names.items()):
                continue
            kept = {names.get(name, name): each for name, each in section(made, home).items()}
            holder = made
            if len(home) > 1:
                holder = made[home[0]] = dict(mapping(made, home[0]))
            holder[home[-1]] = kept | added
        return made

    def _free(self, home: Home, name: str) -> str:
        plain = UNSAFE.sub("_", name).strip("_")[:100] or "unnamed"
        taken, made, number = self._taken[home], plain, 2
        while made in taken:
            made, number = f"{plain}_{number}", number + 1
        taken.add(made)
        return made


def section(document: Mapping[str, Any], home: Home) -> dict[str, Any]:
    """The objects by name that stand at a home."""
    node = document
    for step in home:
        node = mapping(node, step)
    return dict(node)


def spoken(steps: tuple[str, ...], *, last: int, default: str) -> str:
    """A name for what a pointer leads to: its last words."""
    words = [each for each in steps if each not in WORDLESS and not each.isdecimal()]
    return ".".join(words[-last:]) if words else default
