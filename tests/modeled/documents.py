"""Small documents of our own, one for each kind of thing that is inferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Value = Mapping[str, Any]


def document(paths: Value, schemas: Value | None = None, **more: Any) -> dict[str, Any]:
    """A document of these paths and schemas."""
    info = {"title": "Orders", "version": "1"}
    components = {"schemas": dict(schemas or {})}
    return {
        "openapi": "3.1.0",
        "info": info,
        "paths": dict(paths),
        "components": components,
        **more,
    }


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def thing(properties: Value, *required: str) -> dict[str, Any]:
    """An object with these properties."""
    made: dict[str, Any] = {"type": "object", "properties": dict(properties)}
    return made | {"required": list(required)} if required else made


def many(schema: Value) -> dict[str, Any]:
    return {"type": "array", "items": dict(schema)}


def content(schema: Value, kind: str = "application/json") -> dict[str, Any]:
    return {"content": {kind: {"schema": dict(schema)}}}


def operation(
    status: int = 200,
    answer: Value | None = None,
    sent: Value | None = None,
    query: Sequence[str] = (),
    **more: Any,
) -> dict[str, Any]:
    """An operation that answers and is sent what these schemas say."""
    made: dict[str, Any] = {"responses": {str(status): {"description": "It went well"}}}
    if answer is not None:
        made["responses"][str(status)] |= content(answer)
    if sent is not None:
        made["requestBody"] = content(sent)
    if query:
        made["parameters"] = [parameter(name) for name in query]
    return made | more


def parameter(name: str, place: str = "query", **schema: Any) -> dict[str, Any]:
    """One declared parameter."""
    said = {"name": name, "in": place, "schema": schema or {"type": "string"}}
    return said | {"required": True} if place == "path" else said


def at(*names: str) -> list[dict[str, Any]]:
    """The parameters of a path."""
    return [parameter(name, "path") for name in names]


TEXT = {"type": "string"}
ORDER = thing(
    {
        "id": {"type": "string", "readOnly": True, "examples": ["ord_1a2b3c4d"]},
        "customer": TEXT,
        "status": {"type": "string", "enum": ["created", "paid", "shipped"], "default": "created"},
        "total": {"type": "integer", "minimum": 0},
        "created_at": {"type": "string", "format": "date-time", "readOnly": True},
    },
    "id",
    "customer",
    "total",
    "created_at",
)
LINE = thing({"id": {"type": "integer"}, "sku": TEXT, "quantity": {"type": "integer"}}, "id", "sku")
LIST_QUERY = ("status", "customer", "limit", "page", "sort")
PAGE = thing({"data": many(ref("Order")), "total": {"type": "integer"}}, "data", "total")
ORDERS = document(
    {
        "/orders": {
            "get": operation(200, PAGE, query=LIST_QUERY, operationId="listOrders"),
            "post": operation(201, ref("Order"), ref("Order"), operationId="createOrder"),
        },
        "/orders/{order_id}": {
            "parameters": at("order_id"),
            "get": operation(200, ref("Order"), operationId="getOrder"),
            "put": operation(200, ref("Order"), ref("Order"), operationId="replaceOrder"),
            "patch": operation(
                200,
                ref("Order"),
                thing({"customer": TEXT, "total": {"type": "integer"}}),
                operationId="changeOrder",
            ),
            "delete": operation(204, operationId="removeOrder"),
        },
        "/orders/{order_id}/pay": {
            "parameters": at("order_id"),
            "post": operation(200, ref("Order"), operationId="payOrder"),
        },
        "/orders/{order_id}/address": {
            "parameters": at("order_id"),
            "get": operation(200, ref("Address"), operationId="getAddress"),
            "put": operation(200, ref("Address"), ref("Address"), operationId="setAddress"),
        },
        "/orders/{order_id}/lines": {
            "parameters": at("order_id"),
            "get": operation(200, many(ref("Line")), operationId="listLines"),
            "post": operation(201, ref("Line"), ref("Line"), operationId="addLine"),
        },
        "/orders/{order_id}/lines/{line_id}": {
            "parameters": at("order_id", "line_id"),
            "delete": operation(204, operationId="removeLine"),
        },
        "/orders/unpaid": {
            "get": operation(200, many(ref("Order")), query=("status",), operationId="unpaid"),
        },
        "/settings": {
            "get": operation(200, ref("Settings"), operationId="getSettings"),
            "patch": operation(200, ref("Settings"), ref("Settings"), operationId="setSettings"),
        },
        "/health": {
            "get": operation(200, thing({"up": {"type": "boolean"}}), operationId="health")
        },
    },
    {
        "Order": ORDER,
        "Line": LINE,
        "Address": thing({"street": TEXT, "city": TEXT}, "street"),
        "Settings": thing({"currency": TEXT, "open": {"type": "boolean"}}, "currency"),
    },
)
