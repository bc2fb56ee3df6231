"""A user's schemas before anybody compiles them: what no checker takes is dropped and told."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import jsonschema_rs

from understudy.openapi.document_warning import Warnings
from understudy.openapi.patterns import readable
from understudy.openapi.pointer import at
from understudy.openapi.schema_weight import too_heavy
from understudy.openapi.structure import Kind, Path, Visitor, mapping, rewrite

ERRORS = 20_000  # read of one document
ROUNDS = 4  # what is left behind by one mending may be wrong itself
FIX = "Mend the schema"
SIMPLER = "Let fewer of its allOf, anyOf and oneOf name schemas that have such themselves"

# Where whole schemas stand: below these under a name of their own, or at one of those keywords.
NAMED = frozenset(("properties", "patternProperties", "$defs", "dependentSchemas", "schemas"))
SINGLE = ("schema", "items", "not", "if", "then", "else", "contains", "propertyNames")
REST = ("contentSchema", "additionalProperties", "unevaluatedItems", "unevaluatedProperties")
SCHEMAS = frozenset((*SINGLE, *REST))

Origins = Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]]


class Places:
    """Where what stands in the upgraded document stood in what its author wrote."""

    MOVED = ("schemas", "definitions"), ("parameters", "parameters"), ("responses", "responses")

    def __init__(self, file: str, origins: Origins, *, swagger: bool) -> None:
        self.file = file
        self._origins = origins
        self._homes = dict(self.MOVED) if swagger else {}

    def original(self, path: Path) -> tuple[str, Path]:
        """The file, and the steps of the pointer in it."""
        if path[:1] == ["components"] and len(path) > 2:
            home = self._homes.get(path[1])
            start = (home, path[2]) if home else tuple(path[:3])
            file, steps = self._origins.get(start, (self.file, start))
            return file, [*steps, *path[3:]]
        return self.file, path


def mend_schemas(document: dict[str, Any], places: Places, warnings: Warnings) -> dict[str, Any]:
    """The document with schemas that compile, but for references that lead nowhere."""
    reading = _Reading(places, warnings)
    made: dict[str, Any] = rewrite(document, "document", reading, [])
    schemas = mapping(mapping(made, "components"), "schemas")
    odd = [name for name, each in schemas.items() if not isinstance(each, dict | bool)]
    reading.found.extend(["components", "schemas", name] for name in odd)
    _drop_broken(made, reading.found, places, warnings)
    for name in too_heavy(schemas):
        file, place = places.original(["components", "schemas", name])
        warnings.add(file, place, "it grows without end; nothing is held against it", SIMPLER)
        schemas[name] = {}
    return made


class _Reading(Visitor):
    """Mends patterns, and finds the outermost schemas."""

    def __init__(self, places: Places, warnings: Warnings) -> None:
        self.places = places
        self.warnings = warnings
        self.found: list[Path] = []
        self._outermost = -1  # steps to the schema that the walk is in; none: -1

    def visit(self, node: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        if kind != "schema":
            self._outermost = -1
            return node
        if self._outermost < 0 or len(path) <= self._outermost:
            self._outermost = len(path)
            self.found.append([*path])
        if "pattern" in node:
            node = self._one(node, path)
        if isinstance(node.get("patternProperties"), dict):
            node = self._many(node, path)
        return node

    def _one(self, node: dict[str, Any], path: Path) -> dict[str, Any]:
        said = node["pattern"]
        mended = readable(said) if isinstance(said, str) else None
        if mended is None:
            self._tell(said, [*path, "pattern"])
            return {key: value for key, value in node.items() if key != "pattern"}
        return node if mended == said else {**node, "pattern": mended}

    def _many(self, node: dict[str, Any], path: Path) -> dict[str, Any]:
        said = node["patternProperties"]
        mended = {each: readable(each) for each in said}
        if all(old == new for old, new in mended.items()):
            return node
        for old, new in mended.items():
            if new is None:
                self._tell(old, [*path, "patternProperties", old])
        kept = {new: said[old] for old, new in mended.items() if new is not None}
        return {**node, "patternProperties": kept}

    def _tell(self, pattern: Any, path: Path) -> None:
        file, place = self.places.original(path)
        what = f"pattern {str(pattern)[:200]!r} cannot be read; nothing is held against it"
        self.warnings.add(file, place, what, "Write an ECMA 262 expression")


def _drop_broken(
    document: dict[str, Any], found: list[Path], places: Places, warnings: Warnings
) -> None:
    """Drop each keyword that JSON Schema's own schema refuses, and tell it."""
    for _ in range(ROUNDS):
        schemas = {str(index): at(document, path) for index, path in enumerate(found)}
        if META.is_valid({"$defs": schemas}):
            return
        wrong: dict[tuple[Any, ...], str] = {}
        for error in islice(META.iter_errors({"$defs": schemas}), ERRORS):
            wrong.setdefault(tuple(error.instance_path[1:]), error.message)
        for steps, message in wrong.items():
            path = [*found[int(steps[0])], *map(str, steps[1:])]
            if _drop(document, path):
                file, place = places.original(path)
                what = f"{path[-1][:80]}: {message[:200]}; nothing is held against it"
                warnings.add(file, place, what, FIX)


def _drop(document: dict[str, Any], path: Path) -> bool:
    """Take out what stands there; a whole schema that is none becomes one that takes anything."""
    holder, key = at(document, path[:-1]), path[-1]
    if isinstance(holder, dict) and key in holder:
        if path[-2] in NAMED or (key in SCHEMAS and isinstance(holder[key], dict)):
            holder[key] = {}
        else:
            del holder[key]
        return True
    if isinstance(holder, list) and key.isdecimal() and int(key) < len(holder):
        holder[int(key)] = {}
        return True
    return False


META = jsonschema_rs.Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"})
