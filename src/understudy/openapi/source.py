"""A document being compiled: its references, its places, its refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, get_args

from msgspec import Struct

from understudy.errors import ContractError
from understudy.openapi.direction import Hidden, OneWay, one_way
from understudy.openapi.operation import Is, Provenance
from understudy.openapi.reference import follow, resolve
from understudy.openapi.schema import Checker
from understudy.openapi.schemas import Schemas
from understudy.yaml import escape

KINDS: tuple[Is, ...] = get_args(Is)
DOCUMENTED = Provenance("documented", "the document")
UNDECLARED = Provenance("inferred", "the document declares none")
MAX_WARNINGS = 1_000  # warnings that are kept of one document


@dataclass(frozen=True, slots=True)
class Source:
    """The document, the name of its file, and the component schemas."""

    document: Mapping[str, Any]
    file: str
    own: bool = True  # one of our contracts; a user's document is told what is unusual, and read
    warnings: list[ContractError] = field(default_factory=list)
    schemas: Mapping[str, Any] = field(init=False)
    _ways: dict[Hidden, OneWay] = field(default_factory=dict)

    def __post_init__(self) -> None:
        components = self.document.get("components")
        schemas = components.get("schemas") if isinstance(components, Mapping) else None
        named = schemas if isinstance(schemas, Mapping) else {}
        object.__setattr__(self, "schemas", named if self.own else Schemas(named))

    def error(self, pointer: str, what: str, fix: str) -> ContractError:
        return ContractError(what, where=f"{self.file}#{pointer}", fix=fix)

    def warn(self, pointer: str, what: str, fix: str) -> None:
        """Tell of something unusual; in a contract of ours it is a mistake."""
        self.tell(self.error(pointer, what, fix))

    def tell(self, error: ContractError) -> None:
        """Keep a mistake as a warning; in a contract of ours it is raised."""
        if self.own:
            raise error
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(error.with_traceback(None))

    def forgiving(self) -> Forgiving:
        """What breaks in here is left out and told; in a contract of ours it is a mistake."""
        return Forgiving(self)

    def follow(self, node: Any, pointer: str) -> tuple[Mapping[str, Any], str]:
        """The object itself, references followed, and where it stands."""
        return follow(self.document, node, self.file, pointer)

    def referred(self, ref: str) -> Any:
        """What a `$ref` points to; None: nothing that can be read."""
        try:
            return resolve(self.document, ref, self.file, "")
        except ContractError:
            return None

    def checker(self, schema: Any, pointer: str, hidden: Hidden = "readOnly") -> Checker:
        """The checker of a schema that stands at a pointer, for what travels one way."""
        where = f"{self.file}#{pointer}"
        if self.own:
            return Checker(schema, self.schemas, where)
        if hidden not in self._ways:
            self._ways[hidden] = OneWay(self.schemas, self.referred, hidden)
        return Checker(one_way(schema, self.referred, hidden), self._ways[hidden], where)

    def object(self, value: Any, pointer: str) -> Mapping[str, Any]:
        """The value, refused if it is no object."""
        if not isinstance(value, Mapping):
            raise self.error(pointer, "an object is wanted here", "Mend it")
        return value

    def mapping(self, parent: Mapping[str, Any], key: str, pointer: str) -> Mapping[str, Any]:
        """The object below a key; empty if there is none."""
        value = parent.get(key, {})
        if type(value) is dict or isinstance(value, Mapping):
            return value
        self._unfit(value, f"{pointer}/{escape(key)}", "an object is wanted here")
        return {}

    def items(self, parent: Mapping[str, Any], key: str, pointer: str) -> list[Any]:
        """The list below a key; empty if there is none."""
        value = parent.get(key, [])
        if isinstance(value, list):
            return value
        self._unfit(value, f"{pointer}/{escape(key)}", "a list is wanted here")
        return []

    def _unfit(self, value: Any, pointer: str, what: str) -> None:
        """Something of another kind than is wanted; of a user's document, nothing is absent."""
        if value is not None or self.own:
            self.warn(pointer, what, "Mend it")

    def text(self, parent: Mapping[str, Any], key: str) -> str:
        """The text below a key; empty if there is none."""
        return str(parent.get(key) or "")

    def provenance(self, node: Mapping[str, Any], pointer: str) -> Provenance:
        """Where a fact comes from; ours must say it, and all of a user's document is its word."""
        if not self.own:
            return DOCUMENTED
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


class Forgiving(Struct, frozen=True):
    """A part that may break without harm to what is around it."""

    source: Source

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        if not isinstance(error, ContractError) or self.source.own:
            return False
        self.source.tell(error)
        return True
