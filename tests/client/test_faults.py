"""What a fault leaves of an answer, in process, by value: httpx, asynchronous httpx, requests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

import httpx
import pytest
import requests

from understudy.client import Sandbox

LIST = "/getOrganizationWorkflows?limit=2"
HOST = "https://api.looply.io/v2/workflows"


class Seen(NamedTuple):
    """An answer as a client has it."""

    status: int
    headers: dict[str, str]
    body: bytes


def with_httpx(sandbox: Sandbox, timeout: float) -> Seen:
    with sandbox.looply.client(timeout=timeout) as looply:
        reply = looply.get(LIST)
    return Seen(reply.status_code, dict(reply.headers), reply.content)


def with_async_httpx(sandbox: Sandbox, timeout: float) -> Seen:
    async def script() -> Seen:
        async with sandbox.looply.async_client(timeout=timeout) as looply:
            reply = await looply.get(LIST)
        return Seen(reply.status_code, dict(reply.headers), reply.content)

    return asyncio.run(script())


def with_requests(sandbox: Sandbox, timeout: float) -> Seen:
    with sandbox.intercept():
        reply = requests.get(HOST + LIST, headers=sandbox.looply.headers, timeout=timeout)
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return Seen(reply.status_code, headers, reply.content)


Client = Callable[[Sandbox, float], Seen]
CLIENTS: list[Client] = [with_httpx, with_async_httpx, with_requests]
CUT = (httpx.RemoteProtocolError, requests.exceptions.ChunkedEncodingError)
LATE = (httpx.ReadTimeout, requests.ReadTimeout, requests.ConnectionError)


@pytest.fixture(params=CLIENTS, ids=["httpx", "async httpx", "requests"])
def client(request: pytest.FixtureRequest) -> Client:
    chosen: Client = request.param
    return chosen


@pytest.fixture
def whole(inside: Sandbox) -> bytes:
    """The body of the answer that no fault has touched."""
    body = with_httpx(inside, 5).body
    assert len(json.loads(body)["items"]) == 2
    return body


def fault(sandbox: Sandbox, **said: Any) -> None:
    sandbox.looply.fault("getOrganizationWorkflows", **said)


def test_malformed_is_the_first_half(inside: Sandbox, client: Client, whole: bytes) -> None:
    fault(inside, malformed=True)
    seen = client(inside, 5)
    half = whole[: len(whole) // 2]
    assert (seen.status, seen.headers["content-type"]) == (200, "application/json")
    assert (seen.body, seen.headers["content-length"]) == (half, str(len(half)))
    with pytest.raises(json.JSONDecodeError):
        json.loads(seen.body)


def test_another_content_type(inside: Sandbox, client: Client, whole: bytes) -> None:
    fault(inside, content_type="text/html; charset=utf-8")
    seen = client(inside, 5)
    assert seen.headers["content-type"] == "text/html; charset=utf-8"
    assert (seen.status, seen.body) == (200, whole)


def test_drops_are_the_whole_answer_as_long_as_they_come(
    inside: Sandbox, client: Client, whole: bytes
) -> None:
    fault(inside, drip={"bytes": -(-len(whole) // 5), "every": "80ms"})
    start = monotonic()
    seen = client(inside, 0.25)
    assert monotonic() - start >= 4 * 0.08, "longer than the timeout, which is that of a pause"
    assert (seen.status, seen.body) == (200, whole)
    assert seen.headers["content-length"] == str(len(whole))


def test_a_pause_beyond_the_timeout_is_one(inside: Sandbox, client: Client, whole: bytes) -> None:
    fault(inside, drip={"bytes": len(whole) // 2, "every": "2s"})
    with pytest.raises(LATE):
        client(inside, 0.1)


@pytest.mark.parametrize("size", [0, 20])
def test_a_truncated_answer_breaks_off(
    inside: Sandbox, client: Client, whole: bytes, size: int
) -> None:
    fault(inside, truncate=size)
    with pytest.raises(CUT):
        client(inside, 5)
    assert inside.requests()[-1]["status"] == 200, "the vendor has done it"


def test_what_is_no_shorter_than_that_is_whole(
    inside: Sandbox, client: Client, whole: bytes
) -> None:
    fault(inside, truncate=len(whole))
    assert client(inside, 5).body == whole


def test_who_streams_sees_where_it_breaks_off(either: Sandbox) -> None:
    body = with_httpx(either, 5).body
    fault(either, truncate=20)
    with either.looply.client() as looply, looply.stream("GET", LIST) as reply:
        assert (reply.status_code, reply.headers["content-length"]) == (200, str(len(body)))
        pieces = reply.iter_raw()
        assert next(pieces) == body[:20]
        with pytest.raises(httpx.RemoteProtocolError):
            next(pieces)


def test_who_streams_asynchronously_too(inside: Sandbox, whole: bytes) -> None:
    fault(inside, truncate=20)

    async def script() -> bytes:
        async with inside.looply.async_client() as looply, looply.stream("GET", LIST) as reply:
            pieces = reply.aiter_raw()
            came = await anext(pieces)
            with pytest.raises(httpx.RemoteProtocolError):
                await anext(pieces)
        return came

    assert asyncio.run(script()) == whole[:20]
