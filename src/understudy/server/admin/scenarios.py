"""Scenarios that an admin request names or carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from understudy import resources
from understudy.errors import UnderstudyError
from understudy.openapi.operation import Operation, Violation
from understudy.scenarios.language.values import text
from understudy.scenarios.loader import UnknownScenario
from understudy.scenarios.stories.export import Run, export
from understudy.scenarios.stories.model import Scenario
from understudy.server.admin import problems
from understudy.server.admin.clock import bounded, time_view
from understudy.server.admin.lookup import present_session
from understudy.server.admin.past_calls import request_of
from understudy.server.admin.problems import invalid
from understudy.server.admin.shown_entry import shown_entry
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.slices import InSlices
from understudy.vendor import Call, Problem, Reply, Request

FILE = "text"  # what the mistakes of a scenario's text are told with: `text:4`
ONE_OF = ({"name"}, {"text"})


def load_scenario(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Adds a scenario to a running session, or nothing of it."""
    session = present_session(request, sandbox)
    body = unwrapped(request.body)
    scenario = one_scenario(body.get("scenario", body), sandbox)
    try:
        if scenario.clock is not None and scenario.clock.at is not None:
            bounded(session, scenario.clock.at)
        yield from session.loading(scenario)
    except UnderstudyError as error:
        raise refused_scenario(error) from None
    body = {
        "scenario": scenario.title,
        "records": _entries(scenario),
        "rules": len(scenario.rules),
        "verifications": len(scenario.verify),
        "clock": time_view(session.clock),
    }
    return Reply(200, body)


def one_scenario(said: str | Mapping[str, Any], sandbox: Sandbox) -> Scenario:
    """The scenario of a shipped name, a file's text, a JSON value, or what says which it is."""
    if not isinstance(said, str):
        return _carried(said if said.keys() in ONE_OF else {"scenario": said}, sandbox)
    if "\n" in said or ":" in said:
        return _carried({"text": said}, sandbox)
    return _carried({"name": said}, sandbox)


def refused_scenario(error: UnderstudyError) -> Problem:
    """Why a scenario cannot be used here."""
    return problems.refused("SCENARIO_REFUSED", error)


def _carried(body: Mapping[str, Any], sandbox: Sandbox) -> Scenario:
    try:
        if "name" in body:
            return sandbox.shipped_scenario(body["name"])
        if "text" in body:
            return sandbox.scenario_of(body["text"], FILE)
        return sandbox.scenario_of(body["scenario"])
    except UnknownScenario:
        raise _not_shipped(body["name"]) from None
    except UnderstudyError as error:
        raise refused_scenario(error) from None


def _not_shipped(name: str) -> Problem:
    because = f"no scenario {name!r} ships with the sandbox"
    there = resources.scenarios()
    return problems.unknown("SCENARIO_NOT_FOUND", name, because, "scenario", there)


def _entries(scenario: Scenario) -> int:
    sections = (rows for section in scenario.world.values() for rows in section.values())
    return sum(len(rows) for rows in sections if isinstance(rows, list | tuple))


BEGINS = "understudy"  # the key that tells a story from a request that carries one
YAML = ("application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml")


def in_json(operation: Operation, call: Call) -> tuple[Mapping[str, str], bytes]:
    """The headers and the body of a call; a story in YAML becomes JSON that carries its text."""
    takes = operation.body.media_types if operation.body is not None else ()
    if YAML[0] not in takes or not call.body:
        return call.headers, call.body
    if call.headers.get("content-type", "").partition(";")[0].strip().lower() not in YAML:
        return call.headers, call.body
    try:
        text = call.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = call.body[: error.start].count(b"\n") + 1
        message = f"the body is no UTF-8 in line {line}"
        wrong = Violation("body", "", "", "encoding", "UTF-8", None, message)
        raise invalid([wrong], operation) from None
    headers = {**call.headers, "content-type": "application/json"}
    return headers, msgspec.json.encode({"scenario": {"text": text}})


def unwrapped(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body that says what a story's own body means."""
    return {"scenario": body} if BEGINS in body else body


def export_scenario(request: Request, sandbox: Sandbox) -> Reply:
    exported = export(run_of(present_session(request, sandbox)), sandbox.contract)
    body = {
        "scenario": exported.scenario,
        "text": text(exported.scenario, exported.notes),
        "notes": list(exported.notes),
    }
    return Reply(200, body)


def run_of(session: Session) -> Run:
    """What there is to know of a session's run."""
    own = [each for each in session.loaded if not session.catalog.is_project(each)]
    begun = {id(rule) for each in session.loaded if each not in own for rule in each.rules}
    return Run(
        name=session.name,
        started=session.started,
        seed=session.seed,
        scenarios=own,  # what the project says, every session of it begins with
        rules=[each for each in session.rules.lifetimes() if id(each.rule) not in begun],
        entries=list(session.journal),
        dropped=session.journal.dropped,
        late=session.late,
        leaps=session.leaps,
        shown=lambda entry: shown_entry(session, entry),
        asked=lambda entry: request_of(entry, session),
        world_entries=lambda vendor: session.catalog.vendors[vendor].entries,
        enough=session.journal.enough if session.journal.outgrown else 0,
    )
