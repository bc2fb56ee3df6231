"""Much that falls due at once: in slices that let others come between, and whole in the end."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.server.looply_sandbox import KEY
from tests.server.watchdog import admin, watched
from understudy import slices
from understudy.client import create_app
from understudy.server.inprocess import Answered, ask
from understudy.server.pipeline import due_time
from understudy.server.sessions import session as sessions
from understudy.server.sessions import snapshot_text
from understudy.server.sessions.session import SLICE
from understudy.server.sessions.snapshot import take_snapshot
from understudy.settings import FROZEN, Settings
from understudy.simulation.serialization import written

EVERY_MINUTE = {
    "understudy": 1,
    "world": {
        "looply": {
            "workflows": [
                {
                    "name": "often",
                    "id": "often",
                    "schedule": "* * * * *",
                    "steps": [{"do": "it", "takes": "5s"}],
                }
            ]
        }
    },
}
LIST = "/~busy/looply/v2/workflows/getOrganizationWorkflows?limit=1"


def busy(**clock: Any) -> Any:
    """An application with a session `busy`, in which something happens every minute."""
    app = create_app(Settings(vendors=("looply",), clock=FROZEN, verify_replies=True))
    body = {"name": "busy", "scenario": EVERY_MINUTE, "clock": clock or FROZEN}
    assert asyncio.run(admin(app, "POST", "", body)).status == 201
    return app


def events(app: Any) -> int:
    looply = app.sandbox.sessions["busy"].world("looply")
    return sum(looply.transition_counts().values())


async def call(app: Any) -> Answered:
    return await ask(app, "GET", LIST, (KEY,))


ADVANCES: list[tuple[str, str, Any]] = [
    ("POST", "/busy/clock/advance", {"by": "2d"}),
    ("POST", "/busy/clock/advance", {"to": "2026-01-03T00:00:00Z"}),
    ("PUT", "/busy/clock", {"at": "2026-01-03T00:00:00Z"}),
    ("POST", "/busy/scenario", {"understudy": 1, "clock": {"at": "2026-01-03T00:00:00Z"}}),
]


@pytest.mark.parametrize(("method", "path", "body"), ADVANCES)
def test_an_advance_waits_for_its_end_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str, body: Any
) -> None:
    app = busy()
    answer, dog = watched(app, monkeypatch, lambda: admin(app, method, path, body))
    assert answer.status == 200
    assert app.sandbox.sessions["busy"].clock.now() == 1_767_398_400_000
    assert dog.done >= 2 * 1440 * 2, "each run begins and ends"
    assert dog.most <= SLICE


def test_what_happens_hangs_on_no_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = []
    for size in (1, 7, 1_000_000):
        monkeypatch.setattr(sessions, "SLICE", size)
        for parts in (("4h",), ("1h", "3h"), ("1ms", "14399999ms")):
            app = busy()
            for part in parts:
                asyncio.run(admin(app, "POST", "/busy/clock/advance", {"by": part}))
            worlds.append(written(app.sandbox.sessions["busy"].world("looply")))
    assert all(each == worlds[0] for each in worlds)
    assert len(worlds[0]["records"]["executions"]) > 240


def test_idleness_is_waited_for_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    app = busy()
    steps = [{"do": f"s{n}", "takes": "1m"} for n in range(1_000)]
    long = {"name": "long", "id": "long", "steps": steps}
    run = {"workflow": "long", "id": "11111111-aaaa-4bbb-8ccc-0000000000ff"}
    world = {"looply": {"workflows": [long], "executions": [run]}}
    body = {"scenario": {"understudy": 1, "world": world}}
    assert asyncio.run(admin(app, "POST", "/busy/scenario", body)).status == 200
    idle = {"idle": True}
    answer, dog = watched(app, monkeypatch, lambda: admin(app, "POST", "/busy/clock/advance", idle))
    assert answer.status == 200
    assert dog.done > 2_000
    assert dog.most <= SLICE


def test_a_call_lets_strike_what_it_finds_due_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    app = busy(each_call="2d")
    answer, dog = watched(app, monkeypatch, lambda: call(app))
    assert answer.status == 200
    assert dict(answer.headers)["date"] == "Sat, 03 Jan 2026 00:00:00 GMT"
    assert dog.done >= 5_000
    assert dog.most <= SLICE


def test_a_call_pays_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_time, "BUDGET", 1_000)
    app = busy(each_call="1d")
    refused = asyncio.run(call(app))
    told = json.loads(refused.body)
    assert (refused.status, told["title"]) == (503, "Too much time has passed")
    assert "too much falls due in looply at once: a call waits for 1000 events" in told["detail"]
    assert "the clock says 2026-01-02T00:00:00.000Z" in told["detail"]
    assert '/__admin/sessions/busy/clock/advance {"by": "0s"}' in told["fix"]
    assert dict(refused.headers)["retry-after"] == "1"
    why = json.loads(asyncio.run(admin(app, "GET", "/busy/requests/latest")).body)
    assert (why["by"], why["because"]) == ("sandbox", told["detail"])
    answer = asyncio.run(call(app))
    assert answer.status == 503, "the call moves the clock, and pays for that day"


def test_who_tries_again_gets_through_and_no_time_is_passed_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(due_time, "BUDGET", 1_000)
    app = busy(each_call="1d")
    answers = [asyncio.run(call(app))]
    while answers[-1].status == 503:
        answers.append(asyncio.run(call(app)))
    assert [each.status for each in answers] == [503, 503, 200]
    assert dict(answers[-1].headers)["date"] == "Fri, 02 Jan 2026 00:00:00 GMT"
    other = busy()
    asyncio.run(admin(other, "POST", "/busy/clock/advance", {"by": "1d"}))
    one, two = (each.sandbox.sessions["busy"].world("looply") for each in (app, other))
    assert written(one) == written(two)


def test_the_remedy_that_is_told_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_time, "BUDGET", 1_000)
    app = busy(each_call="1d")
    assert asyncio.run(call(app)).status == 503
    answer = asyncio.run(admin(app, "POST", "/busy/clock/advance", {"by": "0s"}))
    assert json.loads(answer.body)["now"] == "2026-01-02T00:00:00.000Z"
    asyncio.run(admin(app, "PUT", "/busy/clock", {"each_call": "1m"}))
    assert asyncio.run(call(app)).status == 200


def test_a_clock_that_races_holds_up_nobody_and_is_slowed_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(due_time, "BUDGET", 1_000)
    app = busy(speed=1_000_000)
    session = app.sandbox.sessions["busy"]
    session.clock.advance(2 * 86_400_000)  # as if two days had passed
    answer, dog = watched(app, monkeypatch, lambda: call(app))
    assert answer.status == 503
    assert "PUT /__admin/sessions/busy/clock" in json.loads(answer.body)["fix"]
    assert 900 <= dog.done <= 1_000 + SLICE
    assert dog.most <= SLICE
    session.clock.run(0)
    answer, dog = watched(app, monkeypatch, lambda: admin(app, "PUT", "/busy/clock", {"speed": 1}))
    assert answer.status == 200
    assert dog.most <= SLICE
    assert asyncio.run(call(app)).status == 200


def test_calls_of_the_session_itself_see_an_advance_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    app = busy()

    async def both() -> tuple[Answered, Answered, Answered]:
        advance = asyncio.create_task(admin(app, "POST", "/busy/clock/advance", {"by": "1d"}))
        while not app.sandbox.sessions["busy"].held:
            await asyncio.sleep(0)
        clock = asyncio.create_task(admin(app, "GET", "/busy/clock"))
        return await call(app), await clock, await advance

    (answer, clock, _), dog = watched(app, monkeypatch, both)
    assert dict(answer.headers)["date"] == "Fri, 02 Jan 2026 00:00:00 GMT"
    assert json.loads(clock.body)["now"] == "2026-01-02T00:00:00.000Z"
    assert dog.most <= SLICE


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/busy/reset", 200), ("DELETE", "/busy", 204)]
)
def test_an_advance_ends_with_the_past_it_belongs_to(method: str, path: str, status: int) -> None:
    app = busy()

    async def both() -> tuple[Answered, Answered]:
        advance = asyncio.create_task(admin(app, "POST", "/busy/clock/advance", {"by": "300d"}))
        while not app.sandbox.sessions["busy"].held:
            await asyncio.sleep(0)
        return await admin(app, method, path), await advance

    ended, advanced = asyncio.run(both())
    assert (ended.status, advanced.status) == (status, 409)
    assert "was reset, restored or deleted meanwhile" in json.loads(advanced.body)["detail"]
    again = busy() if status == 204 else app
    assert events(again) == events(busy())
    assert asyncio.run(call(app)).status in (200, 401, 403)


def test_an_advance_is_given_up_when_nobody_waits_for_it_any_more() -> None:
    app = busy()
    before = written(app.sandbox.sessions["busy"].world("looply"))

    async def leave() -> None:
        body = {"by": "300d"}
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await admin(app, "POST", "/busy/clock/advance", body)

    asyncio.run(leave())
    session = app.sandbox.sessions["busy"]
    assert not session.held
    assert written(session.world("looply")) == before


def test_many_calls_at_once_pay_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    app = busy()
    session = app.sandbox.sessions["busy"]
    session.clock.advance(86_400_000)

    async def many() -> list[Answered]:
        return list(await asyncio.gather(*(call(app) for _ in range(30))))

    answers, dog = watched(app, monkeypatch, many)
    assert {each.status for each in answers} == {200}
    assert dog.most <= 30 * due_time.AT_ONCE, "each arrives with a few, and then waits its turn"


def test_a_snapshot_is_written_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_text, "ROWS", 20)
    monkeypatch.setattr(slices, "SLICE", 0)
    app = busy()
    asyncio.run(admin(app, "POST", "/busy/clock/advance", {"by": "12h"}))
    answer, dog = watched(app, monkeypatch, lambda: admin(app, "GET", "/busy/snapshot"))
    told = json.loads(answer.body)
    assert told == take_snapshot(app.sandbox.sessions["busy"])
    assert told["seal"] == snapshot_text.seal(told)
    count = len(told["worlds"]["looply"]["records"]["executions"])
    assert count > 720
    assert len(dog.seen) > count // 20, "others were answered between the slices"
    assert asyncio.run(admin(app, "PUT", "/busy/snapshot", told)).status == 200


def test_a_snapshot_that_could_not_be_put_back_is_refused_with_the_number() -> None:
    app = busy()
    session = app.sandbox.sessions["busy"]
    session.catalog.settings = replace(session.catalog.settings, snapshot_bytes=100_000)
    answer = asyncio.run(admin(app, "GET", "/busy/snapshot"))
    count = sum(len(each) for each in session.world("looply").collections.values())
    told = json.loads(answer.body)
    assert answer.status == 413
    assert told["detail"] == (
        "the snapshot has more than 100000 bytes, which is the most that is put back: "
        f"there are {count} records"
    )
    assert told["fix"] == "Begin with fewer, or fork the session instead"
