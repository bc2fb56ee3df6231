"""A small vendor to write scenarios for: orders that are placed, read and cancelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from understudy.openapi.compiler import compile_contract
from understudy.openapi.document import parse
from understudy.openapi.operation import Contract, Match, Operation
from understudy.openapi.request import decode_json, read
from understudy.scenarios import loader
from understudy.scenarios.stories.model import Scenario
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.lifecycle import Lifecycle, Transition
from understudy.simulation.world import Kind, World
from understudy.vendor import Call, Credential, Reply, Request, Vendor, credentials

CONTRACT = """
openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [{ url: https://api.shop.example/v1 }]
security: [{ key: [] }]
paths:
  /orders/{order_id}:
    post:
      operationId: placeOrder
      summary: Place an order
      x-provenance: &says { is: documented, source: Shop API }
      parameters:
        - { name: order_id, in: path, required: true, schema: { type: string } }
        - { name: dry_run, in: query, schema: { type: boolean } }
        - { name: X-Trace, in: header, schema: { type: string } }
      requestBody:
        required: true
        content: { application/json: { schema: { type: object } } }
      responses: &answers
        "200":
          description: Placed
          x-provenance: *says
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties: { id: { type: string } }
              examples: { PLACED: { value: { id: o-1 }, x-provenance: *says } }
        "409":
          description: Not now
          x-provenance: *says
          content:
            application/json:
              schema: { type: object }
              examples:
                SOLD_OUT: { value: { code: SOLD_OUT }, x-provenance: *says }
                ALREADY_PLACED: { value: { code: ALREADY_PLACED }, x-provenance: *says }
    get:
      operationId: readOrder
      summary: Read an order
      x-provenance: *says
      parameters:
        - { name: order_id, in: path, required: true, schema: { type: string } }
      responses: { "204": { description: Gone, x-example-name: GONE, x-provenance: *says } }
  /orders:
    get:
      operationId: listOrders
      summary: List orders
      x-provenance: *says
      parameters:
        - { name: limit, in: query, schema: { type: integer } }
        - { name: state, in: query, schema: { type: array, items: { type: string } } }
      responses: { "204": { description: None, x-example-name: EMPTY, x-provenance: *says } }
    post:
      operationId: placeOrderAnywhere
      x-variant-of: placeOrder
      summary: Place an order under a free id
      x-provenance: *says
      requestBody: { required: true, content: { application/json: { schema: { type: object } } } }
      responses: *answers
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-api-key } }
"""


class Order(Record, frozen=True, kw_only=True):
    name: str = ""
    total: int = 0


ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "orders": {
        "title": "an order",
        "type": "object",
        "properties": {
            "name": {"$ref": "#/$defs/name"},
            "id": {"type": "string", "description": "an id"},
            "state": {"enum": ["OPEN", "DONE"], "description": "OPEN or DONE"},
            "since": {"$ref": "#/$defs/instant"},
            "takes": {"$ref": "#/$defs/duration"},
            "total": {"type": "integer", "description": "a whole number"},
            "note": {"$ref": "#/$defs/json"},
            "steps": {"$ref": "#/$defs/timeline"},
        },
        "required": ["state"],
        "additionalProperties": False,
    },
    "credentials": {
        "title": "a credential",
        "type": "object",
        "properties": {"name": {"$ref": "#/$defs/name"}, "key": {"type": "string"}},
        "required": ["name"],
        "additionalProperties": False,
    },
}


def populating(
    world: World, section: Mapping[str, Sequence[Mapping[str, Any]]], start: Instant
) -> Iterator[None]:
    """No test of this folder needs a world's records."""
    return iter(())


LIFE = Lifecycle(("OPEN", "DONE"), (Transition("close", ("OPEN",), ("DONE",)),))
ORDERS = Kind("orders", Order, lifecycle=LIFE)
SHOP = Vendor(
    name="shop",
    title="Shop",
    kinds=(ORDERS, credentials()),
    handlers={},
    named=lambda request, world: None,
    authenticate=lambda call, operation, world: None,
    refuse=lambda problem, operation, caller, call: Reply(500),
    values=lambda record, caller, now: {},
    sign=lambda credential: {"x-api-key": credential.key},
    entries=ENTRIES,
    populating=populating,
    declare=lambda missing, caller: None,
    first_call=("listOrders", {}),
)
KEY = Credential(id="default", key="k-1")


@lru_cache
def contract(name: str = "shop") -> Contract:
    assert name == "shop", "there is one vendor in these tests"
    return compile_contract("shop", parse(CONTRACT, "shop.yaml"), "shop.yaml")


def operation(name: str) -> Operation:
    return contract().operations[name]


def scenario(text: str) -> Scenario:
    """The scenario of a text that begins behind `understudy: 1` and `vendor: shop`."""
    return loader.load_text(f"understudy: 1\nvendor: shop\n{text}", "s.yaml", (SHOP,), contract)


def call(method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> Call:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        named.setdefault("content-type", "application/json")
    return Call(method, f"/v1{path}", query, named, body)


def request(method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> Request:
    """The valid request that a call is."""
    made = call(method, path, query, body, **headers)
    found = contract().find(method, made.path)
    assert isinstance(found, Match)
    asked = read(found.operation, found.values, query, made.headers, body)
    assert asked.violations == []
    content = decode_json(body) if body else None
    return Request(made, found.operation, asked.values, content, None)
