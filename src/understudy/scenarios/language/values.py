"""JSON values as a scenario compares and says them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from understudy.slices import paused


class _Absent:
    """What stands where nothing is."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT: Any = _Absent()

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool))
        or (isinstance(value, float) and value.is_integer())
    ),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list | tuple),
}


def as_text(value: Any, limit: int = 120) -> str:
    """A value as a person reads it, shortened."""
    if value is ABSENT:
        return "nothing"
    text = _json(value)
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def _json(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Mapping():
            return "{" + ", ".join(f"{_json(str(k))}: {as_text(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(as_text(each) for each in value) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False)  # on one line, whatever is in it
        case _:
            return str(value)


def unescaped(text: str) -> str:
    """The text with `$${` as the literal `${`."""
    return text.replace("$${", "${") if "$${" in text else text


def same(left: Any, right: Any) -> bool:
    """Whether two values are one in JSON: 1 is 1.0, and neither is true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


_UNWRITABLE = re.compile("[\x7f-\x9f\ufeff\ufffe\uffff]")  # characters that YAML does not allow


def text(scenario: Mapping[str, Any], notes: Sequence[str] = ()) -> str:
    """The file's text; notes stand as comments at its head."""
    comments = [f"# {' '.join(note.split())}" for note in notes]
    return "\n".join([*comments, *_lines(scenario)]) + "\n"


def _lines(scenario: Mapping[str, Any]) -> Iterator[str]:
    for key, value in scenario.items():
        if key == "world":
            yield "world:"
            for vendor, section in value.items():
                yield f"  {vendor}:"
                for name, entries in section.items():
                    yield from _listed(f"    {name}", entries)
        elif isinstance(value, list):
            yield from _listed(key, value)
        else:
            yield f"{key}: {_in_flow(value)}"


def _listed(key: str, value: Any) -> Iterator[str]:
    """A list with an entry's keys below each other; anything else in its line."""
    if not isinstance(value, list):
        yield f"{key}: {_in_flow(value)}"
        return
    yield f"{key}:"
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    for entry in paused(value):
        mark = "- "
        for name, inside in entry.items():
            yield f"{indent}{mark}{name}: {_in_flow(inside)}"
            mark = "  "


def _in_flow(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def texts(value: Any) -> Iterable[str]:
    """Every text in a value."""
    return (text for _, text in leaves(value))


def leaves(value: Any, path: str = "$") -> Iterable[tuple[str, str]]:
    """Every text in a value with its JSONPath."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            quoted = key.replace("\\", "\\\\").replace("'", "\\'")
            yield from leaves(each, f"{path}['{quoted}']")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from leaves(each, f"{path}[{number}]")


def replaced(value: Any, text: str, by: Any) -> Any:
    """The value with that text replaced wherever it stands."""
    if isinstance(value, str):
        return by if value == text else value
    if isinstance(value, Mapping):
        return {key: replaced(each, text, by) for key, each in value.items()}
    return [replaced(each, text, by) for each in value] if isinstance(value, list) else value
