"""What one turn of a loop answers is written together, in its order, and never to who has left."""

from __future__ import annotations

import asyncio

from understudy.server.wire.connection import outbox

Written = list[tuple[str, bytes]]


class Transport:
    """Notes what is written to it."""

    def __init__(self, name: str, written: Written, *, closing: bool = False) -> None:
        self.name = name
        self.written = written
        self.closing = closing

    def is_closing(self) -> bool:
        return self.closing

    def write(self, data: bytes) -> None:
        self.written.append((self.name, data))


def test_a_turn_of_the_loop_is_written_at_its_end() -> None:
    written: Written = []

    async def run() -> None:
        box = outbox(asyncio.get_running_loop())
        one, other = Transport("one", written), Transport("other", written)
        box.put(one, b"1")
        box.put(other, b"2")
        box.put(one, b"3")
        assert written == []
        await asyncio.sleep(0)
        assert written == [("one", b"1"), ("other", b"2"), ("one", b"3")]
        box.put(one, b"4")
        await asyncio.sleep(0)
        assert written[3:] == [("one", b"4")]

    asyncio.run(run())


def test_a_task_that_is_begun_later_finds_it_written() -> None:
    written: Written = []

    async def after() -> None:
        written.append(("task", b""))

    async def run() -> None:
        box = outbox(asyncio.get_running_loop())
        box.put(Transport("one", written), b"1")
        await asyncio.create_task(after())

    asyncio.run(run())
    assert written == [("one", b"1"), ("task", b"")]


def test_who_cannot_wait_flushes_and_nothing_is_written_twice() -> None:
    written: Written = []

    async def run() -> None:
        box = outbox(asyncio.get_running_loop())
        box.put(Transport("one", written), b"1")
        box.put(Transport("gone", written, closing=True), b"2")
        box.flush()
        assert written == [("one", b"1")]
        await asyncio.sleep(0)

    asyncio.run(run())
    assert written == [("one", b"1")]


def test_a_loop_has_one_of_its_own() -> None:
    async def mine() -> object:
        loop = asyncio.get_running_loop()
        assert outbox(loop) is outbox(loop)
        return outbox(loop)

    assert asyncio.run(mine()) is not asyncio.run(mine())
