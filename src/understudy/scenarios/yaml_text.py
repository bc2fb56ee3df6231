"""A scenario as the YAML of a file: a line for each thing, everything inside it as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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
            yield f"{key}: {_json(value)}"


def _listed(key: str, value: Any) -> Iterator[str]:
    """A list with an entry's keys below each other; anything else in its line."""
    if not isinstance(value, list):
        yield f"{key}: {_json(value)}"
        return
    yield f"{key}:"
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    for entry in value:
        mark = "- "
        for name, inside in entry.items():
            yield f"{indent}{mark}{name}: {_json(inside)}"
            mark = "  "


def _json(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
