"""The JSONPath engine: jsonpath-rfc9535 with a bound on what a path visits, and RE2 for its texts.

It is imported when the first path is compiled: the library takes longer than all of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathNode, JSONPathNodeList
from jsonpath_rfc9535.filter_expressions import (
    Expression,
    FilterContext,
    FilterExpression,
    FilterQuery,
    FunctionExtension,
    RelativeFilterQuery,
    RootFilterQuery,
    StringLiteral,
)
from jsonpath_rfc9535.parse import Parser
from jsonpath_rfc9535.query import JSONPathQuery
from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath_rfc9535.selectors import FilterSelector
from jsonpath_rfc9535.tokens import TokenStream

from understudy.errors import InputError
from understudy.scenarios.language.regex import STEPS, regex

NODES = 10_000  # nodes that a path visits in a value: at worst 100 ms
SHORT = 50  # characters of a path that may visit all of them; a longer one does more at each
TEXT = STEPS // NODES  # what a search costs as much as a node
EXPRESSIONS = ("match", "search")


def engine(path: str) -> Callable[[Any], list[Any]]:
    """What selects the nodes of a value; ValueError for a path that is none."""
    try:
        query = ENVIRONMENT.compile(path)
    except InputError:
        raise
    except (JSONPathError, RecursionError) as error:
        raise ValueError(str(error).partition(", line ")[0] or "too deep") from None
    except Exception as error:  # a number that is too large, a text that ends early: all its own
        raise ValueError(f"it cannot be read ({type(error).__name__})") from None

    def select(value: Any) -> list[Any]:
        try:
            return [node.value for node in _nodes(query, value, _Visit(value, path))]
        except JSONPathError:
            return []

    return select


class _Visit:
    """One selection: the value it began with, and how much of it may still be visited."""

    __slots__ = ("left", "most", "path", "value")

    def __init__(self, value: Any, path: str) -> None:
        self.value = value
        self.path = path
        self.left = self.most = NODES * SHORT // max(len(path), SHORT)

    def pay(self, nodes: int) -> None:
        """Counts nodes; InputError beyond the bound."""
        self.left -= nodes
        if self.left < 0:
            what = f"`{self.path}` visits more than {self.most} nodes of this value"
            raise InputError(what, fix="Say a narrower path")


def _visit(context: FilterContext) -> _Visit:
    found: Any = context.root
    assert isinstance(found, _Visit)
    return found


class _Node(JSONPathNode):
    """A node whose children are counted; its root is the visit."""

    def new_child(self, value: object, key: int | str, parent: JSONPathNode | None) -> JSONPathNode:
        visit: Any = self.root
        visit.pay(1)
        return _Node(value=value, location=(), parent=None, root=self.root)


def _nodes(query: JSONPathQuery, value: Any, visit: Any) -> JSONPathNodeList:
    nodes: Any = [_Node(value=value, location=(), parent=None, root=visit)]
    for segment in query.segments:
        nodes = segment.resolve(nodes)
    return JSONPathNodeList(nodes)


class _Descent(JSONPathRecursiveDescentSegment):
    """`..`, in one loop: the library's recursion costs each node its depth."""

    def _visit(self, node: JSONPathNode, depth: int = 1) -> Iterator[JSONPathNode]:
        waiting = [node]
        while waiting:
            yield (each := waiting.pop())
            value = each.value
            inside = value.items() if isinstance(value, dict) else enumerate(_listed(value))
            found = [(key, one) for key, one in inside if isinstance(one, dict | list)]
            waiting += [each.new_child(one, key, each) for key, one in reversed(found)]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


class _Relative(RelativeFilterQuery):
    """A query that begins at the node a filter looks at."""

    def evaluate(self, context: FilterContext) -> object:
        _visit(context).pay(1)
        return _nodes(self.query, context.current, _visit(context))


class _Root(RootFilterQuery):
    """A query that begins at the value."""

    def evaluate(self, context: FilterContext) -> object:
        _visit(context).pay(1)
        return _nodes(self.query, _visit(context).value, _visit(context))


class _Filter(FilterExpression):
    """A filter, each use of which counts as a node."""

    def evaluate(self, context: FilterContext) -> bool:
        _visit(context).pay(1)
        return super().evaluate(context)


class _Search(FunctionExtension):
    """`match` and `search`, in linear time; an expression that is written out is compiled once."""

    def __init__(self, call: FunctionExtension) -> None:
        super().__init__(call.token, call.name, call.args)
        written = call.args[1]
        if isinstance(written, StringLiteral):
            regex(written.value)

    def evaluate(self, context: FilterContext) -> object:
        function = context.env.function_extensions[self.name]
        text, source = self._unpack_node_lists(
            function, [each.evaluate(context) for each in self.args]
        )
        if not isinstance(text, str) or not isinstance(source, str):
            return False
        try:
            found = regex(source)
        except InputError:  # it came with the value
            return False
        _visit(context).pay(len(text) * found.program.programsize // TEXT)
        return found.fullmatch(text) if self.name == "match" else found.search(text)


class _Parser(Parser):
    """The library's parser; what it makes of filters is counted."""

    def parse_query(
        self, stream: TokenStream, *, in_filter: bool = False
    ) -> Iterable[JSONPathSegment]:
        for each in super().parse_query(stream, in_filter=in_filter):
            if isinstance(each, JSONPathRecursiveDescentSegment):
                yield _Descent(env=self.env, token=each.token, selectors=each.selectors)
            else:
                yield each

    def parse_filter_selector(self, stream: TokenStream) -> FilterSelector:
        made = super().parse_filter_selector(stream)
        inside = made.expression
        made.expression = _Filter(inside.token, inside.expression)
        return made

    def parse_root_query(self, stream: TokenStream) -> Expression:
        return _query(_Root, super().parse_root_query(stream))

    def parse_relative_query(self, stream: TokenStream) -> Expression:
        return _query(_Relative, super().parse_relative_query(stream))

    def parse_function_extension(self, stream: TokenStream) -> Expression:
        made = super().parse_function_extension(stream)
        if isinstance(made, FunctionExtension) and made.name in EXPRESSIONS:
            return _Search(made)
        return made


def _query(kind: type[FilterQuery], made: Expression) -> FilterQuery:
    assert isinstance(made, FilterQuery)
    return kind(made.token, made.query)


class _Environment(JSONPathEnvironment):
    parser_class = _Parser


ENVIRONMENT = _Environment()
