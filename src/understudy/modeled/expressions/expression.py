"""An expression as it is used: its text, its type, its function, and why it was not true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.modeled.expressions import syntax
from understudy.modeled.expressions.checking import Checker, path_of
from understudy.modeled.expressions.evaluation import Run, compiled
from understudy.modeled.expressions.mistakes import EvaluationError
from understudy.modeled.expressions.operators import truth
from understudy.modeled.expressions.types import Type, Types
from understudy.modeled.expressions.values import Scope, as_json

SHOWN = 5  # values that are told
WIDEST = 60  # characters of one
# What would make a comparison true, and the same with its sides changed.
WANTED = {
    "==": "be",
    "!=": "not be",
    "<": "be less than",
    "<=": "be at most",
    ">": "be more than",
    ">=": "be at least",
}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Expression(NamedTuple):
    """One that was read, typed and put together."""

    text: str
    tree: syntax.Node
    type: Type
    run: Run
    types: Mapping[int, Type]


def read(text: str, types: Types, names: Mapping[str, Type]) -> Expression:
    """The expression of a text; ExpressionError for a mistake in it."""
    tree = syntax.parse(text)
    checker = Checker(types, names)
    kind = checker.type_of(tree)
    return Expression(text, tree, kind, _guarded(compiled(tree, checker.found)), checker.found)


def _guarded(run: Run) -> Run:
    """The function, with whatever Python cannot do told as what has no value."""

    def evaluate(scope: Scope) -> Any:
        try:
            return run(scope)
        except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
            raise EvaluationError(f"it cannot be had: {error}") from None

    return evaluate


def holds(expression: Expression, scope: Scope) -> bool:
    """Whether a condition is true; one that cannot be evaluated is not."""
    try:
        return truth(expression.run(scope))
    except EvaluationError:
        return False


class Reasons(NamedTuple):
    """Why a condition was not true: its part that was not, the values in it, what would do."""

    part: str
    values: tuple[tuple[str, Any], ...]
    wanted: str

    def __str__(self) -> str:
        told = ", ".join(f"{name} is {shown(value)}" for name, value in self.values)
        return f"`{self.part}` does not hold{f': {told}' if told else ''}"


def reasons(expression: Expression, scope: Scope) -> Reasons:
    """Why the condition does not hold."""
    for part in _conjuncts(expression.tree):
        run = compiled(part, expression.types)
        scope.left = 10_000
        try:
            if truth(run(scope)):
                continue
        except EvaluationError as error:
            values = _values(part, expression, scope)
            return Reasons(written(part), values, f"it has no value: {error}")
        return Reasons(
            written(part), _values(part, expression, scope), _wanted(part, expression, scope)
        )
    return Reasons(expression.text, (), "")


def _conjuncts(node: syntax.Node) -> Iterator[syntax.Node]:
    if isinstance(node, syntax.Binary) and node.sign == "&&":
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node


def _values(node: syntax.Node, expression: Expression, scope: Scope) -> tuple[tuple[str, Any], ...]:
    """The plain paths in a part with what stood there."""
    found: dict[str, Any] = {}
    for each in _paths(node):
        if len(found) < SHOWN:
            try:
                found[path_of(each)] = as_json(compiled(each, expression.types)(scope))
            except EvaluationError:
                continue
    return tuple(found.items())


def _paths(node: Any) -> Iterator[syntax.Node]:
    """The longest plain paths, loops left out: their names mean nothing outside."""
    if isinstance(node, syntax.Select | syntax.Name) and path_of(node):
        yield node
    elif isinstance(node, syntax.Loop):
        yield from _paths(node.over)
    elif isinstance(node, tuple):
        for each in node:
            yield from _paths(each)


def _wanted(node: syntax.Node, expression: Expression, scope: Scope) -> str:
    """What would have made a comparison true; "" where nobody can say."""
    if not isinstance(node, syntax.Binary) or node.sign not in WANTED:
        return ""
    sides = [(node.left, node.right, node.sign)]
    sides += [(node.right, node.left, TURNED.get(node.sign, node.sign))]
    sides.sort(key=lambda each: not path_of(each[0]).startswith(("body", "query", "header")))
    for side, other, sign in sides:
        if path_of(side):
            try:
                value = compiled(other, expression.types)(scope)
            except EvaluationError:
                return ""
            return f"{path_of(side)} would have to {WANTED[sign]} {shown(as_json(value))}"
    return ""


def shown(value: Any) -> str:
    """A value in a sentence."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."


def written(node: syntax.Node) -> str:
    """A part of an expression as a text again."""
    match node:
        case syntax.Literal():
            return shown(node.value)
        case syntax.Name():
            return node.name
        case syntax.Select():
            return f"{_inner(node.of)}.{node.name}"
        case syntax.Index():
            return f"{_inner(node.of)}[{written(node.key)}]"
        case syntax.Has():
            return f"has({written(node.select)})"
        case syntax.Call():
            given = ", ".join(map(written, node.arguments))
            before = "" if node.target is None else f"{_inner(node.target)}."
            return f"{before}{node.name}({given})"
        case syntax.Loop():
            test = "" if node.test is None else f"{written(node.test)}, "
            return f"{_inner(node.over)}.{node.kind}({node.name}, {test}{written(node.body)})"
        case syntax.Several():
            return f"[{', '.join(map(written, node.items))}]"
        case syntax.Pairs():
            pairs = (f"{written(key)}: {written(value)}" for key, value in node.entries)
            return f"{{{', '.join(pairs)}}}"
        case syntax.Unary():
            return f"{node.sign}{_inner(node.of)}"
        case syntax.Binary():
            return f"{_inner(node.left)} {node.sign} {_inner(node.right)}"
        case syntax.Choice():
            parts = (written(node.test), written(node.then), written(node.otherwise))
            return "{} ? {} : {}".format(*parts)


def _inner(node: syntax.Node) -> str:
    text = written(node)
    return f"({text})" if isinstance(node, syntax.Binary | syntax.Choice) else text
