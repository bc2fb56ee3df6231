"""A JSON value as HTML that can be folded, what is pointed at marked; bounded, and escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape
from msgspec import json

from understudy.yaml import escape as pointer_part

NODES = 1_500  # values that are shown of one body: more hold up a browser
TEXT = 2_000  # characters of one text
OPEN = 3  # levels that are open from the start

Marks = Mapping[str, str]  # JSON pointer -> what is to say of what stands there


class JsonTree:
    """One value on its way to HTML."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.left = NODES

    def html(self, value: Any) -> Markup:
        """All of it."""
        return Markup("").join(self._value(value, "", 0, ""))

    def _value(self, value: Any, at: str, level: int, key: str) -> Iterator[Markup]:
        self.left -= 1
        name = Markup('<span class="key">{}</span> ').format(key) if key else Markup("")
        if isinstance(value, Mapping) and value:
            yield from self._folded(name, list(value.items()), "{}", at, level)
        elif isinstance(value, list) and value:
            yield from self._folded(name, list(enumerate(value)), "[]", at, level)
        else:
            line = name + _leaf(value)
            yield self._marked(line, at) if at in self.marks else line

    def _folded(
        self, name: Markup, items: list[Any], brackets: str, at: str, level: int
    ) -> Iterator[Markup]:
        is_open = level < OPEN or any(each.startswith(f"{at}/") for each in self.marks)
        count = f"{brackets[0]} {len(items)} {brackets[1]}"
        yield Markup("<details{}><summary>").format(Markup(" open") if is_open else "")
        head = name + Markup('<span class="count">{}</span>').format(count)
        yield self._marked(head, at) if at in self.marks else head
        yield Markup("</summary><ul>")
        for place, (key, value) in enumerate(items):
            if self.left <= 0:
                yield Markup('<li class="more">{} more</li>').format(len(items) - place)
                break
            yield Markup("<li>")
            shown = str(key) if brackets == "{}" else ""
            yield from self._value(value, f"{at}/{pointer_part(str(key))}", level + 1, shown)
            yield Markup("</li>")
        yield Markup("</ul></details>")

    def _marked(self, line: Markup, at: str) -> Markup:
        note = self.marks[at]
        told = Markup(' <span class="note">{}</span>').format(note) if note else Markup("")
        return Markup("<mark>{}</mark>{}").format(line, told)


def json_tree(value: Any, marks: Marks | None = None) -> Markup:
    """A value as a tree to fold."""
    return Markup('<div class="json">{}</div>').format(JsonTree(marks or {}).html(value))


def _leaf(value: Any) -> Markup:
    kind = "text" if isinstance(value, str) else "other"
    text = json.encode(value).decode()
    more = len(text) - TEXT
    if more > 0:
        text = f"{text[:TEXT]} … and {more} characters more"
    return Markup('<span class="{}">{}</span>').format(kind, escape(text))


def pretty(value: Any) -> str:
    """A value as indented JSON, to be edited."""
    return json.format(json.encode(value), indent=2).decode()
