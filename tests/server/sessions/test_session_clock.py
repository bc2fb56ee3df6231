"""Time over steps and over the admin API: the same clock, and everything at its own instant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pytest

from tests.server.looply_sandbox import JSON, WAITING, LooplySandbox
from understudy.scenarios import loader
from understudy.scenarios.stories.replay import replay
from understudy.scenarios.stories.target import Answered, Headers
from understudy.simulation import idle
from understudy.simulation.clock import instant
from understudy.vendors import VENDORS

START = instant("2026-01-01T00:00:00Z")
DAY = 86_400_000


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox() as made:
        yield made


class Target:
    """The sandbox in process, for a story."""

    def __init__(self, looply: LooplySandbox) -> None:
        self.looply = looply
        self.clocks: list[Any] = []

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered:
        answer = self.looply.process.ask(method, path, headers, body)
        if "/clock" in path:
            told = json.loads(answer.body)
            self.clocks.append({key: told[key] for key in ("now", "frozen", "speed", "each_call")})
        return Answered(*answer)


TIMES: list[tuple[str, str, Any]] = [
    ("/clock/advance", "{ advance: { by: 90s } }", {"by": "90s"}),
    ("/clock/advance", "{ advance: { by: 1h30m } }", {"by": "1h30m"}),
    ("/clock/advance", "{ advance: next }", {"next": True}),
    ("/clock/advance", "{ advance: next }", "next"),
    ("/clock/advance", "{ advance: { next: true } }", "next"),
    ("/clock/advance", "{ advance: idle }", {"idle": True}),
    ("/clock/advance", "{ advance: idle }", "idle"),
    ("/clock/advance", "{ advance: { idle: true } }", "idle"),
    (
        "/clock/advance",
        '{ advance: { to: "2026-02-01T00:00:00Z" } }',
        {"to": "2026-02-01T00:00:00Z"},
    ),
    ("/clock", "{ clock: { each_call: 30s } }", {"each_call": "30s"}),
    ("/clock", "{ clock: { speed: 0, each_call: 0 } }", {"speed": 0, "each_call": "0s"}),
    ("/clock", '{ clock: { at: "2026-03-01T00:00:00Z" } }', {"at": "2026-03-01T00:00:00Z"}),
]


def test_steps_and_the_admin_api_agree(looply: LooplySandbox) -> None:
    steps = "\n".join(f"  - {step}" for _, step, _ in TIMES)
    text = f"understudy: 1\nvendor: looply\nsteps:\n{steps}"
    target = Target(looply)
    story = loader.load_text(text, "time.yaml", VENDORS, looply.sandbox.contract)
    assert replay(story, target, VENDORS).failed == ()
    told = []
    for path, _, body in TIMES:
        clock = looply.admin("PUT" if path == "/clock" else "POST", path, body)
        told.append({key: clock[key] for key in ("now", "frozen", "speed", "each_call")})
    assert target.clocks == told
    assert [each["now"][:10] for each in told[-4:]] == [*["2026-02-01"] * 3, "2026-03-01"]


def test_a_clock_is_thawed_and_sped_up(looply: LooplySandbox) -> None:
    assert looply.admin("PUT", "/clock", {"speed": 1_000_000})["frozen"] is False
    looply.resume()
    end = perf_counter() + 10
    while looply.record()["state"] != "COMPLETED":
        assert perf_counter() < end
    frozen = looply.admin("PUT", "/clock", {"speed": 0})
    assert looply.admin("GET", "/clock")["now"] == frozen["now"]
    done = looply.record()["transitions"]
    assert instant(done[-1]["at"]) - instant(done[-2]["at"]) == 300_000, "five minutes to the dot"


def test_each_call_moves_a_frozen_clock(looply: LooplySandbox) -> None:
    looply.admin("PUT", "/clock", {"each_call": "1m"})
    looply.resume()
    states = [looply.state(WAITING) for _ in range(6)]
    assert states == ["post_to_sap"] * 4 + ["COMPLETED"] * 2


def test_twenty_thousand_events_keep_each_ones_instant(
    looply: LooplySandbox,
) -> None:
    work = [{"do": "count", "takes": "5s"}]
    often = {"name": "often", "schedule": "*/10 * * * *", "steps": work}
    looply.admin(
        "POST",
        "/scenario",
        {"scenario": {"understudy": 1, "world": {"looply": {"workflows": [often]}}}},
    )
    session = looply.sandbox.sessions["default"]
    world = session.world("looply")
    (workflow,) = world["workflows"].walk("name", "often")
    before = sum(world.transition_counts().values())
    session.advance(73 * DAY)
    assert sum(world.transition_counts().values()) - before > 20_000
    found = world["executions"].walk("workflow", ("org-northwind", workflow.workflow_id))
    runs = list(found)[::-1]
    assert len(runs) == 73 * 144
    for number, run in enumerate(runs):
        at = START + (number + 1) * 600_000
        assert run.created == at
        if at < START + 73 * DAY:
            assert (run.state, run.modified) == ("COMPLETED", at + 5_000)
    assert runs[-1].state == "IN_PROGRESS", "the last began just now"


EVERY_MINUTE = """
understudy: 1
vendor: looply
world:
  looply:
    base: none
    workflows:
      - { name: report, id: report, steps: [{ do: it, takes: 150s }], schedule: "* * * * *" }
      - { name: order, id: order, steps: [{ do: it, takes: 10m }] }
    credentials: [{ name: default, key: looply-key-northwind, organization: org-northwind }]
    executions:
      - { name: own, id: own, workflow: order, process_id: p, state: IN_PROGRESS, since: -5m }
