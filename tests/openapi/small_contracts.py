"""Small contracts to try things on: a bookshop with as many shelves as a test needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.openapi.compiler import compile_contract
from understudy.openapi.document_compiler import compile_document
from understudy.openapi.operation import Contract, Operation, Request, Violation
from understudy.openapi.request import read

PROVENANCE = {"is": "documented", "source": "Shop API"}
FILE = "shop.yaml"


def document(paths: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "7"},
        "servers": [{"url": "https://api.shop.example/v1"}],
        "paths": dict(paths),
        **more,
    }


def operation(name: str, **more: Any) -> dict[str, Any]:
    return {
        "operationId": name,
        "x-provenance": PROVENANCE,
        "responses": {"204": empty("DONE")},
        **more,
    }


def empty(name: str) -> dict[str, Any]:
    return {"description": "Done", "x-example-name": name, "x-provenance": PROVENANCE}


def answer(schema: Any, **examples: Any) -> dict[str, Any]:
    named = {key: {"value": value, "x-provenance": PROVENANCE} for key, value in examples.items()}
    return {
        "description": "Answer",
        "x-provenance": PROVENANCE,
        "content": {"application/json": {"schema": schema, "examples": named}},
    }


def parameter(place: str, name: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, **more}


def body(
    schema: Any, required: bool = True, media_type: str = "application/json"
) -> dict[str, Any]:
    return {"required": required, "content": {media_type: {"schema": schema}}}


def contract(paths: Mapping[str, Any], **more: Any) -> Contract:
    return compile_contract("shop", document(paths, **more), FILE)


def users(paths: Mapping[str, Any], **more: Any) -> Contract:
    """The contract of somebody's own document, which says nothing of where it comes from."""
    made = {"openapi": "3.1.0", "info": {"title": "Yard", "version": "1"}, "paths": dict(paths)}
    return compile_document("yard", {**made, **more}, "yard.yaml")


def users_one(
    *parameters: Mapping[str, Any],
    path: str = "/pets",
    components: Mapping[str, Any] | None = None,
    **more: Any,
) -> Operation:
    """The one operation of somebody's document that takes these parameters."""
    declared = {"operationId": "tryPet", "parameters": list(parameters), **GOOD, **more}
    made = users({path: {"post": declared}}, components={"schemas": dict(components or {})})
    return made.operations["tryPet"]


GOOD = {"responses": {"200": {"description": "Good"}}}


def one(
    *parameters: Mapping[str, Any], components: Mapping[str, Any] | None = None, **more: Any
) -> Operation:
    """The one operation of a contract that takes these parameters."""
    names = [each["name"] for each in parameters if each["in"] == "path"]
    path = "/books" + "".join(f"/{{{name}}}" for name in names)
    declared = operation("tryBook", parameters=list(parameters), **more)
    made = contract({path: {"post": declared}}, components={"schemas": dict(components or {})})
    return made.operations["tryBook"]


def ask(
    target: Operation,
    path: Sequence[str | None] = (),
    query: str = "",
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
) -> Request:
    return read(target, path, query, headers or {}, content)


def told(violations: Sequence[Violation]) -> list[tuple[str, str, str, str]]:
    """What identifies a violation: where, whose, which place inside, which keyword."""
    return [(each.location, each.name, each.pointer, each.keyword) for each in violations]
