"""One registry for all schemas of a document: the same violations, nothing compiled beside."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from tests.openapi.test_schema import COMPONENTS
from understudy.errors import ContractError
from understudy.openapi.schema import Checker
from understudy.openapi.schemas import Schemas

DOGS = [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]
HOUND = {"propertyName": "is", "mapping": {"hound": "#/components/schemas/Dog"}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"$ref": "#/components/schemas/Tree"}, {"children": [{"label": 7}], "label": 3}),
        ({"items": {"$ref": "#/components/schemas/Pet"}}, [{"kind": "cat", "lives": 10}]),
        ({"oneOf": DOGS, "discriminator": HOUND}, {"is": "hound", "kind": "cat", "lives": "x"}),
        ({"allOf": DOGS}, {}),
        ({"type": "integer"}, "x"),
        (False, 1),
    ],
    ids=str,
)
def test_violations_are_those_of_a_schema_alone(schema: Any, value: Any) -> None:
    found = Checker(schema, Schemas(COMPONENTS)).violations(value)
    assert found == Checker(schema, COMPONENTS).violations(value)
    assert found != []


def test_the_registry_is_made_once_and_late(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real = jsonschema_rs.Registry

    def counted(*args: Any, **more: Any) -> Any:
        made.append(1)
        return real(*args, **more)

    monkeypatch.setattr(jsonschema_rs, "Registry", counted)
    schemas = Schemas(COMPONENTS)
    checkers = [Checker({"$ref": f"#/components/schemas/{name}"}, schemas) for name in schemas]
    assert made == []
    assert [each.is_valid(1) for each in checkers] == [False] * 4
    assert made == [1]


def test_an_unknown_format_is_an_annotation_and_a_known_one_is_not() -> None:
    assert Checker({"format": "int32"}, Schemas({})).violations("x") == []
    assert Checker({"format": "uuid"}, Schemas({})).violations("x") != []


@pytest.mark.parametrize(
    "ref",
    ["#/components/schemas/Nobody", "other.yaml", "http://127.0.0.1:1/x", "file:///etc/passwd"],
)
def test_what_leads_nowhere_costs_its_own_schema(ref: str) -> None:
    schemas = Schemas({"Bad": {"$ref": ref}, "Good": {"type": "string"}})
    assert Checker({"$ref": "#/components/schemas/Good"}, schemas).is_valid("x")
    with pytest.raises(ContractError, match="is no JSON Schema"):
        Checker({"$ref": "#/components/schemas/Bad"}, schemas).compile()


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"$ref": "#/components/schemas/A"}},
        {"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object"}]}},
        {"A": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "string"}]}},
        {"A": {"not": {"$ref": "#/components/schemas/A"}}},
    ],
    ids=str,
)
def test_circles_end(schemas: Any) -> None:
    Checker({"$ref": "#/components/schemas/A"}, Schemas(schemas)).violations([1])


def test_a_pattern_that_backtracks_is_given_up_and_told() -> None:
    checker = Checker({"pattern": "^(?=x*)(a|aa|b)+$(?!q)c"}, Schemas({}))
    (violation,) = checker.violations("a" * 40 + "!")
    assert violation.keyword == "pattern"
    assert "backtrack" in violation.message


def test_one_that_needs_no_backtracking_is_linear() -> None:
    checker = Checker({"pattern": "^(a+)+$"}, Schemas({}))
    (violation,) = checker.violations("a" * 100_000 + "!")
    assert violation.message.startswith("body must match ^(a+)+$")
