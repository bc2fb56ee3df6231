"""YAML 1.2 core through PyYAML's C parser: no dates, no `on`, every key a text, none twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError

try:
    from yaml._yaml import CParser as Parser
except ImportError as error:  # pragma: no cover - a PyYAML without its C part
    raise ImportError("PyYAML lacks its C parser: install a wheel of it") from error

from understudy.errors import ContractError
from understudy.openapi.reference import escape

PLAIN, TEXT, MAPPING, SEQUENCE = "plain", "tag:yaml.org,2002:str", "mapping", "sequence"
CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NUMBER_START = frozenset("0123456789+-.")
INTEGER = re.compile(r"[-+]?[0-9]{1,4000}")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
BRACKET = re.compile(r"[\[\]{}]")
DEPTH = 500  # levels: the C parser is recursive and would end the process far beyond it
INDENTED = re.compile(rf"^[ \t?:-]{{{DEPTH},}}", re.MULTILINE)  # no line nests deeper than this
BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")


def parse_yaml(text: str, file: str) -> Any:
    """The value of one YAML document."""
    if _too_deep(text):
        raise ContractError("is nested too deep", where=file, fix="Flatten it")
    try:
        node = _Parser(text).get_single_node()
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ContractError(
            f"is no YAML: {getattr(error, 'problem', None) or error}",
            where=f"{file}:{mark.line + 1}" if mark else file,
            fix="Mend the syntax",
        ) from None
    if node is None:
        return None
    try:
        return _Reading(file, len(text)).value(node, "")
    except RecursionError:  # an alias inside itself
        raise ContractError("is nested without end", where=file, fix="Use $ref instead") from None


def _too_deep(text: str) -> bool:
    """A quick look before the parser's: brackets open at once, and indentation."""
    depth = 0
    for bracket in BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        if depth > DEPTH:
            return True
    return INDENTED.search(text) is not None


class _Parser(Parser):
    """The C parser with the least of a resolver: plain scalars are told from quoted ones."""

    def __init__(self, text: str) -> None:
        Parser.__init__(self, text)

    def resolve(self, kind: type[Node], _value: str | None, implicit: Any) -> str:
        if kind is ScalarNode:
            return PLAIN if implicit[0] else TEXT
        return MAPPING if kind is MappingNode else SEQUENCE

    def descend_resolver(self, *_: object) -> None:
        """Paths play no part in the tags."""

    def ascend_resolver(self, *_: object) -> None:
        """Paths play no part in the tags."""


class _Reading:
    """One walk over the nodes of a document."""

    def __init__(self, file: str, budget: int) -> None:
        self.file = file
        self.budget = budget  # without aliases no text has more containers than characters
        self.kinds: dict[type[Node], Callable[[Any, str], Any]] = {
            ScalarNode: self.scalar,
            MappingNode: self.mapping,
            SequenceNode: self.sequence,
        }

    def value(self, node: Node, pointer: str) -> Any:
        return self.kinds[type(node)](node, pointer)

    def mapping(self, node: MappingNode, pointer: str) -> dict[str, Any]:
        self.spend(node, MAPPING, pointer)
        found: dict[str, Any] = {}
        for key, value in node.value:
            if type(key) is not ScalarNode:
                raise self.error(key, pointer, "a key must be a text", "Write a plain key")
            name = key.value
            if name in found:
                raise self.error(
                    key, pointer, f"{name!r} stands twice in one mapping", "Remove one of them"
                )
            found[name] = self.value(value, f"{pointer}/{escape(name)}")
        return found

    def sequence(self, node: SequenceNode, pointer: str) -> list[Any]:
        self.spend(node, SEQUENCE, pointer)
        return [self.value(each, f"{pointer}/{index}") for index, each in enumerate(node.value)]

    def scalar(self, node: ScalarNode, pointer: str) -> Any:
        if node.tag == TEXT:
            return node.value
        if node.tag != PLAIN:
            raise self.error(node, pointer, f"unknown tag {node.tag}", "Remove the tag")
        return plain(node.value)

    def spend(self, node: Node, tag: str, pointer: str) -> None:
        if node.tag != tag:
            raise self.error(node, pointer, f"unknown tag {node.tag}", "Remove the tag")
        self.budget -= 1
        if self.budget < 0:
            raise self.error(node, pointer, "aliases make this endless", "Use $ref instead")

    def error(self, node: Node, pointer: str, what: str, fix: str) -> ContractError:
        line = node.start_mark.line + 1
        return ContractError(f"{what} (line {line})", where=f"{self.file}#{pointer}", fix=fix)


def plain(text: str) -> Any:
    """What an unquoted scalar means in YAML 1.2's core schema."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    if text[0] not in NUMBER_START:
        return text
    if INTEGER.fullmatch(text):
        return int(text)
    if FLOAT.fullmatch(text):
        value = float(text)
        return value if isfinite(value) else text
    return int(text, 0) if BASED.fullmatch(text) else text
