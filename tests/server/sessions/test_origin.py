"""When a session's worlds begin, and how often they are made."""

from __future__ import annotations

import json

import pytest

from tests.server.looply_sandbox import KEY, WAITING
from understudy.client import create_app
from understudy.server.inprocess import InProcess
from understudy.settings import Settings

LIST = "/looply/v2/workflows/getOrganizationWorkflows?limit=1"
AT = 1_767_603_600_000  # 2026-01-05T09:00:00Z


class Hands:
    """A machine's clock that stands until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = AT + 250
        monkeypatch.setattr("understudy.simulation.clock._wall", lambda: self.at)
        monkeypatch.setattr("understudy.simulation.clock._elapsed", lambda: float(self.at))


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


def created(process: InProcess, session: str) -> str:
    """When the waiting execution was made, 10 minutes and 30 seconds before the start."""
    assert process.ask("GET", f"/~{session}{LIST}", (KEY,)).status == 200
    path = f"/__admin/sessions/{session}/records/looply/executions/{WAITING}"
    told: str = json.loads(process.ask("GET", path).body)["created"]
    return told


def test_worlds_of_one_second_are_made_once_on_the_real_clock(hands: Hands) -> None:
    app = create_app(Settings(vendors=("looply",)))
    sandbox = app.sandbox
    with InProcess(app) as process:
        first = created(process, "first")
        hands.at += 500
        assert created(process, "second") == first == "2026-01-05T08:49:30.000Z"
        hands.at += 500
        assert created(process, "third") == "2026-01-05T08:49:31.000Z"
        told = json.loads(process.ask("GET", "/__admin/sessions/second/clock").body)
    one, two, three = (
        sandbox.session(name).world("looply")["executions"].get(WAITING)
        for name in ("first", "second", "third")
    )
    assert one is two
    assert one is not three
    assert told["now"] == "2026-01-05T09:00:01.250Z"  # the clock itself is not rounded


def test_a_clock_that_is_set_starts_where_it_is_set() -> None:
    app = create_app(Settings(vendors=("looply",), clock="2026-01-05T09:00:00.250Z"))
    with InProcess(app) as process:
        assert created(process, "mine") == "2026-01-05T08:49:30.250Z"
