"""Scenarios that an admin request names or carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import resources
from understudy.errors import UnderstudyError
from understudy.scenarios.loader import UnknownScenario, load_shipped, load_text, load_value
from understudy.scenarios.model import Scenario
from understudy.server.admin import envelope
from understudy.server.admin.clock import near, time_view
from understudy.server.admin.lookup import present_session
from understudy.server.admin.story import unwrapped
from understudy.server.sessions import Sandbox
from understudy.vendor import Problem, Reply, Request

FILE = "text"  # what the mistakes of a scenario's text are told with: `text:4`
ONE_OF = ({"name"}, {"text"})


def load_scenario(request: Request, sandbox: Sandbox) -> Reply:
    """Adds a scenario to a running session, or nothing of it."""
    session = present_session(request, sandbox)
    body = unwrapped(request.body)
    scenario = one_scenario(body.get("scenario", body), sandbox)
    try:
        if scenario.clock is not None and scenario.clock.at is not None:
            near(session, scenario.clock.at)
        session.load(scenario)
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
    return envelope.refused("SCENARIO_REFUSED", error)


def _carried(body: Mapping[str, Any], sandbox: Sandbox) -> Scenario:
    vendors = tuple(sandbox.vendors.values())
    try:
        if "name" in body:
            return load_shipped(body["name"], vendors, sandbox.contract)
        if "text" in body:
            return load_text(body["text"], FILE, vendors, sandbox.contract)
        return load_value(body["scenario"], vendors, sandbox.contract)
    except UnknownScenario:
        raise _not_shipped(body["name"]) from None
    except UnderstudyError as error:
        raise refused_scenario(error) from None


def _not_shipped(name: str) -> Problem:
    because = f"no scenario {name!r} ships with the sandbox"
    there = resources.scenarios()
    return envelope.unknown("SCENARIO_NOT_FOUND", name, because, "scenario", there)


def _entries(scenario: Scenario) -> int:
    sections = (rows for section in scenario.world.values() for rows in section.values())
    return sum(len(rows) for rows in sections if isinstance(rows, list | tuple))
