"""YAML 1.2 core: what is text stays text, everything keeps its line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import ScenarioError
from understudy.scenarios.language import yaml
from understudy.scenarios.language.source import Grammar
from understudy.scenarios.language.yaml import Plain, core


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("12", 12),
        ("-7", -7),
        ("+1", 1),
        ("007", 7),
        ("0o17", 15),
        ("0xfF", 255),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("on", "on"),
        ("no", "no"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("2026-01-05", "2026-01-05"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("nULL", "nULL"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        (".", "."),
    ],
)
def test_a_plain_scalar_means_what_core_says(text: str, value: Any) -> None:
    meant = core(text)
    assert meant == value
    assert type(meant) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e999", "9" * 401])
def test_a_number_that_json_has_not_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        core(text)


def test_plain_scalars_are_told_from_quoted_ones() -> None:
    value = yaml.load("a: 12\nb: '12'\nc: \"12\"\nd: |\n  12\n", "f").value
    assert [type(each) for each in value.values()] == [Plain, str, str, str]
    assert value == {"a": "12", "b": "12", "c": "12", "d": "12\n"}


def test_everything_keeps_its_line() -> None:
    document = yaml.load("a:\n  - x\n  - y: 1\n    z:\n      - 2\n\nb/c: 3\n", "f.yaml")
    places = {pointer: document.where(pointer) for pointer in ("/a", "/a/1/y", "/a/1/z/0", "/b~1c")}
    assert places == {
        "/a": "f.yaml:1",
        "/a/1/y": "f.yaml:3",
        "/a/1/z/0": "f.yaml:5",
        "/b~1c": "f.yaml:7",
    }


def test_what_is_not_there_stands_where_it_would() -> None:
    document = yaml.load("a: 1\nb:\n  c: 2\n", "f.yaml")
    assert document.where("/b/missing/deeper") == "f.yaml:2"


def test_an_alias_is_the_same_value() -> None:
    value = yaml.load("a: &x { k: [1] }\nb: *x\nc: [*x]\n", "f").value
    assert value == {"a": {"k": ["1"]}, "b": {"k": ["1"]}, "c": [{"k": ["1"]}]}


def test_an_anchor_may_be_given_again() -> None:
    assert yaml.load("- &x 1\n- *x\n- &x 2\n- *x\n", "f").value == ["1", "1", "2", "2"]


def test_a_file_has_a_size() -> None:
    with pytest.raises(ScenarioError, match="4194305 characters, at most 4194304"):
        yaml.load("#" * (yaml.SIZE + 1), "f")


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


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_its_line(text: str) -> None:
    try:
        yaml.load(text, "f.yaml")
    except ScenarioError as error:
        file, line = error.where.split(":")
        assert file == "f.yaml"
        assert int(line) >= 1
