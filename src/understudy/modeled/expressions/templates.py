"""`${...}` in a value: found, read as expressions, and filled in; one alone keeps its type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from understudy.modeled.expressions.expression import Expression, read
from understudy.modeled.expressions.mistakes import ExpressionError
from understudy.modeled.expressions.types import ANY, BY_KIND, STRING, Type, Types
from understudy.modeled.expressions.values import Scope, as_text
from understudy.yaml import escape

BEGIN, ESCAPED = "${", "$${"


class Template(NamedTuple):
    """A value with what is to be filled in."""

    type: Type
    run: Callable[[Scope], Any]


class Wrong(NamedTuple):
    """A mistake in a template: where in the value, and what."""

    pointer: str
    error: ExpressionError


class Misread(Exception):
    """A value some of whose expressions cannot be used."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.error.what)
        self.wrong = wrong


def template(value: Any, types: Types, names: Mapping[str, Type], pointer: str = "") -> Template:
    """The template of a JSON value; Misread with the place of a mistake."""
    if isinstance(value, str):
        try:
            return _text(value, types, names)
        except ExpressionError as error:
            raise Misread(Wrong(pointer, error)) from None
    if isinstance(value, Mapping):
        parts = {
            key: template(each, types, names, f"{pointer}/{escape(str(key))}")
            for key, each in value.items()
        }
        return Template(
            Type("map"), lambda scope: {key: each.run(scope) for key, each in parts.items()}
        )
    if isinstance(value, list):
        items = [template(each, types, names, f"{pointer}/{at}") for at, each in enumerate(value)]
        inside = items[0].type if items else ANY
        return Template(Type("list", inside), lambda scope: [each.run(scope) for each in items])
    return Template(_kind(value), lambda scope: value)


def parts_of(text: str) -> Iterator[tuple[int, str | None, str]]:
    """The parts of a text: where each begins, the expression (None: plain text), and the text."""
    at, plain = 0, ""
    while at < len(text):
        if text.startswith(ESCAPED, at):
            plain, at = plain + BEGIN, at + len(ESCAPED)
        elif text.startswith(BEGIN, at):
            if plain:
                yield at, None, plain
            end = _end(text, at + len(BEGIN))
            yield at + len(BEGIN), text[at + len(BEGIN) : end], ""
            plain, at = "", end + 1
        else:
            plain, at = plain + text[at], at + 1
    if plain or not text:
        yield at, None, plain


def _text(text: str, types: Types, names: Mapping[str, Type]) -> Template:
    parts: list[str | Expression] = []
    for at, expression, plain in parts_of(text):
        if expression is None:
            parts.append(plain)
            continue
        try:
            parts.append(read(expression, types, names))
        except ExpressionError as error:
            raise ExpressionError(error.what, error.at + at, error.fix) from None
    if len(parts) == 1:
        only = parts[0]
        if isinstance(only, str):
            return Template(STRING, lambda scope: only)
        return Template(only.type, only.run)

    def run(scope: Scope) -> str:
        return "".join(
            each if isinstance(each, str) else as_text(each.run(scope)) for each in parts
        )

    return Template(STRING, run)


def _end(text: str, start: int) -> int:
    """Where the brace stands that closes an expression."""
    depth, quote, at = 0, "", start
    while at < len(text):
        sign = text[at]
        if quote:
            if sign == "\\":
                at += 1
            elif sign == quote:
                quote = ""
        elif sign in "\"'":
            quote = sign
        elif sign == "{":
            depth += 1
        elif sign == "}":
            if not depth:
                return at
            depth -= 1
        at += 1
    raise ExpressionError("`${` has no end", start - len(BEGIN), "Close it with }")


def _kind(value: Any) -> Type:
    if isinstance(value, bool):
        return BY_KIND["bool"]
    if isinstance(value, int | float):
        return BY_KIND["int" if isinstance(value, int) else "double"]
    return BY_KIND["null"] if value is None else ANY
