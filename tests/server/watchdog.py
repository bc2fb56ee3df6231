"""A second session that is asked at every turn of the loop while something long goes on: how much
happened between two of its answers."""

from __future__ import annotations

import asyncio
import gc
import json
from asyncio import Handle
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from time import thread_time
from typing import Any, TypeVar

import pytest

from tests.server.looply_sandbox import JSON, KEY
from understudy import slices
from understudy.server.inprocess import Answered, ask
from understudy.simulation.world import World

T = TypeVar("T")
STRIKE = "_apply_due"
PING = "/~watchdog/looply/v2/workflows/getOrganizationWorkflows?limit=1"


@dataclass
class Watchdog:
    """Asks on and on; what it saw."""

    app: Any
    done: int = 0  # events that have struck
    seen: list[int] = field(default_factory=list)  # events that had struck at each of its answers
    longest: float = 0.0  # processor seconds between two answers: a figure to read

    @property
    def most(self) -> int:
        """The most events that struck between two answers."""
        return max((after - before for before, after in pairwise(self.seen)), default=0)

    async def look(self) -> None:
        """Asks until it is cancelled."""
        last = thread_time()
        while True:
            assert (await ask(self.app, "GET", PING, (KEY,))).status == 200
            now = thread_time()
            self.longest, last = max(self.longest, now - last), now
            self.seen.append(self.done)
            await asyncio.sleep(0)


def watched(
    app: Any, patch: pytest.MonkeyPatch, case: Callable[[], Awaitable[T]], event: str = STRIKE
) -> tuple[T, Watchdog]:
    """What a case comes to, and what a second session saw of the server meanwhile: how often a
    method of a world was called."""
    dog = Watchdog(app)
    strike: Any = getattr(World, event)

    def counted(world: World, *what: Any, **how: Any) -> Any:
        dog.done += 1
        return strike(world, *what, **how)

    async def both() -> T:
        looking = asyncio.create_task(dog.look())
        while not dog.seen:
            await asyncio.sleep(0)
        try:
            return await case()
        finally:
            await asyncio.sleep(0)
            looking.cancel()

    with patch.context() as patched:
        patched.setattr(World, event, counted)
        patched.setattr(slices, "SLICE", 0)  # however fast the machine is
        told = asyncio.run(both())
    print(f"{dog.done} events, {len(dog.seen)} answers, longest gap {dog.longest * 1000:.0f} ms")
    return told, dog


async def admin(app: Any, method: str, path: str, body: Any = None) -> Answered:
    """One admin call, below the sessions."""
    content = b"" if body is None else json.dumps(body).encode()
    return await ask(app, method, f"/__admin/sessions{path}", (JSON,), content)


@dataclass
class LongestTurn:
    """How much processor time the longest turn of the loop took, in turns of a known length."""

    answers: list[Answered]
    ratio: float


def longest_turn(case: Callable[[], Awaitable[list[Answered]]]) -> LongestTurn:
    """What a case comes to, and how long it held up everybody else: whatever the machine is, as a
    ratio to work that takes 10 ms of processor time where the bound of 100 ms was set."""
    took, run = [0.0], Handle._run

    def timed(handle: Handle) -> None:
        began = thread_time()
        run(handle)
        took.append(thread_time() - began)

    unit = _unit()
    gc.collect()
    gc.disable()
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Handle, "_run", timed)
            answers = asyncio.run(_whole(case))
    finally:
        gc.enable()
    ratio = max(took) / max(unit, _unit())
    print(f"longest turn {max(took) * 1000:.0f} ms of processor time, {ratio:.1f} units")
    return LongestTurn(answers, ratio)


async def _whole(case: Callable[[], Awaitable[list[Answered]]]) -> list[Answered]:
    return await case()


def _unit() -> float:
    """The processor time of 10 ms of work, as this machine takes it now."""
    took = []
    for _ in range(3):
        began = thread_time()
        sum(n * n % 7 for n in range(210_000))
        took.append(thread_time() - began)
    return min(took)
