"""The line that `serve` prints to be pasted works in the world that is served."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli.served_process import serving
from understudy.cli import main
from understudy.cli.serve_output import describe
from understudy.client import create_app
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings

WORLDS: dict[str, Any] = {
    "looply": {"credentials": [{"name": "me", "key": "my-own-key", "organization": "acme"}]},
    "refold": {"credentials": [{"name": "me", "key": "tkmine", "organization": "acme"}]},
    "cloudflare": {
        "accounts": [{"name": "acme", "id": "acme"}],
        "credentials": [{"name": "me", "token": "my-own-token", "account": "acme"}],
    },
    "interactly": {"credentials": [{"name": "me", "key": "my-own-key", "team": "acme"}]},
}


def served(tmp_path: Path, vendor: str, world: Any) -> tuple[str, InProcess]:
    """The line to paste for a vendor whose world that is, and the sandbox that it asks."""
    file = tmp_path / "mine.yaml"
    story = {"understudy": 1, "scenario": "Mine", "world": {vendor: world}}
    file.write_text(json.dumps(story))
    app = create_app(Settings(clock=FROZEN, vendors=(vendor,), scenarios=(str(file),)))
    return describe(app.sandbox, "http://127.0.0.1:4010")[vendor].curl, InProcess(app)


def status(line: str, process: InProcess) -> int:
    words = shlex.split(line)
    headers = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    pairs = [(name, text) for name, _, text in (each.partition(": ") for each in headers)]
    body = words[words.index("-d") + 1] if "-d" in words else ""
    url = next(each for each in words if each.startswith("http"))
    target = url.removeprefix("http://127.0.0.1:4010")
    method = words[words.index("-X") + 1] if "-X" in words else "POST" if body else "GET"
    with process:
        return process.ask(method, target, pairs, body.encode()).status


@pytest.mark.parametrize("vendor", ["looply", "cloudflare", "interactly"])
def test_in_a_world_of_ones_own_it_names_nothing_of_another(tmp_path: Path, vendor: str) -> None:
    line, process = served(tmp_path, vendor, {"base": "none", **WORLDS[vendor]})
    assert "northwind" not in line
    assert "my-own" in line
    assert status(line, process) == 200


@pytest.mark.parametrize("vendor", ["looply", "refold", "cloudflare", "interactly"])
def test_beside_the_base_world_it_is_the_usual_one(tmp_path: Path, vendor: str) -> None:
    line, process = served(tmp_path, vendor, {})
    assert "-d" in shlex.split(line)
    assert status(line, process) < 300


def test_env_tells_a_key_of_the_sandbox_that_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.yaml"
    world = {"looply": {"base": "none", **WORLDS["looply"]}}
    file.write_text(json.dumps({"understudy": 1, "scenario": "Mine", "world": world}))
    with serving(tmp_path, "looply", "--scenario", str(file)) as running:
        assert main(["env", "looply", "--url", running.url]) == 0
    assert "export LOOPLY_API_KEY=my-own-key" in capsys.readouterr().out
