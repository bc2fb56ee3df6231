"""Strict decoders for parameters, compiled once from type and style; and encoders beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from understudy.errors import ContractError
from understudy.openapi.lenient import compile_reader
from understudy.openapi.nested import Typing, gather, steps_of
from understudy.openapi.operation import Location, Violation, Violations
from understudy.openapi.scalars import WRONG, Convert, converter, write
from understudy.openapi.schema import Checker, constrains
from understudy.openapi.shapes import Refs, items_of, types_of
from understudy.openapi.styles import (
    DELIMITERS,
    STYLES,
    bare,
    bracketed,
    join,
    split_array,
    split_object,
)

Decode = Callable[[Sequence[str]], Any]
SCALARS = frozenset(("boolean", "integer", "number", "null", "string"))


class Shape(Struct, frozen=True):
    """What of a parameter decides how it is written."""

    name: str
    location: Location
    schema: Mapping[str, Any]
    refs: Refs
    checker: Checker
    style: str
    explode: bool
    pointer: str
    lenient: bool = False  # read as FastAPI does: values in any spelling, the last of several
    empty: bool = False  # allowEmptyValue

    @property
    def types(self) -> frozenset[str]:
        return types_of(self.schema, self.refs)

    @property
    def repeated(self) -> bool:
        """Whether an array repeats the name."""
        return self.location in ("query", "cookie") and self.explode

    @property
    def spread(self) -> bool:
        """Whether an object's keys stand in the query themselves."""
        return self.repeated and self.style == "form" and self.types == {"object"}


def compile_decoder(shape: Shape) -> Decode:
    """The function that makes a value, or `Violations`, of a parameter's texts."""
    if shape.style not in STYLES[shape.location]:
        raise ContractError(
            f"style {shape.style!r} in {shape.location} is not read",
            where=shape.pointer,
            fix=f"Use {' or '.join(STYLES[shape.location])}",
        )
    decode = _decoder(shape)
    if not shape.empty:
        return decode
    return lambda texts: "" if [*texts] == [""] else decode(texts)


def compile_encoder(shape: Shape) -> Callable[[Any], list[tuple[str, str]]]:
    """The function that writes a value as the names and texts a client sends, not yet escaped."""
    name, style, explode = shape.name, shape.style, shape.explode
    if style == "deepObject":
        return lambda value: bracketed(name, value)

    def encode(value: Any) -> list[tuple[str, str]]:
        if shape.repeated and isinstance(value, list | tuple):
            return [(name, write(each)) for each in value]
        if shape.spread and isinstance(value, dict):
            return [pair for key, each in value.items() for pair in bracketed(key, each)]
        return [(name, join(style, explode, name, value))]

    return encode


def _decoder(shape: Shape) -> Decode:
    types = shape.types
    checker = shape.checker if constrains(shape.schema) else None
    if shape.style == "deepObject" or shape.spread:
        return _bracketed(shape, checker)
    scalars = types & SCALARS
    convert = _converter(shape, shape.schema, scalars or types)
    scalar = _scalar(shape, convert, types, checker)
    if "array" in types:
        array = _array(shape, checker)
        return _either(array, scalar) if scalars else array
    if "object" in types:
        whole = _object(shape, checker)
        return _either(whole, scalar) if scalars else whole
    return scalar


def _either(first: Decode, second: Decode) -> Decode:
    """A value of one of two shapes; where it is of neither, what is wrong with the first."""

    def decode(texts: Sequence[str]) -> Any:
        value = first(texts)
        if type(value) is not Violations:
            return value
        other = second(texts)
        return value if type(other) is Violations else other

    return decode


def _scalar(
    shape: Shape, convert: Convert, types: frozenset[str], checker: Checker | None
) -> Decode:
    name, location, style = shape.name, shape.location, shape.style
    marked = style in ("label", "matrix")

    def decode(texts: Sequence[str]) -> Any:
        if len(texts) != 1 and not shape.lenient:
            return Violations((_duplicate(shape, texts),))
        text = bare(style, name, texts[-1]) if marked else texts[-1]
        value = WRONG if text is None else convert(text)
        if value is WRONG:
            return Violations((_wrong(shape, types, texts[-1], ""),))
        if checker is None or checker.is_valid(value):
            return value
        return Violations(checker.violations(value, location, name))

    return decode


