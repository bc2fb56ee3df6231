"""JSONPath as RFC 9535 has it."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.errors import InputError
from understudy.scenarios.language.matching import compiled

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
