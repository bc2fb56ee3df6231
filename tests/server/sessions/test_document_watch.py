"""Documents that are edited while they are served."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.modeled.documents import ORDER, at, document, many, operation, ref
from understudy.modeled.sources import read_all, with_documents
from understudy.server.app import Application
from understudy.server.inprocess import Answered, ask
from understudy.server.sessions.document_watch import DocumentWatch
from understudy.settings import Settings
from understudy.vendors import shipped

BEFORE = document(
    {
        "/orders": {
            "get": operation(200, many(ref("Order")), operationId="listOrders"),
            "post": operation(201, ref("Order"), ref("Order"), operationId="createOrder"),
        },
        "/orders/{id}": {
            "parameters": at("id"),
            "get": operation(200, ref("Order"), operationId="getOrder"),
        },
    },
    {"Order": ORDER},
)
SCENARIO = """
understudy: 1
scenario: An order that is there
world: { orders: { base: none, orders: [{ id: ord_00000009, customer: bo, total: 9 }] } }
rules: [{ operation: orders.getOrder, when: { id: broken }, reply: 200 }]
"""


class Served:
    """A document in a file, served and watched."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "openapi.json"
        self.scenario = folder / "story.yaml"
        self.scenario.write_text(SCENARIO)
        self.write(BEFORE)
        said = Settings(
            documents=(f"orders={self.file}",), scenarios=(str(self.scenario),), clock="frozen"
        )
        documents = read_all(said)
        self.app = Application(*with_documents(said, shipped, documents))
        self.told: list[str] = []
        self.watch = DocumentWatch(self.app.sandbox, documents, self.told.append)

    def write(self, value: Mapping[str, Any] | str) -> None:
        self.file.write_text(value if isinstance(value, str) else json.dumps(value))

    def look(self) -> str:
        """Looks until something is told."""
        known = len(self.told)
        for _ in range(3):
            self.watch.look()
        for each in self.watch._documents:
            if each.reading is not None:
                each.reading.exception(timeout=60)
        self.watch.look()
        return " ".join(self.told[known:])

    def ask(self, method: str, path: str, body: Any = None) -> Answered:
        headers = [] if body is None else [("content-type", "application/json")]
        content = b"" if body is None else json.dumps(body).encode()
        return asyncio.run(ask(self.app, method, f"/orders{path}", headers, content))


def edited(change: Callable[[Any], None]) -> Any:
    value = copy.deepcopy(BEFORE)
    change(value)
    return value


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def test_records_that_fit_stay_and_new_operations_are_there(served: Served) -> None:
    made = json.loads(served.ask("POST", "/orders", {"customer": "ada", "total": 3}).body)
    assert served.ask("DELETE", f"/orders/{made['id']}").status == 405

    def change(value: Any) -> None:
        value["paths"]["/orders/{id}"]["delete"] = operation(204, operationId="deleteOrder")
        value["components"]["schemas"]["Order"]["properties"]["note"] = {"type": "string"}

    served.write(edited(change))
    told = f"{served.file}: orders is read anew, 4 operations; records that fit stay"
    assert served.look() == told
    assert json.loads(served.ask("GET", f"/orders/{made['id']}").body) == made
    assert served.ask("DELETE", f"/orders/{made['id']}").status == 204
    assert served.look() == ""


def test_records_that_do_not_fit_are_told(served: Served) -> None:
    small = json.loads(served.ask("POST", "/orders", {"customer": "ada", "total": 3}).body)["id"]
    large = json.loads(served.ask("POST", "/orders", {"customer": "ada", "total": 300}).body)["id"]

    def change(value: Any) -> None:
        value["components"]["schemas"]["Order"]["properties"]["total"]["maximum"] = 100

    served.write(edited(change))
    assert served.look().endswith(f"records that fit stay, 1 do not: orders {large}: total")
    assert served.ask("GET", f"/orders/{small}").status == 200
    assert served.ask("GET", f"/orders/{large}").status == 404


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{", "openapi.json"),
        ("services: {}", "this is no OpenAPI document"),
        (
            edited(lambda value: value["paths"].pop("/orders/{id}")),
            "orders has no operation `getOrder`",
        ),
    ],
)
def test_a_broken_edit_leaves_what_was(served: Served, written: Any, told: str) -> None:
    made = json.loads(served.ask("POST", "/orders", {"customer": "ada", "total": 3}).body)
    served.write(written)
    line = served.look()
    assert told in line
    assert "the document from before stays in force" in line
    assert json.loads(served.ask("GET", f"/orders/{made['id']}").body) == made
    served.write(edited(lambda value: value["info"].update(title="Mended")))
    assert "orders is read anew, 3 operations" in served.look()


def test_an_edit_of_nothing_is_silent(served: Served) -> None:
    served.write(json.dumps(BEFORE, indent=2))
    assert served.look() == ""
