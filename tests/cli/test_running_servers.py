"""Which sandboxes run on this machine, and which of them is meant where nobody names one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from understudy.cli.running_servers import (
    USUAL,
    announce,
    found_url,
    others,
    running,
    runtime_folder,
    withdraw,
)
from understudy.errors import InputError

HERE = "http://127.0.0.1:4011"
THERE = "http://127.0.0.1:4012"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "understudy"


def put(folder: Path, name: str, url: str, pid: int, *vendors: str) -> Path:
    """The file of a sandbox."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(json.dumps({"url": url, "pid": pid, "vendors": vendors}))
    return file


def dead() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_the_only_one_is_found_while_it_runs() -> None:
    assert found_url() == USUAL
    file = announce(HERE, ["looply"])
    assert running() == [(HERE, os.getpid(), ("looply",))]
    assert found_url() == HERE
    withdraw(file)
    assert (running(), found_url()) == ([], USUAL)


def test_the_folder_is_the_users_alone(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    assert runtime_folder() == folder
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_none_is_used_by_nobody(folder: Path) -> None:
    folder.symlink_to(folder.parent)
    assert announce(HERE, ["looply"]) is None
    assert running() == []


def test_without_a_runtime_folder_one_of_the_users_own_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert runtime_folder() == tmp_path / f"understudy-{os.getuid()}"


def test_what_a_dead_process_left_is_ignored_and_removed(folder: Path) -> None:
    file = put(folder, "1.json", HERE, dead(), "looply")
    assert found_url() == USUAL
    assert not file.exists()


def test_what_is_no_file_of_ours_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    for name, text in (("a.json", "[]"), ("b.json", "{"), ("c.json", '{"url": 1}')):
        (folder / name).write_text(text)
    assert running() == []
    assert len(list(folder.iterdir())) == 3


def test_several_are_named_with_what_to_type(folder: Path) -> None:
    put(folder, "1.json", HERE, os.getpid(), "looply", "refold")
    put(folder, "2.json", THERE, os.getppid(), "a", "b", "c", "d", "e")
    with pytest.raises(InputError) as caught:
        found_url()
    assert str(caught.value) == (
        "--url: 2 sandboxes run here. Say --url http://127.0.0.1:4011 (looply, refold)"
        " or --url http://127.0.0.1:4012 (a, b, c, 2 more)"
    )
    assert [each.url for each in others(HERE)] == [THERE]


def test_of_several_the_usual_one_is_meant(folder: Path) -> None:
    put(folder, "1.json", HERE, os.getpid(), "orders")
    put(folder, "2.json", USUAL, os.getppid(), "looply")
    assert found_url() == USUAL
