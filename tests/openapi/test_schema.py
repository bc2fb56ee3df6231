"""Schemas: what is checked, how it is told, and which branch of a oneOf was meant."""

from __future__ import annotations

import timeit
from typing import Any, ClassVar

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.errors import ContractError
from understudy.openapi.operation import Violation
from understudy.openapi.schema import FORMATS, Checker, check_keywords, compile_schema, constrains

COMPONENTS: dict[str, Any] = {
    "Cat": {
        "type": "object",
        "required": ["kind", "lives"],
        "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer", "maximum": 9}},
        "additionalProperties": False,
    },
    "Dog": {
        "type": "object",
        "required": ["kind", "tricks"],
        "properties": {
            "kind": {"enum": ["dog", "wolf"]},
            "tricks": {"type": "array", "items": {"type": "string"}},
        },
    },
    "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
    "Tree": {
        "type": "object",
        "properties": {
            "label": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
    },
}


def wrong(schema: Any, value: Any) -> list[Violation]:
    return compile_schema(schema, COMPONENTS).violations(value)


def brief(schema: Any, value: Any) -> list[tuple[str, str, Any]]:
    return [(each.pointer, each.keyword, each.expected) for each in wrong(schema, value)]


class TestViolations:
    @pytest.mark.parametrize(
        ("schema", "value", "keyword", "expected", "message"),
        [
            ({"type": "string"}, 5, "type", "string", "body must be string; got 5"),
            (
                {"type": ["integer", "null"]},
                "5",
                "type",
                ["integer", "null"],
                'body must be integer or null; got "5"',
            ),
            ({"enum": ["A", 1]}, "a", "enum", ["A", 1], 'body must be one of "A", 1; got "a"'),
            ({"const": "A"}, "a", "const", "A", 'body must be "A"; got "a"'),
            ({"pattern": "^a$"}, "b", "pattern", "^a$", 'body must match ^a$; got "b"'),
            ({"format": "uuid"}, "b", "format", "uuid", 'body must be a uuid; got "b"'),
            (
                {"minLength": 2},
                "b",
                "minLength",
                2,
                'body must have at least 2 characters; got "b"',
            ),
            ({"maximum": 2}, 3, "maximum", 2, "body must be at most 2; got 3"),
            ({"exclusiveMinimum": 2}, 2, "exclusiveMinimum", 2, "body must be more than 2; got 2"),
            ({"multipleOf": 2}, 3, "multipleOf", 2, "body must be a multiple of 2; got 3"),
            (
                {"maxItems": 1},
                [1, 2],
                "maxItems",
                1,
                "body must have at most 1 item; got an array of 2",
            ),
            (
                {"uniqueItems": True},
                [1, 1],
                "uniqueItems",
                True,
                "body must not repeat an item; got an array of 2",
            ),
            (
                {"minProperties": 1},
                {},
                "minProperties",
                1,
                "body must have at least 1 property; got an empty object",
            ),
            ({"required": ["a"]}, {"b": 1}, "required", "a", "body lacks a"),
            (False, 1, "not", None, "body must not be there; got 1"),
        ],
    )
    def test_keyword_limit_and_words(
        self, schema: Any, value: Any, keyword: str, expected: Any, message: str
    ) -> None:
        (violation,) = wrong(schema, value)
        assert violation.keyword == keyword
        assert violation.expected == expected
        assert violation.message == message
        assert violation.got == value

    def test_a_place_is_a_json_pointer(self) -> None:
        schema = {"properties": {"a/b": {"items": {"properties": {"~": {"type": "string"}}}}}}
        (violation,) = wrong(schema, {"a/b": [{}, {"~": 1}]})
        assert violation.pointer == "/a~1b/1/~0"
        assert violation.got == 1
        assert violation.message == "/a~1b/1/~0 must be string; got 1"

    def test_each_missing_property_is_told(self) -> None:
        assert brief({"required": ["a", "b"]}, {}) == [("", "required", "a"), ("", "required", "b")]

    def test_each_property_too_many_is_told_at_its_place(self) -> None:
        schema = {"properties": {"a": {}}, "additionalProperties": False}
        assert brief(schema, {"a": 1, "b": 2, "c": 3}) == [
            ("/b", "additionalProperties", False),
            ("/c", "additionalProperties", False),
        ]
        assert wrong(schema, {"b": 2})[0].message == "/b is not allowed; got 2"

    def test_they_are_told_as_the_schema_declares(self) -> None:
        line = {
            "required": ["price", "title"],
            "properties": {"title": {}, "price": {"type": "integer"}, "count": {"minimum": 1}},
            "additionalProperties": False,
        }
        schema = {
            "$ref": "#/$defs/order",
            "$defs": {
                "line": line,
                "order": {
                    "required": ["lines", "buyer", "anything"],
                    "properties": {
                        "buyer": {"type": "string"},
                        "lines": {"items": {"$ref": "#/$defs/line"}},
                        "gift": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/line"}]},
                        "after": {"const": 1},
                    },
                    "minProperties": 9,
                },
            },
        }
        lines = [{"x": 1, "count": 0, "price": "p"}, {"price": 1, "title": 2}, {"count": 0}]
        found = brief(schema, {"after": 2, "gift": {"count": 0, "price": 1}, "lines": lines})
        assert [(pointer, keyword) for pointer, keyword, _ in found] == [
            ("", "minProperties"),
            ("", "required"),  # buyer
            ("/lines/0", "required"),
            ("/lines/0/price", "type"),
            ("/lines/0/count", "minimum"),
            ("/lines/0/x", "additionalProperties"),
            ("/lines/2", "required"),  # title
            ("/lines/2", "required"),  # price
            ("/lines/2/count", "minimum"),
            ("/gift", "required"),
            ("/gift/count", "minimum"),
            ("/after", "const"),
            ("", "required"),  # anything: nowhere declared
        ]
        assert [expected for _, keyword, expected in found if keyword == "required"] == [
            "buyer",
            "title",
            "title",
            "price",
            "title",
            "anything",
        ]

    def test_a_good_value_has_none(self) -> None:
        assert wrong({"type": "string"}, "x") == []

    def test_a_long_value_is_shortened_in_words_only(self) -> None:
        (violation,) = wrong({"type": "integer"}, "x" * 1000)
        assert violation.got == "x" * 1000
        assert len(violation.message) < 140
        assert violation.message.endswith("... (1000 characters)")

    def test_a_message_is_one_plain_line(self) -> None:
        (violation,) = wrong({"type": "integer"}, "a\nb\0\u2028\U0001f600")
        assert violation.message.isascii()
        assert violation.message.isprintable()

    def test_references_and_circles_are_followed(self) -> None:
        tree = {"$ref": "#/components/schemas/Tree"}
        assert wrong(tree, {"children": [{"children": [{"label": "x"}]}]}) == []
        assert brief(tree, {"children": [{"children": [{"label": 7}]}]}) == [
            ("/children/0/children/0/label", "type", "string")
        ]

    def test_own_definitions_are_followed(self) -> None:
        schema = {"$defs": {"short": {"maxLength": 2}}, "items": {"$ref": "#/$defs/short"}}
        assert brief(schema, ["abc"]) == [("/0", "maxLength", 2)]

    def test_a_parameter_is_told_by_name(self) -> None:
        (violation,) = Checker({"maximum": 3}).violations(4, "query", "limit")
        assert violation[:4] == ("query", "limit", "", "maximum")
        assert violation.message == "limit must be at most 3; got 4"


