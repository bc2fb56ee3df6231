"""`understudy copy`: a shipped scenario as a file to vary, and `replay` by words."""

from __future__ import annotations

from pathlib import Path

import pytest

from understudy import resources
from understudy.cli import main


def test_a_copied_story_is_the_shipped_one_and_plays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "my.yaml"
    assert main(["copy", "looply/lost-answer", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: 3 steps. Next: understudy replay {file}\n"
    shipped = resources.scenario("looply/lost-answer")
    assert shipped is not None
    assert file.read_text(encoding="utf-8") == shipped.read_text(encoding="utf-8")
    assert main(["replay", str(file)]) == 0


def test_what_has_no_steps_is_copied_to_serve_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "magic.yaml"
    assert main(["copy", "looply/magic", str(file)]) == 0
    out = capsys.readouterr().out
    assert out == f"{file}: no steps. Next: understudy serve --scenario {file}\n"


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "my.yaml"
    file.write_text("mine", encoding="utf-8")
    assert main(["copy", "looply/lost-answer", str(file)]) == 2
    assert file.read_text(encoding="utf-8") == "mine"
    assert capsys.readouterr().err == f"Error: {file}: it is there already. Name another file\n"


def test_words_that_mean_several_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["copy", "lost answer", str(tmp_path / "my.yaml")]) == 2
    assert capsys.readouterr().err == (
        "Error: 4 stories are meant by 'lost answer'. Name one of hydracore/lost-answer, "
        "interactly/lost-answer, looply/lost-answer, refold/lost-answer-runs-twice\n"
    )
    assert not (tmp_path / "my.yaml").exists()


def test_a_folder_that_is_not_there_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "no" / "my.yaml"
    assert main(["copy", "looply/lost-answer", str(file)]) == 2
    line = f"Error: FILE: cannot write {file}: No such file or directory\n"
    assert capsys.readouterr().err == line


@pytest.mark.parametrize(
    ("words", "played"),
    [
        ("already", ["looply/already-restarted.yaml"]),
        ("Lost Request", ["looply/lost-request.yaml"]),
        ("together", ["together/approval-starts-delivery.yaml"]),
        ("together/", ["together/approval-starts-delivery.yaml"]),
    ],
)
def test_stories_are_found_by_words_and_by_vendor(
    words: str, played: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", words]) == 0
    out = capsys.readouterr().out
    files = [line.partition(":")[0] for line in out.splitlines() if ".yaml: " in line]
    assert files == played


def test_a_vendors_name_plays_all_of_its_stories(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "interactly"]) == 0
    assert "14 stories, " in capsys.readouterr().out.splitlines()[-1]


def test_words_that_nothing_has_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "perpetual"]) == 2
    assert "there is no file and no shipped scenario `perpetual`" in capsys.readouterr().err
