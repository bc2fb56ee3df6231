"""What was said of a document's behaviour, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.errors import ScenarioError
from understudy.modeled.behaviour.grammar import behaviour_schema
from understudy.modeled.expressions.mistakes import there_are
from understudy.modeled.section import Section
from understudy.openapi.operation import Violation
from understudy.openapi.schema import Checker, compile_schema
from understudy.yaml import escape

IN_DOCUMENT = "x-understudy"  # the key of a document that says the same
KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
}
_checkers: list[Checker] = []  # of the grammar, once it was asked for


class Source:
    """The sections of one document, the project's over the document's own."""

    def __init__(self, value: Mapping[str, Any], where: Callable[[str], str]) -> None:
        self.value = value
        self.where = where
        self.mistakes: list[ScenarioError] = []

    def refuse(self, what: str, pointer: str, fix: str = "") -> ScenarioError:
        """A mistake with its place."""
        return ScenarioError(what, where=self.where(pointer), fix=fix)

    def note(self, what: str, pointer: str, fix: str = "") -> None:
        """One more mistake; all are what at once."""
        self.mistakes.append(self.refuse(what, pointer, fix))

    def raise_first(self) -> None:
        """ScenarioError where anything was wrong; it has the others with it."""
        if self.mistakes:
            first, *others = self.mistakes
            first.others = tuple(others)
            raise first


def source_of(document: Mapping[str, Any], file: str, section: Section | None) -> Source | None:
    """All that was said; None: nothing. ScenarioError for what the grammar does not have."""
    own = document.get(IN_DOCUMENT)
    if own is None and section is None:
        return None
    parts = []
    if own is not None:
        place = f"{file or 'the document'}#/{IN_DOCUMENT}"
        parts.append(Section(own, lambda pointer: f"{place}{pointer}"))
    if section is not None:
        parts.append(section)
    for part in parts:
        _check(part)
    if len(parts) == 1:
        return Source(parts[0].value, parts[0].where)
    return Source(_over(own, parts[1].value), _found(parts))


def _over(under: Any, above: Any, deep: int = 2) -> Any:
    """The project's words over the document's, key by key of each collection and operation."""
    if not deep or not isinstance(under, Mapping) or not isinstance(above, Mapping):
        return above
    return {**under, **{key: _over(under.get(key), above[key], deep - 1) for key in above}}


def _found(parts: list[Section]) -> Callable[[str], str]:
    def where(pointer: str) -> str:
        keys = pointer.split("/")[1:3]
        for part in reversed(parts):
            value = part.value
            for key in keys:
                value = value.get(key) if isinstance(value, Mapping) else None
            if value is not None:
                return str(part.where(pointer))
        return str(parts[-1].where(pointer))

    return where


def _check(section: Section) -> None:
    """ScenarioError for what the grammar does not allow."""
    if not _checkers:
        _checkers.append(compile_schema(behaviour_schema()))
    checker = _checkers[0]
    source = Source({}, section.where)
    if not checker.is_valid(section.value):
        found = list(checker.violations(section.value))
        slips = {_above(each) for each in found if each.keyword == "additionalProperties"}
        for each in found:
            if each.keyword != "required" or each.pointer not in slips:
                _tell(source, each)
    source.raise_first()


def _above(wrong: Violation) -> str:
    return wrong.pointer.rpartition("/")[0]


def _tell(source: Source, wrong: Violation) -> None:
    nodes = _nodes(wrong.pointer)
    if wrong.keyword == "additionalProperties":
        parents = _nodes(_above(wrong))
        title = next((each["title"] for each in parents if "title" in each), "this")
        key = wrong.pointer.rpartition("/")[2]
        names = dict.fromkeys(key for each in parents for key in _keys(each))
        source.note(f"`{key}` is no key of {title}", wrong.pointer, there_are(key, names))
        return
    node = nodes[0] if nodes else {}
    if wrong.keyword == "required":
        inside = node.get("properties", {}).get(wrong.expected, {})
        fix = f"Say `{wrong.expected}`: {inside.get('description', '')}".rstrip(": ")
        source.note(f"{node.get('title', 'this')} needs `{wrong.expected}`", wrong.pointer, fix)
        return
    what = wrong.message
    for kind, words in KINDS.items():
        what = what.replace(f"must be {kind};", f"must be {words};")
    if wrong.pointer and what.startswith(wrong.pointer):
        what = f"{_named(wrong.pointer)}{what[len(wrong.pointer) :]}"
    elif not wrong.pointer:
        what = what.replace("body", "a behaviour", 1)
    description = next((each["description"] for each in nodes if "description" in each), "")
    source.note(what, wrong.pointer, f"Write {description}" if description else "Mend it")


def _named(pointer: str) -> str:
    """What stands at a pointer, as its writer calls it."""
    above, _, last = pointer.rpartition("/")
    return f"an entry of `{above.rpartition('/')[2]}`" if last.isdecimal() else f"`{last}`"


def _nodes(pointer: str) -> list[Mapping[str, Any]]:
    """The parts of the grammar for what stands at a pointer."""
    nodes: list[Mapping[str, Any]] = [behaviour_schema()]
    for step in pointer.split("/")[1:]:
        nodes = [inner for node in nodes for inner in _inside(node, step)]
    return nodes


def _inside(node: Mapping[str, Any], step: str) -> list[Any]:
    found: list[Any] = []
    for each in _branches(node):
        inner = each.get("properties", {}).get(step)
        if inner is None and step.isdecimal():
            inner = each.get("items")
        if inner is None:
            inner = each.get("additionalProperties") or None
        if isinstance(inner, Mapping):
            found += _branches(inner)
    return found


def _branches(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A part of the grammar and all that it may be instead."""
    return [node, *(inner for each in node.get("anyOf", ()) for inner in _branches(each))]


def _keys(node: Mapping[str, Any]) -> list[str]:
    return [key for each in _branches(node) for key in each.get("properties", ())]


def pointer_of(*steps: str | int) -> str:
    """A pointer made of its steps."""
    return "".join(f"/{escape(str(each))}" for each in steps)
