"""The examples that ship: small, played as expected, the same at every repeat, at any pace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modeled.application import Client
from understudy import resources
from understudy.cli import main
from understudy.openapi.user_document import read_document
from understudy.project.project import read
from understudy.simulation.serialization import written

EXAMPLES = sorted((resources.scenarios_folder() / resources.EXAMPLES).iterdir())
MADE: dict[str, tuple[str, dict[str, Any]]] = {
    "payments": ("/intents", {"amount": 4200, "currency": "eur"}),
    "shipping": ("/parcels", {"to": "Nobody, Elm Street 2"}),
    "subscriptions": ("/subscriptions", {"plan": "team", "card": "0341"}),
    "tickets": ("/tickets", {"subject": "The printer burns", "priority": "urgent"}),
}
HOUR = 3_600_000


def stories(folder: Path) -> list[str]:
    own = ("understudy.yaml", "openapi.yaml")
    return [file.name for file in sorted(folder.glob("*.yaml")) if file.name not in own]


def client_of(folder: Path) -> Client:
    """The example at work, in this process."""
    project = read(folder / "understudy.yaml")
    section = project.sections[folder.name].value
    return Client(read_document(folder / "openapi.yaml").value, folder.name, section=section)


def test_there_are_four() -> None:
    assert [each.name for each in EXAMPLES] == sorted(MADE)
    assert not any(each.startswith("examples/") for each in resources.scenarios())


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_is_small_and_played_as_expected(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len((folder / "understudy.yaml").read_text().splitlines()) <= 60
    assert len(stories(folder)) == 2
    monkeypatch.chdir(folder)
    assert main(["replay", *stories(folder), "--repeat", "3", "--project", "understudy.yaml"]) == 0
    assert "2 stories" in capsys.readouterr().out


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
@settings(max_examples=10, deadline=None)
@given(first=st.integers(0, 800), second=st.integers(0, 800))
def test_advancing_in_two_steps_is_advancing_in_one(folder: Path, first: int, second: int) -> None:
    path, body = MADE[folder.name]
    whole, parts = client_of(folder), client_of(folder)
    for client in (whole, parts):
        assert client.post(path, body).status == 201
    whole.advance((first + second) * HOUR)
    parts.advance(first * HOUR)
    parts.advance(second * HOUR)
    assert written(whole.world) == written(parts.world)
    assert whole.get(path).body == parts.get(path).body
