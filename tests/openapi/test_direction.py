"""readOnly and writeOnly by direction: what a request need not have, told by value."""

from __future__ import annotations

from typing import Any

from .test_bodies import PET, send, taking

STRICT = {**PET, "required": ["id", "name", "owner"]}


class TestDirection:
    def keywords(self, schema: Any, content: bytes, **more: Any) -> list[Any]:
        operation = taking({"application/json": {"schema": schema}}, **more)
        return [each.expected for each in send(operation, "application/json", content).violations]

    def test_what_is_read_only_need_not_be_sent(self) -> None:
        assert self.keywords(STRICT, b"{}") == ["name", "owner"]

    def test_behind_references_and_in_parts(self) -> None:
        components = {
            "Pet": STRICT,
            "Id": {"type": "string", "readOnly": True},
            "Both": {
                "allOf": [
                    {"$ref": "#/components/schemas/Pet"},
                    {"properties": {"key": {"$ref": "#/components/schemas/Id"}}},
                    {"required": ["key", "colour"]},
                ]
            },
        }
        schema = {"$ref": "#/components/schemas/Both"}
        assert sorted(self.keywords(schema, b"{}", components=components)) == [
            "colour",
            "name",
            "owner",
        ]
        listed = {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
        content = b'[{"name": "a", "owner": {}}]'
        assert self.keywords(listed, content, components=components) == []

    def test_it_may_be_sent_and_must_then_be_right(self) -> None:
        assert self.keywords(STRICT, b'{"id": "x", "name": "a", "owner": {}}') == ["integer"]