"""


def test_idle_waits_for_no_work_that_a_schedule_begins(looply: LooplySandbox) -> None:
    looply.admin("POST", "/scenario", {"text": EVERY_MINUTE})
    told = looply.advance(idle=True)
    assert told["now"] == "2026-01-01T00:05:00.000Z", "when the order is done"
    assert looply.record("own")["state"] == "COMPLETED"
    world = looply.sandbox.sessions["default"].worlds["looply"]
    runs = [each.state for each in world["executions"].as_added() if each.workflow_id == "report"]
    assert sorted(runs) == ["COMPLETED"] * 2 + ["IN_PROGRESS"] * 3
    again = looply.advance(idle=True)
    assert again["now"] == "2026-01-01T00:07:30.000Z", "what is under way by now is waited for"


def test_work_that_a_schedule_began_before_is_waited_for(looply: LooplySandbox) -> None:
    looply.admin("POST", "/scenario", {"text": EVERY_MINUTE})
    looply.advance(by="6m")
    told = looply.advance(idle=True)
    assert told["now"] == "2026-01-01T00:08:30.000Z", "the run of minute six is over"


def test_a_record_that_never_comes_to_rest_is_named(
    looply: LooplySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "OFTEN", 3)
    steps = ", ".join("{ do: it, takes: 1s }" for _ in range(9))
    text = f"""
understudy: 1
vendor: looply
world:
  looply:
    workflows: [{{ name: long, id: long, steps: [{steps}] }}]
    executions: [{{ id: own, workflow: long, process_id: p, state: IN_PROGRESS, since: -0s }}]
"""
    looply.admin("POST", "/scenario", {"text": text})
    content = json.dumps({"idle": True}).encode()
    target = "/__admin/sessions/default/clock/advance"
    answer = looply.process.ask("POST", target, (JSON,), content)
    told = json.loads(answer.body)
    assert answer.status == 409
    assert told["detail"].startswith(
        "looply never becomes idle: 'own' of the executions has struck 3 times until "
    )
    assert told["fix"] == "Advance by a duration"
    now = looply.admin("GET", "/clock")["now"]
    assert now == "2026-01-01T00:00:00.000Z", "nothing has happened"
