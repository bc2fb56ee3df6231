"""A project file, and the functions beside it, that are edited while they are served."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.project.folders import PROJECT, project_in
from understudy.modeled.sources import read_all, with_documents
from understudy.project.settings import in_process, of
from understudy.server.app import Application
from understudy.server.inprocess import ask
from understudy.server.sessions.document_watch import DocumentWatch
from understudy.server.sessions.watch import Watch
from understudy.vendors import shipped

BY_HAND = (
    "from understudy.vendor import Reply\n\n\ndef getOrder(request, world):\n"
    "    return Reply(200, {'id': 'x', 'item': 'by hand'})\n"
)


class Served:
    """A project in a folder, served and watched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = project_in(folder)
        settings = in_process(of(self.file), {})
        documents = read_all(settings)
        self.app = Application(*with_documents(settings, shipped, documents))
        self.told: list[str] = []
        self.scenarios = Watch(self.app.sandbox, self.told.append)
        self.documents = DocumentWatch(self.app.sandbox, documents, self.told.append)

    def look(self) -> list[str]:
        """What is told of what was edited."""
        known = len(self.told)
        for _ in range(3):
            self.scenarios.look()
            self.documents.look()
        for each in self.documents._documents:
            if each.reading is not None:
                each.reading.exception(timeout=60)
        self.documents.look()
        for _ in range(3):
            self.scenarios.look()
        return self.told[known:]

    def item(self) -> Any:
        answer = asyncio.run(ask(self.app, "GET", "/orders/orders/ord1", [], b""))
        return json.loads(answer.body).get("item") if answer.status == 200 else answer.status


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    monkeypatch.chdir(tmp_path)
    made = Served(tmp_path)
    assert made.look() == []
    return made


def test_an_edited_rule_holds_at_once(served: Served) -> None:
    assert (served.item(), served.item()) == (503, "tea")
    project_in(served.folder, PROJECT.replace("times: 1, reply: 503", "times: 2, reply: 503"))
    assert served.look() == ["understudy.yaml: read anew, 1 rule; records stay as they are"]
    assert (served.item(), served.item(), served.item()) == (503, 503, "tea")


def test_what_is_served_holds_from_the_next_start_on(served: Served) -> None:
    project_in(served.folder, PROJECT.replace("port: 4955", "port: 4966"))
    assert served.look() == [
        "understudy.yaml: read anew; options from the next start of the server on"
    ]


def test_a_broken_edit_is_told_once_and_changes_nothing(served: Served) -> None:
    project_in(served.folder, f"{PROJECT}serv: {{}}\n")
    (told,) = served.look()
    assert told.startswith("understudy.yaml:13:1: `serv` is no key of a project; the rules from")
    assert (served.item(), served.item()) == (503, "tea")
    project_in(served.folder)
    assert served.look() == ["understudy.yaml: as it was before; its rules have been in force"]


def test_edited_functions_answer_from_then_on(served: Served) -> None:
    served.item()
    (served.folder / "handlers.py").write_text(BY_HAND, encoding="utf-8")
    assert served.look() == [
        "orders.yaml: orders is read anew, 2 operations; records that fit stay"
    ]
    assert served.item() == "by hand"
    (served.folder / "handlers.py").write_text(f"{BY_HAND}1 +\n", encoding="utf-8")
    (told,) = served.look()
    assert told.startswith("handlers.py:6: this is no Python: invalid syntax; the document from")
    assert served.item() == "by hand"
    (served.folder / "handlers.py").unlink()
    served.look()
    assert served.item() == "tea"