def _converter(shape: Shape, schema: Any, types: frozenset[str]) -> Convert:
    """How a text is read; first as the framework reads it, where the vendor's is lenient."""
    convert = converter(types)
    reader = compile_reader(schema, shape.refs) if shape.lenient else None
    if reader is None:
        return convert

    def read(text: str) -> Any:
        value = reader(text)
        return convert(value) if type(value) is str else value

    return read


def _array(shape: Shape, checker: Checker | None) -> Decode:
    item = items_of(shape.schema, shape.refs)
    types = types_of(item, shape.refs)
    convert = _converter(shape, item, types)
    delimiter = DELIMITERS[shape.style]
    repeated, stripped = shape.repeated, shape.location == "header"
    marked = shape.style in ("label", "matrix")

    def decode(texts: Sequence[str]) -> Any:
        if not repeated:
            if len(texts) != 1:
                return Violations((_duplicate(shape, texts),))
            text = texts[0]
            if marked:
                split = split_array(shape.style, shape.explode, shape.name, text)
                if split is None:
                    return Violations((_misstyled(shape, text),))
                texts = split
            else:
                texts = text.split(delimiter) if text else ()
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


def _object(shape: Shape, checker: Checker | None) -> Decode:
    """An object in one text."""

    def decode(texts: Sequence[str]) -> Any:
        if len(texts) != 1:
            return Violations((_duplicate(shape, texts),))
        pairs = split_object(shape.style, shape.explode, shape.name, texts[0])
        if pairs is None:
            return Violations((_misstyled(shape, texts[0]),))
        if shape.location == "header":
            pairs = [(key.strip(), text.strip()) for key, text in pairs]
        return _typed(shape, checker, gather(((key,), text) for key, text in pairs))

    return decode


def _bracketed(shape: Shape, checker: Checker | None) -> Decode:
    """`name[key]=text`, as deep as it goes; a key whose property is an array may come repeatedly.
    What stands under the bare name comes below the empty key."""

    def decode(texts: Sequence[str]) -> Any:
        pairs = (text.partition("]=")[::2] for text in texts)
        return _typed(shape, checker, gather((_steps(key), text) for key, text in pairs))

    return decode


def _steps(key: str) -> tuple[str, ...]:
    head, separator, rest = key.partition("][")
    return (head, *steps_of(f"x[{rest}]")[1:]) if separator else (key,)


def _typed(shape: Shape, checker: Checker | None, tree: Any) -> Any:
    typing = Typing(shape.location, shape.name, shape.refs)
    value = typing.typed(shape.schema, tree)
    if not typing.wrong and checker is not None and not checker.is_valid(value):
        typing.wrong = checker.violations(value, shape.location, shape.name)
    return Violations(typing.wrong) if typing.wrong else value


def _wrong(shape: Shape, types: frozenset[str], text: str, pointer: str) -> Violation:
    wanted = sorted(types - {"null"} or types)
    message = f"{shape.location} parameter {shape.name}{pointer} must be {' or '.join(wanted)}"
    expected = wanted[0] if len(wanted) == 1 else wanted
    return Violation(shape.location, shape.name, pointer, "type", expected, text, message)


def _duplicate(shape: Shape, texts: Sequence[str]) -> Violation:
    message = f"{shape.location} parameter {shape.name} must be given once"
    return Violation(shape.location, shape.name, "", "duplicate", 1, list(texts), message)


def _misstyled(shape: Shape, text: str) -> Violation:
    way = f"style {shape.style}, explode {str(shape.explode).lower()}"
    message = f"{shape.location} parameter {shape.name} must be written in {way}"
    return Violation(shape.location, shape.name, "", "style", way, text, message)
