"""Parameters: strict decoders by type and style, and encoders they take back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import ContractError
from understudy.openapi.operation import Parameter, Violations
from understudy.openapi.scalars import DIGITS

from .small_contracts import one, parameter, told


def query(schema: Any, components: dict[str, Any] | None = None, **more: Any) -> Parameter:
    made = one(parameter("query", "q", schema, **more), components=components)
    return made.query_parameters["q"]


def decode(schema: Any, *texts: str, **more: Any) -> Any:
    return query(schema, **more).decode(texts)


def keywords(outcome: Any) -> list[tuple[str, str]]:
    assert type(outcome) is Violations, outcome
    return [(each.pointer, each.keyword) for each in outcome]


INTEGER, NUMBER, BOOLEAN = {"type": "integer"}, {"type": "number"}, {"type": "boolean"}
TEXT = {"type": "string"}
WORDS = {"type": "array", "items": TEXT}
INTEGERS = {"type": "array", "items": {"type": "integer", "maximum": 9}, "maxItems": 3}


class TestScalars:
    @pytest.mark.parametrize(
        ("schema", "text", "value"),
        [
            (TEXT, "x", "x"),
            (TEXT, "", ""),  # P20
            (TEXT, "7", "7"),
            ({"type": ["string", "null"]}, "", ""),  # P20
            ({"type": ["string", "null"]}, "null", None),
            ({"type": "string", "nullable": True}, "", ""),
            (INTEGER, "0", 0),
            (INTEGER, "-12", -12),
            (INTEGER, "-0", 0),
            ({"type": ["integer", "null"]}, "5", 5),
            ({"type": ["integer", "string"]}, "5", 5),
            ({"type": ["integer", "string"]}, "five", "five"),
            (NUMBER, "5", 5),
            (NUMBER, "-0.25", -0.25),
            (NUMBER, "1e3", 1000.0),
            (BOOLEAN, "true", True),
            (BOOLEAN, "false", False),
            ({}, "anything", "anything"),
            ({"enum": [1, 2]}, "2", 2),
            ({"const": True}, "true", True),
            ({"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, "true", True),
            ({"allOf": [{"type": "integer"}, {"minimum": 3}]}, "3", 3),
        ],
    )
    def test_a_text_becomes_a_value_of_its_type(
        self, schema: Any, text: str, value: object
    ) -> None:
        decoded = decode(schema, text)
        assert decoded == value
        assert type(decoded) is type(value)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "+5",
            " 5",
            "5 ",
            "1_0",
            "007",
            "0x5",
            "5.0",
            "1e2",
            "five",
            "--5",
            "-",
            "\u0665",
            "5\n",
            "9" * (DIGITS + 1),
            "NaN",
            "true",
        ],
    )
    def test_no_other_text_is_an_integer(self, text: str) -> None:  # P16
        assert keywords(decode(INTEGER, text)) == [("", "type")]

    @pytest.mark.parametrize(
        "text", ["", "+5", "5.", ".5", "1e400", "-1e400", "Infinity", "nan", "1,5", "01.5", "1e"]
    )
    def test_no_other_text_is_a_number(self, text: str) -> None:  # P16
        assert keywords(decode(NUMBER, text)) == [("", "type")]

    @pytest.mark.parametrize("text", ["", "True", "TRUE", "1", "0", "yes", "on", " true"])
    def test_no_other_text_is_a_boolean(self, text: str) -> None:  # P16
        assert keywords(decode(BOOLEAN, text)) == [("", "type")]

    def test_a_scalar_comes_once(self) -> None:  # P18
        (violation,) = decode(INTEGER, "1", "1")
        assert violation.keyword == "duplicate"
        assert violation.got == ["1", "1"]
        assert violation.message == "query parameter q must be given once"

    def test_all_broken_limits_are_told(self) -> None:
        outcome = decode({"type": "string", "maxLength": 2, "pattern": "^[0-9]+$"}, "abc")
        assert sorted(keywords(outcome)) == [("", "maxLength"), ("", "pattern")]
        assert told(outcome)[0][:2] == ("query", "q")

    @pytest.mark.parametrize(
        ("pattern", "text"),
        [("^a$", "a\n"), (r"^\d+$", "\u0663"), ("^abc", "xabc")],
    )
    def test_patterns_are_ecma_ones(self, pattern: str, text: str) -> None:  # P6, P14
        assert keywords(decode({"type": "string", "pattern": pattern}, text)) == [("", "pattern")]

    def test_letters_of_all_scripts_can_be_asked_for(self) -> None:  # P14
        assert decode({"type": "string", "pattern": r"^\p{L}+$"}, "Ωmega") == "Ωmega"

    def test_a_type_may_stand_behind_a_reference(self) -> None:
        components = {"Limit": {"type": "integer", "maximum": 30}}
        limit = query({"$ref": "#/components/schemas/Limit"}, components)
        assert limit.decode(["30"]) == 30
        assert keywords(limit.decode(["31"])) == [("", "maximum")]

    def test_the_message_says_what_was_wanted(self) -> None:
        assert decode(INTEGER, "x")[0].message == "query parameter q must be integer"
        assert decode({"type": ["integer", "null"]}, "x")[0].expected == "integer"


class TestArrays:
    def test_repeated_names(self) -> None:
        assert decode(INTEGERS, "1", "2") == [1, 2]
        assert decode(WORDS, "a,b", "c") == ["a,b", "c"]
        assert decode(WORDS, "") == [""]

    @pytest.mark.parametrize(
        ("style", "text"), [("form", "a,b"), ("spaceDelimited", "a b"), ("pipeDelimited", "a|b")]
    )
    def test_one_delimited_text(self, style: str, text: str) -> None:
        assert decode(WORDS, text, style=style, explode=False) == ["a", "b"]

    def test_an_empty_delimited_text_has_no_items(self) -> None:
        assert decode(WORDS, "", explode=False) == []

    def test_a_delimited_text_comes_once(self) -> None:
        assert keywords(decode(WORDS, "a", "b", explode=False)) == [("", "duplicate")]

    def test_each_wrong_item_is_told(self) -> None:
        assert keywords(decode(INTEGERS, "1", "x", "", "2")) == [("/1", "type"), ("/2", "type")]

    def test_items_and_the_whole_keep_their_limits(self) -> None:
        assert keywords(decode(INTEGERS, "1", "10")) == [("/1", "maximum")]
        assert keywords(decode(INTEGERS, "1", "2", "3", "4")) == [("", "maxItems")]

    def test_a_path_segment_may_hold_several(self) -> None:
        made = one(parameter("path", "ids", INTEGERS))
        assert made.path_parameters[0].decode(["1,2"]) == [1, 2]

    def test_a_header_may_hold_several(self) -> None:
        made = one(parameter("header", "X-Tags", WORDS))
        assert made.header_parameters["x-tags"].decode(["a, b ,c"]) == ["a", "b", "c"]


FILTER = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["open", "done"]},
        "since": {"type": "integer"},
        "tags": WORDS,
    },
    "required": ["status"],
    "additionalProperties": False,
}


class TestDeepObjects:
    def decode(self, *texts: str) -> Any:
        return decode(FILTER, *texts, style="deepObject", explode=True)

    def test_keys_become_properties(self) -> None:
        assert self.decode("status]=open", "since]=7", "tags]=a", "tags]=b") == {
            "status": "open",
            "since": 7,
            "tags": ["a", "b"],
        }

    def test_what_is_wrong_is_told_at_its_key(self) -> None:
        assert keywords(self.decode("status]=open", "since]=x")) == [("/since", "type")]
        assert keywords(self.decode("status]=open", "status]=done")) == [("/status", "duplicate")]
        assert keywords(self.decode("since]=7")) == [("", "required")]
        assert keywords(self.decode("status]=lost")) == [("/status", "enum")]
        assert keywords(self.decode("status]=open", "more]=1")) == [
            ("/more", "additionalProperties")
        ]


class TestUnsupported:
    @pytest.mark.parametrize(
        ("place", "more", "schema"),
        [
            ("query", {"style": "matrix"}, TEXT),
            ("path", {"style": "form"}, TEXT),
            ("header", {"style": "form"}, TEXT),
            ("body", {}, TEXT),
        ],
    )
    def test_what_is_not_read_is_refused(self, place: str, more: Any, schema: Any) -> None:
        with pytest.raises(ContractError, match=r"shop\.yaml#/paths/.*/post/parameters/0"):
            one(parameter(place, "p", schema, **more))


texts = st.text(st.characters(codec="utf-8"))
plain_words = st.text("abcdefgh-_.~ é", min_size=1).filter(lambda each: each == each.strip())
SHAPES: list[tuple[Any, dict[str, Any], st.SearchStrategy[Any]]] = [
    (TEXT, {}, texts),
    (INTEGER, {}, st.integers(-(10**300), 10**300)),
    (NUMBER, {}, st.floats(allow_nan=False, allow_infinity=False)),
    (BOOLEAN, {}, st.booleans()),
    (WORDS, {}, st.lists(texts, min_size=1)),
    (WORDS, {"explode": False}, st.lists(st.text("abc é"), min_size=2)),
    (WORDS, {"explode": False, "style": "pipeDelimited"}, st.lists(st.text("abc,"), min_size=2)),
    ({"type": "array", "items": INTEGER}, {"explode": False}, st.lists(st.integers())),
    (
        FILTER,
        {"style": "deepObject"},
        st.fixed_dictionaries(
            {"status": st.sampled_from(["open", "done"])},
            optional={"since": st.integers(), "tags": st.lists(texts, min_size=1)},
        ),
    ),
]


@pytest.mark.parametrize(("schema", "more", "values"), SHAPES)
@given(data=st.data())
def test_what_is_encoded_is_decoded(
    schema: Any, more: dict[str, Any], values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    target = query(schema, **more)
    value = data.draw(values)
    pairs = target.encode(value)
    sent = [f"{name[2:]}={text}" if target.deep else text for name, text in pairs]
    assert target.decode(sent) == value


@pytest.mark.parametrize(("schema", "more"), [(schema, more) for schema, more, _ in SHAPES])
@given(garbage=st.lists(texts | st.text("0123456789+-.eE_ "), min_size=1))
def test_garbage_is_a_value_or_violations_and_never_raises(
    schema: Any, more: dict[str, Any], garbage: list[str]
) -> None:
    outcome = query(schema, **more).decode(garbage)
    if type(outcome) is Violations:
        assert all(each.location == "query" and each.name == "q" for each in outcome)
        assert len(outcome) > 0


@given(st.lists(plain_words, min_size=1))
def test_header_lists_come_back(words: list[str]) -> None:
    target = one(parameter("header", "X-Tags", WORDS)).header_parameters["x-tags"]
    ((name, text),) = target.encode(words)
    assert name == "X-Tags"
    assert target.decode([text]) == words
