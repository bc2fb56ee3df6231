"""YAML 1.2 core: what is text stays text, everything keeps its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import ContractError, InputError, ScenarioError
from understudy.yaml import Bounds, Document, Warned, core, core_or_text, read

BOUNDS = Bounds(depth=5, size=1_000, values=50)


def load(text: str, **more: Any) -> Document:
    return read(text, "f.yaml", BOUNDS, **more)


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


@pytest.mark.parametrize("text", [".inf", "1e999", "9" * 401])
def test_a_number_that_json_has_not_may_stay_a_text(text: str) -> None:
    assert core_or_text(text) == text


@given(st.text(max_size=40))
def test_no_plain_scalar_breaks(text: str) -> None:
    assert type(core_or_text(text)) in (str, int, float, bool, type(None))


def test_plain_scalars_are_told_from_quoted_ones() -> None:
    text = "a: 12\nb: '12'\nc: \"12\"\nd: |\n  12\ne: !!str 12\n"
    assert load(text).value == {"a": 12, "b": "12", "c": "12", "d": "12\n", "e": "12"}
    assert load(text, plain=lambda each: [each]).value == {
        "a": ["12"],
        "b": "12",
        "c": "12",
        "d": "12\n",
        "e": "12",
    }


def test_keys_are_texts() -> None:
    assert load("200: ok\nno: 4\n~: &x 1\n*x : 2").value == {
        "200": "ok",
        "no": 4,
        "~": 1,
        "1": 2,
    }


@pytest.mark.parametrize("keep_lines", [True, False])
def test_everything_has_its_line(keep_lines: bool) -> None:
    text = "a:\n  - x\n  - y: 1\n    z:\n      - 2\n\nb/c: 3\n"
    document = load(text, keep_lines=keep_lines)
    places = {pointer: document.where(pointer) for pointer in ("/a", "/a/1/y", "/a/1/z/0", "/b~1c")}
    assert places == {
        "/a": "f.yaml:1",
        "/a/1/y": "f.yaml:3",
        "/a/1/z/0": "f.yaml:5",
        "/b~1c": "f.yaml:7",
    }


def test_lines_that_were_forgotten_are_found_again() -> None:
    document = load("a: 1\nb: 2\n", keep_lines=True)
    document.forget_lines()
    assert document.where("/b") == "f.yaml:2"


def test_what_is_not_there_stands_where_it_would() -> None:
    assert load("a: 1\nb:\n  c: 2\n").where("/b/missing/deeper") == "f.yaml:2"


def test_an_alias_is_the_same_value() -> None:
    value = load("a: &x { k: [1] }\nb: *x\nc: [*x]\n").value
    assert value == {"a": {"k": [1]}, "b": {"k": [1]}, "c": [{"k": [1]}]}


def test_an_anchor_may_be_given_again() -> None:
    assert load("- &x 1\n- *x\n- &x 2\n- *x\n").value == [1, 1, 2, 2]


def test_a_text_may_hold_nothing() -> None:
    assert load("# nothing").value is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("#" * 1_001, "f.yaml:1: 1001 characters, at most 1000. Split the file"),
        ("a:\n  [[[[[[", "f.yaml:2: nested more than 5 levels deep. Flatten it"),
        ("- " * 400, "f.yaml:1: nested more than 5 levels deep. Flatten it"),
        ("? " * 400, "f.yaml:1: a list or a mapping as a key. Keys are texts"),
        (
            "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a]\nc: [*b,*b]",
            "f.yaml:3: more than 50 values, its aliases written out. Split the file",
        ),
        ("a: &a\n - *a", "f.yaml:2: *a stands inside &a itself. Write it out"),
        ("a: *a", "f.yaml:1: *a has no anchor before it. Mark a value with &a"),
        ("a: 1\nb: 2\na: 3", "f.yaml:3: `a` stands here twice (first in line 1). Remove one"),
        ("[a]: b", "f.yaml:1: a list or a mapping as a key. Keys are texts"),
        ("a: !!int 7", "f.yaml:1: the tag !!int. Tags are not read; remove it"),
        ("a: !!set {b: null}", "f.yaml:1: the tag !!set. Tags are not read; remove it"),
        ("a: 1\n---\nb: 2", "f.yaml:2: a second document. Write one document in a file"),
        (
            "a: &a {x: 1}\nb:\n  <<: *a",
            "f.yaml:3: `<<`: merging is not part of YAML 1.2. "
            "Write its keys out, or let an alias stand for a whole value: `key: *name`",
        ),
        (
            "a: [",
            "f.yaml:2: this is no YAML: did not find expected node content. "
            "Check the indentation, the colons and the quotes around here",
        ),
        (
            "a: 1\nb: \x07",
            "f.yaml:2: a character that YAML does not allow. Write it as an escape in quotes",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        load(text)
    assert str(caught.value) == told


def test_a_mistake_is_the_callers_own_error() -> None:
    with pytest.raises(ContractError):
        load("a: *b", error=ContractError)


def test_a_lenient_reading_goes_on_after_a_key_that_stands_twice() -> None:
    document = load("a: 1\nb:\n  c: 2\n  c: 3\na: 4\n", lenient=True)
    assert document.value == {"a": 4, "b": {"c": 3}}
    assert document.warnings == (
        Warned("`c` stands here twice (first in line 3)", 4, "Remove one"),
        Warned("`a` stands here twice (first in line 1)", 5, "Remove one"),
    )


def test_a_lenient_reading_keeps_a_merge_key_as_a_key() -> None:
    document = load("a: &a {x: 1}\nb: { <<: *a }\n", lenient=True)
    assert document.value == {"a": {"x": 1}, "b": {"<<": {"x": 1}}}
    assert [(each.line, each.what) for each in document.warnings] == [
        (2, "`<<`: merging is not part of YAML 1.2")
    ]


def test_a_quoted_merge_key_is_a_key() -> None:
    assert load("'<<': 1").value == {"<<": 1}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="ascii")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text("abc"), JSON))
def test_json_is_yaml(value: Any) -> None:
    assert read(json.dumps(value), "f", Bounds(100, 100_000, 10_000)).value == value


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_its_line(text: str) -> None:
    try:
        load(text, error=ScenarioError)
    except ScenarioError as error:
        file, line = error.where.split(":")
        assert file == "f.yaml"
        assert int(line) >= 1
