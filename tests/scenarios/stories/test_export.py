"""What was recorded replays: every shipped story, and what a session did without one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from msgspec import json

from tests.scenarios.stories.test_shipped import FILES, Sandbox, contract, shared, story
from understudy.scenarios import loader
from understudy.scenarios.language.values import text
from understudy.scenarios.stories.export import Exported, export
from understudy.scenarios.stories.model import Scenario
from understudy.scenarios.stories.replay import replay
from understudy.scenarios.stories.report import Report
from understudy.scenarios.stories.target import Answered, Headers, Lost
from understudy.server.admin.scenarios import run_of
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


@lru_cache
def recorder(journal: int) -> Recorder:
    """One for all stories; each has a session of its own in it."""
    return Recorder(journal=journal)


@lru_cache
def recorded(name: str, journal: int = 10_000) -> Exported:
    """A shipped story played, and what was recorded of it."""
    sandbox = recorder(journal)
    assert replay(story(name), sandbox, VENDORS, environment={}).verdict == "passed"
    assert sandbox.exported is not None
    return sandbox.exported


def played(scenario: Scenario) -> Report:
    return replay(scenario, shared(), VENDORS, environment={})


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


class Lived:
    """A session that somebody drives by hand, and what is recorded of it."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(clock="frozen")
        self.process = self.sandbox.process
        self.name = "default"
        self.admin("GET", "")

    def call(self, path: str, body: str = "", **headers: str) -> Answered | Lost:
        sent = {"x-api-key": "looply-key-northwind", "content-type": "application/json"} | headers
        target = f"/~{self.name}/looply/v2/workflows{path}"
        method = "POST" if body else "GET"
        return self.sandbox.send(method, target, list(sent.items()), body.encode())

    def resume(self, order: str = "order-1001", **headers: str) -> Answered | Lost:
        return self.call(f"/resumeWorkflow/{order}", '{"payload": {"source": "SAP"}}', **headers)

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else json.encode(body)
        target = f"/__admin/sessions/{self.name}{path}"
        told = self.process.ask(method, target, (("content-type", "application/json"),), content)
        assert told.status < 300, told
        return json.decode(told.body) if told.body else None

    def rule(self, operation: str, **rule: Any) -> str:
        made = self.admin("POST", "/rules", {"operation": f"looply.{operation}", **rule})
        return str(made["rules"][0]["id"])

    def recorded(self) -> Exported:
        exported = export(run_of(self.process.app.sandbox.sessions[self.name]), contract)
        self.process.close()
        return exported


def replayed(exported: Exported) -> Report:
    """What is recorded, written as a file and played."""
    written = text(exported.scenario, exported.notes)
    return played(loader.load_text(written, "story.yaml", VENDORS, contract))


def test_rules_that_came_late_and_went_early_do_as_they_did() -> None:
    lived = Lived()
    lived.resume("order-1001")
    lived.resume("order-9", **{"x-api-key": "nobodys"})
    lost = lived.rule("resumeWorkflow", fault={"lose": "answer"})
    gate = lived.rule("resumeWorkflow", name="deaf", skip=1, fault={"lose": "request"})
    assert isinstance(lived.resume("order-1002"), Lost)
    assert isinstance(lived.resume("order-1002"), Lost)
    lived.admin("DELETE", f"/rules/{gate}")
    lived.rule("resumeWorkflow", when={"process_id": "order-1004"}, reply="FORBIDDEN")
    assert isinstance(lived.resume("order-1001"), Lost)
    lived.admin("DELETE", f"/rules/{lost}")
    for order in ("order-1004", "order-1001", "order-1003"):
        assert isinstance(lived.resume(order), Answered)
    lived.rule("resumeWorkflow", name="never", times=1, reply="FORBIDDEN")
    lived.admin("POST", "/rules/clear")
    lived.resume("order-1002")
    exported = lived.recorded()
    assert [
        (each.get("name"), each.get("skip"), each.get("times"))
        for each in exported.scenario["rules"]
    ] == [(None, None, 1), ("deaf", 3, 1), (None, 1, 2)]
    assert replayed(exported).failed == ()


def test_rules_of_a_fork_and_of_what_was_restored_do_as_they_did() -> None:
    lived = Lived()
    lived.resume()
    lived.rule("resumeWorkflow", times=2, reply="FORBIDDEN")
    lived.admin("POST", "/fork", {"name": "twin"})
    lived.name = "twin"
    lived.resume()
    gone = lived.rule("resumeWorkflow", fault={"lose": "answer"})
    assert isinstance(lived.resume("order-1002"), Lost)
    lived.admin("DELETE", f"/rules/{gone}")
    taken = lived.admin("GET", "/snapshot")
    lived.admin("POST", "/clock/advance", {"by": "1h"})
    lived.resume()
    lived.admin("PUT", "/snapshot", taken)
    assert isinstance(lived.resume("order-1002"), Answered)
    exported = lived.recorded()
    assert sum("call" in step for step in exported.scenario["steps"]) == 4
    assert replayed(exported).failed == ()


def test_what_was_truncated_behind_its_end_arrived() -> None:
    lived = Lived()
    lived.rule("resumeWorkflow", fault={"truncate": 100_000})
    assert isinstance(lived.resume(), Answered)
    assert replayed(lived.recorded()).failed == ()


def test_clock_moves_and_forced_answers_between_calls() -> None:
    lived = Lived()
    lived.admin("PUT", "/clock", {"each_call": "30s"})
    lived.resume(prefer="example=MISSING_RESUME_TOKEN")
    lived.resume()
    lived.admin("POST", "/clock/advance", {"next": True})
    lived.call("/getWorkflowExecutionHistory?workflow_id=x&__code=404")
    lived.admin("PUT", "/clock", {"speed": 1_000_000})
    lived.resume(**{"x-auth-token": "hush", "x-understudy-session": "default"})
    lived.admin("PUT", "/clock", {"speed": 0})
    lived.admin("POST", "/clock/advance", {"idle": True})
    lived.resume("order-1002")
    exported = lived.recorded()
    assert b"hush" not in json.encode(exported.scenario)
    assert replayed(exported).failed == ()


def test_what_cannot_be_told_is_noted() -> None:
    lived = Lived()
    lived.resume()
    workflow = {"name": "own", "steps": []}
    scenario = {
        "understudy": 1, "scenario": "late", "world": {"looply": {"workflows": [workflow]}},
    }  # fmt: skip
    lived.admin("POST", "/scenario", {"scenario": scenario})
    lived.resume()
    late = "the world of 'late' came after request 1: here it is there from the start"
    assert lived.recorded().notes == (late,)
    empty = Lived().recorded()
    assert empty.notes == ()
    assert loader.load_value(empty.scenario, VENDORS, contract).steps == ()
