"""The slowest answers are looked for whatever happens to the session meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmark import measure, pauses


def test_each_moment_is_lived_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "EXECUTIONS", 100)
    found = pauses.pauses(tmp_path, rounds=1, seconds=0.2)
    assert list(found) == ["starlette", "understudy", "reset", "fork", "load", "restore"]
    assert all(0 < each["p99"] <= each["longest"] for each in found.values())
