"""A model in the words of a behaviour section, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.modeled.documents import ORDERS
from understudy.modeled.behaviour.printing import described, lines
from understudy.modeled.behaviour.reading import read_model
from understudy.modeled.behaviour.source import Source, source_of
from understudy.modeled.inference import infer
from understudy.modeled.section import Section
from understudy.openapi.user_document import read_document

DOCUMENTS = sorted((Path(__file__).parents[2] / "proof" / "documents").glob("*.yaml"))


def held(document: Any, section: Any) -> Source:
    """A section that the grammar allows."""
    said = source_of(document, "", Section(section, str))
    assert said is not None
    return said


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.stem)
def test_what_is_printed_reads_as_what_was_inferred(file: Path) -> None:
    document = read_document(file).value
    model = infer(document)
    assert read_model(document, held(document, described(model))) == model
    again = read_model(document, held(document, yaml.safe_load("\n".join(lines(model)))))
    assert again.collections == model.collections
    assert [each.role for each in again.operations.values()] == [
        each.role for each in model.operations.values()
    ]


def test_an_operation_is_said_by_its_role_and_its_collection() -> None:
    said = described(infer(ORDERS))["operations"]["listLines"]
    assert said["list"] == "lines"
    assert described(infer(ORDERS))["operations"]["health"]["sample"] == ""


def test_lines_have_their_reason_above_them_and_80_columns() -> None:
    found = list(lines(infer(ORDERS)))
    assert max(map(len, found)) <= 80
    at = next(at for at, line in enumerate(found) if line.startswith("  createOrder:"))
    assert found[at - 1] == "  # rule 6: POST /orders answers the record"


def test_what_was_said_is_printed_too() -> None:
    section: dict[str, Any] = {
        "orders": {
            "state": "status",
            "id": {"field": "id", "shape": "ord_${hex(8)}"},
            "lifecycle": [{"event": "payOrder", "from": "created", "to": "paid"}],
        },
        "operations": {"health": {"answer": "200"}},
    }
    model = read_model(ORDERS, held(ORDERS, section))
    printed = described(model)
    assert printed["orders"]["lifecycle"] == section["orders"]["lifecycle"]
    assert printed["orders"]["id"] == {"field": "id", "shape": "ord_${hex(8)}"}
    assert printed["operations"]["payOrder"] == {"event": "payOrder", "of": "orders", "answer": ""}
    assert printed["operations"]["health"]["answer"] == "200"
    assert read_model(ORDERS, held(ORDERS, printed)) == model
