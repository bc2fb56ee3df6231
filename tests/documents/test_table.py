"""The table of what is understood, on a small document of our own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.documents.table import row, told
from tests.modeled.documents import ORDERS


def test_a_document_is_counted_and_driven(tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(ORDERS))
    made = row(file)
    assert [each for each in made.steps if each.wrong] == []
    head, orders = told([made]).splitlines()
    assert head.split()[:3] == ["document", "operations", "S"]
    assert orders.split() == ["orders", "16", "81", "%", "1", "1", "0", "1", "13/13"]
