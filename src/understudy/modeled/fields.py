"""The fields of a record as its schema has them: what each is for, and whether a value fits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from understudy.errors import ContractError
from understudy.modeled.names import plain, words
from understudy.modeled.schemas import Node, Schemas, is_type
from understudy.openapi.sample import sample
from understudy.openapi.schema import Checker
from understudy.simulation.clock import Instant, iso

Use = Literal["id", "created", "updated", ""]
CREATED = frozenset(("created", "creation"))
UPDATED = frozenset(("updated", "modified", "modification", "changed", "update"))
WHEN = frozenset(("at", "on", "date", "time", "timestamp", "utc", "last", "datetime"))
SECONDS = 100_000_000_000  # a larger number is an instant in milliseconds


class Field:
    """One property of a record."""

    __slots__ = ("checker", "is_read_only", "is_write_only", "name", "node", "use")

    def __init__(self, name: str, node: Node, use: Use, components: Mapping[str, Any]) -> None:
        self.name = name
        self.node = node
        self.use = use
        self.is_read_only = self.get("readOnly") is True
        self.is_write_only = self.get("writeOnly") is True
        self.checker = Checker(
            {"$ref": node.at} if _is_component(node.at) else node.schema, components
        )

    def get(self, keyword: str) -> Any:
        return self.node.schema.get(keyword)

    def fits(self, value: Any) -> bool:
        """Whether a value keeps to its schema; of a broken schema everything does."""
        try:
            return self.checker.is_valid(value)
        except ContractError:
            return True

    def moment(self, at: Instant) -> Any:
        """An instant as this field writes it: by its type, its format and its example."""
        schema = self.node.schema
        if is_type(schema, "integer") or is_type(schema, "number"):
            given = next(iter(_examples(schema)), 0)
            millis = isinstance(given, int | float) and given > SECONDS
            return at if millis or schema.get("format") == "unix-time-ms" else at // 1000
        if schema.get("format") == "date":
            return iso(at)[:10]
        return iso(at)


class Fields:
    """All fields of a collection's records."""

    def __init__(self, schemas: Schemas, at: str, id: str) -> None:
        self.schemas = schemas
        self.node = schemas.node({"$ref": at}, at)
        self.components = schemas.registry
        self.id = id
        self.by_name: dict[str, Field] = {
            name: Field(name, node, _use(name, node, id), self.components)
            for name, node in schemas.properties(self.node).items()
        }
        self.plain: dict[str, Field] = {plain(each.name): each for each in self.by_name.values()}
        self.required = required(schemas, self.node)

    @cached_property
    def is_free(self) -> bool:
        """Whether the schema names no property: then every one is kept."""
        return not self.by_name

    @cached_property
    def is_open(self) -> bool:
        """Whether the schema says that there may be others: then those are kept as well."""
        return self.is_free or _is_open(self.schemas, self.node)

    @cached_property
    def checker(self) -> Checker:
        at = self.node.at
        return Checker({"$ref": at} if _is_component(at) else self.node.schema, self.components)

    def wrong(self, data: Mapping[str, Any]) -> list[str]:
        """The fields that keep data from being valid; empty: it is, or nobody can tell."""
        try:
            if self.checker.is_valid(data):
                return []
            violations = self.checker.violations(data)
        except ContractError:
            return []
        hidden = {each.name for each in self.by_name.values() if each.is_write_only}
        names = [each.pointer[1:].split("/")[0] or str(each.expected) for each in violations]
        return [each for each in dict.fromkeys(names) if each not in hidden]

    def sample(self, seed: int) -> dict[str, Any]:
        """A whole record of the schema; what is never answered is left out."""
        made = sampled(self.node, self.components, seed)
        data = dict(made) if isinstance(made, Mapping) else {}
        hidden = {each.name for each in self.by_name.values() if each.is_write_only}
        return {name: value for name, value in data.items() if name not in hidden}

    def example(self) -> list[Mapping[str, Any]]:
        """The records that the schema gives as examples."""
        return [each for each in _examples(self.node.schema) if isinstance(each, Mapping)]


def sampled(node: Node, components: Mapping[str, Any], seed: int) -> Any:
    """A sample of a schema; None where there is none."""
    schema = {"$ref": node.at} if _is_component(node.at) else node.schema
    try:
        return sample(schema, components, seed)
    except (ContractError, RecursionError):
        return None


def required(schemas: Schemas, node: Node, deep: int = 6) -> frozenset[str]:
    """The properties that must be there, those that its parts demand included."""
    said = node.schema.get("required", ())
    found = {each for each in said if isinstance(each, str)} if isinstance(said, list) else set()
    parts = node.schema.get("allOf", ()) if deep else ()
    for index, part in enumerate(parts if isinstance(parts, list) else ()):
        found |= required(schemas, schemas.node(part, f"{node.at}/allOf/{index}"), deep - 1)
    return frozenset(found)


def _is_open(schemas: Schemas, node: Node, deep: int = 6) -> bool:
    if node.schema.get("additionalProperties", False) not in (False, {}):
        return True
    parts = node.schema.get("allOf", ()) if deep else ()
    inner = (schemas.node(each, "") for each in parts if isinstance(parts, list))
    return any(_is_open(schemas, each, deep - 1) for each in inner)


def _use(name: str, node: Node, id: str) -> Use:
    if name == id:
        return "id"
    said = {*words(name)}
    format_ = node.schema.get("format")
    timely = format_ in ("date-time", "date") or (
        format_ is None and "enum" not in node.schema and not is_type(node.schema, "object")
    )
    rest = said - CREATED - UPDATED
    if not timely or not rest <= WHEN or (format_ is None and not rest & WHEN):
        return ""
    if said & CREATED:
        return "created"
    return "updated" if said & UPDATED else ""


def _is_component(at: str) -> bool:
    return at.startswith("#/components/schemas/") and at.count("/") == 3


def _examples(schema: Mapping[str, Any]) -> list[Any]:
    given = schema.get("examples")
    found = [*given] if isinstance(given, list) else []
    return [schema["example"], *found] if "example" in schema else found
