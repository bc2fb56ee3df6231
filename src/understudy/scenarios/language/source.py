"""A scenario's text or JSON, read and held against the grammar; every part knows its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from msgspec import Struct, field

from understudy.errors import ScenarioError
from understudy.openapi.operation import Violation
from understudy.openapi.schema import Checker, compile_schema
from understudy.scenarios.language.schema_types import Nodes, Shape, kind_of
from understudy.scenarios.language.values import as_text
from understudy.slices import paused
from understudy.yaml import Bounds, Document, core, escape, place_in, read

BOUNDS = Bounds(
    depth=64,  # far beyond any body; keeps every walk off the stack's end
    size=4 * 1024 * 1024,  # a world of 20,000 records; more is a data dump
    values=400_000,
)
WAITS = ("wait", "sleep", "pause", "delay", "after")  # what other tools call time that passes
_PROJECT = "It is for a project file, understudy.yaml or --project FILE"
_STORY = "Steps and what checks them make a story: write it into a file beside this one"
ELSEWHERE = {  # keys of the outermost level that another kind of file has
    **dict.fromkeys(("serve", "behaviour", "options"), _PROJECT),
    **dict.fromkeys(("steps", "finally", "verify", "variables", "needs"), _STORY),
}


class Plain(str):
    """A scalar written without quotes; its text is kept, its meaning is the schema's to say."""

    __slots__ = ()


def _nothing() -> None:
    return


class Source(Struct, frozen=True):
    """A value of JSON, where each part of it stands, and what was written for numbers and such."""

    value: Any
    file: str
    where: Callable[[str], str]
    written: Mapping[str, str] = field(default_factory=dict)
    text: str = ""  # the YAML it came from; "": it came as JSON
    forget: Callable[[], None] = _nothing  # the places, until somebody asks for one

    def refuse(self, what: str, pointer: str, fix: str = "") -> ScenarioError:
        """A mistake with its place."""
        return ScenarioError(what, where=self.where(pointer), fix=fix)


