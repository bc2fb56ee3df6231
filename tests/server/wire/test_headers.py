"""The headers of requests: read once for as long as they stay the same, and never too many."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from understudy.client import create_app
from understudy.server.wire.headers import LONGEST, REMEMBERED, HeaderCache
from understudy.server.wire.request_limits import Refused
from understudy.settings import FROZEN, Settings

LIST = b"/looply/v2/workflows/getOrganizationWorkflows"
PAIRS = [(b"host", b"a"), (b"x-api-key", b"looply-key-northwind"), (b"x-a", b" 1 "), (b"x-a", b"2")]


def answered(headers: Any) -> tuple[int, bytes]:
    """What an application gives whoever serves it over ASGI with these headers."""
    app, sent = create_app(Settings(vendors=("looply",), clock=FROZEN)), []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": LIST.decode(), "raw_path": LIST}
    asyncio.run(app({**scope, "query_string": b"", "headers": headers}, receive, send))
    return sent[0]["status"], sent[1]["body"]


def test_pairs_of_headers_may_be_lists_as_asgi_allows() -> None:
    told = answered(PAIRS)
    assert told[0] == 200
    assert answered([list(pair) for pair in PAIRS]) == told


class TestHeads:
    def test_reads_the_same_headers_once(self) -> None:
        heads = HeaderCache(Settings())
        head = heads.read(PAIRS)
        assert head.headers["x-a"] == "1 , 2"
        assert heads.read(list(PAIRS)) is head
        assert heads.read(PAIRS[:2]) is not head

    def test_reads_pairs_that_are_lists(self) -> None:
        heads = HeaderCache(Settings())
        lists = [list(pair) for pair in PAIRS]
        assert heads.read(lists).headers == heads.read(PAIRS).headers

    @pytest.mark.parametrize("pairs", [PAIRS, [list(pair) for pair in PAIRS]])
    def test_refuses_what_is_beyond_a_bound_each_time(self, pairs: Any) -> None:
        heads = HeaderCache(Settings(header_bytes=20))
        for _ in range(2):
            with pytest.raises(Refused):
                heads.read(pairs)

    def test_remembers_a_few_and_none_that_is_long(self) -> None:
        heads = HeaderCache(Settings())
        first = heads.read([(b"x-n", b"0")])
        for n in range(1, REMEMBERED):
            heads.read([(b"x-n", b"%d" % n)])
        assert heads.read([(b"x-n", b"0")]) is first
        heads.read([(b"x-n", b"%d" % REMEMBERED)])
        assert heads.read([(b"x-n", b"0")]) is not first
        long = [(b"x", b"y" * LONGEST)]
        assert heads.read(long) is not heads.read(long)
