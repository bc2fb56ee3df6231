"""Calls that wait at the gate while their session goes on, begins anew, or is asked who came."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.server.looply_sandbox import JSON, KEY, PAYLOAD, WAITING
from tests.server.watchdog import admin
from understudy.client import create_app
from understudy.server.inprocess import Answered, ask
from understudy.settings import FROZEN, Settings
from understudy.simulation.serialization import written

RESUME = "/~one/looply/v2/workflows/resumeWorkflow/order-1001"
SLOW = {"operation": "looply.resumeWorkflow", "fault": {"latency": "50ms"}}
ENDLESS = {"operation": "looply.resumeWorkflow", "fault": {"latency": "5m"}}


def sandbox(**settings: Any) -> Any:
    told = {"vendors": ("looply",), "clock": FROZEN, "verify_replies": True, **settings}
    app = create_app(Settings(**told))
    assert asyncio.run(admin(app, "POST", "", {"name": "one"})).status == 201
    return app


async def resume(app: Any) -> Answered:
    return await ask(app, "POST", RESUME, (KEY, JSON), json.dumps(PAYLOAD).encode())


async def meanwhile(
    app: Any, does: Callable[[], Awaitable[Any]], rule: Any = SLOW
) -> tuple[Answered, Any]:
    """The answer to a call that waits while something is done, and what that came to."""
    assert (await admin(app, "POST", "/one/rules", rule)).status == 201
    waiting = asyncio.create_task(resume(app))
    while not list(app.sandbox.sessions["one"].journal.all_that_came()):
        await asyncio.sleep(0)
    done = await does()
    return await waiting, done


async def again(app: Any, way: str) -> None:
    """Begins the session anew in one of the ways there are."""
    if way == "restore":
        value = json.loads((await admin(app, "GET", "/one/snapshot")).body)
        assert (await admin(app, "PUT", "/one/snapshot", value)).status == 200
    elif way == "reset":
        assert (await admin(app, "POST", "/one/reset")).status == 200
    else:
        assert (await admin(app, "DELETE", "/one")).status == 204
        assert (await admin(app, "POST", "", {"name": "one"})).status == 201


@pytest.mark.parametrize("way", ["reset", "restore", "delete"])
def test_a_call_whose_past_is_gone_writes_nothing(way: str) -> None:
    app = sandbox()
    before = written(app.sandbox.sessions["one"].world("looply"))
    clock = app.sandbox.sessions["one"].clock.now()
    answer, _ = asyncio.run(meanwhile(app, lambda: again(app, way), ENDLESS))
    told = json.loads(answer.body)
    assert (answer.status, told["title"]) == (503, "Its session is gone")
    assert told["fix"] == "Send it again"
    session = app.sandbox.sessions["one"]
    assert written(session.world("looply")) == before
    assert session.clock.now() == clock
    assert (session.journal.number, list(session.journal.all_that_came())) == (0, [])


def test_a_delay_ends_with_the_past_it_belongs_to() -> None:
    app = sandbox()
    asyncio.run(asyncio.wait_for(meanwhile(app, lambda: again(app, "reset"), ENDLESS), 60))
    assert app.sandbox.sessions["one"].journal.number == 0


def test_a_scenario_that_is_loaded_meanwhile_leaves_the_call_in_its_session() -> None:
    app = sandbox()
    body = {"understudy": 1, "clock": {"at": "2026-02-01T00:00:00Z"}}
    answer, _ = asyncio.run(meanwhile(app, lambda: admin(app, "POST", "/one/scenario", body)))
    assert answer.status == 200
    assert dict(answer.headers)["date"] == "Sun, 01 Feb 2026 00:00:00 GMT"
    session = app.sandbox.sessions["one"]
    assert session.journal.number == 1
    assert session.world("looply")["executions"].get(WAITING).state == "IN_PROGRESS"


def test_a_call_that_waits_has_come() -> None:
    app = sandbox()
    wanted = [
        {"operation": "looply.resumeWorkflow", "as": "default"},
        {"operation": "looply.resumeWorkflow", "when": {"body": {"payload": {"source": "SAP"}}}},
    ]
    _, verified = asyncio.run(meanwhile(app, lambda: admin(app, "POST", "/one/verify", wanted)))
    assert verified.status == 200, verified.body
    assert [each["actual"] for each in json.loads(verified.body)["verified"]] == [1, 1]
    journal = app.sandbox.sessions["one"].journal
    assert len(list(journal.all_that_came())) == 1, "once it is answered it is no second one"


def test_a_call_that_waits_is_told_where_another_was_wanted() -> None:
    app = sandbox()
    wanted = {"operation": "looply.resumeWorkflow", "times": 0}
    _, verified = asyncio.run(meanwhile(app, lambda: admin(app, "POST", "/one/verify", wanted)))
    told = json.loads(verified.body)
    assert (verified.status, told["title"]) == (409, "Not what was wanted")
    assert told["detail"] == "looply.resumeWorkflow came once, wanted 0"
    assert told["unmet"][0]["requests"] == [], "it has no number yet"
    assert told["calls"] == [{"operation": "looply.resumeWorkflow", "times": 1}]


def test_who_empties_the_journal_does_not_find_a_call_in_it_that_came_before() -> None:
    app = sandbox()
    answer, gone = asyncio.run(meanwhile(app, lambda: admin(app, "POST", "/one/requests/clear")))
    assert (answer.status, gone.status) == (200, 204)
    session = app.sandbox.sessions["one"]
    assert list(session.journal.all_that_came()) == []
    assert session.world("looply")["executions"].get(WAITING).state == "IN_PROGRESS"
