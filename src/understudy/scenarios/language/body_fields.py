"""The names of a body's fields, as the contract declares them: a misspelt one is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.language.fields import resolved
from understudy.scenarios.language.operations import known
from understudy.yaml import escape

ALIKE = 0.8  # from here on a name is another one, misspelt
DEPTH = 32  # schemas within schemas that are followed
SAME = ("$exactly", "$not")  # operators whose value is about the same thing
COMBINED = ("allOf", "anyOf", "oneOf")

Nodes = tuple[Mapping[str, Any], ...]


class BodyFields:
    """What an operation's body may be made of."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self.contract = contract
        self.operation = operation
        body = operation.body
        self.root: Nodes = () if body is None else self._nodes([body.schema])

    def check(self, wanted: Any, pointer: str) -> None:
        """InputError for a name in a pattern that the body does not have."""
        self._check(wanted, self.root, pointer)

    def check_path(self, names: Iterable[str], pointer: str) -> None:
        """InputError for a name in `a.b.0.c` that the body does not have."""
        nodes = self.root
        for name in names:
            inside = self._items(nodes) if name.isdigit() else ()
            nodes = inside or self._field(nodes, name, pointer)

    def _check(self, wanted: Any, nodes: Nodes, pointer: str) -> None:
        if isinstance(wanted, Mapping):
            for key, each in wanted.items():
                place = f"{pointer}/{escape(key)}"
                if key in SAME:
                    self._check(each, nodes, place)
                elif key.startswith("$$") or not key.startswith("$"):
                    name = key[1:] if key.startswith("$") else key
                    self._check(each, self._field(nodes, name, place), place)
        elif isinstance(wanted, list):
            for number, each in enumerate(wanted):
                self._check(each, self._items(nodes), f"{pointer}/{number}")

    def _field(self, nodes: Nodes, name: str, pointer: str) -> Nodes:
        """What stands under a name; nothing is known of what the contract leaves open."""
        there = {key: each for node in nodes for key, each in node.get("properties", {}).items()}
        if name in there:
            found = [node["properties"][name] for node in nodes if name in _named(node)]
            return self._nodes(found)
        if not there or any(_open(node) for node in nodes):
            return ()
        closed = all(node.get("additionalProperties") is False for node in nodes if _named(node))
        if closed or _meant(name, there):
            what = f"{self.operation.id}'s body has no `{name}`"
            fix = f"{known(name, there)}; `$.{name}` looks at what the contract does not declare"
            raise InputError(what, where=pointer, fix=fix)
        return ()

    def _items(self, nodes: Nodes) -> Nodes:
        return self._nodes(node["items"] for node in nodes if isinstance(node.get("items"), dict))

    def _nodes(self, schemas: Iterable[Any]) -> Nodes:
        return tuple(node for schema in schemas for node in self._alternatives(schema, 0))

    def _alternatives(self, schema: Any, depth: int) -> Iterator[Mapping[str, Any]]:
        """A schema and those that it is made of."""
        if not isinstance(schema, Mapping) or depth > DEPTH:
            return
        found = resolved(self.contract, schema)
        yield found
        for keyword in COMBINED:
            for each in found.get(keyword, ()):
                yield from self._alternatives(each, depth + 1)


def _named(node: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = node.get("properties", {})
    return found


def _meant(name: str, there: Iterable[str]) -> bool:
    """Whether a name is one of these, misspelt: a contract may take more than it declares."""
    plain = {_plain(each) for each in there}
    return bool(get_close_matches(_plain(name), plain, 1, ALIKE))


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _open(node: Mapping[str, Any]) -> bool:
    """Whether any name may stand in an object of it."""
    if node.get("additionalProperties") not in (None, False) or "patternProperties" in node:
        return True
    kind = node.get("type", "object")
    if "object" not in ([kind] if isinstance(kind, str) else kind):
        return False
    return not _named(node) and not any(key in node for key in (*COMBINED, "$ref", "enum", "const"))
