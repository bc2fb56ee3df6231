"""A document of one's own, as `validate`, `show`, `env` and `why` tell of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.modeled.application import Client
from tests.modeled.documents import ORDERS
from understudy.cli import main
from understudy.cli.why import explain
from understudy.modeled.behaviour.reading import read_model
from understudy.modeled.behaviour.source import Source
from understudy.modeled.inference import infer
from understudy.server.admin.explain import explanation

BROKEN = """openapi: 3.0.3
info: { title: Broken, version: "1" }
paths:
  /things:
    get:
      parameters: [{ name: a, in: nowhere, schema: { type: string } }]
      responses: { "200": { description: all, content: { application/json: { schema: {} } } } }
    post: 7
"""


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("UNDERSTUDY_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(ORDERS), encoding="utf-8")
    return str(file)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(arguments) == 0
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_a_good_document_is_fine(orders: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "validate", orders) == [f"{orders}: fine, OpenAPI 3.1.0, 16 operations"]


def test_what_is_unusual_is_a_warning_with_line_and_pointer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    lines = told(capsys, "validate", str(file))
    assert lines[0].startswith(f"warning: {file}:8#/paths/~1things/post: post_things: ")
    assert "it will be answered 501" in lines[0]
    assert lines[1].startswith(f"warning: {file}:6#/paths/~1things/get/parameters/0: ")
    assert lines[2] == f"{file}: OpenAPI 3.0.3, 2 operations, 1 of them not served, 2 warnings"


def test_of_many_warnings_so_many_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "many.yaml"
    paths = "".join(f"  /p{n}: {{ get: 7 }}\n" for n in range(50))
    file.write_text(f"openapi: 3.1.0\npaths:\n{paths}", encoding="utf-8")
    lines = told(capsys, "validate", str(file))
    assert (len(lines), lines[40]) == (42, "10 warnings more: --all shows them")
    assert len(told(capsys, "validate", str(file), "--all")) == 51


def test_what_is_no_document_is_refused_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "events.yaml"
    file.write_text("asyncapi: 3.0.0\n", encoding="utf-8")
    assert main(["validate", str(file)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"Error: {file}: this is no OpenAPI document; it looks like an Async")
    assert error.count("\n") == 1


def test_a_document_is_shown_as_it_is_taken(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = told(capsys, "show", orders)
    assert lines[0] == "Orders, served as orders"
    assert "createOrder POST /orders 201 create of orders (rule 6)" in lines
    assert "health GET /health 200 sample" in lines
    assert "lines /orders/{order_id}/lines/{line_id} id orders 3" in lines
    at = lines.index("Not understood: answered from the document, nothing changes")
    assert [line.split(" ")[0] for line in lines[at + 4 : at + 6]] == ["payOrder", "health"]
    assert f"understudy show {orders} --inferred" in lines


def test_an_operation_says_what_it_is_taken_for_and_how_to_get_each_answer(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = told(capsys, "show", orders, "getOrder")
    assert lines[:2] == ["orders.getOrder", "GET /orders/{order_id}"]
    assert lines[2].startswith("inferred: read of orders (rule 3): GET of a path ending in ")
    (answer,) = (line for line in lines if line.startswith("200 OK"))
    assert answer.endswith("naturally: the example call; or magic input order_id: magic-ok")


def test_the_world_of_a_document_is_its_first_records(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = told(capsys, "show", orders, "--world")
    assert lines[0] == "orders (3)"
    head = next(line for line in lines if line.startswith("id "))
    assert head.split() == ["id", "customer", "status"] or head.split()[:2] == ["id", "customer"]
    assert not any(line.startswith("credentials") for line in lines)
    assert told(capsys, "show", orders, "--states") == [
        "No record of orders has a lifecycle: its document says none."
    ]


def test_what_is_inferred_is_printed_to_be_edited(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", orders, "--inferred"]) == 0
    text = capsys.readouterr().out
    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert "      # rule 6: POST /orders answers the record\n      createOrder:" in text
    section = yaml.safe_load(text)["behaviour"]["orders"]
    again, model = read_model(ORDERS, Source(section, str)), infer(ORDERS)
    assert again.collections == model.collections
    assert {name: each.role for name, each in again.operations.items()} == {
        name: each.role for name, each in model.operations.items()
    }


def test_only_a_document_has_something_inferred(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "looply", "--inferred"]) == 2
    assert capsys.readouterr().err == "Error: looply is no document. Name an OpenAPI file\n"


def test_the_environment_of_a_documents_client(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, "env", orders, "--url", "http://127.0.0.1:4011") == [
        "export ORDERS_URL=http://127.0.0.1:4011/orders"
    ]


def why(client: Client, number: int) -> dict[str, Any]:
    session = client.app.sandbox.session("default")
    entry = session.journal.get(number)
    assert entry is not None
    return explanation(session, entry)


def test_why_names_the_rule_and_what_it_saw() -> None:
    client = Client(ORDERS)
    client.get("/orders")
    explained = why(client, 1)
    assert explained["because"] == "list of orders, by rule 5 of inference: " + (
        infer(ORDERS).operations["listOrders"].saw
    )
    assert any(line.startswith("because     list of orders") for line in explain(explained))


def test_the_yaml_of_a_missing_record_loads_and_makes_it_exist() -> None:
    client = Client(ORDERS)
    assert client.get("/orders/ord_12345678/lines").status == 404
    missing = why(client, 1)["missing"]
    assert (missing["collection"], missing["id"]) == ("orders", "ord_12345678")
    assert len(missing["exists"]) == 3
    sandbox = client.app.sandbox
    file = yaml.safe_load(missing["yaml"])
    sandbox.vendors["orders"].populate(client.world, file["world"]["orders"], client.world.now)
    assert client.get("/orders/ord_12345678").body["id"] == "ord_12345678"
    assert client.get("/orders/ord_12345678/lines").status == 200
