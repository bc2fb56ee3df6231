"""Connections that rest between calls: kept, ended, and never under a call's feet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from uvicorn.server import ServerState

from understudy.client import create_app
from understudy.server.wire.listen import configuration
from understudy.server.wire.protocol import SandboxProtocol
from understudy.settings import Settings

KEPT = 0.6  # seconds a connection may rest
VENDOR = "/looply/v2/workflows/getOrganizationWorkflows?limit=1"
ADMIN = "/__admin/sessions"

Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def connected(play: Callable[[Peer], Awaitable[None]]) -> None:
    """Plays with a connection to a server that ends those which rest too long."""

    async def run() -> None:
        app = create_app(Settings(vendors=("looply",)))
        config = configuration(app, http=SandboxProtocol, timeout_keep_alive=KEPT)
        config.load()
        loop, state = asyncio.get_running_loop(), ServerState()
        server = await loop.create_server(lambda: SandboxProtocol(config, state, {}), "127.0.0.1")
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        try:
            await asyncio.wait_for(play((reader, writer)), 20)
        finally:
            writer.close()
            server.close()
            await server.wait_closed()

    asyncio.run(run())


def head(target: str, *more: str, method: str = "GET", version: str = "1.1") -> bytes:
    lines = [
        f"{method} {target} HTTP/{version}",
        "Host: localhost",
        "X-Api-Key: looply-key-northwind",
    ]
    return "\r\n".join([*lines, *more, "", ""]).encode()


async def answer(peer: Peer) -> int:
    """The status of the next answer, which is read whole."""
    told = (await peer[0].readuntil(b"\r\n\r\n")).decode().lower()
    await peer[0].readexactly(int(told.partition("content-length: ")[2].split("\r\n")[0]))
    return int(told.split()[1])


async def ask(peer: Peer, target: str) -> int:
    peer[1].write(head(target))
    return await answer(peer)


async def rest(peer: Peer) -> float:
    """How long it takes until the server ends the connection."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert await peer[0].read() == b""
    return loop.time() - begun


@pytest.mark.parametrize("last", [VENDOR, ADMIN])
def test_a_connection_that_rests_too_long_is_ended(last: str) -> None:
    async def play(peer: Peer) -> None:
        for target in (ADMIN, VENDOR, last):
            assert await ask(peer, target) == 200
            await asyncio.sleep(KEPT / 2)  # all of them together take longer than a rest may
        assert KEPT * 0.3 < await rest(peer) < KEPT * 10

    connected(play)


def test_calls_without_a_rest_keep_the_connection_that_a_task_has_answered() -> None:
    async def play(peer: Peer) -> None:
        for target in (VENDOR, ADMIN, *[VENDOR] * 5):  # together they take longer than a rest may
            assert await ask(peer, target) == 200
            await asyncio.sleep(KEPT / 3)
        assert KEPT * 0.3 < await rest(peer) < KEPT * 10

    connected(play)


def test_a_call_that_comes_slowly_is_waited_for() -> None:
    body = b'{"payload": {"source": "SAP"}}'
    target = "/looply/v2/workflows/resumeWorkflow/order-1001"
    json = "Content-Type: application/json"

    async def play(peer: Peer) -> None:
        assert await ask(peer, VENDOR) == 200
        peer[1].write(head(target, json, f"Content-Length: {len(body)}", method="POST") + body[:9])
        await asyncio.sleep(KEPT * 2)
        peer[1].write(body[9:])
        assert await answer(peer) == 200
        assert KEPT * 0.8 < await rest(peer) < KEPT * 10

    connected(play)


@pytest.mark.parametrize("target", [VENDOR, ADMIN])
def test_calls_that_come_at_once_are_answered_in_turn(target: str) -> None:
    async def play(peer: Peer) -> None:
        peer[1].write(head(target) + head("/looply/v2/workflows/nothing") + head(VENDOR))
        assert [await answer(peer) for _ in range(3)] == [200, 404, 200]

    connected(play)


def test_what_wants_no_other_call_gets_none() -> None:
    async def play(peer: Peer) -> None:
        peer[1].write(head(VENDOR, version="1.0"))
        assert await answer(peer) == 200
        assert await rest(peer) < KEPT / 2

    connected(play)


def test_an_ended_connection_leaves_no_timer() -> None:
    made: list[Any] = []

    class Seen(SandboxProtocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            made.append(self)

    async def run() -> None:
        config = configuration(create_app(Settings(vendors=("looply",))), http=Seen)
        config.load()
        loop, state = asyncio.get_running_loop(), ServerState()
        server = await loop.create_server(lambda: Seen(config, state, {}), "127.0.0.1")
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        assert await ask((reader, writer), VENDOR) == 200
        writer.close()
        await writer.wait_closed()
        while state.connections:
            await asyncio.sleep(0.01)
        assert made[0].idle_timer.cancelled()
        server.close()

    asyncio.run(run())
