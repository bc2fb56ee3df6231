"""Scenarios that ship are read once; what is kept of them says the same, places included."""

from __future__ import annotations

from pathlib import Path

import pytest

from understudy import resources
from understudy.client import create_app
from understudy.errors import ScenarioError
from understudy.scenarios import loader
from understudy.scenarios.language.source import Grammar, Source
from understudy.scenarios.language.source_cache import read_shipped
from understudy.scenarios.stories.model import Scenario
from understudy.settings import Settings

NAMES = resources.scenarios()
FILE = "looply/base.yaml"
TEXT = """understudy: 1
rules:
  - operation: looply.resumeWorkflow
    times: 1.0
    reply: 409
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(resources.CACHE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def scenario(name: str) -> Scenario:
    found: Scenario = create_app(Settings()).sandbox.scenario(name)
    return found


def grammar() -> Grammar:
    return loader._grammar(tuple(create_app(Settings()).sandbox.vendors.values()))


def read_once() -> Source:
    source = read_shipped(TEXT, FILE, ["looply"], grammar)
    source.where("/rules/0")
    source.forget()
    return source


@pytest.mark.parametrize("name", ["looply/magic", "cloudflare/base", "hydracore/base"])
def test_a_shipped_scenario_is_the_same_when_it_is_recalled(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scenario(name)
    monkeypatch.setattr(Grammar, "read", None)
    after = scenario(name)
    assert repr(after.source.value) == repr(before.source.value)
    assert after.source.written == before.source.written
    assert [each.where for each in after.rules] == [each.where for each in before.rules]
    assert after.world == before.world


def test_every_shipped_scenario_can_be_kept(cache: Path) -> None:
    sandbox = create_app(Settings()).sandbox
    for name in NAMES[::5]:
        sandbox.scenario(name)
        assert list(cache.glob(f"scenario-{name.replace('/', '_')}.yaml-*.json"))


def test_a_place_that_nobody_asked_for_is_found_by_reading_again() -> None:
    before = read_once()
    after = read_shipped(TEXT, FILE, ["looply"], grammar)
    assert (after.value, after.written) == (before.value, before.written)
    assert after.where("/rules/0/times") == before.where("/rules/0/times") == f"{FILE}:4"
    after.forget()
    assert after.where("/rules/0/reply") == f"{FILE}:5"


def test_another_text_and_other_vendors_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    read_once()
    monkeypatch.setattr(Grammar, "read", None)
    known = grammar()
    assert read_shipped(TEXT, FILE, ["looply"], lambda: known).value["understudy"] == 1
    for text, vendors in ((TEXT + "\n", ["looply"]), (TEXT, ["looply", "refold"])):
        with pytest.raises(TypeError, match="not callable"):
            read_shipped(text, FILE, vendors, lambda: known)


def test_a_mistake_is_told_each_time(cache: Path) -> None:
    for _ in range(2):
        with pytest.raises(ScenarioError, match=f"{FILE}:2: `ruls` is no key of a scenario"):
            read_shipped("understudy: 1\nruls: []\n", FILE, ["looply"], grammar)
    assert not list(cache.glob("scenario-*"))


def test_what_somebody_else_wrote_there_is_not_believed(cache: Path) -> None:
    before = read_once()
    for file in cache.glob("scenario-*"):
        file.write_text('{"value": 1}', encoding="utf-8")
    assert read_once().value == before.value
