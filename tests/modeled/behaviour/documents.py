"""A shop of our own: orders that are paid and shipped, their customers, stock and invoices."""

from __future__ import annotations

from typing import Any

import yaml

from tests.modeled.documents import TEXT, at, content, document, many, operation, ref, thing
from understudy.yaml import core

WHOLE = {"type": "integer"}
NUMBER = {"type": "number"}
WHEN = {"type": "string", "format": "date-time"}
STATES = ["created", "paid", "shipped", "delivered", "cancelled"]
ERROR = thing({"code": TEXT, "message": TEXT}, "code")
ORDER = thing(
    {
        "id": TEXT | {"readOnly": True},
        "reference": TEXT,
        "status": TEXT | {"enum": STATES, "readOnly": True},
        "total": WHOLE | {"readOnly": True, "minimum": 0},
        "carrier": TEXT | {"readOnly": True},
        "customer_id": TEXT,
        "paid_at": WHEN | {"readOnly": True},
        "lines": many(ref("Line")),
        "note": TEXT,
    },
    "id",
    "status",
)


def refusals(*statuses: int) -> dict[str, Any]:
    """Answers of these statuses that say a code and a message."""
    return {str(each): {"description": "refused", **content(ref("Error"))} for each in statuses}


def answering(made: dict[str, Any], *statuses: int) -> dict[str, Any]:
    made["responses"] |= refusals(*statuses)
    return made


PAYMENT = thing({"amount": WHOLE}, "amount")
TOO_SMALL = {
    "description": "refused",
    "content": {
        "application/json": {
            "schema": ref("Error"),
            "examples": {
                "AMOUNT_TOO_SMALL": {"value": {"code": "AMOUNT_TOO_SMALL", "message": "pay more"}}
            },
        }
    },
}
PAY = answering(operation(200, ref("Order"), PAYMENT, operationId="payOrder"), 404, 409)
PAY["responses"]["422"] = TOO_SMALL
SHIP = operation(200, ref("Order"), thing({"carrier": TEXT}), operationId="shipOrder")
ORDERS = {
    "get": operation(200, many(ref("Order")), query=("status",), operationId="listOrders"),
    "post": answering(operation(201, ref("Order"), ref("Order"), operationId="createOrder"), 409),
}
MINIMUM = {"name": "minimum", "in": "query", "schema": WHOLE}
SEARCH = operation(200, many(ref("Order")), operationId="searchOrders", parameters=[MINIMUM])
LOGIN = operation(200, thing({"token": TEXT, "user": TEXT}), thing({"name": TEXT}))
CHANGE = operation(200, ref("Order"), ref("Order"), operationId="changeOrder")
MANY = operation(200, many(ref("Order")), thing({"ids": many(TEXT)}), operationId="cancelMany")


def one(operation_id: str, name: str) -> dict[str, Any]:
    return answering(operation(200, ref(name), operationId=operation_id), 404)


PATHS = {
    "/orders": ORDERS,
    "/orders/search": {"get": SEARCH},
    "/orders/cancel": {"post": MANY},
    "/orders/{order_id}": {
        "parameters": at("order_id"),
        "get": one("getOrder", "Order"),
        "patch": answering(
            operation(200, ref("Order"), ref("Order"), operationId="changeOrder"), 409
        ),
        "delete": answering(operation(204, operationId="removeOrder"), 409),
    },
    "/orders/{order_id}/pay": {"parameters": at("order_id"), "post": PAY},
    "/orders/{order_id}/ship": {"parameters": at("order_id"), "post": SHIP},
    "/orders/{order_id}/cancel": {
        "parameters": at("order_id"),
        "post": answering(operation(200, ref("Order"), operationId="cancelOrder"), 409),
    },
    "/customers": {
        "post": operation(201, ref("Customer"), ref("Customer"), operationId="createCustomer")
    },
    "/customers/{customer_id}": {
        "parameters": at("customer_id"),
        "get": one("getCustomer", "Customer"),
    },
    "/customers/{customer_id}/invoices": {
        "parameters": at("customer_id"),
        "get": operation(200, many(ref("Invoice")), operationId="listInvoices"),
        "post": operation(201, ref("Invoice"), ref("Invoice"), operationId="createInvoice"),
    },
    "/customers/{customer_id}/invoices/{invoice_id}": {
        "parameters": at("customer_id", "invoice_id"),
        "get": one("getInvoice", "Invoice"),
    },
    "/products": {
        "get": operation(200, many(ref("Product")), operationId="listProducts"),
        "post": operation(201, ref("Product"), ref("Product"), operationId="createProduct"),
    },
    "/products/{sku}": {"parameters": at("sku"), "get": one("getProduct", "Product")},
    "/login": {"post": LOGIN | {"operationId": "login"}},
}
CUSTOMER = {"id": TEXT | {"readOnly": True}, "name": TEXT, "orders": WHOLE}
INVOICE = {"id": TEXT | {"readOnly": True}, "amount": NUMBER, "customer_id": TEXT}
CUSTOMER |= {"status": TEXT | {"enum": ["active", "closed"]}}
SCHEMAS = {
    "Order": ORDER,
    "Line": thing({"sku": TEXT, "price": WHOLE, "quantity": WHOLE}),
    "Customer": thing(CUSTOMER, "id"),
    "Invoice": thing(
        {"id": TEXT | {"readOnly": True}, "amount": NUMBER, "customer_id": TEXT}, "id"
    ),
    "Product": thing({"sku": TEXT, "stock": WHOLE}, "sku", "stock"),
    "Error": ERROR,
}
SHOP = document(PATHS, SCHEMAS)


def section(text: str) -> Any:
    """A section as a project file has it: YAML 1.2, plain scalars by their meaning."""

    class Loader(yaml.BaseLoader):
        pass

    def meant(loader: Any, node: Any) -> Any:
        value = loader.construct_scalar(node)
        return core(value) if node.style is None else value

    Loader.add_constructor("tag:yaml.org,2002:str", meant)
    return yaml.load(text, Loader)


LIFECYCLE = """
orders:
  state: status
  lifecycle:
    - event: createOrder
      to: created
      set: { total: "${body.lines.map(l, l.price * l.quantity).sum()}" }
    - event: payOrder
      from: created
      to: paid
      if: body.amount >= record.total
      else: AMOUNT_TOO_SMALL
      set: { paid_at: "${now}" }
    - { event: shipOrder, from: paid, to: shipped, set: { carrier: "${body.carrier}" } }
    - { event: cancelOrder, from: [created, paid], to: cancelled }
    - { event: expire, from: created, to: cancelled, after: 30m }
    - { event: deliver, from: shipped, to: delivered, after: 2d }
  refuse:
    illegal:
      status: 409
      body: { code: ILLEGAL_STATE, message: "${event} is not allowed in ${record.status}" }
"""
