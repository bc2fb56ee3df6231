"""Each answer that the example projects declare happens by itself, and a check of them is clean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from understudy import resources
from understudy.checks import answer_recipes, conformance
from understudy.checks.document_calls import DocumentSandbox
from understudy.cli.replay_targets import InProcessTarget
from understudy.client import create_app
from understudy.modeled.assembly import Modeled
from understudy.modeled.sources import make, read_all
from understudy.project.project import Project
from understudy.project.settings import in_process, of
from understudy.scenarios.stories.replay import replay
from understudy.scenarios.stories.report import Report
from understudy.scenarios.stories.target import Answered, Headers, Lost
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN
from understudy.vendors import VENDORS

FOLDERS = sorted((resources.scenarios_folder() / resources.EXAMPLES).iterdir())
OWN = ("understudy.yaml", "openapi.yaml")  # files that are no stories
each_example = pytest.mark.parametrize("folder", FOLDERS, ids=lambda each: each.name)


def project_of(folder: Path) -> Project:
    found = of(folder)
    assert found is not None
    return found


def app_of(folder: Path) -> Any:
    return create_app(in_process(project_of(folder), {}, {"clock": FROZEN}))


def modeled_of(folder: Path) -> Modeled:
    project = project_of(folder)
    (document,) = read_all(in_process(project, {}))
    world = project.source.value.get("world", {}).get(document.name, {})
    return make(document)._replace(world=world)


class Noting(InProcessTarget):
    """A target that notes which operations were answered with what, by themselves."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self.reached: set[tuple[str, int]] = set()

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        answer = super().send(method, path, headers, body)
        assert isinstance(answer, Answered)
        told = dict(answer.headers).get("x-understudy", "")
        facts = dict(each.partition("=")[::2] for each in told.split(", "))
        if facts.get("by") in ("behaviour", "refusal"):
            self.reached.add((facts.get("operation", ""), answer.status))
        return answer


def played(folder: Path, app: Any) -> Iterator[tuple[Report, Noting]]:
    vendors = tuple(app.sandbox.vendors.values())
    stories = [file for file in sorted(folder.glob("*.yaml")) if file.name not in OWN]
    with InProcess(app) as process:
        for file in stories:
            target, story = Noting(process), app.sandbox.scenario(str(file))
            yield replay(story, target, vendors, begun=app.sandbox.begun.says), target


@each_example
def test_each_declared_answer_happens_by_itself(folder: Path) -> None:
    made = modeled_of(folder)
    reached: set[tuple[str, int]] = set()
    for _, target in played(folder, app_of(folder)):
        reached |= target.reached
    sandbox = DocumentSandbox(made)
    for operation in made.contract.operations.values():
        ways = answer_recipes.found(sandbox, operation.id).keys() - {""}
        assert ways <= operation.answers.keys()
        reached |= {(operation.id, operation.answers[each].status) for each in ways}
    sandbox.close()
    declared = {
        (each.id, answer.status)
        for each in made.contract.operations.values()
        for answer in each.answers.values()
    }
    assert declared - reached == set()


@each_example
def test_check_is_clean(folder: Path) -> None:
    made = modeled_of(folder)
    report = conformance.run(VENDORS, documents=(made,), max_examples=1)
    assert (report.findings, report.clean) == ((), True)
