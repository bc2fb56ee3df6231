"""Strict decoders for parameters, compiled once from type and style; and encoders beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.lenient import compile_reader
from understudy.openapi.operation import Location, Violation, Violations
from understudy.openapi.scalars import WRONG, Convert, converter, types_of, write
from understudy.openapi.schema import COMPONENTS, Checker, constrains

DELIMITERS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
STYLES = {
    "path": ("simple",),
    "header": ("simple",),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a parameter decides how it is written."""

    name: str
    location: Location
    schema: Mapping[str, Any]
    components: Mapping[str, Any]
    style: str
    explode: bool
    pointer: str
    lenient: bool = False  # read as FastAPI does: values in any spelling, the last of several

    @property
    def types(self) -> frozenset[str]:
        return types_of(self.schema, self.components)


def compile_decoder(shape: Shape) -> Callable[[Sequence[str]], Any]:
    """The function that makes a value, or `Violations`, of a parameter's texts."""
    if shape.style not in STYLES[shape.location]:
        raise _unsupported(shape, f"style {shape.style!r} in {shape.location}")
    types = shape.types
    checker = None
    if constrains(shape.schema):
        checker = Checker(shape.schema, shape.components, shape.pointer)
    if shape.style == "deepObject":
        return _deep_object(shape, checker)
    if "array" in types:
        return _array(shape, checker)
    if types == {"object"}:
        raise _unsupported(shape, f"an object in style {shape.style!r}")
    return _scalar(shape, _converter(shape, shape.schema, types), types, checker)


def compile_encoder(shape: Shape) -> Callable[[Any], list[tuple[str, str]]]:
    """The function that writes a value as the names and texts a client sends, not yet escaped."""
    name = shape.name
    if shape.style == "deepObject":
        return lambda value: [
            (f"{name}[{key}]", write(each))
            for key, item in value.items()
            for each in (item if isinstance(item, list) else [item])
        ]
    delimiter = DELIMITERS.get(shape.style, ",")

    def encode(value: Any) -> list[tuple[str, str]]:
        if not isinstance(value, list | tuple):
            return [(name, write(value))]
        if shape.location == "query" and shape.explode:
            return [(name, write(each)) for each in value]
        return [(name, delimiter.join(write(each) for each in value))]

    return encode


def _scalar(
    shape: Shape, convert: Convert, types: frozenset[str], checker: Checker | None
) -> Callable[[Sequence[str]], Any]:
    name, location = shape.name, shape.location

    def decode(texts: Sequence[str]) -> Any:
        if len(texts) != 1 and not shape.lenient:
            return Violations((_duplicate(shape, texts),))
        value = convert(texts[-1])
        if value is WRONG:
            return Violations((_wrong(shape, types, texts[-1], ""),))
        if checker is None or checker.is_valid(value):
            return value
        return Violations(checker.violations(value, location, name))

    return decode


def _converter(shape: Shape, schema: Any, types: frozenset[str]) -> Convert:
    """How a text is read; first as the framework reads it, where the vendor's is lenient."""
    convert = converter(types)
    reader = compile_reader(schema, shape.components) if shape.lenient else None
    if reader is None:
        return convert

    def read(text: str) -> Any:
        value = reader(text)
        return convert(value) if type(value) is str else value

    return read


def _array(shape: Shape, checker: Checker | None) -> Callable[[Sequence[str]], Any]:
    item = _resolved(shape.schema, shape.components).get("items", {})
    types = types_of(item, shape.components)
    convert = _converter(shape, item, types)
    delimiter = DELIMITERS[shape.style]
    repeated = shape.location == "query" and shape.explode
    stripped = shape.location == "header"

    def decode(texts: Sequence[str]) -> Any:
        if not repeated:
            if len(texts) != 1:
                return Violations((_duplicate(shape, texts),))
            texts = texts[0].split(delimiter) if texts[0] else ()
        if stripped:
            texts = [text.strip() for text in texts]
        values = [convert(text) for text in texts]
        if WRONG in values:
            return Violations(
                _wrong(shape, types, texts[index], f"/{index}")
                for index, value in enumerate(values)
                if value is WRONG
            )
        if checker is None or checker.is_valid(values):
            return values
        return Violations(checker.violations(values, shape.location, shape.name))

    return decode


def _deep_object(shape: Shape, checker: Checker | None) -> Callable[[Sequence[str]], Any]:
    """`name[key]=text`, one level deep; a key whose property is an array may come repeatedly."""
    properties = _resolved(shape.schema, shape.components).get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    kinds = {key: types_of(each, shape.components) for key, each in properties.items()}
    items = {
        key: types_of(_resolved(each, shape.components).get("items", {}), shape.components)
        for key, each in properties.items()
        if "array" in kinds[key]
    }
    converters = {key: converter(items.get(key, types)) for key, types in kinds.items()}

    def decode(texts: Sequence[str]) -> Any:
        found: dict[str, Any] = {}
        wrong: list[Violation] = []
        for text in texts:
            key, _, given = text.partition("]=")
            value = converters.get(key, str)(given)
            if value is WRONG:
                wrong.append(_wrong(shape, items.get(key, kinds[key]), given, f"/{key}"))
            elif key in items:
                found.setdefault(key, []).append(value)
            elif key in found:
                wrong.append(_duplicate(shape, [given], f"/{key}"))
            else:
                found[key] = value
        if not wrong and checker is not None and not checker.is_valid(found):
            wrong = checker.violations(found, shape.location, shape.name)
        return Violations(wrong) if wrong else found

    return decode


def _resolved(schema: Any, components: Mapping[str, Any], depth: int = 8) -> Mapping[str, Any]:
    while isinstance(schema, Mapping) and "$ref" in schema and depth:
        schema, depth = components.get(str(schema["$ref"]).removeprefix(COMPONENTS)), depth - 1
    return schema if isinstance(schema, Mapping) else {}


def _wrong(shape: Shape, types: frozenset[str], text: str, pointer: str) -> Violation:
    wanted = sorted(types - {"null"} or types)
    message = f"{shape.location} parameter {shape.name}{pointer} must be {' or '.join(wanted)}"
    expected = wanted[0] if len(wanted) == 1 else wanted
    return Violation(shape.location, shape.name, pointer, "type", expected, text, message)


def _duplicate(shape: Shape, texts: Sequence[str], pointer: str = "") -> Violation:
    message = f"{shape.location} parameter {shape.name}{pointer} must be given once"
    return Violation(shape.location, shape.name, pointer, "duplicate", 1, list(texts), message)


def _unsupported(shape: Shape, what: str) -> ContractError:
    return ContractError(
        f"{what} is not read", where=shape.pointer, fix="Use a scalar, an array or deepObject"
    )