class Grammar:
    """A schema that scenarios are read and checked by, compiled once."""

    def __init__(self, schema: Mapping[str, Any], *, columns: bool = False) -> None:
        self.schema = schema
        self._columns = columns
        self._shape = Shape(schema)
        self._checker: Checker = compile_schema(schema)

    def read(self, text: str, file: str) -> Source:
        """The scenario of a YAML text; ScenarioError with `file:line` for a mistake."""
        told = {"keep_lines": True, "columns": self._columns}
        document = read(text, file, BOUNDS, plain=Plain, error=ScenarioError, **told)
        reading = _Reading(document, self._shape)
        value = reading.convert(document.value, self._shape.root, "")
        document.value = None  # what its scalars were written as is needed no more
        value = _whole(value, self._shape, self._shape.root)
        source = Source(value, file, document.where, reading.written, text, document.forget_lines)
        self._check(source)
        return source

    def given(self, value: Any, file: str = "") -> Source:
        """The scenario of a JSON value; a mistake's place is its JSON pointer."""
        value = _whole(value, self._shape, self._shape.root)
        source = Source(value, file, lambda pointer: f"{file}{pointer}" or "/")
        self._check(source)
        return source

    def _check(self, source: Source) -> None:
        if self._checker.is_valid(source.value):
            return
        if not isinstance(source.value, Mapping):
            what = "the file is empty" if source.value is None else "this is no scenario"
            raise source.refuse(what, "", "Begin with `understudy: 1`")
        found = _independent(self._checker.violations(source.value))
        wrong, told = Mistakes(), sorted(found, key=lambda each: _order(source, each))
        wrong.found += {
            str(each): each for each in (self._mistake(source, v) for v in told)
        }.values()
        wrong.raise_first()

    def _mistake(self, source: Source, wrong: Violation) -> ScenarioError:
        path = [_unescaped(token) for token in wrong.pointer.split("/")[1:]]
        if wrong.keyword in _UNKNOWN:
            return self._unknown(source, wrong, path)
        here = self._meant(path, source.value)
        title = _first(here, "title") or "this"
        if wrong.keyword == "required":
            needed = self._shape.field(here, wrong.expected)
            wanted = _first(needed, "description")
            fix = f"Say `{wrong.expected}:` {wanted}" if wanted else f"Say `{wrong.expected}:`"
            return source.refuse(f"{title} needs `{wrong.expected}`", wrong.pointer, fix)
        name = f"`{path[-1]}`" if path and not path[-1].isdigit() else _first(here, "title")
        if not name and path:
            name = f"an item of `{next(each for each in path[::-1] if not each.isdigit())}`"
        if wrong.keyword == "propertyNames":
            fix = "Names have letters, digits, - and _"
            return source.refuse(f"{name} has a name that is none", wrong.pointer, fix)
        what = f"{name or title} is {_shown(wrong)}"
        return source.refuse(what, wrong.pointer, _allowed(here, wrong))

    def _unknown(self, source: Source, wrong: Violation, path: list[str]) -> ScenarioError:
        here = self._meant(path[:-1], source.value)
        there = _keys(here)
        title = _first(here, "title") or "this"
        close = get_close_matches(path[-1], there, 1)
        hint = f"Did you mean `{close[0]}`? There are" if close else "There are"
        if path[-1] in WAITS and "advance" in there:
            by = wrong.got if isinstance(wrong.got, str) else "1h"
            hint = f"For time that passes say `advance: {{ by: {by} }}`. There are"
        elif "understudy" in there and path[0] in ELSEWHERE:
            hint = f"{ELSEWHERE[path[0]]}. There are"
        fix = f"{hint} {', '.join(there)}" if there else "Remove it"
        return source.refuse(f"`{path[-1]}` is no key of {title}", wrong.pointer, fix)

    def _meant(self, path: list[str], value: Any) -> Nodes:
        """The alternatives at a path, only those the value there fits best."""
        for token in path:
            if isinstance(value, Mapping):
                value = value.get(token)
            elif isinstance(value, list) and int(token) < len(value):
                value = value[int(token)]
        nodes = self._shape.at(path)
        if not isinstance(value, Mapping):
            return nodes
        known = [node for node in nodes if "properties" in node]
        fits = [node for node in known if _fits(node, value)]
        return tuple(fits or known or nodes)


