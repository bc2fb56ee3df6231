"""Every shipped story, played in process: green, and the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pytest

from understudy import resources
from understudy.client import create_app
from understudy.openapi.compiler import compile_contract
from understudy.openapi.document import load
from understudy.openapi.operation import Contract
from understudy.scenarios import loader
from understudy.scenarios.stories.model import Scenario
from understudy.scenarios.stories.replay import replay
from understudy.scenarios.stories.report import Report
from understudy.scenarios.stories.target import Answered, Headers, Lost
from understudy.server.inprocess import ConnectionLost, InProcess
from understudy.settings import Settings
from understudy.vendor import Vendor
from understudy.vendors import VENDORS

# A story of several vendors lies in a folder that is none's; a vendor may be on its way.
TO_COME = set(resources.specs()) - {vendor.name for vendor in VENDORS}
FILES = [name for name in resources.scenarios() if name.split("/")[0] not in TO_COME]


@lru_cache
def contract(name: str) -> Contract:
    file = resources.spec(name)
    return compile_contract(name, load(file), str(file))


def story(name: str) -> Scenario:
    return loader.load(name, VENDORS, contract)


class Sandbox:
    """A sandbox in this process as a target."""

    def __init__(self, **settings: Any) -> None:
        self.process = InProcess(create_app(Settings(**settings)))

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        try:
            answer = self.process.ask(method, path, headers, body)
        except ConnectionLost as error:
            return Lost(str(error))
        return Answered(answer.status, answer.headers, answer.body)


@lru_cache
def shared(**settings: Any) -> Sandbox:
    """One for all stories; each has a session of its own in it."""
    return Sandbox(**settings)


def played(name: str) -> Report:
    return replay(story(name), shared(), VENDORS, environment={})


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_file_is_a_scenario(name: str) -> None:
    assert story(name).title != name.rpartition("/")[2], "a shipped scenario has a title"


@pytest.mark.parametrize("name", [name for name in FILES if story(name).steps])
def test_every_story_is_green_and_the_same_twice(name: str) -> None:
    first, second = played(name), played(name)
    assert first.failed == ()
    assert first.verdict == "passed"
    assert first.transcript == second.transcript


def test_a_story_that_is_wrong_says_what_came_and_why() -> None:
    text = resources.scenario("looply/lost-answer")
    assert text is not None
    wrong = text.read_text(encoding="utf-8").replace("status: 409", "status: 200")
    sandbox = Sandbox()
    report = replay(loader.load_text(wrong, "wrong.yaml", VENDORS, contract), sandbox, VENDORS)
    sandbox.process.close()
    (failed,) = report.failed
    assert failed.differences == ("status: expected 200, got 409",)
    assert failed.got.startswith('409 {"code": "ALREADY_RESTARTED"')
    assert failed.request == "replay-wrong-yaml.2"
    serve, line = failed.command.splitlines()
    assert serve == "understudy serve"
    assert line.startswith("curl -i http://127.0.0.1:4010/looply/v2/")
    assert failed.because.startswith("it was resumed at 2026-01-05T09:00:00.000Z")
    assert failed.rules == (
        'the first answer is lost: record/state: expected "AWAITING_RESPONSE", got "IN_PROGRESS"',
    )


@pytest.mark.parametrize("name", [name for name in FILES if story(name).steps])
def test_a_call_names_records_of_the_kinds_that_its_vendor_says(name: str) -> None:
    sandbox = Kept()
    replay(story(name), sandbox, VENDORS, environment={})
    sandbox.process.close()
    for vendor, operation, collection in sandbox.named:
        about = next(each.about for each in VENDORS if each.name == vendor)
        assert about is not None
        assert collection in about[operation]


class Kept(Sandbox):
    """A sandbox that keeps which records calls named, before a replay gives its session back."""

    named: Sequence[tuple[str, str, str]] = ()

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        if method == "DELETE" and path.startswith("/__admin/sessions/"):
            session = self.process.app.sandbox.sessions[path.rpartition("/")[2]]
            self.named = [
                (
                    each.vendor,
                    contract(each.vendor).operations[each.operation].handled_by,
                    each.record[0],
                )
                for each in session.journal
                if each.record is not None and each.operation is not None
            ]
        return super().send(method, path, headers, body)


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_each_vendor_says_what_its_operations_name(vendor: Vendor) -> None:
    assert vendor.about is not None
    assert vendor.about.keys() == vendor.handlers.keys()
    kinds = {kind.name for kind in vendor.kinds}
    assert {name for names in vendor.about.values() for name in names} <= kinds
