"""From the text of an expression to its tree; every part knows the character it begins at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from understudy.modeled.expressions.mistakes import ExpressionError
from understudy.modeled.expressions.tokens import Token, tokens

DEEPEST = 40  # levels of nesting in one expression
LOOPS = ("all", "exists", "exists_one", "filter", "map")
LITERALS = {"true": True, "false": False, "null": None}
RESERVED = {
    *("as", "in", "break", "const", "continue", "else", "for", "function", "if"),
    *("import", "let", "loop", "package", "namespace", "return", "var", "void", "while"),
}


class Literal(NamedTuple):
    at: int
    value: Any


class Name(NamedTuple):
    at: int
    name: str


class Select(NamedTuple):
    """`of.name`; it stands where the name does."""

    at: int
    of: Node
    name: str


class Index(NamedTuple):
    at: int
    of: Node
    key: Node


class Call(NamedTuple):
    """`name(...)`, or `target.name(...)`."""

    at: int
    name: str
    target: Node | None
    arguments: tuple[Node, ...]


class Has(NamedTuple):
    """Whether something is there that may be missing."""

    at: int
    select: Select


class Loop(NamedTuple):
    """`over.map(name, body)` and the like; a map may take only those of a `test`."""

    at: int
    kind: str
    over: Node
    name: str
    body: Node
    test: Node | None = None


class Several(NamedTuple):
    """A list."""

    at: int
    items: tuple[Node, ...]


class Pairs(NamedTuple):
    """A map."""

    at: int
    entries: tuple[tuple[Node, Node], ...]


class Unary(NamedTuple):
    at: int
    sign: str
    of: Node


class Binary(NamedTuple):
    at: int
    sign: str
    left: Node
    right: Node


class Choice(NamedTuple):
    at: int
    test: Node
    then: Node
    otherwise: Node


Node = (
    Literal | Name | Select | Index | Call | Has | Loop | Several | Pairs | Unary | Binary | Choice
)
# What binds, the weakest first.
LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("<", "<=", ">=", ">", "==", "!=", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)


def parse(text: str) -> Node:
    """The tree of an expression; ExpressionError with the character where it goes wrong."""
    return _Parser(tokens(text)).whole()


class _Parser:
    """One expression on its way from words to a tree."""

    def __init__(self, words: list[Token]) -> None:
        self._words = words
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        made = self._expression()
        if self._word.kind != "end":
            raise self._unexpected("the end, or an operator between")
        return made

    @property
    def _word(self) -> Token:
        return self._words[self._next]

    def _is(self, *signs: str) -> bool:
        word = self._word
        return word.kind in ("sign", "name") and word.text in signs

    def _take(self) -> Token:
        word = self._word
        self._next += 1
        return word

    def _want(self, sign: str) -> Token:
        if not self._is(sign):
            raise self._unexpected(f"`{sign}`")
        return self._take()

    def _unexpected(self, wanted: str) -> ExpressionError:
        word = self._word
        what = "it ends too early" if word.kind == "end" else f"`{word.text}` stands here"
        return ExpressionError(what, word.at, f"Wanted is {wanted}")

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            what = f"it is nested deeper than {DEEPEST} levels"
            raise ExpressionError(what, self._word.at, "Say it in parts")
        made = self._binary(0)
        if self._is("?"):
            at = self._take().at
            then = self._expression()
            self._want(":")
            made = Choice(at, made, then, self._expression())
        self._depth -= 1
        return made

    def _binary(self, level: int) -> Node:
        if level == len(LEVELS):
            return self._unary()
        made, long = self._binary(level + 1), 0
        while self._is(*LEVELS[level]):
            sign = self._take()
            made = Binary(sign.at, sign.text, made, self._binary(level + 1))
            long += 1
            if long > 8 * DEEPEST:
                raise ExpressionError(f"more than {8 * DEEPEST} in a row", sign.at, "Use a list")
        return made

    def _unary(self) -> Node:
        signs = []
        while self._is("-", "!"):
            signs.append(self._take())
            if len(signs) > DEEPEST:
                raise ExpressionError("too many signs in a row", signs[0].at, "Leave some out")
        made = self._member()
        for sign in reversed(signs):
            is_number = isinstance(made, Literal) and type(made.value) in (int, float)
            if sign.text == "-" and is_number and isinstance(made, Literal):
                made = Literal(sign.at, -made.value)
            else:
                made = Unary(sign.at, sign.text, made)
        return made

    def _member(self) -> Node:
        made = self._primary()
        while self._is(".", "["):
            sign = self._take()
            if sign.text == "[":
                made = Index(sign.at, made, self._expression())
                self._want("]")
                continue
            if self._word.kind != "name":
                raise self._unexpected("a name")
            name = self._take()
            made = self._call(name, made) if self._is("(") else Select(name.at, made, name.text)
        return made

    def _primary(self) -> Node:
        word = self._word
        if word.kind == "literal":
            return Literal(self._take().at, word.value)
        if word.kind == "name" and word.text not in RESERVED:
            self._take()
            if self._is("("):
                return self._call(word, None)
            if word.text in LITERALS:
                return Literal(word.at, LITERALS[word.text])
            return Name(word.at, word.text)
        if self._is("("):
            self._take()
            made = self._expression()
            self._want(")")
            return made
        if self._is("["):
            return Several(self._take().at, tuple(self._until("]", self._expression)))
        if self._is("{"):
            return Pairs(self._take().at, tuple(self._until("}", self._entry)))
        raise self._unexpected("a value")

    def _entry(self) -> tuple[Node, Node]:
        key = self._expression()
        self._want(":")
        return key, self._expression()

    def _until(self, end: str, make: Callable[[], Any]) -> list[Any]:
        found: list[Any] = []
        while not self._is(end):
            found.append(make())
            if not self._is(end):
                self._want(",")
        self._take()
        return found

    def _call(self, name: Token, target: Node | None) -> Node:
        self._take()
        arguments = tuple(self._until(")", self._expression))
        if target is not None and name.text in LOOPS:
            return _loop(name, target, arguments)
        if target is None and name.text == "has":
            if len(arguments) != 1 or not isinstance(arguments[0], Select):
                raise ExpressionError("has() takes one property", name.at, "Write has(body.note)")
            return Has(name.at, arguments[0])
        return Call(name.at, name.text, target, arguments)


def _loop(name: Token, over: Node, arguments: tuple[Node, ...]) -> Node:
    most = 3 if name.text == "map" else 2
    if not 2 <= len(arguments) <= most or not isinstance(arguments[0], Name):
        fix = f"Write .{name.text}(each, ...)"
        raise ExpressionError(f"{name.text}() takes a name and an expression", name.at, fix)
    test = arguments[1] if len(arguments) == 3 else None
    return Loop(name.at, name.text, over, arguments[0].name, arguments[-1], test)
