"""What `serve` knows from its last start: the same words, with nothing made to say them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from understudy import resources
from understudy.cli.serve_output import Served, describe, text
from understudy.cli.start_cache import StartCache
from understudy.client import create_app
from understudy.errors import ContractError
from understudy.settings import Settings

ORIGIN = "http://127.0.0.1:4010"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(resources.CACHE, str(folder))
    return folder


def started(origin: str = ORIGIN, **settings: Any) -> tuple[Any, StartCache, dict[str, Served]]:
    """A sandbox that was started as `serve` starts it, what it knew, and what it told."""
    app = create_app(Settings(**settings))
    known = StartCache(app.sandbox, origin)
    app.check(known.checked)
    served = describe(app.sandbox, origin, known.known)
    known.keep(served)
    return app, known, served


def test_a_second_start_tells_the_same_and_makes_nothing() -> None:
    _, first, before = started()
    app, second, after = started()
    assert first.known == {}
    assert second.known == after == before
    assert list(after) == ["looply", "refold", "cloudflare", "interactly", "hydracore"]
    assert app.sandbox.session("default").worlds == {}
    assert app.sandbox._contracts == {}


def test_another_port_is_told_as_it_is() -> None:
    _, _, before = started(vendors=("looply",))
    _, known, after = started("http://127.0.0.1:51234", vendors=("looply",))
    assert set(known.known) == {"looply"}
    told = text(ORIGIN, before, Settings()).replace(":4010", ":51234")
    assert text("http://127.0.0.1:51234", after, Settings()).startswith(told.split("Why")[0])


@pytest.mark.parametrize(
    "settings", [{"require_session": True}, {"seed": 7}, {"any_key": True}, {"no_auth": True}]
)
def test_what_is_told_otherwise_is_kept_otherwise(settings: dict[str, Any]) -> None:
    started(vendors=("looply",))
    _, known, _ = started(vendors=("looply",), **settings)
    assert known.known == {}


def test_a_vendor_that_a_scenario_adds_to_is_described_anew(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "understudy: 1\nworld: { looply: { credentials: [{ name: default, key: my-key }] } }\n",
        encoding="utf-8",
    )
    vendors = ("looply", "refold")
    started(vendors=vendors)
    _, known, served = started(vendors=vendors, scenarios=(str(mine),))
    assert set(known.known) == {"refold"}
    assert served["looply"].key == "my-key"
    _, _, again = started(vendors=vendors)
    assert again["looply"].key == "looply-key-northwind"


def test_a_contract_of_ones_own_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started(vendors=("interactly",))
    home = tmp_path / "home"
    shutil.copytree(resources.specs_folder(), home / "specs")
    monkeypatch.setenv(resources.HOME, str(home))
    file = home / "specs" / "interactly.yaml"
    file.write_text(file.read_text("utf-8").replace("operationId:", "operationid:"), "utf-8")
    with pytest.raises(ContractError, match="operationId is missing"):
        started(vendors=("interactly",))


@pytest.mark.parametrize("content", [b"", b"{}", b'{"origin": 1}', b"\xff"])
def test_what_somebody_else_wrote_there_is_not_believed(cache: Path, content: bytes) -> None:
    _, _, before = started(vendors=("looply",))
    for file in cache.glob("start-*"):
        file.write_bytes(content)
    _, known, after = started(vendors=("looply",))
    assert (known.known, after) == ({}, before)
