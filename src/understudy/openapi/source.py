"""A document being compiled: its references, its places, its refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from understudy.errors import ContractError
from understudy.openapi.operation import Is, Provenance
from understudy.openapi.reference import follow
from understudy.yaml import escape

KINDS: tuple[Is, ...] = get_args(Is)


@dataclass(frozen=True, slots=True)
class Source:
    """The document, the name of its file, and the component schemas."""

    document: Mapping[str, Any]
    file: str
    schemas: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        components = self.document.get("components")
        schemas = components.get("schemas") if isinstance(components, Mapping) else None
        object.__setattr__(self, "schemas", schemas if isinstance(schemas, Mapping) else {})

    def error(self, pointer: str, what: str, fix: str) -> ContractError:
        return ContractError(what, where=f"{self.file}#{pointer}", fix=fix)

    def follow(self, node: Any, pointer: str) -> tuple[Mapping[str, Any], str]:
        """The object itself, references followed, and where it stands."""
        return follow(self.document, node, self.file, pointer)

    def object(self, value: Any, pointer: str) -> Mapping[str, Any]:
        """The value, refused if it is no object."""
        if not isinstance(value, Mapping):
            raise self.error(pointer, "an object is wanted here", "Mend it")
        return value

    def mapping(self, parent: Mapping[str, Any], key: str, pointer: str) -> Mapping[str, Any]:
        """The object below a key; empty if there is none."""
        return self.object(parent.get(key, {}), f"{pointer}/{escape(key)}")

    def items(self, parent: Mapping[str, Any], key: str, pointer: str) -> list[Any]:
        """The list below a key; empty if there is none, refused if it is no list."""
        value = parent.get(key, [])
        if not isinstance(value, list):
            raise self.error(f"{pointer}/{escape(key)}", "a list is wanted here", "Mend it")
        return value

    def text(self, parent: Mapping[str, Any], key: str) -> str:
        """The text below a key; empty if there is none."""
        return str(parent.get(key) or "")

    def provenance(self, node: Mapping[str, Any], pointer: str) -> Provenance:
        """Where a fact comes from; it must be said."""
        said = node.get("x-provenance")
        if said is None:
            raise self.error(
                pointer,
                "x-provenance is missing",
                "Say `x-provenance: {is: documented|observed|inferred, source: ...}`",
            )
        kind = said.get("is") if isinstance(said, Mapping) else None
        source = said.get("source") if isinstance(said, Mapping) else None
        if kind not in KINDS or not isinstance(source, str) or not source:
            raise self.error(
                f"{pointer}/x-provenance",
                "this says neither what it is nor where from",
                "Write {is: documented|observed|inferred, source: a page's title or URL}",
            )
        return Provenance(kind, source)
