"""`understudy serve --watch`: files edited in the ways of editors, while calls go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest

from tests.cli.served_process import PATIENCE, Serving, ask, serving
from understudy.cli import main

HEAD = "understudy: 1\nscenario: watched\nrules:\n"
RULE = "  - { name: %s, operation: looply.resumeWorkflow, times: 1, reply: %s }\n"
JSON = {"content-type": "application/json"}
STAY = "records stay as they are"


class Edited:
    """A server that watches two files, what it says of them, and a session to call."""

    def __init__(self, served: Serving, first: Path, second: Path) -> None:
        self.served, self.first, self.second = served, first, second
        self._lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.served.process.stderr is not None
        for line in self.served.process.stderr:
            self._lines.put(line.rstrip("\n"))

    def line(self) -> str:
        """The next line it says."""
        return self._lines.get(timeout=PATIENCE)

    def resume(self, session: str = "default", order: str = "order-1001") -> Any:
        url = f"{self.served.url}/~{session}/looply/v2/workflows/resumeWorkflow/{order}"
        headers = {**self.served.looply["headers"], **JSON}
        answer = ask(url, headers, '{"payload": {"source": "SAP"}}')
        return answer.status, answer.body["code"]

    def rules(self, session: str = "default") -> list[tuple[str, int]]:
        told = ask(f"{self.served.url}/__admin/sessions/{session}/rules?limit=9").body["rules"]
        return [(each["name"], each["acted"]) for each in told if each["id"][0] == "r"]


@pytest.fixture
def edited(tmp_path: Path) -> Iterator[Edited]:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(HEAD + RULE % ("one", "MISSING_RESUME_TOKEN"), encoding="utf-8")
    second.write_text(HEAD.replace("rules:\n", ""), encoding="utf-8")
    files = ("--scenario", str(first), "--scenario", str(second))
    with serving(tmp_path, "looply", "--clock", "frozen", "--watch", *files) as served:
        yield Edited(served, first, second)


def in_place(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def renamed(file: Path, text: str) -> None:
    draft = file.with_suffix(".swp")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, file)


def deleted_first(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text, encoding="utf-8")


def linked(file: Path, text: str) -> None:
    target = file.with_suffix(".target")
    target.write_text(text, encoding="utf-8")
    file.unlink()
    file.symlink_to(target)


@pytest.mark.parametrize("way", [in_place, renamed, deleted_first, linked])
def test_every_way_to_write_a_file_is_seen(
    edited: Edited, way: Callable[[Path, str], None]
) -> None:
    assert edited.resume() == (500, "MISSING_RESUME_TOKEN")
    same = RULE % ("one", "MISSING_RESUME_TOKEN")
    way(edited.first, HEAD + RULE % ("two", "WORKFLOW_RESTART_FAILED") + same)
    assert edited.line() == f"{edited.first}: read anew, 2 rules (1 as before); {STAY}"
    assert edited.rules() == [("two", 0), ("one", 1)]
    assert [edited.resume() for _ in range(2)] == [
        (500, "WORKFLOW_RESTART_FAILED"),
        (200, "WORKFLOW_RESTARTED"),
    ]
    way(edited.first, HEAD + same)
    assert edited.line() == f"{edited.first}: read anew, 1 rule (1 as before); {STAY}"
    assert edited.resume() == (409, "ALREADY_RESTARTED"), "the record knows what happened"
    assert edited.resume("new") == (500, "MISSING_RESUME_TOKEN")


def test_a_broken_edit_is_told_in_a_line_and_mended_in_another(edited: Edited) -> None:
    good = edited.first.read_text(encoding="utf-8")
    keeps = "the rules from before stay in force"
    in_place(edited.first, "")
    empty = f"{edited.first}:1: the file is empty; {keeps}. Begin with `understudy: 1`"
    assert edited.line() == empty
    in_place(edited.second, HEAD + "  - { operation: looply.nope, reply: 500 }\n")
    assert edited.line().startswith(f"{edited.second}:4: looply has no operation `nope`; {keeps}.")
    folder = edited.first.parent
    away = folder.rename(folder.with_name("away"))
    gone = f"there is no such file any more; {keeps}"
    assert sorted([edited.line(), edited.line()]) == [
        f"{edited.first}: {gone}",
        f"{edited.second}: {gone}",
    ]
    assert edited.resume() == (500, "MISSING_RESUME_TOKEN")
    away.rename(folder)
    assert [each.partition(";")[0] for each in sorted([edited.line(), edited.line()])] == [
        f"{edited.first}:1: the file is empty",
        f"{edited.second}:4: looply has no operation `nope`",
    ]
    in_place(edited.first, good)
    assert edited.line() == f"{edited.first}: as it was before; its rules have been in force"
    assert edited.rules() == [("one", 1)]


def test_where_nothing_can_be_edited_it_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--watch", "--scenario", "looply/lost-answer"]) == 2
    assert "--watch: there is no file to watch. Add --scenario FILE" in capsys.readouterr().err
