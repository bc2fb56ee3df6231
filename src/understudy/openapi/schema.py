"""JSON Schema: the only place that knows which library checks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

import jsonschema_rs

from understudy.errors import ContractError
from understudy.openapi.operation import Location
from understudy.openapi.schemas import Schemas
from understudy.openapi.validator_errors import READ, Budget, failure_of
from understudy.openapi.violations import MAX_VIOLATIONS, Violations, explain

COMPONENTS = "#/components/schemas/"
# What the library checks; test_schema.py holds this list against it.
FORMATS = frozenset(
    [
        "date",
        "date-time",
        "duration",
        "email",
        "hostname",
        "idn-email",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "iri",
        "iri-reference",
        "json-pointer",
        "regex",
        "relative-json-pointer",
        "time",
        "uri",
        "uri-reference",
        "uri-template",
        "uuid",
    ]
)
# What says something about a value without ever refusing one.
ANNOTATIONS = frozenset(
    [
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "externalDocs",
        "xml",
        "discriminator",
        "$comment",
    ]
)


class Checker:
    """One schema's checker, compiled when first used."""

    __slots__ = ("_components", "_is_valid", "_pointer", "_root", "_schema", "_validator")

    def __init__(
        self, schema: Any, components: Mapping[str, Any] | None = None, pointer: str = ""
    ) -> None:
        self._schema = schema
        self._components: Mapping[str, Any] = {} if components is None else components
        self._pointer = pointer
        self._validator: Any = None
        self._is_valid: Callable[[Any], bool] | None = None
        self._root: Any = None

    def is_valid(self, value: Any) -> bool:
        """Whether the value keeps to the schema."""
        return (self._is_valid or self.compile())(value)

    def violations(self, value: Any, location: Location = "body", name: str = "") -> Violations:
        """What is wrong with the value; of a oneOf, what is wrong with the branch meant."""
        if self.is_valid(value):
            return Violations()
        errors, budget = self._validator.iter_errors(value), Budget(READ)
        failures = [failure_of(error, budget) for error in islice(errors, MAX_VIOLATIONS)]
        unread = sum(1 for _ in errors)
        return explain(failures, self._root, value, location, name, unread)

    def compile(self) -> Callable[[Any], bool]:
        """Compile now; a schema that is none is a ContractError."""
        try:
            if isinstance(self._components, Schemas):
                self._root = self._components.root(self._schema)
                self._validator = self._components.validator(self._schema)
            else:
                self._root = bundle(self._schema, self._components)
                self._validator = jsonschema_rs.Draft202012Validator(
                    self._root,
                    validate_formats=True,
                    ignore_unknown_formats=False,
                    offline=True,
                )
        except (jsonschema_rs.ValidationError, ValueError) as error:
            path = "".join(f"/{step}" for step in getattr(error, "instance_path", ()))
            raise ContractError(
                f"is no JSON Schema: {str(error).splitlines()[0]}",
                where=f"{self._pointer}{path}",
                fix="Mend the schema",
            ) from None
        is_valid: Callable[[Any], bool] = self._validator.is_valid
        self._is_valid = is_valid
        return is_valid


def compile_schema(
    schema: Any, components: Mapping[str, Any] | None = None, pointer: str = ""
) -> Checker:
    """A checker for a schema whose `$ref`s name `components` (or its own `$defs`)."""
    return Checker(schema, components, pointer)


def bundle(schema: Any, components: Mapping[str, Any]) -> Any:
    """One self-contained schema: itself and the components it reaches, in plain 2020-12."""
    root = plain(schema)
    reached: dict[str, Any] = {}
    waiting = list(references(schema))
    while waiting:
        name = waiting.pop()
        if name not in reached and name in components:
            reached[name] = plain(components[name])
            waiting.extend(references(components[name]))
    return {**root, "components": {"schemas": reached}} if reached else root


def references(schema: Any) -> Iterator[str]:
    """The names of components a schema mentions itself."""
    for node in subschemas(schema):
        ref = node.get("$ref")
        if isinstance(ref, str) and ref.startswith(COMPONENTS):
            yield ref[len(COMPONENTS) :].split("/")[0]


def subschemas(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Every schema inside a schema, itself first."""
    if isinstance(schema, Mapping):
        yield schema
        for key, value in schema.items():
            if key in _MAPS and isinstance(value, Mapping):
                for each in value.values():
                    yield from subschemas(each)
            elif key in _LISTS and isinstance(value, list):
                for each in value:
                    yield from subschemas(each)
            elif key in _SINGLE:
                yield from subschemas(value)


_MAPS = frozenset(("properties", "patternProperties", "$defs", "dependentSchemas"))
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_SINGLE = frozenset(
    [
        "items",
        "additionalProperties",
        "not",
        "if",
        "then",
        "else",
        "contains",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    ]
)


def plain(schema: Any) -> Any:
    """The schema with OpenAPI 3.0's `nullable` said as JSON Schema says it."""
    if not isinstance(schema, Mapping):
        return schema
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _MAPS and isinstance(value, Mapping):
            made[key] = {name: plain(each) for name, each in value.items()}
        elif key in _LISTS and isinstance(value, list):
            made[key] = [plain(each) for each in value]
        elif key in _SINGLE:
            made[key] = plain(value)
        else:
            made[key] = value
    return _nullable(made) if made.pop("nullable", False) is True else made


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    if kind is None:
        return {"anyOf": [schema, {"type": "null"}]}
    kinds = [kind] if isinstance(kind, str) else list(kind)
    made = {**schema, "type": [*dict.fromkeys((*kinds, "null"))]}
    if "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    return made


def check_keywords(node: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """What no checker could act on in one schema object: keyword, what is wrong, what to do."""
    pattern, kind = node.get("pattern"), node.get("format")
    if isinstance(pattern, str) and not _compiles(pattern):
        return "pattern", f"pattern {pattern!r} does not compile", "Write an ECMA 262 expression"
    if isinstance(kind, str) and kind not in FORMATS:
        known = ", ".join(sorted(FORMATS))
        return "format", f"no checker acts on format {kind!r}", f"Drop it, or use one of: {known}"
    return None


@lru_cache(maxsize=256)
def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


def constrains(schema: Any) -> bool:
    """Whether a schema says more than the type."""
    return not isinstance(schema, Mapping) or any(
        key != "type" and key not in ANNOTATIONS and not key.startswith("x-") for key in schema
    )
