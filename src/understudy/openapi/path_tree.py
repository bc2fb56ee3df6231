"""The tree of a contract's paths: segments that are text, mixed, or parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from understudy.openapi.operation import Match, Miss, Operation, Violations
from understudy.openapi.percent_encoding import percent_decode
from understudy.openapi.schema import constrains
from understudy.openapi.templates import Mixed, parse_segment


class Target(Struct, frozen=True):
    """An operation at one of its paths: which captured segment is which path parameter."""

    operation: Operation
    order: tuple[int | None, ...]  # per path parameter the capture's index; None: not captured
    straight: bool  # captures and path parameters are the same, in the same order
    asked: Sequence[str] = ()  # pairs of the query that its template ends in
    rivals: tuple[Target, ...] = ()  # others of the same shape

    def fits(self, captures: Sequence[str]) -> int:
        """How much of what its path parameters ask for the raw values keep to; 0: not all of it."""
        asked = 1
        for parameter, index in zip(self.operation.path_parameters, self.order, strict=False):
            text = None if index is None else percent_decode(captures[index])
            if text is None or type(parameter.decode((text,))) is Violations:
                return 0
            asked += constrains(parameter.schema) or parameter.schema.get("type") != "string"
        return asked


class Node(Struct):
    """The paths that share their segments so far."""

    literals: dict[str | None, Node] = field(default_factory=dict)  # None, no UTF-8, is none
    mixed: tuple[tuple[Mixed, Node], ...] = ()
    parameter: Node | None = None
    targets: dict[str, Target] = field(default_factory=dict)  # by method, in the contract's order

    def step(self, segment: str) -> Node:
        """The node that a template's next segment leads to, made where there is none."""
        literal = self.literals.get(segment)
        if literal is not None:
            return literal
        part = parse_segment(segment)
        if part is None:
            self.parameter = node = self.parameter or Node()
            return node
        if isinstance(part, str):
            self.literals[part] = node = Node()
            return node
        for known, node in self.mixed:
            if known == part:
                return node
        node = Node()
        self.mixed = tuple(sorted((*self.mixed, (part, node)), key=lambda each: each[0].rank))
        return node


class Branch:
    """Paths that differ in their last segment alone; what they have in common is walked once."""

    __slots__ = ("_nodes",)

    def __init__(self, nodes: tuple[tuple[Node, tuple[str, ...]], ...]) -> None:
        self._nodes = nodes  # with the raw values captured so far, the first to be tried first

    def find(self, method: str, last: str, query: str = "") -> Match | Miss:
        """The operation at a raw last segment, or what is offered there to other methods."""
        text = percent_decode(last) if "%" in last else last
        for node, captures in self._nodes:
            found = node.literals.get(text)
            if found is None or not found.targets:
                if node.mixed:
                    match = _mixed(node, method, last, captures, query)
                    if match is not None:
                        return match
                found, captures = node.parameter, (*captures, last)
                if found is None or not last or not found.targets:
                    continue
            target = found.targets.get(method)
            return Miss(tuple(found.targets)) if target is None else _match(target, captures, query)
        return Miss(())


def _mixed(
    node: Node, method: str, last: str, captures: tuple[str, ...], query: str
) -> Match | Miss | None:
    """What a segment of text and parameters means; one without the method leaves it to a plain
    parameter beside it, if there is one."""
    for mixed, found in node.mixed:
        values = mixed.split(last) if found.targets else None
        if values is None:
            continue
        target = found.targets.get(method)
        if target is not None:
            return _match(target, (*captures, *values), query)
        if node.parameter is None or not node.parameter.targets:
            return Miss(tuple(found.targets))
    return None


def _match(target: Target, captures: tuple[str, ...], query: str = "") -> Match:
    if target.rivals:
        target = _chosen(target, captures, query)
    if target.straight:
        return Match(target.operation, captures)
    return Match(
        target.operation,
        tuple(None if index is None else captures[index] for index in target.order),
    )


def _chosen(first: Target, captures: tuple[str, ...], query: str) -> Target:
    """Of targets of one shape the one whose query is asked, else whose parameters fit best."""
    all_of_them = (first, *first.rivals)
    given = set(query.split("&"))
    for each in all_of_them:
        if each.asked and given.issuperset(each.asked):
            return each
    plain = [each for each in all_of_them if not each.asked]
    return max(plain, key=lambda each: each.fits(captures), default=first)


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
    for mixed, found in node.mixed:
        values = mixed.split(raw[0])
        if values is not None:
            yield from reached(found, raw[1:], texts[1:], (*captures, *values))
    if node.parameter is not None and raw[0]:
        yield from reached(node.parameter, raw[1:], texts[1:], (*captures, raw[0]))


def below(node: Node) -> Iterator[Node]:
    """The nodes one segment further."""
    yield from node.literals.values()
    yield from (each for _, each in node.mixed)
    if node.parameter is not None:
        yield node.parameter
