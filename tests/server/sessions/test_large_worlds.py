"""Worlds of hundreds of records: made, put back and given up in slices, and the same in the end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.server.looply_sandbox import JSON, KEY
from tests.server.watchdog import admin, watched
from understudy.client import create_app
from understudy.errors import InputError
from understudy.server.inprocess import Answered, ask
from understudy.server.sessions.release import PIECES, Leftovers
from understudy.server.sessions.session import Session
from understudy.server.sessions.snapshot import restoring, take_snapshot
from understudy.settings import FROZEN, Settings
from understudy.simulation.journal import Journal
from understudy.simulation.serialization import written
from understudy.simulation.world import World
from understudy.vendors import population
from understudy.vendors.population import AT_A_STRETCH

SIZE = 240
WORLD = {
    "looply": {
        "workflows": [{"name": "load", "steps": [{"wait": "go"}]}],
        "executions": [
            {"workflow": "load", "process_id": f"load-{number}", "state": "AWAITING_RESPONSE"}
            for number in range(SIZE)
        ],
    }
}
SCENARIO = {"understudy": 1, "scenario": "Much", "world": WORLD}
BODY = json.dumps({"payload": {"source": "SAP"}}).encode()


@pytest.fixture
def app() -> Any:
    return create_app(Settings(vendors=("looply",), clock=FROZEN))


@pytest.fixture
def loaded(app: Any) -> Session:
    """A session that began with the large world, and has made it."""
    assert asyncio.run(admin(app, "POST", "", {"name": "big", "scenario": SCENARIO})).status == 201
    session: Session = app.sandbox.sessions["big"]
    return session


async def resume(app: Any, number: int, session: str = "big") -> Answered:
    path = f"/~{session}/looply/v2/workflows/resumeWorkflow/load-{number}"
    return await ask(app, "POST", path, (KEY, JSON), BODY)


def code(answer: Answered) -> str:
    told: str = json.loads(answer.body)["code"]
    return told


def test_a_session_begins_with_a_large_world_and_holds_up_nobody(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"name": "big", "scenario": SCENARIO}
    answer, dog = watched(app, monkeypatch, lambda: admin(app, "POST", "", body), "add")
    assert answer.status == 201
    assert dog.done - dog.seen[0] == SIZE + 1
    assert dog.most <= AT_A_STRETCH + 1, "beside the workflow"


def test_the_first_call_waits_for_its_world_and_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "much.yaml"
    file.write_text(json.dumps(SCENARIO), encoding="utf-8")
    app = create_app(Settings(vendors=("looply",), clock="2026-03-01T00:00:00Z"))
    scenario = app.sandbox.scenario(str(file))
    app.sandbox.create("big", app.sandbox.origin([scenario]))

    async def all_at_once() -> list[Answered]:
        return list(await asyncio.gather(*(resume(app, number) for number in (0, 0, 1))))

    answers, dog = watched(app, monkeypatch, all_at_once, "add")
    assert sorted(map(code, answers)) == [
        "NO_RESUMABLE_EXECUTION",
        "WORKFLOW_RESTARTED",
        "WORKFLOW_RESTARTED",
    ]
    assert dog.done - dog.seen[0] == SIZE + 1, "it is made once, for all who wait"
    assert dog.most <= AT_A_STRETCH + 1, "beside the workflow"


def test_a_world_hangs_on_no_slice(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for size in (1, 7, 1_000_000):
        monkeypatch.setattr(population, "AT_A_STRETCH", size)
        app = create_app(Settings(vendors=("looply",), clock=FROZEN))
        asyncio.run(admin(app, "POST", "", {"name": "big", "scenario": SCENARIO}))
        found.append(written(app.sandbox.sessions["big"].world("looply")))
    assert found[0] == found[1] == found[2]
    assert len(found[0]["records"]["executions"]) > SIZE


def test_a_reset_makes_its_world_in_slices_before_anybody_needs_it(
    app: Any, loaded: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.sandbox._templates.clear()  # as under a clock that runs: each second begins another world
    before = written(loaded.world("looply"))
    assert code(asyncio.run(resume(app, 3))) == "WORKFLOW_RESTARTED"
    answer, dog = watched(app, monkeypatch, lambda: admin(app, "POST", "/big/reset"), "add")
    assert answer.status == 200
    assert dog.done > SIZE
    assert json.loads(answer.body)["worlds"] == []
    again, dog = watched(app, monkeypatch, lambda: resume(app, 3), "add")
    assert (code(again), dog.done) == ("WORKFLOW_RESTARTED", 0)
    loaded.reset()
    assert written(loaded.world("looply")) == before


def test_calls_see_what_was_until_a_reset_is_done(app: Any, loaded: Session) -> None:
    app.sandbox._templates.clear()
    assert code(asyncio.run(resume(app, 3))) == "WORKFLOW_RESTARTED"
    resetting = loaded.resetting()
    next(resetting)
    assert code(asyncio.run(resume(app, 3))) == "NO_RESUMABLE_EXECUTION"
    for _ in resetting:
        pass
    assert code(asyncio.run(resume(app, 3))) == "WORKFLOW_RESTARTED"


def test_sessions_that_begin_alike_share_what_they_begin_with(
    app: Any, loaded: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = app.sandbox.create("twin", loaded.origin)
    monkeypatch.setattr(World, "add", None)
    assert written(twin.world("looply")) == written(loaded.world("looply"))


def test_a_session_that_is_deleted_while_it_is_reset_is_gone(app: Any, loaded: Session) -> None:
    app.sandbox._templates.clear()

    async def both() -> tuple[Answered, Answered]:
        reset = asyncio.create_task(admin(app, "POST", "/big/reset"))
        await asyncio.sleep(0)
        return await admin(app, "DELETE", "/big"), await reset

    deleted, reset = asyncio.run(both())
    assert (deleted.status, reset.status) == (204, 404)
    assert "big" not in app.sandbox.sessions


def test_a_snapshot_is_put_back_in_slices(app: Any, loaded: Session) -> None:
    taken = take_snapshot(loaded)
    asyncio.run(resume(app, 3))
    slices = 0
    for _ in restoring(loaded, taken):
        slices += 1
    assert slices > SIZE // 25
    assert take_snapshot(loaded)["worlds"] == taken["worlds"]


def test_a_restore_ends_with_the_past_it_belongs_to(loaded: Session) -> None:
    work = restoring(loaded, take_snapshot(loaded))
    next(work)
    loaded.reset()
    with pytest.raises(InputError, match="session 'big' was reset, restored or deleted meanwhile"):
        list(work)
    assert loaded.worlds == {}


def test_what_is_left_behind_is_given_back_in_pieces(loaded: Session) -> None:
    world = loaded.world("looply")
    kept = sum(map(len, world.collections.values())) + len(world.history.trails())
    slices = list(Leftovers([world], Journal()).release())
    assert len(slices) == kept // PIECES
    assert kept > 2 * SIZE
    assert len(world["executions"]) > SIZE, "what somebody still holds stays"