class TestBranches:
    pet: ClassVar = {"$ref": "#/components/schemas/Pet"}

    def test_the_branch_whose_constant_matches_is_meant(self) -> None:
        (violation,) = wrong(self.pet, {"kind": "cat", "lives": 10})
        assert (violation.pointer, violation.keyword, violation.branch) == (
            "/lives",
            "maximum",
            "Cat",
        )

    def test_even_if_the_other_has_fewer_errors(self) -> None:
        found = wrong(self.pet, {"kind": "cat", "lives": "x", "tricks": []})
        assert {each.branch for each in found} == {"Cat"}
        assert sorted(each.pointer for each in found) == ["/lives", "/tricks"]

    def test_the_branch_of_the_right_type_is_meant(self) -> None:
        schema = {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Dog"}]}
        (violation,) = wrong(schema, {"kind": "dog"})
        assert (violation.keyword, violation.expected, violation.branch) == (
            "required",
            "tricks",
            "Dog",
        )

    def test_where_no_type_fits_all_types_are_told(self) -> None:
        schema = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
        (violation,) = wrong(schema, [])
        assert (violation.keyword, violation.expected) == ("type", ["string", "integer"])
        assert violation.message == "body must be string or integer; got an array of 0"

    def test_the_discriminator_decides(self) -> None:
        schema = {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {
                "propertyName": "is",
                "mapping": {"hound": "#/components/schemas/Dog"},
            },
        }
        for name in ("hound", "Dog"):
            found = wrong(schema, {"is": name, "kind": "cat", "lives": "many"})
            assert {each.branch for each in found} == {"Dog"}
        assert {each.branch for each in wrong(schema, {"is": "fish", "kind": "cat"})} == {"Cat"}

    def test_a_branch_without_a_name_has_its_title_or_number(self) -> None:
        schema = {
            "oneOf": [
                {"required": ["a"], "title": "By name", "properties": {"t": {"const": 1}}},
                {"required": ["b"], "properties": {"t": {"const": 2}}},
            ]
        }
        assert wrong(schema, {"t": 1})[0].branch == "By name"
        assert wrong(schema, {"t": 2})[0].branch == "branch 2"

    def test_a_branch_in_a_branch(self) -> None:
        schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": self.pet}]}
        (violation,) = wrong(schema, [{"kind": "dog", "tricks": [1]}])
        assert (violation.pointer, violation.branch) == ("/0/tricks/0", "Dog")

    def test_two_branches_at_once(self) -> None:
        schema = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
        (violation,) = wrong(schema, {"a": 1, "b": 2})
        assert violation.keyword == "oneOf"
        assert "more than one" in violation.message


class TestNullable:
    @pytest.mark.parametrize(
        "schema",
        [
            {"type": "string", "nullable": True},
            {"type": ["string", "integer"], "nullable": True},
            {"type": "string", "enum": ["a"], "nullable": True},
            {"$ref": "#/components/schemas/Cat", "nullable": True},
            {"allOf": [{"type": "string"}], "nullable": True},
        ],
    )
    def test_null_is_let_in(self, schema: Any) -> None:  # P25
        assert wrong(schema, None) == []
        assert wrong(schema, 1.5) != []

    def test_inside_of_everything(self) -> None:
        field = {"type": "string", "nullable": True}
        schema = {"properties": {"a": {"items": {"allOf": [field]}}}, "additionalProperties": field}
        assert wrong(schema, {"a": [None], "b": None}) == []

    def test_false_means_nothing(self) -> None:
        assert brief({"type": "string", "nullable": False}, None) == [("", "type", "string")]

    def test_a_property_may_have_that_name(self) -> None:
        schema = {"properties": {"nullable": {"type": "boolean"}}}
        assert brief(schema, {"nullable": 1}) == [("/nullable", "type", "boolean")]


class TestSchemas:
    @pytest.mark.parametrize("name", sorted(FORMATS))
    def test_every_known_format_has_a_checker(self, name: str) -> None:  # P13
        jsonschema_rs.Draft202012Validator(
            {"format": name}, validate_formats=True, ignore_unknown_formats=False
        )
        bad = "[" if name == "regex" else "\0 not {"
        assert brief({"format": name}, bad) == [("", "format", name)]

    @pytest.mark.parametrize("name", ["int32", "password", "binary", "float", "Date"])
    def test_no_other_is_let_through(self, name: str) -> None:  # P13
        assert check_keywords({"format": name}) is not None
        with pytest.raises(ContractError, match="is no JSON Schema"):
            compile_schema({"format": name}).is_valid("x")

    @pytest.mark.parametrize(
        ("schema", "place"),
        [
            ({"type": "strin"}, "x.yaml#/s/type"),
            ({"properties": []}, "x.yaml#/s/properties"),
            ({"$ref": "#/nowhere"}, "x.yaml#/s"),
            ({"pattern": "["}, "x.yaml#/s/pattern"),
        ],
    )
    def test_what_is_no_schema_is_refused_at_its_place(self, schema: Any, place: str) -> None:
        with pytest.raises(ContractError, match="is no JSON Schema") as caught:
            compile_schema(schema, {}, "x.yaml#/s").compile()
        assert caught.value.where == place

    @pytest.mark.parametrize(
        ("schema", "says_more"),
        [
            ({"type": "string"}, False),
            ({}, False),
            ({"type": "string", "description": "x", "default": "y", "x-note": 1}, False),
            ({"type": "string", "maxLength": 1}, True),
            ({"$ref": "#/components/schemas/Cat"}, True),
            (False, True),
        ],
    )
    def test_whether_a_schema_says_more_than_its_type(self, schema: Any, says_more: bool) -> None:
        assert constrains(schema) is says_more

    def test_tenths_are_multiples_of_a_tenth(self) -> None:  # P15
        assert wrong({"multipleOf": 0.1}, 0.3) == []

    def test_a_small_body_is_checked_in_well_under_a_microsecond(self) -> None:
        checker = compile_schema(
            {
                "type": "object",
                "required": ["payload"],
                "properties": {
                    "payload": {
                        "type": "object",
                        "required": ["source"],
                        "properties": {"source": {"enum": ["SAP", "TEAMS"]}},
                    }
                },
            }
        )
        value = {"payload": {"source": "SAP", "approved": True}}
        assert checker.is_valid(value)
        best = min(timeit.repeat(lambda: checker.is_valid(value), number=2_000, repeat=9)) / 2_000
        assert best < 3e-6  # 0.3 us on the slowest machine seen; the rest is for a busy one


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "lives", "tricks", "x"]), inner)
    ),
    max_leaves=8,
)


@given(json_values)
def test_a_value_is_valid_or_has_violations(value: Any) -> None:
    checker = compile_schema({"anyOf": [TestBranches.pet, {"type": "null"}]}, COMPONENTS)
    found = checker.violations(value)
    assert checker.is_valid(value) is (found == [])
    assert all(each.message and each.message.isprintable() for each in found)
