"""Samples: valid, seeded, the schema's own examples first; and texts that match a pattern."""

from __future__ import annotations

import contextlib
import re
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy import resources
from understudy.errors import ContractError
from understudy.openapi.document import load
from understudy.openapi.sample import sample
from understudy.openapi.sample_text import Unsupported, matching
from understudy.openapi.schema import FORMATS, Checker
from understudy.openapi.schemas import Schemas

COMPONENTS: dict[str, Any] = {
    "Node": {
        "type": "object",
        "required": ["id", "next"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "next": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Node"}]},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    },
    "Endless": {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"$ref": "#/components/schemas/Endless"}},
    },
    "Circle": {"allOf": [{"$ref": "#/components/schemas/Circle"}, {"required": ["a", "a"]}]},
    "Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
}
SCHEMAS: list[Any] = [
    {},
    {"type": "null"},
    {"type": "boolean"},
    {"type": "integer", "minimum": -3, "maximum": 3},
    {"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6},
    {"type": "integer", "maximum": -1},
    {"type": "integer", "multipleOf": 7, "minimum": 50},
    {"type": "number", "minimum": 0.25, "maximum": 0.75},
    {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    {"type": "string", "minLength": 30, "maxLength": 31},
    {"type": "string", "maxLength": 2},
    {"type": "string", "pattern": "^[0-9a-f]{8}-(ab|cd)?$"},
    {"type": "string", "pattern": "^[a-z]+$", "minLength": 3},
    {"type": ["string", "null"], "enum": ["a", None]},
    {"type": "string", "nullable": True},
    {"const": {"a": 1}},
    {"type": "array", "items": {"type": "integer"}, "minItems": 5},
    {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "maxItems": 0},
    {"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}], "items": False},
    {"type": "object", "minProperties": 3, "additionalProperties": {"type": "integer"}},
    {
        "required": ["c"],
        "properties": {name: {"type": "string"} for name in "abcd"},
        "minProperties": 2,
        "maxProperties": 2,
    },
    {"required": ["a"], "properties": {"a": {"type": "boolean"}, "never": False}},
    {
        "allOf": [
            {"$ref": "#/components/schemas/Named"},
            {"required": ["age"], "properties": {"age": {"type": "integer", "minimum": 18}}},
        ]
    },
    {"oneOf": [{"type": "string", "maxLength": 3}, {"type": "integer"}]},
    {"$ref": "#/components/schemas/Node"},
    {"type": "object", "properties": {"email": {"type": "string"}, "city": {"type": "string"}}},
    *({"type": "string", "format": name} for name in sorted(FORMATS)),
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
@given(seed=st.integers(0, 2**64))
def test_a_sample_keeps_to_its_schema(schema: Any, seed: int) -> None:
    value = sample(schema, COMPONENTS, seed)
    assert Checker(schema, COMPONENTS).violations(value) == []
    assert sample(schema, COMPONENTS, seed) == value


@pytest.mark.parametrize("vendor", resources.specs())
def test_every_shipped_schema_has_samples(vendor: str) -> None:
    components = load(resources.spec(vendor))["components"]["schemas"]
    for name, schema in components.items():
        for seed in range(3):
            value = sample(schema, components, seed)
            assert (name, Checker(schema, components).violations(value)) == (name, [])


def test_another_seed_is_another_value() -> None:
    values = {sample({"type": "string", "format": "uuid"}, seed=seed) for seed in range(50)}
    assert len(values) == 50


def test_each_place_draws_for_itself() -> None:
    schema = {"properties": {name: {"format": "uuid"} for name in "abc"}}
    assert len(set(sample(schema, seed=1).values())) == 3


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "example": "own"}, "own"),
        ({"type": "string", "examples": ["first", "second"]}, "first"),
        ({"type": "integer", "default": 20}, 20),
        ({"type": "string", "examples": ["first"], "default": "d"}, "first"),
        ({"const": 1, "example": 2}, 1),
        ({"properties": {"a": {"example": 5}}}, {"a": 5}),
    ],
)
def test_what_the_schema_says_itself_comes_first(schema: Any, value: Any) -> None:
    assert sample(schema) == value


def test_an_example_that_breaks_its_schema_is_passed_over() -> None:
    assert sample({"type": "integer", "maximum": 3, "minimum": 3, "example": "x"}) == 3


def test_people_are_invented_by_property_name_only() -> None:
    made = sample({"properties": {"email": {"type": "string"}, "motto": {"type": "string"}}}, {}, 7)
    assert re.fullmatch(r"[^@ ]+@example\.\w+", made["email"])
    assert re.fullmatch(r"[a-z]+", made["motto"])


