"""`${name.field}` in a scenario: found, checked at load, and filled in with typed values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from understudy.scenarios.language.values import as_text, unescaped
from understudy.yaml import escape

Lookup = Callable[[tuple[str, ...]], Any]  # of the names between the dots; LookupError: none

_CAPTURE = re.compile(r"\$\$\{|\$\{([^{}]*)\}")


def captures(value: Any, pointer: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every capture in a value: where it stands and the names between its dots."""
    if isinstance(value, str):
        if "${" in value:
            for found in _CAPTURE.finditer(value):
                if found[1] is not None:
                    yield pointer, tuple(found[1].strip().split("."))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from captures(each, f"{pointer}/{escape(key)}")
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from captures(each, f"{pointer}/{number}")


def filled(value: Any, lookup: Lookup, *, literal: bool = False) -> Any:
    """The value with its captures filled in; a text that is one capture takes its type.

    `literal` also turns `$${` into `${`, for what is sent; a pattern does that itself.
    """
    if isinstance(value, str):
        return _text(value, lookup, literal=literal) if "${" in value else value
    if isinstance(value, Mapping):
        return {key: filled(each, lookup, literal=literal) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [filled(each, lookup, literal=literal) for each in value]
    return value


def _text(text: str, lookup: Lookup, *, literal: bool) -> Any:
    whole = _CAPTURE.fullmatch(text)
    if whole is not None and whole[1] is not None:
        return lookup(tuple(whole[1].strip().split(".")))

    def one(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        value = lookup(tuple(found[1].strip().split(".")))
        return value if isinstance(value, str) else as_text(value, 10_000)

    made = _CAPTURE.sub(one, text)
    return unescaped(made) if literal else made


def follow(value: Any, names: tuple[str, ...]) -> Any:
    """What stands below a value at those names; LookupError when nothing does."""
    for name in names:
        if isinstance(value, Mapping):
            value = value[name]
        elif isinstance(value, list | tuple) and name.isdigit():
            value = value[int(name)]
        else:
            raise LookupError(name)
    return value
