"""The ready file: never anything but a new one or one that a server left."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.served_process import serving, start
from understudy.cli import ready_file
from understudy.errors import InputError

OURS = {"url": "http://127.0.0.1:1", "pid": 1, "vendors": {}}


def link(file: Path) -> None:
    (file.parent / "target").write_text(json.dumps(OURS), encoding="utf-8")
    file.symlink_to(file.parent / "target")


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "is a pipe, no regular file"),
    "a link": (link, "is a link, no regular file"),
    "a link that leads nowhere": (lambda f: f.symlink_to("gone"), "is a link, no regular file"),
    "a text": (lambda f: f.write_text("mine"), "is there, and no ready file of Understudy's"),
    "another JSON": (lambda f: f.write_text('{"pid": 1}'), "no ready file of Understudy's"),
    "a large file": (lambda f: f.write_bytes(b" " * 2_000_000), "no ready file of Understudy's"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_somebody_elses_is_refused_and_stays(tmp_path: Path, kind: str) -> None:
    make, told = FOREIGN[kind]
    file = tmp_path / "ready.json"
    make(file)
    before = file.lstat()
    with pytest.raises(InputError) as refused:
        ready_file.claim(file)
    assert told in refused.value.what
    assert (refused.value.where, refused.value.fix) == (
        "--ready-file",
        "Name a file that is not there yet",
    )
    assert file.lstat() == before


def test_it_is_refused_before_anything_starts(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ready.json")
    process = start("--port", "0", "--ready-file", str(tmp_path / "ready.json"))
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("Error: --ready-file: ")
    assert (tmp_path / "ready.json").is_fifo()


@pytest.mark.parametrize("text", [json.dumps(OURS), "", "\n"])
def test_one_that_a_server_left_is_taken_away(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ready.json"
    file.write_text(text, encoding="utf-8")
    ready_file.claim(file)
    assert not file.exists()


def test_what_took_its_place_meanwhile_stays(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        file = tmp_path / "ready.json"
        file.write_text(json.dumps(OURS | {"pid": served.process.pid + 1}), encoding="utf-8")
        assert served.end()[0] == 0
    assert json.loads(file.read_text(encoding="utf-8"))["vendors"] == {}


def test_a_full_disk_leaves_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left on device"):
        ready_file.write(tmp_path / "ready.json", "http://127.0.0.1:1", {})
    assert list(tmp_path.iterdir()) == []
