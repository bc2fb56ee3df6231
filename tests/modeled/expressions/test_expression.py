"""Expressions by value, beside what another implementation of CEL makes of them."""

from __future__ import annotations

from typing import Any

import cel
import pytest

from understudy.modeled.expressions.expression import read, reasons
from understudy.modeled.expressions.mistakes import EvaluationError, ExpressionError
from understudy.modeled.expressions.types import ANY, INT, TIMESTAMP, Type, Types, fixed
from understudy.modeled.expressions.values import STEPS, Moment, Scope, Span, as_json
from understudy.modeled.schemas import Node, Schemas
from understudy.simulation.identifiers import Identifiers

RECORD = {
    "type": "object",
    "properties": {
        "total": {"type": "integer"},
        "status": {"type": "string"},
        "price": {"type": "number"},
        "due": {"type": "string", "format": "date-time"},
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
    },
}
LINE = {"type": "object", "properties": {"price": {"type": "number"}, "count": {"type": "integer"}}}
SCHEMAS = Schemas({"components": {"schemas": {"Line": LINE}}})
TYPES = Types(SCHEMAS, {})
NAMES = {"record": Type("map", node=Node(RECORD, "#/r")), "x": ANY, "now": TIMESTAMP}
NAMES |= {"path": fixed({"order_id": INT})}
VALUES: dict[str, Any] = {
    "record": {
        "total": 42,
        "status": "paid",
        "due": "2026-01-02T00:00:00Z",
        "lines": [{"price": 2.5, "count": 2}, {"price": 1, "count": 3}],
    },
    "x": {"a": [1, 2, 3], "b": {"c": "tea"}, "n": None},
}


def value(text: str, **names: Any) -> Any:
    scope = Scope({**VALUES, **names, "now": Moment(86_400_000)}, 86_400_000, Identifiers(1, "v"))
    return as_json(read(text, TYPES, {**NAMES, **dict.fromkeys(names, ANY)}).run(scope))