def _fits(node: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    required = node.get("required", ())
    return bool(required) and all(key in value for key in required)


def _independent(found: Iterable[Violation]) -> Iterator[Violation]:
    """The violations without those that another brings with it: where a key is misspelt, the right
    one is missing."""
    found = tuple(found)
    slips = {v.pointer.rpartition("/")[0] for v in found if v.keyword in _UNKNOWN}
    return (v for v in found if v.keyword != "required" or v.pointer not in slips)


def _order(source: Source, wrong: Violation) -> tuple[tuple[int, int], bool, str]:
    """The first line first; a key too many before a key too few."""
    place = place_in(source.where(wrong.pointer))
    return (place, wrong.keyword == "required", wrong.pointer)


def _first(nodes: Nodes, annotation: str) -> str:
    return next((str(node[annotation]) for node in nodes if annotation in node), "")


def _keys(nodes: Nodes) -> list[str]:
    return list(dict.fromkeys(key for node in nodes for key in node.get("properties", ())))


def _shown(wrong: Violation) -> str:
    value = wrong.got
    if value is None or (value in ({}, [], "") and wrong.keyword.startswith("min")):
        return "empty"
    return {"object": "a mapping", "array": "a list"}.get(kind_of(value), as_text(value, 60))


def _allowed(nodes: Nodes, wrong: Violation) -> str:
    told = [node for node in nodes if "description" in node]
    exact = [node for node in told if wrong.keyword in node]
    if wrong.keyword.startswith("max") and wrong.keyword != "maximum":
        return f"Write at most {wrong.expected} {_UNITS.get(wrong.keyword, 'of them')}"
    if told:
        words = (exact or told)[0]["description"]
        bound = _BOUNDS.get(wrong.keyword)
        more = f", {bound} {wrong.expected}" if bound and str(wrong.expected) not in words else ""
        return f"Write {words}{more}"
    if wrong.keyword == "type":
        kinds = wrong.expected if isinstance(wrong.expected, list) else [wrong.expected]
        return f"Write {' or '.join(_WORDS.get(str(kind), str(kind)) for kind in kinds)}"
    if wrong.keyword == "enum":
        return f"Write {' or '.join(str(each) for each in wrong.expected)}"
    return f"It {wrong.message.partition(' ')[2].partition('; got')[0]}"


_UNKNOWN = ("additionalProperties", "unevaluatedProperties")
_BOUNDS = {"minimum": "at least", "maximum": "at most"}
_UNITS = {"maxLength": "characters", "maxItems": "entries", "maxProperties": "keys"}
_WORDS = {
    "array": "a list",
    "object": "a mapping",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


class _Reading:
    """Plain scalars become what the schema wants, or what they mean in YAML 1.2 core."""

    def __init__(self, document: Document, shape: Shape) -> None:
        self._document = document
        self._shape = shape
        self.written: dict[str, str] = {}

    def convert(self, value: Any, nodes: Nodes, pointer: str) -> Any:
        if isinstance(value, dict):
            return {
                key: self.convert(each, self._shape.field(nodes, key), f"{pointer}/{escape(key)}")
                for key, each in paused(value.items())
            }
        if isinstance(value, list):
            inside = self._shape.item(nodes)
            each_place = enumerate(paused(value))
            return [self.convert(each, inside, f"{pointer}/{n}") for n, each in each_place]
        return self._plain(value, nodes, pointer) if isinstance(value, Plain) else value

    def _plain(self, value: Plain, nodes: Nodes, pointer: str) -> Any:
        wanted = self._shape.types(nodes)
        try:
            meant = core(value)
        except ValueError as error:
            if wanted is not None and "string" in wanted:
                return str(value)
            raise ScenarioError(
                str(error), where=self._document.where(pointer), fix="Write it in quotes"
            ) from None
        if isinstance(meant, str):
            return meant
        if wanted is None or not value or _suits(kind_of(meant), wanted):
            self.written[pointer] = str(value)
            return meant
        return str(value) if "string" in wanted else meant


def _suits(kind: str, wanted: frozenset[str]) -> bool:
    return kind in wanted or (kind == "integer" and "number" in wanted)


def _whole(value: Any, shape: Shape, nodes: Nodes) -> Any:
    """The value with 1.0 as 1 where the grammar wants a whole number: in JSON they are one."""
    if isinstance(value, dict):
        return {
            key: _whole(each, shape, shape.field(nodes, key)) for key, each in paused(value.items())
        }
    if isinstance(value, list):
        inside = shape.item(nodes)
        return [_whole(each, shape, inside) for each in paused(value)]
    if isinstance(value, float) and value.is_integer():
        wanted = shape.types(nodes) or ()
        return int(value) if "integer" in wanted and "number" not in wanted else value
    return value


def _unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


Said = TypeVar("Said")
Made = TypeVar("Made")


class Mistakes:
    """Collects refusals; the first of them is raised in the end, and has the others with it."""

    def __init__(self) -> None:
        self.found: list[ScenarioError] = []

    def each(self, make: Callable[[Said], Made], parts: Iterable[Said]) -> tuple[Made, ...]:
        """What is made of each part; the wrong ones are left out."""
        made: list[Made] = []
        for part in parts:
            try:
                made.append(make(part))
            except ScenarioError as error:
                self.found += [error, *error.others]
        return tuple(made)

    def raise_first(self) -> None:
        """ScenarioError where anything was wrong."""
        if self.found:
            first, *others = self.found
            first.others = tuple(others)
            raise first
