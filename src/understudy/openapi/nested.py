"""Names with brackets, `a[b][0]=text`, gathered into one value that is typed by a schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from understudy.openapi.operation import Location, Violation
from understudy.openapi.scalars import WRONG, converter
from understudy.openapi.shapes import Refs, additional_of, items_of, properties_of, types_of
from understudy.yaml import escape


class Given(NamedTuple):
    """What needs no typing: a file, or a part that was read as what it says it is."""

    value: Any


DEEPEST = 32  # brackets of one name
Branch = dict[str, Any]  # of a step: another branch, or the texts that stand there
Steps = tuple[str, ...]


def steps_of(key: str) -> Steps:
    """The steps of a name: `a[b][]` is a, b and the empty one; what is no bracket stays a name."""
    head, bracket, rest = key.partition("[")
    if not bracket or not head or not rest.endswith("]"):
        return (key,)
    steps = (head, *rest[:-1].split("]["))
    return steps if len(steps) <= DEEPEST else (key,)


def gather(pairs: Iterable[tuple[Steps, Any]]) -> Branch:
    """The tree of what was given; what stands at a branch itself is below its empty step."""
    root: Branch = {}
    for steps, text in pairs:
        node = root
        for step in steps[:-1]:
            below = node.get(step)
            if not isinstance(below, dict):
                below = node[step] = {} if below is None else {"": below}
            node = below
        last = node.get(steps[-1])
        if isinstance(last, dict):
            last.setdefault("", []).append(text)
        elif last is None:
            node[steps[-1]] = [text]
        else:
            last.append(text)
    return root


class Typing(Struct):
    """Turns a tree of texts into a value of a schema, and keeps what is wrong with it."""

    location: Location
    name: str  # of the parameter; "" in a body
    refs: Refs
    wrong: list[Violation] = field(default_factory=list)

    def typed(self, schema: Any, node: Any, pointer: str = "") -> Any:
        """The value of a branch or of the texts at its end."""
        if isinstance(node, list):
            return self._texts(schema, node, pointer)
        types = types_of(schema, self.refs)
        if [*node] == [""] and isinstance(node[""], list) and types != {"object"}:
            return self._texts(schema, node[""], pointer, listed=True)
        if all(step == "" or step.isdecimal() for step in node) and "object" not in types:
            return self._array(schema, node, pointer)
        if types and "object" not in types:
            self._tell("type", pointer, types, None, f"must be {_either(types)}")
            return None
        return self._object(schema, node, pointer)

    def _object(self, schema: Any, node: Branch, pointer: str) -> dict[str, Any]:
        properties, other = properties_of(schema, self.refs), additional_of(schema, self.refs)
        return {
            key: self.typed(properties.get(key, other), each, f"{pointer}/{escape(key)}")
            for key, each in node.items()
        }

    def _array(self, schema: Any, node: Branch, pointer: str) -> list[Any]:
        item = items_of(schema, self.refs)
        made: list[Any] = []
        for step in sorted(node, key=lambda each: (each == "", each.zfill(20))):
            given = node[step]
            several = given if step == "" and isinstance(given, list) else [given]
            for each in several:
                texts = [each] if isinstance(each, str | Given) else each
                made.append(self.typed(item, texts, f"{pointer}/{len(made)}"))
        return made

    def _texts(
        self, schema: Any, texts: Sequence[Any], pointer: str, *, listed: bool = False
    ) -> Any:
        """The value of the texts of one name."""
        types = types_of(schema, self.refs)
        if len(texts) == 1 and type(texts[0]) is Given:
            value = texts[0].value
            return [value] if types == {"array"} and not isinstance(value, list) else value
        scalar = types - {"array", "object"}
        if "array" in types and (listed or not scalar or len(texts) > 1):
            return self._array(schema, {"": [*texts]}, pointer)
        if not types and (listed or len(texts) > 1):
            return [_ungiven(each) for each in texts]
        if len(texts) != 1:
            got = [_ungiven(each) for each in texts]
            self._tell("duplicate", pointer, 1, got, "must be given once")
            return None
        value = converter(scalar if types else types)(texts[0]) if scalar or not types else WRONG
        if value is WRONG:
            self._tell("type", pointer, types, texts[0], f"must be {_either(types)}")
        return value

    def _tell(self, keyword: str, pointer: str, expected: Any, got: Any, what: str) -> None:
        if isinstance(expected, frozenset):
            kinds = sorted(expected - {"null"} or expected)
            expected = kinds[0] if len(kinds) == 1 else kinds
        if self.location == "body":
            subject = pointer or "the body"
        else:
            subject = f"{self.location} parameter {self.name}{pointer}"
        message = f"{subject} {what}"
        self.wrong.append(
            Violation(self.location, self.name, pointer, keyword, expected, got, message)
        )


def _either(types: frozenset[str]) -> str:
    return " or ".join(sorted(types - {"null"} or types))


def _ungiven(each: Any) -> Any:
    return each.value if type(each) is Given else each
