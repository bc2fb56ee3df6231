"""Reading operations, parameters and their examples out of a document."""

from __future__ import annotations

from understudy.checks import allowances

DOCUMENT = {
    "paths": {
        "/things": {
            "parameters": [{"$ref": "#/components/parameters/a~1b"}],
            "get": {"operationId": "listThings"},
            "post": {"operationId": "addThing", "parameters": [{"name": "dry", "in": "query"}]},
        }
    },
    "components": {"parameters": {"a/b": {"name": "limit", "in": "query", "example": 3}}},
}


def test_operations_are_listed_with_method_and_path() -> None:
    assert allowances.listing(DOCUMENT) == [
        ("listThings", "get", "/things"),
        ("addThing", "post", "/things"),
    ]


def test_parameters_come_from_the_path_and_the_operation_with_references_followed() -> None:
    names = [(name, parameter["name"]) for name, parameter in allowances.parameters(DOCUMENT)]
    assert names == [("listThings", "limit"), ("addThing", "limit"), ("addThing", "dry")]


def test_examples_are_found_wherever_openapi_lets_them_stand_each_once() -> None:
    parameter = {
        "example": "a",
        "examples": {"one": {"value": "b"}, "two": {"value": "a"}},
        "schema": {"example": "c", "examples": ["d", "b"]},
    }
    assert list(allowances.examples_of(parameter)) == ["a", "b", "c", "d"]
