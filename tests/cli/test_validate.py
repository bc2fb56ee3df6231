"""`understudy validate`: scenarios checked without playing them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from understudy.cli import main


def test_a_good_file_is_told_with_what_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "looply/lost-answer"]) == 0
    assert capsys.readouterr().out == (
        "looply/lost-answer: fine (2 records, 1 rule, 3 steps, 2 verifications)\n"
    )


def test_the_shipped_worlds_and_magic_inputs_are_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "looply/base", "looply/magic"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["looply/base", "looply/magic"]


def test_a_mistake_is_told_with_its_line_and_the_others_are_checked_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, empty = tmp_path / "broken.yaml", tmp_path / "empty.yaml"
    broken.write_text(
        "understudy: 1\nscenario: x\nvendor: looply\nsteps:\n  - call: resumeWorkflw\n",
        encoding="utf-8",
    )
    empty.write_text("understudy: 1\nscenario: x\n", encoding="utf-8")
    assert main(["validate", str(broken), str(empty)]) == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"Error: {broken}:5: ")
    assert "resumeWorkflow" in told.err
    assert told.err.count("\n") == 1
    assert told.out == f"{empty}: fine (a title)\n"


def test_a_world_that_cannot_be_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "world.yaml"
    file.write_text(
        "understudy: 1\nscenario: x\nworld:\n  looply:\n    executions:\n"
        "      - { workflow: nowhere, state: IN_PROGRESS }\n",
        encoding="utf-8",
    )
    assert main(["validate", str(file)]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"Error: {file}:6: ")
    assert "nowhere" in told


def test_the_others_are_checked_where_one_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("understudy: 2\n", encoding="utf-8")
    assert main(["validate", "nowhere", str(broken), "looply/lost-answer"]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("Error: there is no file and no shipped scenario `nowhere`.")
    assert f"Error: {broken}:1: " in told.err
    assert told.out.startswith("looply/lost-answer: fine (")


def test_a_file_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "nowhere.yaml"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Error: there is no file `nowhere.yaml`.")
    assert told.count("\n") == 1


def test_names_of_the_storys_own_vendor_are_listed_and_others_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = tmp_path / "story.yaml"
    story.write_text(
        "understudy: 1\nscenario: x\nvendor: looply\n"
        "steps:\n  - { call: terminateWorkflow, with: { process_id: '${waitng.id}' } }\n",
        encoding="utf-8",
    )
    assert main(["validate", str(story)]) == 1
    told = capsys.readouterr().err
    assert f"{story}:5: `${{waitng.id}}` names nothing. Did you mean `waiting`? " in told
    assert re.search(r" There are approval, .*, waiting and [0-9]+ more\n$", told)
    assert "northwind" not in told, "the name of a record of another vendor"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"process_id": "x" * 49}, "Write at most 48 characters"),
        ({"since": "10m"}, "10m lies after the session's start. What lies before it has a minus"),
    ],
)
def test_what_an_entry_may_say_is_told_with_its_unit(
    entry: dict[str, str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = tmp_path / "story.yaml"
    execution = json.dumps({"workflow": "approval", "state": "COMPLETED"} | entry)
    world = f"world: {{ looply: {{ executions: [{execution}] }} }}"
    story.write_text(f"understudy: 1\nscenario: x\n{world}\n", encoding="utf-8")
    assert main(["validate", str(story)]) == 1
    line = capsys.readouterr().err
    assert line.startswith(f"Error: {story}:3: ")
    assert told in line
