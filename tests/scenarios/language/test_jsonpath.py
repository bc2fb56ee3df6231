"""JSONPath as RFC 9535 has it."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.errors import InputError
from understudy.scenarios.language.jsonpath import compiled

VALUE = {"a": [{"b": 1, "c": "x"}, {"b": 2}], "d e": None}


@pytest.mark.parametrize(
    ("path", "nodes"),
    [
        ("$", [VALUE]),
        ("$.a[*].b", [1, 2]),
        ("$.a[-1].b", [2]),
        ("$['d e']", [None]),
        ("$..c", ["x"]),
        ("$.a[?@.b > 1].b", [2]),
        ("$.a[?match(@.c, 'x')].b", [1]),
        ("$.gone", []),
    ],
)
def test_it_selects(path: str, nodes: list[Any]) -> None:
    assert compiled(path)(VALUE) == nodes


@pytest.mark.parametrize("path", ["$.a[", "a.b", "$.a[?", "$" + ".a" * 400, ""])
def test_what_is_no_path_is_refused_with_its_place(path: str) -> None:
    with pytest.raises(InputError) as refused:
        compiled(path, "/save/x")
    assert (refused.value.where, refused.value.fix) == ("/save/x", "Write it as in RFC 9535")


@pytest.mark.parametrize(
    ("path", "value", "nodes"),
    [
        ("$[?value(@)==1]", [1, 2, {"a": 1}], [1]),
        ("$[?@]", [False, None, 0], [False, None, 0]),
        ("$.x[?search(@, $.p)]", {"p": "b+", "x": ["a", "abb"]}, ["abb"]),
        ("$.x[?search(@, $.p)]", {"p": "(?=b)", "x": ["a", "abb"]}, []),
        ("$[?match(@, 'a.*')]", ["a\ud800", "ab", 7], ["ab"]),
        ("$..b", {"a": [{"b": 1}, {"c": {"b": 2}}], "b": 3}, [3, 1, 2]),
    ],
)
def test_filters_and_descents_select_as_the_rfc_says(path: str, value: Any, nodes: Any) -> None:
    assert compiled(path)(value) == nodes


@pytest.mark.parametrize("depth", [90, 400])
def test_a_descent_has_no_depth_of_its_own(depth: int) -> None:
    value: Any = {"b": 1}
    for _ in range(depth):
        value = {"a": value}
    assert compiled("$..b")(value) == [1]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("$..*..*..*..*", 10_000),
        ("$[?count(@..*..*..*) > 1]", 10_000),
        (f"$..[{','.join('*' * 30)}]..*..*", 10_000 * 50 // 70),
    ],
)
def test_what_visits_too_much_is_refused_by_name(path: str, most: int) -> None:
    value: Any = {}
    for _ in range(100):
        value = {"a": value, "b": [1] * 10}
    with pytest.raises(InputError, match=f"visits more than {most} nodes") as refused:
        compiled(path)(value)
    assert refused.value.what.startswith(f"`{path}`")


def test_searches_of_long_texts_count_too() -> None:
    value = ["a" * 20_000 for _ in range(40)]
    with pytest.raises(InputError, match="visits more than 10000 nodes"):
        compiled("$[?search(@, '(x{9}){9}y')]")(value)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("$[?search(@, '(?=a)')]", "'(?=a)' has a look-ahead, `(?=`"),
        ("$[?@ == 1e400]", "`$[?@ == 1e400]` is no JSONPath: it cannot be read (OverflowError)"),
        (f"$[?{'(' * 240}", f"`$[?{'(' * 77}` is no JSONPath: unclosed bracketed selection"),
    ],
)
def test_what_the_library_stumbles_over_is_refused(path: str, why: str) -> None:
    with pytest.raises(InputError) as refused:
        compiled(path, "/when")
    assert (refused.value.what, refused.value.where) == (why, "/when")
