"""What was recorded replays: every shipped story, and what a session did without one."""

from __future__ import annotations

import pytest
from msgspec import json

from tests.scenarios.test_stories import FILES, Sandbox, contract, story
from understudy.scenarios import loader
from understudy.scenarios.export import Exported, export
from understudy.scenarios.model import Scenario
from understudy.scenarios.replay import replay
from understudy.scenarios.report import Report
from understudy.scenarios.target import Answered, Headers, Lost
from understudy.scenarios.yaml_text import text
from understudy.server.admin.export import run_of
from understudy.vendors import VENDORS

LONG = "cloudflare/rate-limit"  # more calls than a journal holds where nobody says so
STORIES = [name for name in FILES if story(name).steps]


class Recorder(Sandbox):
    """A sandbox that exports a session just before a replay gives it back."""

    exported: Exported | None = None

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        if method == "DELETE" and path.startswith("/__admin/sessions/"):
            session = self.process.app.sandbox.sessions[path.rpartition("/")[2]]
            run = run_of(session)
            self.exported = export(run, contract)
        return super().send(method, path, headers, body)


def recorded(name: str, journal: int = 10_000) -> Exported:
    """A shipped story played, and what was recorded of it."""
    sandbox = Recorder(journal=journal)
    assert replay(story(name), sandbox, VENDORS, environment={}).verdict == "passed"
    sandbox.process.close()
    assert sandbox.exported is not None
    return sandbox.exported


def played(scenario: Scenario) -> Report:
    sandbox = Sandbox()
    report = replay(scenario, sandbox, VENDORS, environment={})
    sandbox.process.close()
    return report


@pytest.mark.parametrize("name", STORIES)
def test_what_is_recorded_of_a_story_replays_green(name: str) -> None:
    exported = recorded(name)
    assert not [note for note in exported.notes if "journal" in note]
    written = text(exported.scenario, exported.notes)
    report = played(loader.load_text(written, "story.yaml", VENDORS, contract))
    assert report.failed == ()
    assert report.verdict == "passed"


def test_what_the_journal_no_longer_has_is_told() -> None:
    (note,) = recorded(LONG, 1_000).notes
    assert note == (
        "the journal no longer has the first 430 requests; "
        "`understudy serve --journal 1430` keeps them"
    )


def test_ids_become_captures_and_keys_variables() -> None:
    sandbox = Sandbox()
    process = sandbox.process
    key = ("x-api-key", "looply-key-northwind")
    told = ("content-type", "application/json")
    base, workflow = "/looply/v2/workflows", "be9439c2-16b9-4de2-bb1a-9154b85af065"
    body = b'{"process_id": "${mine}"}'
    created = process.ask("POST", f"{base}/triggerworkflow/{workflow}/2", (key, told), body)
    execution = json.decode(created.body)["looply_execution_id"]
    query = f"workflow_id={workflow}&workflow_execution_id={execution}"
    process.ask("GET", f"{base}/getWorkflowExecutionById?{query}", (key,))
    process.ask("GET", f"{base}/getWorkflowExecutionById?{query}", (("x-api-key", "hush"),))
    process.ask("GET", f"{base}/no/such/path", (key,))
    session = process.app.sandbox.sessions["default"]
    run = run_of(session)
    process.close()
    scenario, notes = export(run, contract)
    assert notes == ("request 4 is left out: no operation is GET /v2/workflows/no/such/path",)
    calls = [step for step in scenario["steps"] if "call" in step]
    assert calls[0]["save"] == {"id_1": "$['looply_execution_id']"}
    assert calls[0]["expect"]["body"]["looply_execution_id"] == {"$type": "string"}
    assert calls[0]["with"]["body"] == {"process_id": "$${mine}"}
    assert calls[1]["with"]["query.workflow_execution_id"] == "${id_1}"
    assert calls[1]["expect"]["body"]["item"]["workflow_execution_id"] == "${id_1}"
    assert calls[2]["as"] == "nobody"
    assert calls[2]["with"]["headers"] == {"x-api-key": "${secret}"}
    assert scenario["variables"] == {
        "secret": {"env": "UNDERSTUDY_SECRET", "default": "nobodys-key"}
    }
    assert b"hush" not in json.encode(scenario)
    other = loader.load_value({**scenario, "seed": 99}, VENDORS, contract)
    assert played(other).failed == (), "no id of this seed is left in it"


@pytest.mark.parametrize(
    "value", ["plain", "\x7f\x85\ufeff", '"', "a: b # c", "007", "on", "\U0001f600"]
)
def test_what_is_written_is_read_as_it_was(value: str) -> None:
    step = {"call": "looply.getOrganizationWorkflows", "with": {"headers": {"x-note": value}}}
    scenario = {"understudy": 1, "scenario": value, "steps": [step]}
    read = loader.load_text(text(scenario, ["a note\nof two lines"]), "x.yaml", VENDORS, contract)
    assert (read.title, read.source.value["steps"]) == (value, [step])


def test_the_same_call_with_the_same_answer_is_one_step() -> None:
    steps = recorded(LONG).scenario["steps"]
    lists = [step for step in steps if step.get("call") == "cloudflare.listWorkflows"]
    told = [(s.get("times", 1), s.get("every"), s["expect"]["status"]) for s in lists]
    assert told == [
        (1224, "5ms", 200),
        (2, "1m", 429),
        (1, None, 200),
        (200, None, 200),
        (1, None, 429),
        (1, None, 429),
    ]
