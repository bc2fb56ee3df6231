"""A YAML text read event by event: bounded, without tags and merging, each key once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec import Struct

from understudy.errors import InputError
from understudy.slices import pause
from understudy.yaml.document import COLUMN_BITS, Document, Warned, escape, packed
from understudy.yaml.scalars import core_or_text

MERGE, TEXT = "<<", "tag:yaml.org,2002:str"
CHECK = "Check the indentation, the colons and the quotes around here"
WITHOUT_MERGE = "Write its keys out, or let an alias stand for a whole value: `key: *name`"


class Bounds(NamedTuple):
    """How much a text may hold."""

    depth: int  # levels of nesting
    size: int  # characters
    values: int  # with its aliases written out: no "billion laughs"


def read(
    text: str,
    file: str,
    bounds: Bounds,
    *,
    plain: Callable[[str], Any] = core_or_text,
    keep_lines: bool = False,
    lenient: bool = False,
    columns: bool = False,
    error: type[InputError] = InputError,
) -> Document:
    """The one document of a text; `error` with `file:line` for what it may not hold.

    `plain` makes the value of a scalar without quotes. Lines are found by a second reading when
    somebody asks, unless they are kept. A `lenient` reading goes on after a key that stands twice
    (the last counts) and after a merge key (which stays a key), with a warning for each.
    With `columns` places are told with them.
    """

    def reading(lines: dict[str, int] | None) -> _Reading:
        return _Reading(file, bounds, plain, lenient, columns, error, lines).of(text)

    try:
        found = reading({} if keep_lines else None)
    except _LinesWanted:
        found = reading({})
    value = found.root[0] if found.root else None
    return Document(
        value, file, tuple(found.warnings), found.lines, lambda: reading({}).lines or {}, columns
    )


def _parser(text: str) -> Any:
    try:
        from yaml._yaml import CParser
    except ImportError as missing:  # pragma: no cover - a PyYAML without its C part
        raise ImportError("PyYAML lacks its C parser: install a wheel of it") from missing
    return CParser(text)


class _LinesWanted(Exception):
    """A mistake that is told with the line of something before it."""


class _Frame(Struct):
    """A list or mapping that is being filled; the outermost is a list of the document itself."""

    holder: Any
    is_mapping: bool
    pointer: str = ""
    anchor: str | None = None
    values_before: int = 0
    key: str | None = None


@dataclass(slots=True)
class _Reading:
    """Takes the parser's events one by one; never recursive."""

    file: str
    bounds: Bounds
    plain: Callable[[str], Any]
    lenient: bool
    columns: bool
    error: type[InputError]
    lines: dict[str, int] | None
    root: list[Any] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    _stack: list[_Frame] = field(default_factory=list)
    _anchors: dict[str, tuple[Any, str | None, int]] = field(default_factory=dict)
    _values: int = 0
    _event: Any = None
    _frame: _Frame = field(init=False)

    def of(self, text: str) -> _Reading:
        if len(text) > self.bounds.size:
            what = f"{len(text)} characters, at most {self.bounds.size}"
            raise self._mistake(what, "Split the file", 1)
        import yaml  # costs a tenth of a start, which seldom reads any

        self._frame = _Frame(self.root, is_mapping=False)
        takes: Mapping[type[Any], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: lambda event: self._open(event, {}),
            yaml.SequenceStartEvent: lambda event: self._open(event, []),
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            next_event = _parser(text).get_event
            while (event := next_event()) is not None:
                self._event = event
                if self._values & 63 == 0:
                    pause()
                if (take := takes.get(type(event))) is not None:
                    take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            what, fix = f"this is no YAML: {error.problem or error.context}", CHECK
            raise self._mistake(what, fix, *_place(mark)) from None
        except (yaml.YAMLError, UnicodeError) as error:
            place = getattr(error, "position", None) or getattr(error, "start", 0)
            what, fix = "a character that YAML does not allow", "Write it as an escape in quotes"
            raise self._mistake(what, fix, text.count("\n", 0, place) + 1) from None
        return self

    def _document(self, event: Any) -> None:
        if self.root:
            raise self._mistake("a second document", "Write one document in a file")

    def _scalar(self, event: Any) -> None:
        text, is_plain, frame = event.value, event.implicit[0], self._frame
        if event.tag not in (None, TEXT):
            self._refuse_tag(event.tag)
        value = self.plain(text) if is_plain else text
        if event.anchor:
            self._anchors[event.anchor] = value, text, 1
        if not frame.is_mapping or frame.key is not None:
            self._put(value, 1)
            return
        if is_plain and text == MERGE:
            self._warn(f"`{MERGE}`: merging is not part of YAML 1.2", WITHOUT_MERGE)
        self._key(frame, text, 1)

    def _open(self, event: Any, holder: Any) -> None:
        if event.tag is not None:
            self._refuse_tag(event.tag)
        if len(self._stack) >= self.bounds.depth:
            raise self._mistake(f"nested more than {self.bounds.depth} levels deep", "Flatten it")
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        before = self._values
        pointer = self._put(holder, 1)
        self._stack.append(self._frame)
        self._frame = _Frame(holder, type(holder) is dict, pointer, event.anchor, before)

    def _close(self, event: Any) -> None:
        frame, self._frame = self._frame, self._stack.pop()
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.holder, None, self._values - frame.values_before)

    def _alias(self, event: Any) -> None:
        name, frame = event.anchor, self._frame
        if any(each.anchor == name for each in (*self._stack, frame)):
            raise self._mistake(f"*{name} stands inside &{name} itself", "Write it out")
        if name not in self._anchors:
            raise self._mistake(f"*{name} has no anchor before it", f"Mark a value with &{name}")
        value, text, values = self._anchors[name]
        if frame.is_mapping and frame.key is None and text is not None:
            self._key(frame, text, values)
        else:
            self._put(value, values)

    def _key(self, frame: _Frame, key: str, values: int) -> None:
        self._count(values)
        if self.lines is not None:
            pointer = f"{frame.pointer}/{escape(key)}"
            if key in frame.holder:
                first = self.lines[pointer] >> COLUMN_BITS
                what = f"`{key}` stands here twice (first in line {first})"
                self._warn(what, "Remove one")
            self.lines[pointer] = packed(self._event.start_mark)
        elif key in frame.holder:
            raise _LinesWanted
        frame.key = key

    def _put(self, value: Any, values: int) -> str:
        """Puts a value where it belongs and says which pointer that is, where lines are kept."""
        self._count(values)
        frame, pointer = self._frame, ""
        if frame.is_mapping:
            if frame.key is None:
                raise self._mistake("a list or a mapping as a key", "Keys are texts")
            frame.holder[frame.key] = value
            pointer = "" if self.lines is None else f"{frame.pointer}/{escape(frame.key)}"
            frame.key = None
            return pointer
        if self.lines is not None:
            pointer = f"{frame.pointer}/{len(frame.holder)}" if self._stack else ""
            self.lines[pointer] = packed(self._event.start_mark)
        frame.holder.append(value)
        return pointer

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > self.bounds.values:
            what = f"more than {self.bounds.values} values, its aliases written out"
            raise self._mistake(what, "Split the file")

    def _refuse_tag(self, tag: str) -> None:
        if tag != "!":
            tag = tag.replace("tag:yaml.org,2002:", "!!")
            raise self._mistake(f"the tag {tag}", "Tags are not read; remove it")

    def _warn(self, what: str, fix: str) -> None:
        """A mistake that a lenient reading goes on after."""
        if not self.lenient:
            raise self._mistake(what, fix)
        self.warnings.append(Warned(what, self._event.start_mark.line + 1, fix))

    def _mistake(self, what: str, fix: str, line: int | None = None, column: int = 1) -> InputError:
        if line is None:
            line, column = _place(self._event.start_mark)
        where = f"{self.file}:{line}:{column}" if self.columns else f"{self.file}:{line}"
        return self.error(what, where=where, fix=fix)


def _place(mark: Any) -> tuple[int, int]:
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
