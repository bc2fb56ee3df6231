"""Threads in one application: each record, each number once, whoever asks at the same time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from understudy.client import Sandbox
from understudy.client.application import ThreadSafeApp

APPROVAL = "be9439c2-16b9-4de2-bb1a-9154b85af065"
THREADS, CALLS = 8, 40


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as they can: what is not guarded breaks."""
    was = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(was)


@pytest.mark.usefixtures("restless")
def test_threads_in_process_lose_nothing(inside: Sandbox) -> None:
    before = len(inside.looply.records("executions"))

    def trigger(thread: int) -> list[str]:
        with inside.looply.client() as looply:
            path = f"/triggerworkflow/{APPROVAL}/2"
            replies = [
                looply.post(path, json={"process_id": f"{thread}-{n}"}) for n in range(CALLS)
            ]
        return [reply.json()["looply_execution_id"] for reply in replies]

    with ThreadPoolExecutor(THREADS) as threads:
        made = [each for ids in threads.map(trigger, range(THREADS)) for each in ids]
    assert len(set(made)) == THREADS * CALLS
    assert len(inside.looply.records("executions")) == before + THREADS * CALLS
    numbers = [each["number"] for each in inside.looply.requests()]
    assert numbers == list(range(1, THREADS * CALLS + 1))


def test_while_one_call_waits_another_goes_on(inside: Sandbox) -> None:
    inside.looply.fault("resumeWorkflow", latency="30s", times=1)

    async def both() -> int:
        async with inside.looply.async_client(timeout=60) as looply:
            slow = asyncio.ensure_future(looply.post("/resumeWorkflow/order-1001", json={}))
            await asyncio.sleep(0)
            reply = await looply.get("/getOrganizationWorkflows")
            slow.cancel()
            with pytest.raises(asyncio.CancelledError):
                await slow
        return reply.status_code

    assert asyncio.run(both()) == 200


def test_what_breaks_in_an_application_comes_out() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        raise LookupError("broken")

    with pytest.raises(LookupError, match=r"broken"):
        asyncio.run(_awaited(ThreadSafeApp(broken)))


async def _awaited(app: ThreadSafeApp) -> None:
    await app({}, None, None)
