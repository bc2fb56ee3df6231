"""Samples: valid, seeded, the schema's own examples first; and texts that match a pattern."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy import resources
from understudy.errors import ContractError
from understudy.openapi.document import load
from understudy.openapi.sample import sample
from understudy.openapi.sample_text import Unsupported, matching
from understudy.openapi.schema import FORMATS, Checker

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


def test_the_library_of_names_is_imported_only_when_wanted() -> None:
    code = (
        "import sys; from understudy.openapi.sample import sample; "
        "sample({'properties': {'motto': {'type': 'string'}}}); print('faker' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


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
