"""YAML 1.2 core, read safely: plain scalars keep their text, and everything keeps its line.

The C parser's events are turned into dicts, lists and texts. A plain scalar stays a `Plain` text
until a schema says what is wanted there (`conversion`); `core` is what it means in free JSON.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from understudy.errors import ScenarioError

SIZE = 4 * 1024 * 1024  # characters of one file: a world of 20,000 records; more is a data dump
DEPTH = 64  # levels of nesting: far beyond any body; keeps every walk off the stack's end
NODES = 400_000  # values in one file with its aliases written out: no "billion laughs"
DIGITS = 400  # digits of a number: beyond it no JSON reader keeps it

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o([0-7]+)")
_HEX = re.compile(r"0x([0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class Plain(str):
    """A scalar written without quotes; its text is kept, its meaning is the schema's to say."""

    __slots__ = ()


class Places:
    """The line each part of a text stands on."""

    __slots__ = ("_lines", "file", "text")

    def __init__(self, text: str, file: str, lines: Mapping[str, int]) -> None:
        self.text = text
        self.file = file
        self._lines: Mapping[str, int] | None = lines

    def where(self, pointer: str = "") -> str:
        """`file:line` of the value at that JSON pointer, or of what holds it."""
        lines = self._lines
        if lines is None:
            lines = self._lines = load(self.text, self.file).places._lines or {}
        while pointer not in lines and pointer:
            pointer = pointer.rpartition("/")[0]
        return f"{self.file}:{lines.get(pointer, 1)}"

    def forget(self) -> None:
        """A text without a mistake is seldom asked again, and then it is read again."""
        self._lines = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and where."""

    value: Any
    places: Places

    @property
    def file(self) -> str:
        return self.places.file

    def where(self, pointer: str = "") -> str:
        """`file:line` of the value at that JSON pointer, or of what holds it."""
        return self.places.where(pointer)


def load(text: str, file: str) -> Document:
    """The one document of that text; ScenarioError with `file:line` for what it may not hold."""
    if len(text) > SIZE:
        raise ScenarioError(
            f"{len(text)} characters, at most {SIZE}", where=f"{file}:1", fix="Split the file"
        )
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise builder.refuse(
            f"this is no YAML: {error.problem or error.context}",
            "Check the indentation, the colons and the quotes around here",
            line=mark.line + 1 if mark else 1,
        ) from None
    except (yaml.YAMLError, UnicodeError) as error:
        line = text.count("\n", 0, getattr(error, "position", None) or getattr(error, "start", 0))
        raise builder.refuse(
            "a character that YAML does not allow", "Write it as an escape in quotes", line=line + 1
        ) from None
    return Document(builder.root, Places(text, file, builder.lines))


def core(text: str) -> Any:
    """What a plain scalar means in YAML 1.2 core; ValueError for infinity and not-a-number."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        _bound(text)
        return int(text)
    if octal := _OCTAL.fullmatch(text):
        _bound(text)
        return int(octal[1], 8)
    if hexadecimal := _HEX.fullmatch(text):
        _bound(text)
        return int(hexadecimal[1], 16)
    if _FLOAT.fullmatch(text):
        return _finite(text)
    if _NO_NUMBER.fullmatch(text):
        raise ValueError(f"{text} is no number of JSON")
    return str(text)


def _bound(text: str) -> None:
    if len(text) > DIGITS:
        raise ValueError(f"a number of {len(text)} digits, at most {DIGITS}")


def _finite(text: str) -> float:
    _bound(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number of JSON")
    return number


class _Frame:
    """A list or mapping that is being filled."""

    __slots__ = ("anchor", "holder", "key", "nodes", "pointer")

    def __init__(self, holder: Any, pointer: str, anchor: str | None) -> None:
        self.holder = holder
        self.pointer = pointer
        self.anchor = anchor
        self.key: str | None = None
        self.nodes = 1


class _Builder:
    """Takes the parser's events one by one; never recursive."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.lines: dict[str, int] = {}
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._documents = 0
        self._line = 1

    def refuse(self, what: str, fix: str, *, line: int | None = None) -> ScenarioError:
        return ScenarioError(what, where=f"{self.file}:{line or self._line}", fix=fix)

    def take(self, event: Any) -> None:
        self._line = event.start_mark.line + 1
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._open({}, event)
            case yaml.SequenceStartEvent():
                self._open([], event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close()
            case yaml.AliasEvent():
                self._alias(str(event.anchor))
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise self.refuse("a second document", "Write one document in a file")

    def _scalar(self, event: Any) -> None:
        self._untagged(event)
        plain = event.style in (None, "")
        value = Plain(event.value) if plain else event.value
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._put(value, 1)

    def _open(self, holder: Any, event: Any) -> None:
        self._untagged(event)
        if len(self._stack) >= DEPTH:
            raise self.refuse(f"nested more than {DEPTH} levels deep", "Flatten it")
        pointer = self._place(holder)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        self._count(1)
        self._stack.append(_Frame(holder, pointer, event.anchor))

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.holder, frame.nodes)
        if self._stack:
            self._stack[-1].nodes += frame.nodes

    def _alias(self, name: str) -> None:
        if any(frame.anchor == name for frame in self._stack):
            raise self.refuse(f"*{name} stands inside &{name} itself", "Write it out")
        if name not in self._anchors:
            raise self.refuse(f"*{name} has no anchor before it", f"Mark a value with &{name}")
        value, nodes = self._anchors[name]
        self._put(value, nodes)

    def _put(self, value: Any, nodes: int) -> None:
        self._count(nodes)
        if self._stack:
            self._stack[-1].nodes += nodes
            frame = self._stack[-1]
            if isinstance(frame.holder, dict) and frame.key is None:
                self._key(frame, value)
                return
        self._place(value)

    def _place(self, value: Any) -> str:
        """Puts a value where it belongs and says which pointer that is."""
        if not self._stack:
            self.root = value
            self.lines[""] = self._line
            return ""
        frame = self._stack[-1]
        if isinstance(frame.holder, list):
            pointer = f"{frame.pointer}/{len(frame.holder)}"
            frame.holder.append(value)
            self.lines[pointer] = self._line
            return pointer
        if frame.key is None:
            raise self.refuse("a list or a mapping as a key", "Keys are texts")
        frame.holder[frame.key] = value
        pointer = f"{frame.pointer}/{escaped(frame.key)}"
        frame.key = None
        return pointer

    def _key(self, frame: _Frame, key: Any) -> None:
        if not isinstance(key, str):
            raise self.refuse("a list or a mapping as a key", "Keys are texts")
        if key in frame.holder:
            first = self.lines[f"{frame.pointer}/{escaped(key)}"]
            raise self.refuse(f"`{key}` stands here twice (first in line {first})", "Remove one")
        frame.key = str(key)
        self.lines[f"{frame.pointer}/{escaped(key)}"] = self._line

    def _untagged(self, event: Any) -> None:
        if event.tag not in (None, "!"):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self.refuse(f"the tag {tag}", "Tags are not read; remove it")

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > NODES:
            raise self.refuse(
                f"more than {NODES} values, its aliases written out", "Split the file"
            )


def escaped(key: str) -> str:
    """A key as a token of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
