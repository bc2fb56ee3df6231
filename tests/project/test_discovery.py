"""Which project file is in force, and which lies too far up to be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from understudy.errors import InputError
from understudy.project.discovery import found, in_force, shown


def touched(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def test_it_is_looked_for_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    touched(tmp_path / "understudy.yaml", root / "understudy.yaml")
    (root / ".git").mkdir()
    inside = root / "services" / "orders"
    inside.mkdir(parents=True)
    assert found(inside) == root / "understudy.yaml"
    touched(inside / "understudy.yml")
    assert found(inside) == inside / "understudy.yml"


def test_nothing_above_the_root_of_the_repository_is_read(tmp_path: Path) -> None:
    touched(tmp_path / "understudy.yaml")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert found(tmp_path / "repository") is None


def test_outside_of_a_repository_the_folder_alone_counts(tmp_path: Path) -> None:
    touched(tmp_path / "understudy.yaml")
    (tmp_path / "below").mkdir()
    assert found(tmp_path) == tmp_path / "understudy.yaml"
    assert found(tmp_path / "below") is None


def test_a_worktree_has_a_file_where_others_have_a_folder(tmp_path: Path) -> None:
    touched(tmp_path / "understudy.yaml", tmp_path / ".git")
    (tmp_path / "below").mkdir()
    assert found(tmp_path / "below") == tmp_path / "understudy.yaml"


def test_what_is_named_wins_over_the_environment_and_that_over_what_is_found(
    tmp_path: Path,
) -> None:
    one, two, three = (tmp_path / n / "understudy.yaml" for n in ("one", "two", "three"))
    touched(one, two, three)
    here = three.parent
    assert in_force(None, {}, here) == three
    assert in_force(None, {"UNDERSTUDY_PROJECT": str(two)}, here) == two
    assert in_force(one, {"UNDERSTUDY_PROJECT": str(two)}, here) == one
    assert in_force(one, {"UNDERSTUDY_NO_PROJECT": "1"}, here) == one
    assert in_force(None, {"UNDERSTUDY_NO_PROJECT": "1"}, here) is None
    assert in_force(None, {"UNDERSTUDY_NO_PROJECT": "0"}, here) == three
    assert in_force(False, {"UNDERSTUDY_PROJECT": str(two)}, here) is None
    assert in_force(one.parent, {}, here) == one


def test_a_file_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        in_force("none.yaml", {})
    assert str(caught.value) == (
        "project: there is no file none.yaml. Check the path, or say project=False"
    )
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as caught:
        in_force(None, {"UNDERSTUDY_PROJECT": "empty"})
    assert str(caught.value) == (
        "UNDERSTUDY_PROJECT: the folder empty has no understudy.yaml. "
        "Write one with: understudy init --project empty/understudy.yaml"
    )


def test_a_path_is_told_as_it_is_seen_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert shown(tmp_path / "understudy.yaml") == "../understudy.yaml"
    assert shown(tmp_path / "below" / "a.yaml") == "a.yaml"