@pytest.mark.parametrize(
    "text",
    [
        "1 + 2 * 3 - 4",
        "(1 + 2) * 3",
        "-7 / 2",
        "-7 % 3",
        "7 % -3",
        "7 / -2",
        "2.5 * 2.0",
        "0x1F",
        "1e3",
        "'a' + \"b\"",
        r"'it\'s \u00e9\n'",
        r"r'a\n'",
        "1 < 2 && 2 <= 2 && !(3 > 4)",
        "false || 1 != 2",
        "x.a[1]",
        "x['b']['c']",
        "x.b.c.startsWith('t')",
        "has(x.b) && !has(x.z)",
        "size(x.a) == 3",
        "x.a.map(e, e * 2)",
        "x.a.map(e, e > 1, e * 2)",
        "x.a.filter(e, e > 1)",
        "x.a.all(e, e > 0)",
        "x.a.exists(e, e == 2)",
        "x.a.exists_one(e, e > 1)",
        "2 in x.a",
        "'c' in x.b",
        "x.n == null",
        "true ? 'yes' : 'no'",
        "[1, 2] + [3]",
        "{'a': 1}.a",
        "x.b.c.matches('^t.*a$')",
        "string(12) + 'x'",
        "int('12') + int(2.9)",
        "double(2) / 4.0",
        "'abc'.contains('b') && 'abc'.endsWith('c')",
        "x.a.map(e, x.a.map(f, e * f))",
        "1 == 1.0",
        "// a comment\n3",
    ],
)
def test_an_expression_is_what_cel_says(text: str) -> None:
    assert value(text) == cel.evaluate(text, VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("record.lines.map(l, l.price * l.count).sum()", 8.0),
        ("sum([1, 2, 3])", 6),
        ("max(x.a) - min(x.a)", 2),
        ("record.price", None),
        ("record.due > now", True),
        ("record.due == '2026-01-02T00:00:00.000Z'", True),
        ("now + days(2)", "1970-01-04T00:00:00.000Z"),
        ("now() - timestamp('1970-01-01T00:00:00Z')", "1d"),
        ("days(1) + hours(2) > duration('25h')", True),
        ("days(1) * 2", "2d"),
        ("uuid()", "4afafd1e-c2d5-4faa-8f6e-8a4d3c3a8be1"),
        ("hex(6)", "000000"),
        ("sha256", None),
        ("'aB'.upperAscii() + 'aB'.lowerAscii()", "ABab"),
        ("' a b '.trim().split(' ').join('-')", "a-b"),
        ("'abcd'.substring(1, 3)", "bc"),
        ("'aXa'.replace('a', 'b')", "bXb"),
        ("round(2.567, 2)", 2.57),
        ("int(now)", 86_400),
        ("bool('true')", True),
    ],
)
def test_what_is_ours_by_value(text: str, expected: Any) -> None:
    if text.startswith("sha256"):
        assert value("sha256('a')").startswith("ca978112ca1bbdcafac231b39a23dc4d")
    elif text.startswith(("uuid", "hex")):
        assert value(text) == value(text)
        assert len(value(text)) == len(expected)
    else:
        assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "what", "at", "fix"),
    [
        ("record.totl > 3", "`record` has no `totl`", 7, "Did you mean `total`? There are total,"),
        ("recrd.total", "there is no `recrd` here", 0, "Did you mean `record`?"),
        ("record.lines.price", "`record.lines` is a list, and has no `price`", 13, "[0].price"),
        ("record.lines.map(l, l.prise)", "`l` has no `prise`", 22, "Did you mean `price`?"),
        ("record.total > 'a'", "is a whole number and `'a'` is a text", 13, ""),
        ("record.total + record.status", "`+` between a whole number and a text", 13, ""),
        (
            "record.total && true",
            "`record.total` is a whole number, wanted is true or false",
            7,
            "",
        ),
        ("summ(x.a)", "there is no function `summ`", 0, "Did you mean `sum`?"),
        ("size()", "size() takes 1 value, not 0", 0, ""),
        ("uuid", "there is no `uuid` here", 0, "Write uuid()"),
        ("x.a.map(1, 2)", "map() takes a name and an expression", 4, "Write .map(each, ...)"),
        ("x.b.matches('(')", "'(' is no regular expression", 12, "Mend it"),
        ("record.total =", "'=' means nothing here", 13, "Write =="),
        ("1 +", "it ends too early", 3, "Wanted is a value"),
        ("x.a)", "`)` stands here", 3, "Wanted is the end"),
        ("'abc", "this text has no end", 0, "Close it with '"),
        ("9223372036854775808", "whole numbers have 64 bits", 0, "with a point"),
        ("(" * 50 + "1" + ")" * 50, "nested deeper than 40 levels", 40, "in parts"),
        ("path.id", "`path` has no `id`", 5, "There are order_id"),
        ("record.status.sum()", "`record.status` is a text, wanted is a list", 7, ""),
        (r"'\q'", r"\q is no escape", 1, r"Write \\"),
        ("x" * 4_001, "longer than 4000 characters", 4_000, "shorter"),
    ],
)
def test_a_mistake_is_told_where_it_stands(text: str, what: str, at: int, fix: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read(text, TYPES, NAMES)
    assert what in caught.value.what
    assert fix in caught.value.fix
    assert caught.value.at == at


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x.a[7]", "a list of 3 has no entry 7"),
        ("1 / 0", "it divides by zero"),
        ("x.n > 1", "null cannot be compared with a number"),
        ("x.n.a", "null has no `a`"),
        ("x.big.map(e, x.big.map(f, x.big.map(g, g)))", f"more than {STEPS} turns"),
        ("9223372036854775807 + 1", "64 bits"),
        ("int(1e300)", "64 bits"),
        ("1e308 * 10.0", "larger than any number"),
        ("double('inf')", "larger than any number"),
        ("x.big.map(e, x.big + x.big + x.big + x.big + x.big + x.big)", f"more than {STEPS}"),
        ("{x.a: 1}", "it cannot be had: unhashable"),
        ("int('a')", "'a' is no whole number"),
        ("now + days(99999999)", "longer than the calendar"),
        ("x.b.c.matches(x.b.c + '(')", "is no regular expression"),
        ("x.long.replace('a', x.long)", "a text of more than"),
        ("x.a && true", "a list is not true or false"),
    ],
)
def test_what_has_no_value_says_why(text: str, told: str) -> None:
    held = {**VALUES["x"], "big": list(range(500)), "long": "a" * 2_000}
    with pytest.raises(EvaluationError) as caught:
        value(text, x=held)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "part", "values", "wanted"),
    [
        (
            "x.n == null && x.amount >= record.total",
            "x.amount >= record.total",
            (("x.amount", 5), ("record.total", 42)),
            "x.amount would have to be at least 42",
        ),
        (
            "record.status == 'new'",
            "record.status == 'new'",
            (("record.status", "paid"),),
            "be 'new'",
        ),
        ("size(x.a) > 9", "size(x.a) > 9", (("x.a", [1, 2, 3]),), ""),
        ("x.missing > 3", "x.missing > 3", (("x.missing", None),), "no value: null cannot"),
        ("!(1 in x.a || false)", "!((1 in x.a) || false)", (("x.a", [1, 2, 3]),), ""),
    ],
)
def test_why_a_condition_does_not_hold(text: str, part: str, values: Any, wanted: str) -> None:
    names = {**VALUES, "x": {**VALUES["x"], "amount": 5}}
    scope = Scope(names, 0, Identifiers(1, "v"))
    found = reasons(read(text, TYPES, NAMES), scope)
    assert (found.part, found.values) == (part, values)
    assert wanted in found.wanted


def test_an_instant_and_a_duration_are_written_as_people_do() -> None:
    assert (str(Moment(0)), str(Span(90_000))) == ("1970-01-01T00:00:00.000Z", "1m30s")
