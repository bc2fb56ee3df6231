"""Answers that drip: they end with their client, and with the session that they belong to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.server.looply_sandbox import KEY
from tests.server.watchdog import admin
from understudy.client import create_app
from understudy.server.inprocess import CallTimeout, ConnectionLost, ask
from understudy.server.wire import turns
from understudy.settings import FROZEN, Settings

RULE = {
    "operation": "looply.getOrganizationWorkflows",
    "fault": {"drip": {"bytes": 1, "every": "24h"}},
}
LIST = "/~one/looply/v2/workflows/getOrganizationWorkflows?limit=1"


async def dripping(app: Any, timeout: float | None = None) -> asyncio.Task[Any]:
    """A call whose answer drips a byte a day, and has begun to."""
    assert (await admin(app, "POST", "", {"name": "one"})).status == 201
    assert (await admin(app, "POST", "/one/rules", RULE)).status == 201
    call = asyncio.create_task(ask(app, "GET", LIST, (KEY,), timeout=timeout))
    while not app.sandbox.sessions["one"].journal.number:
        await asyncio.sleep(0)
    return call


def sandbox() -> Any:
    return create_app(Settings(vendors=("looply",), clock=FROZEN))


@pytest.mark.parametrize(("method", "path"), [("POST", "/one/reset"), ("DELETE", "/one")])
def test_an_answer_ends_with_its_session(method: str, path: str) -> None:
    app = sandbox()

    async def case() -> None:
        call = await dripping(app)
        assert (await admin(app, method, path)).status < 300
        with pytest.raises(ConnectionLost) as lost:
            await asyncio.wait_for(call, 60)
        assert lost.value.begun is not None
        assert (lost.value.by, len(lost.value.begun.body)) == ("close", 1)

    asyncio.run(case())


def test_an_answer_ends_when_its_client_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LOOK", 0.01)
    app = sandbox()

    async def case() -> None:
        call = await dripping(app, timeout=0.05)
        with pytest.raises(CallTimeout):
            await call
        async with asyncio.timeout(60):
            while len(asyncio.all_tasks()) > 1:
                await asyncio.sleep(0.01)

    asyncio.run(case())
    (entry,) = app.sandbox.sessions["one"].journal
    assert entry.left
    assert entry.reason.endswith("its client left after 1 bytes")
