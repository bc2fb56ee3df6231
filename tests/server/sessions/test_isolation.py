"""Many at once and step by step: sessions do not meet, and time is one however it is passed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.looply_sandbox import APPROVAL, JSON, KEY, PAYLOAD
from tests.server.sessions.test_snapshot import sandbox_of
from understudy.client import create_app
from understudy.server.inprocess import ask
from understudy.settings import FROZEN, Settings
from understudy.simulation.serialization import written
from understudy.vendors import VENDORS

SESSIONS = 50
DAY = 86_400_000


async def life(app: Any, number: int) -> list[Any]:
    """What one session is told: it has a seed, a clock, rules and records of its own."""
    name = f"many-{number}"

    async def send(method: str, target: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        answer = await ask(app, method, target, (KEY, JSON), content)
        await asyncio.sleep(0)  # lets all the others come in between
        headers = [each for each in answer.headers if each[0] not in ("content-length",)]
        return [answer.status, headers, answer.body.decode()]

    looply, admin = f"/~{name}/looply/v2/workflows", f"/__admin/sessions/{name}"
    clock = {"at": f"2026-03-{number % 28 + 1:02d}T00:00:00Z"}
    told = [await send("POST", "/__admin/sessions", {"name": name, "seed": number, "clock": clock})]
    rule = {"operation": "looply.resumeWorkflow", "skip": number % 3, "times": 1, "reply": 409}
    told.append(await send("POST", f"{admin}/rules", rule))
    for turn in range(4):
        body = {"process_id": f"p-{number}-{turn}"}
        told.append(await send("POST", f"{looply}/triggerworkflow/{APPROVAL}/2", body))
        told.append(await send("POST", f"{looply}/resumeWorkflow/order-1001", PAYLOAD))
        told.append(await send("POST", f"{admin}/clock/advance", {"by": f"{number + 1}s"}))
    history = f"{looply}/getWorkflowExecutionHistory?workflow_id={APPROVAL}&limit=5"
    told.append(await send("GET", history))
    told.append(await send("GET", f"{admin}/records?vendor=looply&collection=executions"))
    return [*told, await send("GET", f"{admin}/requests")]


async def lives(app: Any, numbers: range) -> list[list[Any]]:
    return await asyncio.gather(*(life(app, number) for number in numbers))


def test_fifty_sessions_at_once_are_each_told_what_one_alone_is() -> None:
    together = create_app(Settings(vendors=("looply",), clock=FROZEN))
    told = asyncio.run(lives(together, range(SESSIONS)))
    for number, each in enumerate(told):
        if number % 5 == 0:
            alone = create_app(Settings(vendors=("looply",), clock=FROZEN))
            assert each == asyncio.run(life(alone, number))
        mine = json.dumps(each)
        assert [other for other in range(SESSIONS) if f"many-{other}." in mine] == [number]
        assert [other for other in range(SESSIONS) if f"p-{other}-3" in mine] == [number]


TIMES = st.integers(0, 3 * DAY)


@pytest.mark.parametrize("name", [vendor.name for vendor in VENDORS])
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(a=TIMES, b=TIMES)
def test_a_base_world_passes_time_in_two_steps_as_in_one(name: str, a: int, b: int) -> None:
    sandbox = sandbox_of(name)
    for session in ("one", "two"):
        sandbox.sessions.pop(session, None)
    at_once, in_steps = sandbox.create("one"), sandbox.create("two")
    for each in (at_once, in_steps):
        each.world(name)
    at_once.advance(a + b)
    in_steps.advance(a)
    in_steps.advance(b)
    assert written(at_once.world(name)) == written(in_steps.world(name))
