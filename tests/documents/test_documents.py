"""The table over documents, run as it is used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.documents.__main__ import HEAD, documents, main, misses
from tests.documents.measure import Measured, measure

SHOP = """
openapi: 3.0.3
paths:
  /orders:
    get:
      responses:
        200:
          description: ok
          content:
            application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses:
        201: {$ref: '#/components/responses/Nowhere'}
        400: {description: no, content: {application/json: {schema: {not: {}}}}}
components:
  schemas:
    Order:
      required: [id]
      properties:
        id: {type: string, format: uuid}
        state: {type: string, enum: [created, paid], nullable: true}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "old.json").write_text(json.dumps({"swagger": "2.0", "paths": {"/x": {"get": {}}}}))
    (tmp_path / "notes.txt").write_text("no document")
    return tmp_path


def test_a_document_is_measured(folder: Path) -> None:
    made = measure(folder / "shop.yaml")
    assert (made.version, made.operations, made.warnings) == ("3.0.3", 2, 1)
    assert (made.schemas, made.broken, made.samples, len(made.bytes)) == (3, 0, 3, 2)
    assert made.wrong == ["paths//orders/post/responses/400/content/application/json"]


def test_the_table_has_a_line_for_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [each.name for each in documents(folder)] == ["old.json", "shop.yaml"]
    assert main([str(folder), "--wrong"]) == 1
    head, old, shop, wrong, _, *states, missed = capsys.readouterr().out.splitlines()
    assert head.split() == HEAD
    assert old.split()[:2] == ["old.json", "2.0"]
    assert shop.split()[:2] == ["shop.yaml", "3.0.3"]
    assert [each.split()[0] for each in states] == ["document", "old", "shop"]
    assert wrong.startswith("shop.yaml: no sample for paths//orders/post")
    assert missed == "missed: 2 of 3 samples keep to their schema"


def test_what_does_not_load_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "shop.yaml").write_text("asyncapi: 3.0.0")
    assert main([str(folder)]) == 1
    assert "shop.yaml does not load" in capsys.readouterr().out


def test_figures_that_are_missed() -> None:
    slow = Measured("slow", samples=2, bytes=[5, 17_000], milliseconds=[1.0, 21.0])
    assert [*misses([slow])] == [
        "missed: of 100 samples one is larger than 17 KB",
        "missed: of 100 samples one takes more than 21 ms",
    ]
    fine = Measured("fine", samples=2, bytes=[5, 15_000], milliseconds=[1.0, 19.0])
    assert [*misses([fine])] == []
