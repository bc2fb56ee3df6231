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


def lines_of(text: str, file: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is told of a file with mistakes, without the part that is the same in each line."""
    file.write_text(f"understudy: 1\nscenario: x\nvendor: looply\n{text}", encoding="utf-8")
    assert main(["validate", str(file)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line for line in told if not line.startswith(f"Error: {file}:")] == []
    return [line.removeprefix(f"Error: {file}:") for line in told]


def test_all_mistakes_of_the_grammar_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "ruels: []\nrules:\n  - operaton: resumeWorkflow\n    reply: 409\n"
        "steps:\n  - {}\n  - { call: x, with: 3 }\nclock: { each_call: 30 }\n"
    )
    told = lines_of(text, tmp_path / "story.yaml", capsys)
    assert [line.partition(". ")[0] for line in told] == [
        "4: `ruels` is no key of a scenario",
        "6: `operaton` is no key of a rule",
        "9: a call needs `call`",
        "10: `with` is 3",
        "11: `each_call` is 30",
    ], "that `operation` is missing goes without saying"
    assert told[1].split(". ")[1].startswith("Did you mean `operation`? There are name, operation,")


def test_a_mistake_of_each_part_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "rules:\n  - { operation: resumeWorkflw, reply: 409 }\n"
        "  - { operation: resumeWorkflow, reply: NOPE }\n"
        "steps:\n  - { call: resumeWorkflw, save: { a: $.x } }\n"
        '  - { call: terminateWorkflow, with: { process_id: "${a}" } }\n'
        '  - { call: terminateWorkflow, with: { process_id: "${b}" } }\n'
        "finally:\n  - { clock: { speed: 1, each_call: 1s } }\n"
        "verify:\n  - { operation: nope }\n"
    )
    told = lines_of(text, tmp_path / "story.yaml", capsys)
    assert [line.partition(". ")[0] for line in told] == [
        "5: looply has no operation `resumeWorkflw`",
        "6: resumeWorkflow has no answer NOPE",
        "8: looply has no operation `resumeWorkflw`",
        "10: `${b}` names nothing",
        "12: a clock of speed 1 runs by itself; each_call moves one that stands",
        "14: looply has no operation `nope`",
    ], "what a step saves is known, whatever is wrong with it"


def test_a_mistake_of_each_world_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "world:\n  looply:\n    executions: [{ workflow: nowhere, state: IN_PROGRESS }]\n"
        "  hydracore:\n    workflows: [{ instance: nobody }]\n"
    )
    told = lines_of(text, tmp_path / "story.yaml", capsys)
    assert [line.partition(":")[0] for line in told] == ["6", "8"]
    assert ["nowhere" in told[0], "nobody" in told[1]] == [True, True]
