"""Documents of 2.0 and 3.0 as 3.1: each old way of saying something, and what it became."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from understudy.openapi.upgrade import upgrade

SHOP: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Shop", "version": "1"},
    "host": "shop.example",
    "basePath": "/v2/",
    "schemes": ["https", "http"],
    "consumes": ["application/json"],
    "produces": ["application/json", "application/xml"],
    "parameters": {
        "order": {"name": "order", "in": "body", "schema": {"$ref": "#/definitions/Order"}},
        "page": {"name": "page", "in": "query", "type": "integer", "maximum": 9},
    },
    "responses": {
        "Gone": {
            "description": "gone",
            "schema": {"type": "string"},
            "headers": {"x-left": {"type": "integer", "description": "calls left"}},
        }
    },
    "securityDefinitions": {
        "plain": {"type": "basic"},
        "key": {"type": "apiKey", "in": "query", "name": "key"},
        "login": {
            "type": "oauth2",
            "flow": "accessCode",
            "authorizationUrl": "https://shop.example/a",
            "tokenUrl": "https://shop.example/t",
            "scopes": {"read": "all"},
        },
    },
    "definitions": {
        "Order": {
            "type": "object",
            "discriminator": "kind",
            "properties": {
                "kind": {"type": "string", "required": True},
                "next": {"$ref": "#/definitions/Order"},
            },
        }
    },
    "paths": {
        "/orders": {
            "parameters": [{"$ref": "#/parameters/page"}, {"$ref": "#/parameters/order"}],
            "post": {
                "parameters": [
                    {
                        "name": "tags",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "string"},
                        "collectionFormat": "pipes",
                    },
                    {"name": "ids", "in": "header", "type": "array", "items": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "schema": {"$ref": "#/definitions/Order"},
                        "examples": {"application/json": {"kind": "a"}},
                    },
                    "410": {"$ref": "#/responses/Gone"},
                },
            },
            "put": {
                "consumes": ["multipart/form-data"],
                "produces": ["image/png"],
                "parameters": [
                    {"name": "order", "in": "formData", "type": "file", "required": True},
                    {
                        "name": "sizes",
                        "in": "formData",
                        "type": "array",
                        "items": {"type": "integer"},
                        "collectionFormat": "csv",
                    },
                ],
                "responses": {"200": {"description": "ok", "schema": {"type": "file"}}},
            },
        }
    },
}


def schema_of(said: Any, version: str = "3.0.3") -> Any:
    """What a component schema becomes."""
    document = {"openapi": version, "components": {"schemas": {"S": said}}}
    return upgrade(document)["components"]["schemas"]["S"]


class TestSwagger:
    made: Any = upgrade(SHOP)

    def test_it_is_a_document_of_31(self) -> None:
        assert self.made["openapi"] == "3.1.0"
        assert (
            [str(each) for each in OpenAPIV31SpecValidator(self.made).iter_errors()]
            == [
                # a body of the path item was for the operations that had none of their own
            ]
        )

    def test_what_it_was_made_of_is_left_alone(self) -> None:
        before = deepcopy(SHOP)
        upgrade(SHOP)
        assert before == SHOP

    def test_servers(self) -> None:
        assert self.made["servers"] == [
            {"url": "https://shop.example/v2"},
            {"url": "http://shop.example/v2"},
        ]
        assert upgrade({"swagger": "2.0", "basePath": "/v1"})["servers"] == [{"url": "/v1"}]
        assert "servers" not in upgrade({"swagger": "2.0", "basePath": "/"})

    def test_a_body_of_the_path_is_the_operations(self) -> None:
        item = self.made["paths"]["/orders"]
        assert item["parameters"] == [{"$ref": "#/components/parameters/page"}]
        assert item["post"]["requestBody"] == {
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
        }

    def test_lists_are_written_by_style(self) -> None:
        tags, ids = self.made["paths"]["/orders"]["post"]["parameters"]
        assert (tags["style"], tags["explode"]) == ("pipeDelimited", False)
        assert (ids["style"], ids["explode"]) == ("simple", False)
        assert tags["schema"] == {"type": "array", "items": {"type": "string"}}

    @pytest.mark.parametrize(
        ("said", "style", "explode"),
        [
            ("csv", "form", False),
            ("ssv", "spaceDelimited", False),
            ("multi", "form", True),
            (None, "form", False),
        ],
    )
    def test_each_collection_format(self, said: Any, style: str, explode: bool) -> None:
        parameter = {"name": "p", "in": "query", "type": "array", "collectionFormat": said}
        document = {"swagger": "2.0", "parameters": {"p": parameter}}
        made = upgrade(document)["components"]["parameters"]["p"]
        assert (made["style"], made["explode"]) == (style, explode)

    def test_fields_of_a_form_are_one_body(self) -> None:
        body = self.made["paths"]["/orders"]["put"]["requestBody"]
        assert body["required"] is True
        media = body["content"]["multipart/form-data"]
        assert media["schema"] == {
            "type": "object",
            "required": ["order"],
            "properties": {
                "order": {"type": "string", "format": "binary"},
                "sizes": {"type": "array", "items": {"type": "integer"}},
            },
        }
        assert media["encoding"] == {"sizes": {"style": "form", "explode": False}}

    def test_answers_have_their_media_types_with_schema_and_example(self) -> None:
        answers = self.made["paths"]["/orders"]["post"]["responses"]
        schema = {"$ref": "#/components/schemas/Order"}
        assert answers["200"]["content"] == {
            "application/json": {"schema": schema, "example": {"kind": "a"}},
            "application/xml": {"schema": schema},
        }
        assert answers["410"] == {"$ref": "#/components/responses/Gone"}
        gone = self.made["components"]["responses"]["Gone"]
        assert gone["headers"]["x-left"]["schema"] == {"type": "integer"}
        assert set(gone["content"]) == {"application/json", "application/xml"}
        image = self.made["paths"]["/orders"]["put"]["responses"]["200"]["content"]
        assert image == {"image/png": {"schema": {"type": "string", "format": "binary"}}}

    def test_credentials(self) -> None:
        schemes = self.made["components"]["securitySchemes"]
        assert schemes["plain"] == {"type": "http", "scheme": "basic"}
        assert schemes["key"] == SHOP["securityDefinitions"]["key"]
        assert schemes["login"]["flows"] == {
            "authorizationCode": {
                "authorizationUrl": "https://shop.example/a",
                "tokenUrl": "https://shop.example/t",
                "scopes": {"read": "all"},
            }
        }

    def test_schemas_are_components(self) -> None:
        assert self.made["components"]["schemas"]["Order"] == {
            "type": "object",
            "discriminator": {"propertyName": "kind"},
            "required": ["kind"],
            "properties": {
                "kind": {"type": "string"},
                "next": {"$ref": "#/components/schemas/Order"},
            },
        }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "x-nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"type": "string", "enum": ["a"], "nullable": True},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        (
            {"$ref": "#/components/schemas/S", "nullable": True, "description": "d"},
            {
                "description": "d",
                "anyOf": [{"$ref": "#/components/schemas/S"}, {"type": "null"}],
            },
        ),
        ({"nullable": True}, {}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"exclusiveMaximum": True}, {}),
        ({"type": "file"}, {"type": "string", "format": "binary"}),
        (
            {"required": ["b", "b"], "properties": {"a": {"required": True}, "b": {}}},
            {"required": ["b", "a"], "properties": {"a": {}, "b": {}}},
        ),
        ({"type": "string", "required": True}, {"type": "string"}),
        ({"items": [{}, {"type": "file"}], "additionalItems": False}, None),
        ({"items": []}, {}),
        ({"discriminator": "kind"}, {"discriminator": {"propertyName": "kind"}}),
        ({"example": None}, {"examples": [None]}),
        ({"example": 1, "examples": [2]}, {"examples": [2]}),
        ({"examples": {"a": {"value": 1}, "b": 2}}, {"examples": [1, 2]}),
        ({"enum": ["a", "b", "a"]}, {"enum": ["a", "b"]}),
        ({"enum": [1, True, "1", 1]}, {"enum": [1, True, "1"]}),
        ({"enum": []}, {}),
        (
            {"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]},
            {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
        ),
        ({"type": "array", "items": {}, "enum": [["a"]]}, None),
        ({"$id": "https://x.example/", "$schema": "http://json-schema.org/"}, {}),
        (
            {"$ref": "#/components/schemas/S", "type": "object", "title": "t"},
            {"$ref": "#/components/schemas/S", "title": "t"},
        ),
        (
            {"properties": {"nullable": {"example": 1}}},
            {"properties": {"nullable": {"examples": [1]}}},
        ),
        ({"default": {"nullable": True}}, {"default": {"nullable": True}}),
        (
            {"allOf": [{"nullable": True, "type": "object"}]},
            {"allOf": [{"type": ["object", "null"]}]},
        ),
    ],
    ids=str,
)
def test_a_schema(old: Any, new: Any) -> None:
    if new is None and "enum" in old:
        new = old
    elif new is None:
        new = {"prefixItems": [{}, {"type": "string", "format": "binary"}], "items": False}
    before = deepcopy(old)
    assert schema_of(old) == new
    assert old == before


def test_what_stands_beside_a_reference_counts_from_31_on() -> None:
    schema = {"$ref": "#/components/schemas/S", "maxLength": 3}
    assert schema_of(schema, "3.1.0") == schema


def test_examples_and_extensions_are_data() -> None:
    data = {"type": "file", "nullable": True, "$ref": "#/definitions/x"}
    document = {
        "openapi": "3.0.0",
        "x-own": {"schema": data},
        "paths": {"/x": {"get": {"responses": {"200": {"content": {"a/b": {"example": data}}}}}}},
    }
    assert upgrade(document) == {**document, "openapi": "3.1.0"}


@pytest.mark.parametrize("version", ["3.0.1", "3.1.0", "3.2.0"])
@pytest.mark.parametrize("odd", [None, 5, "x", [], [1], {"get": 7}, {"get": {"responses": []}}])
def test_odd_shapes_are_left_for_the_reader_to_tell(version: str, odd: Any) -> None:
    document = {"openapi": version, "paths": {"/x": odd}, "components": odd}
    assert upgrade(document) == {**document, "openapi": "3.1.0"}


@pytest.mark.parametrize("odd", [None, 5, "x", [], [1], {"get": 7}, {"get": {"responses": []}}])
def test_odd_shapes_of_20_are_no_harm(odd: Any) -> None:
    document = {
        "swagger": "2.0",
        "host": odd,
        "schemes": odd,
        "paths": {"/x": odd, "/y": {"get": {"parameters": [odd], "responses": {"200": odd}}}},
        "definitions": {"S": odd},
        "parameters": {"p": odd},
        "responses": {"r": odd},
        "securityDefinitions": odd,
    }
    assert upgrade(document)["components"]["schemas"]["S"] == odd
