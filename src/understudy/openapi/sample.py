"""Seeded sample values for a schema: its own examples first, then what its keywords ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from math import ceil, floor
from typing import TYPE_CHECKING, Any
from uuid import UUID

from understudy.errors import ContractError
from understudy.openapi.pattern import Unsupported, matching
from understudy.openapi.schema import COMPONENTS, Checker, plain

if TYPE_CHECKING:
    from faker import Faker

DEPTH = 6  # below it only what is required is written, so that a circle of schemas ends
ATTEMPTS = 8  # the first with the schema's own examples; a pattern may ask for several
ITEMS = 2  # of an array that asks for no number
START = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = 31_536_000  # seconds: sample instants lie in one year
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "inlet", "kelp")
# Only these property names are worth an invented person or company.
FAKED = {
    "name": "name",
    "full_name": "name",
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "company": "company",
    "organization_name": "company",
    "city": "city",
    "country": "country",
    "phone": "phone_number",
}


def sample(schema: Any, components: Mapping[str, Any] | None = None, seed: int = 0) -> Any:
    """A value of the schema; the same seed, the same value."""
    checker = Checker(schema, components)
    for attempt in range(ATTEMPTS):
        sampler = _Sampler(components or {}, f"{seed}.{attempt}", own=attempt == 0)
        try:
            value = sampler.draw(plain(schema), "", "", 0)
        except Unsupported:
            continue
        if checker.is_valid(value):
            return value
    raise ContractError("no sample keeps to this schema", fix="Give it an `example`")


class _Sampler:
    """One sample: every place draws its own numbers, from the seed and where it stands."""

    def __init__(self, components: Mapping[str, Any], seed: str, *, own: bool) -> None:
        self.components = components
        self.seed = seed
        self.own = own  # whether the schema's own examples and defaults are taken

    def below(self, limit: int, path: str) -> int:
        """A number from 0 to limit - 1."""
        digest = blake2b(f"{self.seed}\0{path}".encode(), digest_size=16).digest()
        return int.from_bytes(digest, "big") % max(limit, 1)

    def draw(self, schema: Any, path: str, name: str, depth: int) -> Any:
        schema = self.merged(schema, path)
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

    def merged(self, schema: Any, path: str) -> dict[str, Any]:
        """The schema with references followed, allOf joined and one branch chosen."""
        if not isinstance(schema, Mapping):
            return {}
        made = {key: value for key, value in schema.items() if key not in _PARTS}
        parts = list(schema.get("allOf", ()))
        if "$ref" in schema:
            parts.append(plain(self.components.get(schema["$ref"].removeprefix(COMPONENTS), {})))
        for key in ("oneOf", "anyOf"):
            branches = [each for each in schema.get(key, ()) if each != {"type": "null"}]
            if branches:
                parts.append(branches[self.below(len(branches), f"{path}#{key}")])
        for part in parts:
            other = self.merged(part, path)
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
        made = {
            name: self.draw(properties.get(name, {}), f"{path}/{name}", name, depth + 1)
            for name in dict.fromkeys((*properties, *required))
            if name in required or (depth < DEPTH and properties[name] is not False)
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
        if "pattern" in schema:
            turns = iter(range(1_000_000))
            return matching(
                schema["pattern"], lambda limit: self.below(limit, f"{path}#{next(turns)}")
            )
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]](self.below(1 << 128, path))
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        text = self.word(path, name)
        while len(text) < least:
            text += f" {self.word(f'{path}#{len(text)}', '')}"
        return text[:most]

    def word(self, path: str, name: str) -> str:
        if name in FAKED:
            faker = _faker()
            faker.seed_instance(self.below(1 << 31, path))
            return str(getattr(faker, FAKED[name])())
        return WORDS[self.below(len(WORDS), path)]


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


@lru_cache(maxsize=1)
def _faker() -> Faker:
    from faker import Faker  # takes a tenth of a second: only where a name asks for it

    return Faker("en_US")


def _instant(number: int) -> datetime:
    return START + timedelta(seconds=number % SPAN)


_FORMATS: dict[str, Callable[[int], str]] = {
    "uuid": lambda number: str(UUID(int=number, version=4)),
    "date-time": lambda number: _instant(number).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "date": lambda number: _instant(number).strftime("%Y-%m-%d"),
    "time": lambda number: _instant(number).strftime("%H:%M:%SZ"),
    "duration": lambda number: f"PT{number % 59 + 1}M",
    "email": lambda number: f"{WORDS[number % len(WORDS)]}{number % 97}@sandbox.example",
    "hostname": lambda number: f"{WORDS[number % len(WORDS)]}.example",
    "ipv4": lambda number: f"192.0.2.{number % 254 + 1}",
    "ipv6": lambda number: f"2001:db8::{number % 65_535:x}",
    "uri": lambda number: f"https://sandbox.example/{WORDS[number % len(WORDS)]}/{number % 997}",
    "uri-reference": lambda number: f"/{WORDS[number % len(WORDS)]}/{number % 997}",
    "json-pointer": lambda number: f"/{WORDS[number % len(WORDS)]}",
    "regex": lambda number: f"^{WORDS[number % len(WORDS)]}$",
}
_FORMATS |= {
    "iri": _FORMATS["uri"],
    "iri-reference": _FORMATS["uri-reference"],
    "idn-email": _FORMATS["email"],
    "idn-hostname": _FORMATS["hostname"],
    "uri-template": _FORMATS["uri"],
    "relative-json-pointer": lambda number: f"{number % 9}/{WORDS[number % len(WORDS)]}",
}
