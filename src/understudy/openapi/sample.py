"""Seeded sample values for a schema: its own examples first, then what its keywords ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import chain
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.sample_merge import NULL, given, implied, joined, kinds, size
from understudy.openapi.sample_number import number
from understudy.openapi.sample_text import FORMS, NUMBERS, WORDS, Unsupported, matching, word
from understudy.openapi.schema import COMPONENTS, Checker, plain
from understudy.openapi.schemas import Schemas

NODES = 200  # values of one sample; beyond them only what is required is written
DEPTH = 2  # objects inside objects that are written whole; below, what is required
ATTEMPTS = 64  # the first with the schema's own examples; a pattern may ask for several
WORK = 6_000  # schemas looked at in all attempts
ITEMS = 2  # of an outermost array that asks for no number; inside of arrays one
LONGEST = 1_000  # items or names that a schema may ask for at least
LIMITLESS = 1_000

Names = frozenset[str]  # of the components that are being written


def sample(
    schema: Any,
    components: Mapping[str, Any] | None = None,
    seed: int = 0,
    *,
    without: str = "",
) -> Any:
    """A value of the schema; the same seed, the same value.

    `without` names what is left out where it is not required: `writeOnly` of an answer,
    `readOnly` of a request.
    """
    checker = Checker(schema, components)
    ready = schema if isinstance(components, Schemas) else plain(schema)
    left = WORK
    for attempt in range(ATTEMPTS):
        sampler = _Sampler(components or {}, seed, attempt, without, left)
        try:
            value = sampler.draw(ready, "", "", 0, frozenset())
        except (Unsupported, RecursionError):  # the latter: a circle of what is required
            value = Unsupported
        if value is not Unsupported and checker.is_valid(value):
            return value
        left = sampler.left
        if left <= 0:
            break
    raise ContractError("no sample keeps to this schema", fix="Give it an `example`")


class _Sampler:
    """One sample: every place draws its own numbers, from the seed and where it stands."""

    def __init__(
        self, components: Mapping[str, Any], seed: int, attempt: int, without: str, left: int
    ) -> None:
        self.components = components
        self.is_plain = isinstance(components, Schemas)
        self.seed = f"{seed}.{attempt}"
        self.own = attempt == 0  # whether the schema's own examples and defaults are taken
        self.by_format = attempt % 2 == 0  # where there is a pattern beside it
        self.without = without
        self.left = left
        self.nodes = NODES
        self.in_array = False

    def below(self, limit: int, path: str) -> int:
        """A number from 0 to limit - 1."""
        digest = blake2b(f"{self.seed}\0{path}".encode(), digest_size=16).digest()
        return int.from_bytes(digest, "big") % max(limit, 1)

    def draw(self, schema: Any, path: str, name: str, depth: int, inside: Names) -> Any:
        self.nodes -= 1
        followed: set[str] = set()
        schema = self.merged(schema, path, depth, inside, followed)
        if "const" in schema:
            return schema["const"]
        for own in given(schema) if self.own else ():
            if not depth or (cost := size(own, NODES)) <= max(self.nodes, 1):
                self.nodes -= cost if depth else 0
                return own
        if "enum" in schema:
            options = schema["enum"]
            return options[self.below(len(options), path)]
        within = inside | followed
        types = kinds(schema.get("type")) or [implied(schema)]
        kind = next((each for each in types if each != "null"), "null")
        if "null" in types and not inside.isdisjoint(followed):
            return None
        return self.of_kind(kind, schema, path, name, depth, within)

    def of_kind(
        self, kind: str, schema: dict[str, Any], path: str, name: str, depth: int, inside: Names
    ) -> Any:
        match kind:
            case "object":
                return self.object(schema, path, depth, inside)
            case "array":
                return self.array(schema, path, name, depth, inside)
            case "string":
                return self.string(schema, path, name)
            case "integer" | "number":
                return number(
                    schema, lambda limit: self.below(limit, path), whole=kind == "integer"
                )
            case "boolean":
                return self.below(2, path) == 1
        return None

    def merged(
        self, schema: Any, path: str, depth: int, inside: Names, followed: set[str]
    ) -> dict[str, Any]:
        """The schema with references followed, allOf joined and one branch chosen."""
        self.left -= 1
        if self.left <= 0:
            raise Unsupported("this schema never ends")
        if not isinstance(schema, Mapping):
            return {}
        made = {key: value for key, value in schema.items() if key not in _PARTS}
        for part in self.parts(schema, path, depth, inside, followed):
            made = joined(made, self.merged(part, path, depth, inside, followed))
        return made

    def parts(
        self, schema: Mapping[str, Any], path: str, depth: int, inside: Names, followed: set[str]
    ) -> Iterator[Any]:
        """What else a value must keep to: a discriminator's value before all."""
        if isinstance(schema.get("$ref"), str):
            name = schema["$ref"].removeprefix(COMPONENTS)
            target = self.component(name)
            followed.add(name)
            yield self.told_apart(target, name)
            yield target
        yield from schema.get("allOf", ())
        for key in ("oneOf", "anyOf"):
            branches = [each for each in schema.get(key, ()) if each != NULL]
            if not branches:
                continue
            chosen = branches[self.below(len(branches), f"{path}#{key}")]
            ends = NULL in schema[key] and (
                self.nodes < 0 or not inside.isdisjoint(self.mentioned(chosen))
            )
            if ends:
                yield NULL
                continue
            rule = schema.get("discriminator")
            yield self.branch(rule, str(chosen.get("$ref", "")) if isinstance(chosen, dict) else "")
            yield chosen

    def component(self, name: str) -> Any:
        found = self.components.get(name, {})
        return found if self.is_plain else plain(found)

    def told_apart(self, schema: Any, name: str) -> dict[str, Any]:
        """The value by which a component is known among those that extend the same base."""
        for part in schema.get("allOf", ()) if isinstance(schema, Mapping) else ():
            ref = part.get("$ref", "") if isinstance(part, Mapping) else ""
            base = self.components.get(str(ref).removeprefix(COMPONENTS), {})
            if isinstance(base, Mapping) and "discriminator" in base:
                return self.branch(base["discriminator"], COMPONENTS + name)
        return {}

    def branch(self, rule: Any, ref: str) -> dict[str, Any]:
        """What a discriminator says of the branch that a reference names."""
        if not isinstance(rule, Mapping) or not ref:
            return {}
        names, mapping = (ref, ref.rpartition("/")[2]), rule.get("mapping")
        values = mapping.items() if isinstance(mapping, Mapping) else ()
        value = next((key for key, target in values if target in names), names[1])
        return {"properties": {str(rule.get("propertyName")): {"enum": [value]}}}

    def mentioned(self, schema: Any) -> Iterator[str]:
        """The components that a schema leads to before anything is written of it."""
        if not isinstance(schema, Mapping):
            return
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(COMPONENTS)
        parts = chain(*(schema.get(key, ()) for key in ("allOf", "oneOf", "anyOf")))
        for each in (*parts, schema.get("items")):
            if isinstance(each, Mapping) and isinstance(each.get("$ref"), str):
                yield each["$ref"].removeprefix(COMPONENTS)

    def is_written(self, schema: Any, depth: int, inside: Names) -> bool:
        """Whether a property that may be left out is written."""
        if schema is False or depth > DEPTH or self.nodes <= 0:
            return False
        if self.without and isinstance(schema, Mapping) and schema.get(self.without) is True:
            return False
        return inside.isdisjoint(self.mentioned(schema))

    def object(
        self, schema: Mapping[str, Any], path: str, depth: int, inside: Names
    ) -> dict[str, Any]:
        properties, required = schema.get("properties", {}), schema.get("required", ())
        optional = [
            name
            for name, each in properties.items()
            if name not in required and self.is_written(each, depth, inside)
        ]
        spare = len(optional) + len(required) - schema.get("maxProperties", LIMITLESS)
        first = self.below(len(optional), f"{path}#optional") if spare > 0 else 0
        left_out = {*[*optional[first:], *optional[:first]][: max(spare, 0)]}
        chosen = {*required, *optional} - left_out
        made = {}
        for name in dict.fromkeys((*required, *properties)):
            if name in chosen and (name in required or self.nodes > 0):
                inner = properties.get(name, {})
                made[name] = self.draw(inner, f"{path}/{name}", name, depth + 1, inside)
        made = {name: made[name] for name in (*properties, *required) if name in made}
        return self.filled(made, schema, path, depth, inside)

    def filled(
        self,
        made: dict[str, Any],
        schema: Mapping[str, Any],
        path: str,
        depth: int,
        inside: Names,
    ) -> dict[str, Any]:
        """As many names as the object must have."""
        missing = schema.get("minProperties", 0) - len(made)
        if missing > LONGEST:
            raise Unsupported(f"{missing} properties")
        unused = [name for name in schema.get("properties", {}) if name not in made]
        extra = schema.get("additionalProperties", {})
        invented = (f"{WORDS[index % len(WORDS)]}_{index + 1}" for index in range(missing))
        for name in [*unused, *invented][: max(missing, 0)]:
            inner = schema.get("properties", {}).get(name, extra)
            made[name] = self.draw(inner, f"{path}/{name}", name, depth + 1, inside)
        return made

    def array(
        self, schema: Mapping[str, Any], path: str, name: str, depth: int, inside: Names
    ) -> list[Any]:
        first, items = schema.get("prefixItems", []), schema.get("items", {})
        least = schema.get("minItems", 0)
        if least > LONGEST:
            raise Unsupported(f"{least} items")
        writes = items is not False and (not depth or self.is_written(items, depth, inside))
        usual = max(len(first), (1 if self.in_array else ITEMS) if writes else 0)
        count = max(least, min(usual, schema.get("maxItems", usual)))
        outer, self.in_array = self.in_array, True
        made: list[Any] = []
        for turn in range(count * 8):
            if len(made) == count:
                break
            item = first[len(made)] if len(made) < len(first) else items
            value = self.draw(item, f"{path}/{turn}", name, depth, inside)
            if not schema.get("uniqueItems") or value not in made:
                made.append(value)
        self.in_array = outer
        return made

    def string(self, schema: Mapping[str, Any], path: str, name: str) -> str:
        form = FORMS.get(schema.get("format", ""))
        if form is not None and (self.by_format or "pattern" not in schema):
            return form(self.below(NUMBERS, path))
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        if least > 100 * LONGEST:
            raise Unsupported(f"{least} characters")
        if "pattern" in schema:
            turns = iter(range(1_000_000))
            return matching(
                schema["pattern"], lambda limit: self.below(limit, f"{path}#{next(turns)}"), least
            )
        text = word(self.below(NUMBERS, path), name)
        while len(text) < least:
            text += f" {word(self.below(NUMBERS, f'{path}#{len(text)}'))}"
        return text[:most].rstrip() if len(text[:most].rstrip()) >= least else text[:most]


_PARTS = ("allOf", "oneOf", "anyOf", "$ref")
