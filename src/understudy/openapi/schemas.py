"""The component schemas of a user's document in one registry, from which each is compiled alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from understudy.openapi.patterns import PATTERNS
from understudy.openapi.structure import Kind, Path, Visitor, rewrite

DOCUMENT = "urn:understudy:document"


class Schemas(Mapping[str, Any]):
    """The schemas by name; the registry is made when the first is compiled.

    A format that nobody checks is an annotation here, and nothing is ever fetched.
    """

    __slots__ = ("_registry", "_schemas")

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._registry: Any = None

    def __getitem__(self, name: str) -> Any:
        return self._schemas[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._schemas)

    def __len__(self) -> int:
        return len(self._schemas)

    def __contains__(self, name: object) -> bool:
        return name in self._schemas

    def root(self, schema: Any) -> Any:
        """What the paths in a validator's errors lead through."""
        if not isinstance(schema, Mapping):
            return schema
        return {**schema, "components": {"schemas": self._schemas}}

    def validator(self, schema: Any) -> Any:
        """The library's validator of a schema whose `$ref`s name these."""
        if self._registry is None:
            resource = {"components": {"schemas": dict(self._schemas)}}
            draft = jsonschema_rs.Draft202012
            self._registry = jsonschema_rs.Registry([(DOCUMENT, resource)], draft=draft)
        return jsonschema_rs.Draft202012Validator(
            rewrite(schema, "schema", _ABSOLUTE, []),
            registry=self._registry,
            validate_formats=True,
            ignore_unknown_formats=True,
            offline=True,
            pattern_options=PATTERNS,
        )


class _Absolute(Visitor):
    """References to components as they read from outside of the document."""

    def visit(self, node: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        ref = node.get("$ref")
        if isinstance(ref, str) and ref.startswith("#/components/"):
            return {**node, "$ref": f"{DOCUMENT}{ref}"}
        return node


_ABSOLUTE = _Absolute()
