"""A checked expression as one function of its scope, put together once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.modeled.expressions import syntax
from understudy.modeled.expressions.functions import FUNCTIONS
from understudy.modeled.expressions.mistakes import EvaluationError
from understudy.modeled.expressions.operators import (
    ORDERS,
    arithmetic,
    indexed,
    looked_up,
    number,
    ordered,
    same,
    selected,
    truth,
    within,
)
from understudy.modeled.expressions.types import Type
from understudy.modeled.expressions.values import (
    Row,
    Scope,
    Span,
    as_moment,
    each_of,
)
from understudy.modeled.pointers import NOTHING

Run = Callable[[Scope], Any]
# What a loop gives, of the entries that were kept: of `all` those for which it does not hold.
ENDS: Mapping[str, Callable[[list[Any]], Any]] = {
    "map": lambda kept: kept,
    "filter": lambda kept: kept,
    "all": lambda kept: not kept,
    "exists": bool,
    "exists_one": lambda kept: len(kept) == 1,
}
COPIED = 100  # characters or entries that are copied in the time of one turn


def compiled(node: syntax.Node, types: Mapping[int, Type]) -> Run:
    """The function of a tree; `types` are those of its selections, by place."""
    return _Compiler(types).run(node)


class _Compiler:
    def __init__(self, types: Mapping[int, Type]) -> None:
        self._types = types

    def run(self, node: syntax.Node) -> Run:
        made: Run = getattr(self, f"_{type(node).__name__.lower()}")(node)
        return made

    def _literal(self, node: syntax.Literal) -> Run:
        value = node.value
        return lambda scope: value

    def _name(self, node: syntax.Name) -> Run:
        name = node.name

        def run(scope: Scope) -> Any:
            found = scope.names.get(name)
            return found() if callable(found) else found

        return run

    def _select(self, node: syntax.Select) -> Run:
        return self._property(self.run(node.of), node.name, node.at)

    def _property(self, of: Run, name: str, at: int) -> Run:
        known = self._types.get(at)
        if known is not None and known.kind == "timestamp":
            return lambda scope: as_moment(selected(of(scope), name))
        return lambda scope: selected(of(scope), name)

    def _index(self, node: syntax.Index) -> Run:
        of, key = self.run(node.of), self.run(node.key)
        return lambda scope: indexed(of(scope), key(scope))

    def _has(self, node: syntax.Has) -> Run:
        of, name = self.run(node.select.of), node.select.name

        def run(scope: Scope) -> bool:
            held = of(scope)
            return isinstance(held, dict | Row) and looked_up(held, name) is not NOTHING

        return run

    def _call(self, node: syntax.Call) -> Run:
        does = FUNCTIONS[node.name].does
        given = node.arguments if node.target is None else (node.target, *node.arguments)
        parts = [self.run(each) for each in given]

        def run(scope: Scope) -> Any:
            try:
                return does(scope, *[each(scope) for each in parts])
            except (TypeError, ValueError, OverflowError) as error:
                raise EvaluationError(f"{node.name}() cannot be had: {error}") from None

        return run

    def _loop(self, node: syntax.Loop) -> Run:
        over, body = self.run(node.over), self.run(node.body)
        kind, name = node.kind, node.name
        test = None if node.test is None else self.run(node.test)

        def turn(scope: Scope, each: Any) -> Any:
            """What the body makes of one entry; NOTHING where it is left out."""
            scope.names[name] = each
            if test is not None and not truth(test(scope)):
                return NOTHING
            made = body(scope)
            return made if kind == "map" else each if truth(made) is (kind != "all") else NOTHING

        def run(scope: Scope) -> Any:
            before, kept = scope.names.get(name), []
            for each in each_of(over(scope), scope):
                made = turn(scope, each)
                if made is not NOTHING:
                    kept.append(made)
                    if kind in ("all", "exists"):
                        break
            scope.names[name] = before
            return ENDS[kind](kept)

        return run

    def _several(self, node: syntax.Several) -> Run:
        parts = [self.run(each) for each in node.items]
        return lambda scope: [each(scope) for each in parts]

    def _pairs(self, node: syntax.Pairs) -> Run:
        parts = [(self.run(key), self.run(value)) for key, value in node.entries]
        return lambda scope: {key(scope): value(scope) for key, value in parts}

    def _unary(self, node: syntax.Unary) -> Run:
        of = self.run(node.of)
        if node.sign == "!":
            return lambda scope: not truth(of(scope))

        def negative(scope: Scope) -> Any:
            value = of(scope)
            return Span(-value) if isinstance(value, Span) else -number(value)

        return negative

    def _choice(self, node: syntax.Choice) -> Run:
        test, then, otherwise = map(self.run, (node.test, node.then, node.otherwise))
        return lambda scope: then(scope) if truth(test(scope)) else otherwise(scope)

    def _binary(self, node: syntax.Binary) -> Run:
        left, right, sign = self.run(node.left), self.run(node.right), node.sign
        if sign == "&&":
            return lambda scope: truth(left(scope)) and truth(right(scope))
        if sign == "||":
            return lambda scope: truth(left(scope)) or truth(right(scope))
        if sign == "==":
            return lambda scope: same(left(scope), right(scope))
        if sign == "!=":
            return lambda scope: not same(left(scope), right(scope))
        if sign == "in":
            return lambda scope: within(left(scope), right(scope), scope)
        if sign in ORDERS:
            order = ORDERS[sign]
            return lambda scope: ordered(order, left(scope), right(scope))

        def calculate(scope: Scope) -> Any:
            made = arithmetic(sign, left(scope), right(scope))
            if isinstance(made, list | str):
                scope.step(len(made) // COPIED)  # what is put together is copied
            return made

        return calculate
