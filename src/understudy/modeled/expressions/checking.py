"""Whether an expression can mean something: its names, and the types of all its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.modeled.expressions import syntax
from understudy.modeled.expressions.functions import FUNCTIONS, pattern
from understudy.modeled.expressions.mistakes import EvaluationError, ExpressionError, there_are
from understudy.modeled.expressions.types import (
    ANY,
    BOOL,
    BY_KIND,
    DOUBLE,
    INT,
    NULL,
    NUMBERS,
    STRING,
    Type,
    Types,
    common,
)

Names = Mapping[str, Type]
LENGTHS = (*NUMBERS, "duration")


class Checker:
    """Finds the type of every part; ExpressionError at the first that has none."""

    def __init__(self, types: Types, names: Names) -> None:
        self._types = types
        self._names = dict(names)
        self.found: dict[int, Type] = {}  # of selections, by the place of their name

    def type_of(self, node: syntax.Node) -> Type:
        """The type of a part."""
        made: Type = getattr(self, f"_{type(node).__name__.lower()}")(node)
        return made

    def _literal(self, node: syntax.Literal) -> Type:
        value = node.value
        if isinstance(value, bool):
            return BOOL
        if isinstance(value, int | float):
            return INT if isinstance(value, int) else DOUBLE
        return NULL if value is None else STRING

    def _name(self, node: syntax.Name) -> Type:
        found = self._names.get(node.name)
        if found is None:
            fix = there_are(node.name, self._names)
            if node.name in FUNCTIONS:
                fix = f"Write {node.name}()"
            raise ExpressionError(f"there is no `{node.name}` here", node.at, fix)
        return found

    def _select(self, node: syntax.Select) -> Type:
        return self._property(self.type_of(node.of), node.name, node.at, _spoken(node.of))

    def _property(self, of: Type, name: str, at: int, spoken: str) -> Type:
        found = self._types.field(of, name)
        if found is None and of.kind != "map":
            fix = f"Write {spoken}[0].{name}" if of.kind == "list" else "Leave it out"
            raise ExpressionError(f"{spoken} is {of}, and has no `{name}`", at, fix)
        if found is None:
            fix = there_are(name, self._types.names(of))
            raise ExpressionError(f"{spoken} has no `{name}`", at, fix)
        self.found[at] = found
        return found

    def _index(self, node: syntax.Index) -> Type:
        of, key = self.type_of(node.of), self.type_of(node.key)
        if of.kind == "list" and of.collection:
            return of.item or ANY
        if of.kind == "list":
            self._want(key, ("int",), node.key)
            return of.item or ANY
        if of.kind == "map" and isinstance(node.key, syntax.Literal) and key.kind == "string":
            return self._property(of, node.key.value, node.at, _spoken(node.of))
        if of.kind not in ("map", "any"):
            raise ExpressionError(f"{_spoken(node.of)} is {of}, and has no entries", node.at)
        return ANY

    def _has(self, node: syntax.Has) -> Type:
        self.type_of(node.select)
        return BOOL

    def _call(self, node: syntax.Call) -> Type:
        function = FUNCTIONS.get(node.name)
        if function is None:
            fix = there_are(node.name, [*FUNCTIONS, "has", *syntax.LOOPS])
            raise ExpressionError(f"there is no function `{node.name}`", node.at, fix)
        given = node.arguments if node.target is None else (node.target, *node.arguments)
        least = len(function.takes) if function.least < 0 else function.least
        if not least <= len(given) <= len(function.takes):
            wanted = least if least == len(function.takes) else f"{least} to {len(function.takes)}"
            what = f"{node.name}() takes {wanted or 'no'} value{'' if wanted == 1 else 's'}"
            raise ExpressionError(f"{what}, not {len(given)}", node.at)
        kinds = [self.type_of(each) for each in given]
        for kind, wanted_kinds, part in zip(kinds, function.takes, given, strict=False):
            self._want(kind, tuple(wanted_kinds.split("|")), part)
        self._pattern(node, given)
        if function.gives == "same":
            return self._inside(node, kinds[0])
        return BY_KIND[function.gives]

    def _pattern(self, node: syntax.Call, given: tuple[syntax.Node, ...]) -> None:
        """A pattern that is written here is one."""
        if node.name == "matches" and isinstance(given[1], syntax.Literal):
            try:
                pattern(given[1].value)
            except EvaluationError as error:
                raise ExpressionError(str(error), given[1].at, "Mend it") from None

    def _inside(self, node: syntax.Call, of: Type) -> Type:
        inside = of.item or ANY
        if inside.kind not in (*LENGTHS, "any"):
            raise ExpressionError(f"{node.name}() of a list in which each is {inside}", node.at)
        return inside

    def _loop(self, node: syntax.Loop) -> Type:
        over = self.type_of(node.over)
        self._want(over, ("list", "map"), node.over)
        before = self._names.get(node.name)
        self._names[node.name] = STRING if over.kind == "map" else over.item or ANY
        if node.test is not None:
            self._want(self.type_of(node.test), ("bool",), node.test)
        body = self.type_of(node.body)
        if before is None:
            del self._names[node.name]
        else:
            self._names[node.name] = before
        if node.kind == "map":
            return Type("list", body)
        self._want(body, ("bool",), node.body)
        return Type("list", over.item) if node.kind == "filter" else BOOL

    def _several(self, node: syntax.Several) -> Type:
        return Type("list", common([self.type_of(each) for each in node.items]))

    def _pairs(self, node: syntax.Pairs) -> Type:
        for key, value in node.entries:
            self._want(self.type_of(key), ("string",), key)
            self.type_of(value)
        return Type("map")

    def _unary(self, node: syntax.Unary) -> Type:
        of = self.type_of(node.of)
        self._want(of, ("bool",) if node.sign == "!" else LENGTHS, node.of)
        return of

    def _choice(self, node: syntax.Choice) -> Type:
        self._want(self.type_of(node.test), ("bool",), node.test)
        return common((self.type_of(node.then), self.type_of(node.otherwise)))

    def _binary(self, node: syntax.Binary) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if node.sign in ("&&", "||"):
            self._want(left, ("bool",), node.left)
            self._want(right, ("bool",), node.right)
            return BOOL
        if node.sign == "in":
            self._want(right, ("list", "map"), node.right)
            return BOOL
        if node.sign in ("==", "!=", "<", "<=", ">", ">="):
            self._comparable(node, left, right)
            return BOOL
        made = _arithmetic(node.sign, left.kind, right.kind)
        if made is None:
            raise ExpressionError(f"`{node.sign}` between {left} and {right}", node.at)
        return left if made == "list" else BY_KIND[made]

    def _comparable(self, node: syntax.Binary, left: Type, right: Type) -> None:
        if "any" in (left.kind, right.kind):
            return
        if node.sign in ("==", "!="):
            if "null" in (left.kind, right.kind) or _alike(left.kind, right.kind):
                return
            why = "they are never the same"
        else:
            if left.kind not in ("list", "map", "null") and _alike(left.kind, right.kind):
                return
            why = "neither is more than the other"
        what = f"{_spoken(node.left)} is {left} and {_spoken(node.right)} is {right}: {why}"
        raise ExpressionError(what, node.at)

    def _want(self, given: Type, kinds: tuple[str, ...], node: syntax.Node) -> None:
        if given.kind == "any" or "any" in kinds or given.kind in kinds:
            return
        if given.kind == "timestamp" and "string" in kinds:
            return
        wanted = " or ".join(str(BY_KIND.get(each, Type(each))) for each in kinds)
        what = f"{_spoken(node)} is {given}, wanted is {wanted}"
        raise ExpressionError(what, node.at)


def _alike(one: str, other: str) -> bool:
    if one == other or (one in NUMBERS and other in NUMBERS):
        return True
    return {one, other} in ({"timestamp", "string"}, {"duration", "string"})


def _arithmetic(sign: str, left: str, right: str) -> str | None:
    """The kind of what two make; None: they make nothing."""
    if "any" in (left, right):
        return "any"
    if left in NUMBERS and right in NUMBERS:
        return "double" if "double" in (left, right) and sign != "%" else "int"
    if sign == "+" and left == right and left in ("string", "list", "duration"):
        return left
    if {left, right} == {"timestamp", "duration"} and sign in "+-" and left != "duration":
        return "timestamp"
    if (left, right) == ("duration", "timestamp") and sign == "+":
        return "timestamp"
    if sign == "-" and left == right and left in ("timestamp", "duration"):
        return "duration"
    if sign in "*/" and left == "duration" and right in NUMBERS:
        return "duration"
    return None


def _spoken(node: syntax.Node) -> str:
    """A part as its writer calls it."""
    if isinstance(node, syntax.Name):
        return f"`{node.name}`"
    if isinstance(node, syntax.Select):
        return f"`{path_of(node)}`" if path_of(node) else f"what has `{node.name}`"
    if isinstance(node, syntax.Literal):
        return f"`{_written(node.value)}`"
    return f"{node.name}()" if isinstance(node, syntax.Call) else "this"


def _written(value: Any) -> str:
    words = {True: "true", False: "false", None: "null"}
    if value is None or isinstance(value, bool):
        return words[value]
    return repr(value)


def path_of(node: syntax.Node) -> str:
    """`record.total` of a plain path; "": it is none."""
    if isinstance(node, syntax.Name):
        return node.name
    if isinstance(node, syntax.Select):
        above = path_of(node.of)
        return f"{above}.{node.name}" if above else ""
    return ""
