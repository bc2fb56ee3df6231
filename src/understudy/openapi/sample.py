"""Seeded sample values for a schema: its own examples first, then what its keywords ask for."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from math import ceil, floor
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.sample_text import FORMS, NUMBERS, WORDS, Unsupported, matching, word
from understudy.openapi.schema import COMPONENTS, Checker, plain

DEPTH = 6  # below it only what is required is written, so that a circle of schemas ends
ATTEMPTS = 64  # the first with the schema's own examples; a pattern may ask for several
ITEMS = 2  # of an array that asks for no number
LIMITLESS = 1_000
NULL = {"type": "null"}


def sample(schema: Any, components: Mapping[str, Any] | None = None, seed: int = 0) -> Any:
    """A value of the schema; the same seed, the same value."""
    checker = Checker(schema, components)
    for attempt in range(ATTEMPTS):
        sampler = _Sampler(components or {}, seed, attempt)
        try:
            value = sampler.draw(plain(schema), "", "", 0)
        except (Unsupported, RecursionError):  # the latter: a circle of what is required
            continue
        if checker.is_valid(value):
            return value
    raise ContractError("no sample keeps to this schema", fix="Give it an `example`")


class _Sampler:
    """One sample: every place draws its own numbers, from the seed and where it stands."""

    def __init__(self, components: Mapping[str, Any], seed: int, attempt: int) -> None:
        self.components = components
        self.seed = f"{seed}.{attempt}"
        self.own = attempt == 0  # whether the schema's own examples and defaults are taken
        self.by_format = attempt % 2 == 0  # where there is a pattern beside it

    def below(self, limit: int, path: str) -> int:
        """A number from 0 to limit - 1."""
        digest = blake2b(f"{self.seed}\0{path}".encode(), digest_size=16).digest()
        return int.from_bytes(digest, "big") % max(limit, 1)

    def draw(self, schema: Any, path: str, name: str, depth: int) -> Any:
        schema = self.merged(schema, path, depth)
        if "const" in schema:
            return schema["const"]
        if self.own:
            for given in _given(schema):
                return given
        if "enum" in schema:
            options = schema["enum"]
            return options[self.below(len(options), path)]
        kind = schema.get("type") or _implied(schema)
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "null")
        match kind:
            case "object":
                return self.object(schema, path, depth)
            case "array":
                return self.array(schema, path, name, depth)
            case "string":
                return self.string(schema, path, name)
            case "integer" | "number":
                return self.number(schema, path, whole=kind == "integer")
            case "boolean":
                return self.below(2, path) == 1
        return None

    def merged(self, schema: Any, path: str, depth: int) -> dict[str, Any]:
        """The schema with references followed, allOf joined and one branch chosen."""
        if not isinstance(schema, Mapping):
            return {}
        made = {key: value for key, value in schema.items() if key not in _PARTS}
        parts = list(schema.get("allOf", ()))
        if "$ref" in schema:
            parts.append(plain(self.components.get(schema["$ref"].removeprefix(COMPONENTS), {})))
        for key in ("oneOf", "anyOf"):
            branches = [each for each in schema.get(key, ()) if each != NULL]
            if depth >= DEPTH and NULL in schema.get(key, ()):
                parts.append(NULL)
            elif branches:
                parts.append(branches[self.below(len(branches), f"{path}#{key}")])
        for part in parts:
            other = self.merged(part, path, depth)
            properties = {**other.get("properties", {}), **made.get("properties", {})}
            required = [*made.get("required", ()), *other.get("required", ())]
            made = {**other, **made}
            if properties:
                made["properties"] = properties
            if required:
                made["required"] = [*dict.fromkeys(required)]
        return made

    def object(self, schema: Mapping[str, Any], path: str, depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        optional = [
            name
            for name, each in properties.items()
            if name not in required and depth < DEPTH and each is not False
        ]
        spare = len(optional) + len(required) - schema.get("maxProperties", LIMITLESS)
        first = self.below(len(optional), f"{path}#optional") if spare > 0 else 0
        left_out = [*optional[first:], *optional[:first]][: max(spare, 0)]
        made = {
            name: self.draw(properties.get(name, {}), f"{path}/{name}", name, depth + 1)
            for name in dict.fromkeys((*properties, *required))
            if name in required or (name in optional and name not in left_out)
        }
        extra = schema.get("additionalProperties", {})
        for index in range(schema.get("minProperties", 0) - len(made)):
            name = f"{WORDS[index % len(WORDS)]}_{index + 1}"
            made[name] = self.draw(extra, f"{path}/{name}", name, depth + 1)
        return made

    def array(self, schema: Mapping[str, Any], path: str, name: str, depth: int) -> list[Any]:
        first = schema.get("prefixItems", [])
        least = schema.get("minItems", 0)
        usual = max(len(first), ITEMS if depth < DEPTH and schema.get("items") is not False else 0)
        count = max(least, min(usual, schema.get("maxItems", usual)))
        made: list[Any] = []
        for turn in range(count * 8):
            item = first[len(made)] if len(made) < len(first) else schema.get("items", {})
            value = self.draw(item, f"{path}/{turn}", name, depth + 1)
            if not schema.get("uniqueItems") or value not in made:
                made.append(value)
            if len(made) == count:
                break
        return made

    def number(self, schema: Mapping[str, Any], path: str, *, whole: bool) -> float:
        step = schema.get("multipleOf", 1)
        low, high = schema.get("minimum"), schema.get("maximum")
        if "exclusiveMinimum" in schema:
            low = max(low or schema["exclusiveMinimum"], schema["exclusiveMinimum"] + step / 1000)
        if "exclusiveMaximum" in schema:
            high = min(high or schema["exclusiveMaximum"], schema["exclusiveMaximum"] - step / 1000)
        if low is None:
            low = 0 if high is None or high >= 0 else high - 100 * step
        first = ceil(low / step)
        last = first + 100 if high is None else floor(high / step)
        if first > last:
            return low if not whole else ceil(low)
        value: float = (first + self.below(last - first + 1, path)) * step
        return value

    def string(self, schema: Mapping[str, Any], path: str, name: str) -> str:
        form = FORMS.get(schema.get("format", ""))
        if form is not None and (self.by_format or "pattern" not in schema):
            return form(self.below(NUMBERS, path))
        if "pattern" in schema:
            turns = iter(range(1_000_000))
            return matching(
                schema["pattern"], lambda limit: self.below(limit, f"{path}#{next(turns)}")
            )
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        text = word(self.below(NUMBERS, path), name)
        while len(text) < least:
            text += f" {word(self.below(NUMBERS, f'{path}#{len(text)}'))}"
        return text[:most]


_PARTS = ("allOf", "oneOf", "anyOf", "$ref")


def _given(schema: Mapping[str, Any]) -> list[Any]:
    """The schema's own values, the most telling first."""
    given = [schema["example"]] if "example" in schema else []
    examples = schema.get("examples")
    if isinstance(examples, list):
        given.extend(examples)
    if "default" in schema:
        given.append(schema["default"])
    return given


def _implied(schema: Mapping[str, Any]) -> str:
    """The type that the keywords speak of."""
    for kind, keywords in _IMPLIED.items():
        if any(keyword in schema for keyword in keywords):
            return kind
    return "string"


_IMPLIED = {
    "object": ("properties", "required", "additionalProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
