"""A user's document under load: a record is made, and twenty are listed, as a page of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.benchmark.load import Target

NAME = "orders"
CREATE = "document: createOrder"
LIST = "document: listOrders (20)"
RECORDS = 500
BODY = json.dumps({"customer": "Ada Lovelace", "total": 4200, "note": "leave it at the door"})
TEXT = {"type": "string", "maxLength": 200}
TOTAL = {"type": "integer", "minimum": 0}
ORDER = {
    "type": "object",
    "required": ["id", "customer", "status"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "customer": TEXT,
        "total": TOTAL,
        "note": TEXT,
        "status": {"type": "string", "enum": ["created", "paid", "shipped"]},
        "created_at": {"type": "string", "format": "date-time", "readOnly": True},
    },
}


def write(folder: Path) -> str:
    """The document in a file, as `serve` is told of it."""
    file = folder / "openapi.json"
    file.write_text(json.dumps(document()), encoding="utf-8")
    return f"{NAME}={file}"


def document() -> Mapping[str, object]:
    order = {"$ref": "#/components/schemas/Order"}
    new = {
        "type": "object",
        "required": ["customer"],
        "properties": {"customer": TEXT, "total": TOTAL, "note": TEXT},
    }
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
    page = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "paths": {
            "/orders": {
                "get": {
                    "operationId": "listOrders",
                    "parameters": [limit, page],
                    "responses": _answer(200, {"type": "array", "items": order}),
                },
                "post": {
                    "operationId": "createOrder",
                    "requestBody": {"content": {"application/json": {"schema": new}}},
                    "responses": _answer(201, order),
                },
            },
            "/orders/{id}": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "get": {"operationId": "getOrder", "responses": _answer(200, order)},
            },
        },
        "components": {"schemas": {"Order": ORDER}},
    }


def _answer(status: int, schema: object) -> Mapping[str, object]:
    content = {"application/json": {"schema": schema}}
    return {str(status): {"description": "as it was asked", "content": content}}


def world() -> list[str]:
    """The lines of a scenario's world that has enough of them."""
    rows = (f"{{ id: ord-{n}, customer: Ada, total: {n}, note: none }}" for n in range(RECORDS))
    return [f"  {NAME}:", "    orders:", *(f"      - {each}" for each in rows)]


def targets(base: str) -> dict[str, Target]:
    """The two operations on one server."""
    prefix = "/" + base.split("/", 3)[3] if base.count("/") > 2 else ""
    sent = {"content-type": "application/json"}
    return {
        CREATE: Target(base, [f"{prefix}/orders"], "POST", sent, BODY),
        LIST: Target(base, [f"{prefix}/orders?limit=20"]),
    }