class TestJoined:
    SHAPES: ClassVar[dict[str, Any]] = {
        "Pet": {
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}, "id": {"type": "integer"}},
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"cat": "#/components/schemas/Cat"},
            },
        },
        "Cat": {
            "required": ["id"],
            "allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"id": {"minimum": 7}}}],
        },
        "Dog": {
            "required": ["kind"],
            "properties": {"kind": {"enum": ["dog", "wolf"]}, "size": {"type": "integer"}},
        },
        "Either": {
            "oneOf": [{"$ref": "#/components/schemas/Dog"}, {"$ref": "#/components/schemas/Cat"}],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {
                    "wolf": "#/components/schemas/Dog",
                    "cat": "#/components/schemas/Cat",
                },
            },
        },
        "Chain": {
            "type": "object",
            "required": ["next"],
            "properties": {
                "next": {"anyOf": [{"$ref": "#/components/schemas/Chain"}, {"type": "null"}]}
            },
        },
        "Wide": {
            "properties": {
                f"p{n}": {"properties": {f"q{m}": {"type": "string"} for m in range(30)}}
                for n in range(30)
            }
        },
        "Deep": {
            "required": ["id"],
            "properties": {
                "id": {"type": "integer"},
                "a": {
                    "properties": {
                        "b": {
                            "properties": {
                                "c": {
                                    "required": ["must"],
                                    "properties": {
                                        "must": {"type": "integer"},
                                        "may": {"type": "integer"},
                                    },
                                }
                            }
                        }
                    }
                },
            },
        },
    }

    def of(self, name: str, seed: int = 0, **more: Any) -> Any:
        schemas = Schemas(self.SHAPES)
        return sample({"$ref": f"#/components/schemas/{name}"}, schemas, seed, **more)

    def test_one_that_extends_a_base_says_which_it_is(self) -> None:
        made = self.of("Cat")
        assert made["kind"] == "cat"
        assert made["id"] >= 7

    def test_the_value_fits_its_branch(self) -> None:
        made = [self.of("Either", seed) for seed in range(20)]
        assert {(each["kind"], "size" in each) for each in made} == {("wolf", True), ("cat", False)}

    def test_a_circle_that_may_be_null_is(self) -> None:
        assert self.of("Chain") == {"next": {"next": None}} or self.of("Chain") == {"next": None}

    def test_options_are_those_of_all_parts(self) -> None:
        schema = {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}], "type": "string"}
        assert {sample(schema, seed=seed) for seed in range(9)} == {"b"}

    def test_a_wide_one_has_an_end(self) -> None:
        made = self.of("Wide")
        assert 100 < sum(len(each) for each in made.values()) <= 300

    def test_far_down_is_only_what_must_be(self) -> None:
        assert self.of("Deep")["a"]["b"]["c"].keys() == {"must"}

    def test_an_array_in_an_array_has_one_item(self) -> None:
        made = sample({"type": "array", "items": {"type": "array", "items": {"type": "integer"}}})
        assert [len(each) for each in made] == [1, 1]

    def test_what_does_not_travel_is_left_out(self) -> None:
        schema = {"properties": {"id": {"readOnly": True}, "pin": {"writeOnly": True}, "a": {}}}
        assert sample(schema, without="readOnly").keys() == {"pin", "a"}
        assert sample(schema, without="writeOnly").keys() == {"id", "a"}

    @pytest.mark.parametrize(
        "schema",
        [
            {"type": "array", "minItems": 10**9, "items": {}},
            {"type": "string", "minLength": 10**9},
            {"minProperties": 10**9, "type": "object"},
            {"type": "string", "pattern": "^((a{99}){99}){99}$"},
        ],
        ids=str,
    )
    def test_what_nobody_could_read_is_not_made(self, schema: Any) -> None:
        with pytest.raises(ContractError, match="no sample keeps to this schema"):
            sample(schema, Schemas({}))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^(?=a)b$"},
        {"type": "string", "pattern": "^abc$", "minLength": 5},
        {"not": {}},
        {"$ref": "#/components/schemas/Endless"},
        {"$ref": "#/components/schemas/Circle"},
        False,
    ],
)
def test_what_has_no_sample_asks_for_an_example(schema: Any) -> None:
    with pytest.raises(
        ContractError, match=r"no sample keeps to this schema\. Give it an `example`"
    ):
        sample(schema, COMPONENTS)


class TestPatterns:
    @pytest.mark.parametrize(
        "pattern",
        [
            "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
            r"^(DRAFT|ACTIVE|PAUSED)_[1-9]\d*$",
            r"^\d{4}-\d{2}$",
            "^[^/ ]+$",
            r"^[\w.-]{1,64}$",
            "^(?:a|b(?:c|d){2})+e?f*$",
            r"^tk-\w+?\.x$",
            r"^[a\]\-z]$",
            "plain",
            "^$",
            "^a{2,}b{0}$",
            r"^\t\.\$$",
        ],
    )
    @given(data=st.data())
    def test_the_text_matches(self, pattern: str, data: st.DataObject) -> None:
        text = matching(pattern, lambda limit: data.draw(st.integers(0, limit - 1)))
        assert re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text)
        assert Checker({"pattern": pattern}).is_valid(text)

    @pytest.mark.parametrize(
        "pattern",
        [
            "(?P<a>b)",
            r"\p{L}",
            r"a\h",
            "*a",
            "a{x}",
            "a{1",
            "[a",
            "(a",
            "a)",
            r"[\d-a]",
            "[]",
            "a\\",
        ],
    )
    def test_what_it_does_not_know_it_says(self, pattern: str) -> None:
        with pytest.raises(Unsupported):
            matching(pattern, lambda _limit: 0)

    @given(st.text("ab[](){}|*+?^$\\d-,1"))
    def test_no_pattern_breaks_it(self, pattern: str) -> None:
        with contextlib.suppress(Unsupported):
            assert isinstance(matching(pattern, lambda _limit: 0), str)
