"""The names of a body that nothing reads: of which schemas, how deep, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.openapi.operation import Unread
from understudy.openapi.unread_names import MOST, Members

TEXT = {"type": "string"}
ORDER = {"properties": {"id": TEXT, "address": {"properties": {"street": TEXT}}, "free": {}}}
TREE = {"properties": {"leaf": {"$ref": "#/components/schemas/Tree"}}}
COMPONENTS = {"#/components/schemas/Order": ORDER, "#/components/schemas/Tree": TREE}


def unread(schema: Any, value: Any) -> list[str]:
    found: list[Unread] = []
    Members(COMPONENTS.get, schema).unread(value, "", found)
    return [f"{each.at}/{each.name}" for each in found]


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        (ORDER, {"id": "a", "address": {"street": "b"}, "free": {"x": 1}}, []),
        (ORDER, {"ID": "a", "address": {"Street": "b"}}, ["/ID", "/address/Street"]),
        ({"$ref": "#/components/schemas/Order"}, {"x": 1}, ["/x"]),
        ({"$ref": "#/components/schemas/Tree"}, {"leaf": {"leaf": {"x": 1}}}, ["/leaf/leaf/x"]),
        ({"type": "array", "items": ORDER}, [{"id": "a"}, {"x": 1}], ["/1/x"]),
        ({"allOf": [ORDER, {"properties": {"y": {}}}]}, {"id": "", "y": 1, "z": 2}, ["/z"]),
        ({"oneOf": [ORDER, {"properties": {"y": {}}}]}, {"id": "", "y": 1, "z": 2}, ["/z"]),
        ({"if": ORDER, "then": {"properties": {"y": {}}}}, {"id": "", "y": 1, "z": 2}, ["/z"]),
        ({**ORDER, "additionalProperties": TEXT}, {"x": "1"}, []),
        ({**ORDER, "additionalProperties": True}, {"x": "1"}, ["/x"]),
        ({**ORDER, "patternProperties": {"^x": TEXT}}, {"x": "1"}, []),
        ({"oneOf": [ORDER, {"type": "object"}]}, {"x": "1"}, []),
        ({"anyOf": [{"required": ["id"]}, {"required": ["free"]}], **ORDER}, {"x": "1"}, ["/x"]),
        ({"type": "object"}, {"x": 1}, []),
        (True, {"x": 1}, []),
        ({"properties": 7, "allOf": 7, "items": 7, "$ref": 7}, {"x": 1}, []),
        (ORDER, "text", []),
        (ORDER, None, []),
    ],
)
def test_names_that_nothing_reads(schema: Any, value: Any, told: list[str]) -> None:
    assert unread(schema, value) == told


def test_beside_each_stand_the_names_that_are_not_given() -> None:
    found: list[Unread] = []
    Members(COMPONENTS.get, ORDER).unread({"id": 1, "x": 2}, "", found)
    assert found == [Unread("body", "x", "", ("address", "free"))]


def test_not_any_number_of_names_is_noted() -> None:
    assert len(unread(ORDER, {f"x{each}": 1 for each in range(10_000)})) == MOST
