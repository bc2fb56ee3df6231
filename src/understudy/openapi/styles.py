"""How parameters are written: the styles of arrays and objects, taken apart and put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy.openapi.scalars import write

DELIMITERS = {
    "form": ",",
    "simple": ",",
    "spaceDelimited": " ",
    "pipeDelimited": "|",
    "matrix": ",",
    "label": ",",
}
STYLES = {
    "path": ("simple", "label", "matrix"),
    "header": ("simple",),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "cookie": ("form",),
}
Pairs = list[tuple[str, str]]


def bare(style: str, name: str, text: str) -> str | None:
    """One value's text without the marks of its style; None: it has not got them."""
    if style == "label":
        return text[1:] if text.startswith(".") else None
    if style == "matrix":
        head = f";{name}="
        return text[len(head) :] if text.startswith(head) else "" if text == head[:-1] else None
    return text


def split_array(style: str, explode: bool, name: str, text: str) -> list[str] | None:
    """The texts of an array that stands in one text; None: it is not written in its style."""
    if style == "matrix" and explode:
        found = [bare(style, name, f";{part}") for part in text[1:].split(";")]
        return None if text[:1] != ";" or None in found else [each or "" for each in found]
    rest = bare(style, name, text)
    if rest is None:
        return None
    delimiter = DELIMITERS[style]
    if style == "label" and (explode or delimiter not in rest):
        delimiter = "."  # OpenAPI 3.0 wrote it so without explode, too
    return rest.split(delimiter) if rest else []


def split_object(style: str, explode: bool, name: str, text: str) -> Pairs | None:
    """The keys and texts of an object in one text; None: it is not written in its style."""
    if explode:
        mark = {"label": ".", "matrix": ";"}.get(style, ",")
        if style in ("label", "matrix"):
            if text[:1] != mark:
                return None
            text = text[1:]
        pieces = [piece.partition("=") for piece in text.split(mark)] if text else []
        return [(key, value) for key, _, value in pieces] if all(e for _, e, _ in pieces) else None
    rest = bare(style, name, text)
    if rest is None:
        return None
    delimiter = DELIMITERS[style]
    if style == "label" and delimiter not in rest:
        delimiter = "."
    words = rest.split(delimiter) if rest else []
    return list(zip(words[::2], words[1::2], strict=True)) if len(words) % 2 == 0 else None


def join(style: str, explode: bool, name: str, value: Any) -> str:
    """A value as one text of its style."""
    mark = {"label": ".", "matrix": ";"}.get(style, "")
    head = f"{name}=" if style == "matrix" else ""
    if isinstance(value, dict):
        if explode:
            return mark + (mark or ",").join(f"{key}={write(each)}" for key, each in value.items())
        value = [part for pair in value.items() for part in pair]
    elif isinstance(value, list | tuple) and explode and mark:
        return mark + mark.join(head + write(each) for each in value)
    if isinstance(value, list | tuple):
        value = DELIMITERS[style].join(write(each) for each in value)
    return mark + head + write(value)


def bracketed(name: str, value: Any) -> Pairs:
    """A value as names with brackets: `name[key][key]`; an array repeats its name."""
    if isinstance(value, dict):
        return [pair for key, each in value.items() for pair in bracketed(f"{name}[{key}]", each)]
    if isinstance(value, list | tuple):
        nested: Sequence[Any] = [each for each in value if isinstance(each, dict | list)]
        if nested:
            return [
                pair
                for index, each in enumerate(value)
                for pair in bracketed(f"{name}[{index}]", each)
            ]
        return [(name, write(each)) for each in value]
    return [(name, write(value))]
