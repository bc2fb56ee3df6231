"""From method and raw path to the operation: a walk over segments, literals before parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from understudy.errors import ContractError
from understudy.openapi.operation import Contract, Match, Miss, Operation

PARAMETER = re.compile(r"\{([^{}/]+)\}")
COMPARED = 200  # characters of a path that hints look at: the comparison is quadratic
ALIKE = 0.75  # how alike a path must be to be suggested
WORSE = 0.1  # how much less alike than the best one
SUGGESTED = 3
BRANCHES = 1_000  # that a contract remembers
LONGEST = 400  # characters of a path whose branch is remembered


@dataclass(frozen=True, slots=True)
class Target:
    """An operation at one of its paths: which captured segment is which path parameter."""

    operation: Operation
    order: tuple[int | None, ...]  # per path parameter the capture's index; None: not captured
    straight: bool  # captures and path parameters are the same, in the same order


@dataclass(slots=True)
class Node:
    """The paths that share their segments so far."""

    literals: dict[str | None, Node] = field(default_factory=dict)  # None, no UTF-8, is none
    parameter: Node | None = None
    targets: dict[str, Target] = field(default_factory=dict)  # by method, in the contract's order


class Branch:
    """Paths that differ in their last segment alone; what they have in common is walked once."""

    __slots__ = ("_nodes",)

    def __init__(self, nodes: tuple[tuple[Node, tuple[str, ...]], ...]) -> None:
        self._nodes = nodes  # with the raw values captured so far, the first to be tried first

    def find(self, method: str, last: str) -> Match | Miss:
        """The operation at a raw last segment, or what is offered there to other methods."""
        text = percent_decode(last) if "%" in last else last
        for node, captures in self._nodes:
            found = node.literals.get(text)
            if found is None or not found.targets:
                found, captures = node.parameter, (*captures, last)
                if found is None or not last or not found.targets:
                    continue
            target = found.targets.get(method)
            return Miss(tuple(found.targets)) if target is None else _match(target, captures)
        return Miss(())


def _match(target: Target, captures: tuple[str, ...]) -> Match:
    if target.straight:
        return Match(target.operation, captures)
    return Match(
        target.operation,
        tuple(None if index is None else captures[index] for index in target.order),
    )


def reached(
    node: Node, raw: Sequence[str], texts: Sequence[str | None], captures: tuple[str, ...] = ()
) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """The nodes that segments lead to, literals first, with the raw values of their parameters."""
    if not raw:
        yield node, captures
        return
    literal = node.literals.get(texts[0])
    if literal is not None:
        yield from reached(literal, raw[1:], texts[1:], captures)
    if node.parameter is not None and raw[0]:
        yield from reached(node.parameter, raw[1:], texts[1:], (*captures, raw[0]))


class Router:
    """Every path of a contract as a tree of segments."""

    def __init__(self, operations: Sequence[Operation], file: str = "") -> None:
        self.root = Node()
        self._branches: dict[str, Branch] = {}  # of the last paths
        self.operations = operations
        self.file = file
        for operation in operations:
            for path in (operation.path, *operation.also_at):
                self.add(path, operation)

    def add(self, path: str, operation: Operation) -> None:
        """Let a path lead to an operation."""
        node, segments = self.root, path.split("/")
        names: list[str] = []
        for segment in segments:
            parameter = PARAMETER.fullmatch(segment)
            if parameter:
                names.append(parameter[1])
                node.parameter = node = node.parameter or Node()
            elif "{" in segment or "}" in segment:
                raise self.error(
                    operation, f"{segment!r} mixes text and parameter", "Give it a whole segment"
                )
            else:
                node = node.literals.setdefault(segment, Node())
        taken = node.targets.get(operation.method)
        if taken is not None:
            raise self.error(
                operation, f"{path} leads to {taken.operation.id} already", "Remove one of them"
            )
        wanted = [each.name for each in operation.path_parameters]
        order = tuple(names.index(name) if name in names else None for name in wanted)
        node.targets[operation.method] = Target(operation, order, names == wanted)

    def below(self, before: str) -> Branch:
        """The paths that begin with that raw path, and have one segment more."""
        branch = self._branches.get(before)
        if branch is None:
            raw = before.split("/")
            texts = decoded(raw) if "%" in before else raw
            branch = Branch(tuple(reached(self.root, raw, texts)))
            if len(before) <= LONGEST:
                if len(self._branches) >= BRANCHES:
                    self._branches.clear()
                self._branches[before] = branch
        return branch

    def error(self, operation: Operation, what: str, fix: str) -> ContractError:
        return ContractError(what, where=f"{self.file}#/paths ({operation.id})", fix=fix)


def nearest(contract: Contract, method: str, path: str) -> list[str]:
    """The operations somebody may have meant, the likeliest first, as `METHOD /template`."""
    asked = [path[:COMPARED]]
    if not path.startswith(contract.base_path):
        asked.append(f"{contract.base_path}{path}"[:COMPARED])
    scored = [
        (-max(_likeness(each, operation.path) for each in asked), operation.method != method, index)
        for index, operation in enumerate(contract.operations.values())
    ]
    scored.sort()
    worst = min(-ALIKE, scored[0][0] + WORSE)
    operations = [*contract.operations.values()]
    close = [operations[index] for score, _, index in scored[:SUGGESTED] if score <= worst]
    return [f"{operation.method} {operation.path}" for operation in close]


def _likeness(asked: str, template: str) -> float:
    """How alike a path and a template are, the template filled in with what was asked."""
    from difflib import SequenceMatcher  # only a refusal wants it

    given, wanted = asked.split("/"), template.split("/")
    filled = [
        theirs if theirs and PARAMETER.fullmatch(ours) else ours
        for ours, theirs in zip(wanted, given, strict=False)
    ]
    return SequenceMatcher(None, "/".join([*filled, *wanted[len(given) :]]), asked).ratio()


def decoded(raw: Sequence[str]) -> list[str | None]:
    """Each segment percent-decoded once; None: no UTF-8, so no literal can be meant."""
    return [percent_decode(segment) for segment in raw]


def percent_decode(text: str) -> str | None:
    """The text with its percent escapes decoded as strict UTF-8; None: it is none."""
    if text.isascii() and "%" not in text:
        return text
    try:
        return unquote_to_bytes(text.encode("latin-1")).decode("utf-8")
    except UnicodeError:
        return None
