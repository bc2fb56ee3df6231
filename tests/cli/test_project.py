"""Commands in the folder of a project: what they take from it, and what wins over it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.project.folders import PROJECT, project_in
from understudy.cli import main
from understudy.cli.project import ProjectCommand
from understudy.cli.serve import command as serve
from understudy.scenarios.language.grammar_project import OPTIONS
from understudy.settings import Settings

STORY = """\
understudy: 1
scenario: An order is read back
steps:
  - call: getOrder
    with: { id: "${first.id}" }
    expect: { status: 503, headers: { date: "Sun, 01 Mar 2026 10:00:00 GMT" } }
  - { call: getOrder, with: { id: "${first.id}" }, expect: { status: 200, body: { item: tea } } }
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command in the project's folder: its code, and what it prints."""
    monkeypatch.delenv("UNDERSTUDY_NO_PROJECT")
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def served(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """The settings that `serve` with these words would begin with."""
    begun: list[Any] = []
    monkeypatch.setattr("understudy.cli.serve._serve", lambda *told: begun.append(told))

    def call(*words: str) -> Settings:
        code, _, err = run("serve", *words)
        assert (code, err) == (0, "")
        settings: Settings = begun.pop()[0]
        return settings

    return call


def test_serve_takes_what_the_project_says(tmp_path: Path, served: Callable[..., Settings]) -> None:
    project_in(tmp_path)
    settings = served()
    assert (settings.documents, settings.vendors) == (("orders=orders.yaml",), ())
    assert (settings.scenarios, settings.project) == (("understudy.yaml",), "understudy.yaml")
    assert (settings.port, settings.any_key, settings.journal) == (4955, True, 1000)
    assert settings.overrules == frozenset()


def test_the_command_line_wins_then_the_environment_then_the_file(
    tmp_path: Path, served: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    project_in(tmp_path)
    monkeypatch.setenv("UNDERSTUDY_PORT", "4956")
    assert served().port == 4956
    assert served("--port", "4957").port == 4957
    monkeypatch.setenv("UNDERSTUDY_SEED", "9")
    settings = served("--clock", "frozen")
    assert settings.overrules == {"clock", "seed"}
    assert (settings.seed, settings.clock) == (9, "frozen")


def test_words_are_served_instead_of_what_the_project_lists(
    tmp_path: Path, served: Callable[..., Settings]
) -> None:
    project_in(tmp_path)
    assert served("orders", "looply").vendors == ("looply",)
    assert served("./orders.yaml").documents == ("orders=orders.yaml",)
    assert served("--no-project").project == ""
    other = project_in(tmp_path / "other")
    assert served("--project", str(other)).documents == ("orders=other/orders.yaml",)


def test_a_project_that_is_for_more_than_the_words_is_refused(tmp_path: Path, run: Run) -> None:
    project_in(tmp_path, PROJECT.replace("./orders.yaml }", "./orders.yaml, looply: }"))
    assert run("serve", "looply") == (
        2,
        "",
        "Error: understudy.yaml:8:3: the project is for orders, too. "
        "Say understudy serve looply orders, or --no-project\n",
    )


def test_an_option_of_the_file_is_refused_by_its_place(tmp_path: Path, run: Run) -> None:
    project_in(tmp_path, PROJECT.replace("any_key: true", "host: 0.0.0.0"))
    code, _, err = run("serve")
    assert code == 2
    assert err == (
        "Error: understudy.yaml:4:24: 0.0.0.0 can be reached from other machines and /__admin "
        "would be open to them. Add --admin-token TOKEN\n"
    )


def test_both_at_once_or_a_file_that_is_not_there_is_refused(tmp_path: Path, run: Run) -> None:
    project_in(tmp_path)
    assert run("validate", "--project", "understudy.yaml", "--no-project")[2] == (
        "Error: --project and --no-project: both at once. Say one\n"
    )
    assert run("serve", "--project", "none.yaml")[2] == (
        "Error: --project: there is no file none.yaml. Check the path, or say --no-project\n"
    )


def test_validate_without_a_file_checks_the_project(tmp_path: Path, run: Run) -> None:
    assert run("validate")[2] == (
        "Error: there is no project file to check. "
        "Name a file, or write one with: understudy init\n"
    )
    project_in(tmp_path)
    assert run("validate") == (0, "understudy.yaml: fine (1 record, 1 rule)\n", "")
    project_in(tmp_path, f"{PROJECT}serv: {{}}\nmagic: 1\n")
    code, _, err = run("validate")
    first, second = err.splitlines()
    assert code == 1
    assert first.startswith("Error: understudy.yaml:13:1: `serv` is no key of a project.")
    assert second.startswith("Error: understudy.yaml:14:1: `magic` is no key of a project.")


def test_validate_tells_what_its_world_gets_wrong(tmp_path: Path, run: Run) -> None:
    project_in(tmp_path, PROJECT.replace("item: tea", "item: {}"))
    code, _, err = run("validate")
    assert code == 1
    assert err.splitlines()[0].startswith(
        "Error: understudy.yaml:10:34: body must be string; got an empty object."
    )


def test_a_project_file_is_no_scenario(tmp_path: Path, run: Run) -> None:
    project_in(tmp_path)
    code, _, err = run("validate", "--no-project", "understudy.yaml")
    assert code == 1
    assert err.startswith(
        "Error: understudy.yaml:3: `serve` is no key of a scenario. "
        "It is for a project file, understudy.yaml or --project FILE. There are understudy,"
    )


def test_stories_are_played_in_the_project(tmp_path: Path, run: Run) -> None:
    project_in(tmp_path)
    (tmp_path / "story.yaml").write_text(STORY, encoding="utf-8")
    code, out, err = run("replay", "story.yaml")
    assert (code, err) == (0, "")
    assert out.endswith("1 story, 2 steps: as expected\n")
    assert run("validate", "story.yaml")[:2] == (0, "story.yaml: fine (2 steps)\n")


def test_show_knows_what_the_project_serves(tmp_path: Path, run: Run) -> None:
    project_in(tmp_path)
    code, out, _ = run("show")
    assert code == 0
    assert "Next: understudy show orders\n" in out
    assert "looply" not in out
    assert "createOrder" in run("show", "orders")[1]
    assert "ord1" in run("show", "orders", "--world")[1]
    assert "ord1" in run("show", "orders.yaml", "--world")[1]


def test_the_port_of_the_project_is_where_commands_ask(tmp_path: Path, run: Run) -> None:
    project_in(tmp_path)
    assert "export ORDERS_URL=http://127.0.0.1:4955/orders\n" in run("env", "orders")[1]
    for words in (("why", "latest"), ("record",), ("coverage", "orders")):
        assert run(*words)[2].startswith("Error: http://127.0.0.1:4955: no sandbox answers")


def test_help_needs_no_sound_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_in(tmp_path, "serve: {")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(serve, ["--help"], env={"UNDERSTUDY_NO_PROJECT": ""})
    assert told.exit_code == 0
    assert "understudy.yaml in the working folder or above it" in told.output


def test_the_file_takes_each_option_that_serve_takes() -> None:
    apart = {"clock", "seed", "project", "no_project", "help", "vendors"}
    names = {opt.lstrip("-").replace("-", "_") for each in serve.params for opt in each.opts}
    assert set(OPTIONS) == names - apart
    assert isinstance(serve, ProjectCommand)


def test_the_schema_for_editors_has_a_sentence_for_each_key(run: Run) -> None:
    schema = json.loads(run("show", "--scenario-schema")[1])
    keys = schema["properties"]
    assert {"serve", "behaviour", "options", "steps", "world"} <= set(keys)
    told = [name for name, each in keys.items() if each.keys() & {"description", "$ref"}]
    assert told == list(keys)
    collection = keys["behaviour"]["additionalProperties"]["additionalProperties"]["properties"]
    assert {"item", "state", "lifecycle", "refuse"} <= set(collection)
    options = keys["options"]["properties"]
    assert [name for name, each in options.items() if not each.get("description")] == []
