"""A scenario's text held against a grammar: what a plain scalar is, what is written there."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.errors import ScenarioError
from understudy.scenarios.language.source import Grammar

SCHEMA = {
    "$defs": {"id": {"type": "string"}},
    "type": "object",
    "properties": {
        "id": {"$ref": "#/$defs/id"},
        "count": {"type": "integer"},
        "share": {"type": "number"},
        "done": {"type": "boolean"},
        "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "maybe": {"type": ["string", "null"]},
        "one": {"const": 1},
        "word": {"enum": ["on", "off", "1"]},
        "ids": {"type": "array", "items": {"$ref": "#/$defs/id"}},
        "free": {},
    },
    "additionalProperties": {"type": "string"},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("id: 0017", {"id": "0017"}),
        ("id: true", {"id": "true"}),
        ("id: null", {"id": "null"}),
        ("id: .inf", {"id": ".inf"}),
        ("id: 2026-01-05", {"id": "2026-01-05"}),
        ("ids: [1, 02, no]", {"ids": ["1", "02", "no"]}),
        ("count: 17", {"count": 17}),
        ("share: 3", {"share": 3}),
        ("done: true", {"done": True}),
        ("either: 17", {"either": 17}),
        ("either: a", {"either": "a"}),
        ("maybe: null", {"maybe": None}),
        ("maybe: 5", {"maybe": "5"}),
        ("one: 1", {"one": 1}),
        ("word: on", {"word": "on"}),
        ("word: 1", {"word": "1"}),
        ("other: 12", {"other": "12"}),
        (
            "free: { a: 1, b: [on, 2.5, ~], c: '1' }",
            {"free": {"a": 1, "b": ["on", 2.5, None], "c": "1"}},
        ),
    ],
)
def test_the_schema_says_what_a_plain_scalar_is(text: str, value: Any) -> None:
    assert Grammar(SCHEMA).read(text, "f").value == value


def test_what_was_written_for_a_number_is_kept() -> None:
    source = Grammar(SCHEMA).read("free: { a: 007, b: '1', c: x }\nid: 007", "f")
    assert source.value == {"free": {"a": 7, "b": "1", "c": "x"}, "id": "007"}
    assert source.written == {"/free/a": "007"}


def test_nothing_where_a_text_should_be_is_told() -> None:
    with pytest.raises(ScenarioError, match=r"f:1: `id` is empty\. Write a text"):
        Grammar(SCHEMA).read("id:", "f")
