"""The table of documents, on a small one of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.documents.__main__ import main
from tests.modeled.documents import ORDERS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UNDERSTUDY_CACHE", str(tmp_path / "cache"))
    made = tmp_path / "documents"
    made.mkdir()
    (made / "orders.json").write_text(json.dumps(ORDERS))
    return made


def test_a_document_is_counted_and_driven(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    head, orders = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["document", "operations", "S"]
    assert orders.split() == ["orders", "16", "81", "%", "1", "1", "0", "1", "13/13"]


def test_a_folder_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
