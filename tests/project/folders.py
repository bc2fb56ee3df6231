"""A small project in a folder: a document of orders, and what is said of it."""

from __future__ import annotations

from pathlib import Path

DOCUMENT = """\
openapi: 3.1.0
info: { title: Orders, version: "1" }
components:
  schemas:
    Order:
      required: [item]
      properties: { id: { type: string, readOnly: true }, item: { type: string } }
paths:
  /orders:
    post:
      operationId: createOrder
      requestBody:
        { content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
      responses:
        "201":
          description: Made
          content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } }
  /orders/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getOrder
      responses:
        "200":
          description: One
          content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } }
        "503": { description: Down }
"""
PROJECT = """\
understudy: 1
scenario: Orders
serve: { orders: ./orders.yaml }
options: { port: 4955, any_key: true }
clock: { at: "2026-03-01T10:00:00Z" }
seed: 5
world:
  orders:
    orders:
      - { name: first, id: ord1, item: tea }
rules:
  - { operation: getOrder, times: 1, reply: 503 }
"""


def project_in(folder: Path, text: str = PROJECT) -> Path:
    """The project file of a folder with the document beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "orders.yaml").write_text(DOCUMENT, encoding="utf-8")
    file = folder / "understudy.yaml"
    file.write_text(text, encoding="utf-8")
    return file
