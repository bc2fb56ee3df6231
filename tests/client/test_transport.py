"""httpx in process: the answers and the errors of a real connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
import trio

from understudy.client import Sandbox

SAP = {"payload": {"source": "SAP"}}
LIST = "/getOrganizationWorkflows?limit=2"

FAULTS: dict[str, dict[str, Any]] = {
    "lost request": {"lose": "request"},
    "lost answer": {"lose": "answer"},
    "closed": {"lose": "answer", "by": "close"},
    "cut off": {"truncate": 20},
    "malformed": {"malformed": True},
    "other type": {"content_type": "text/html"},
    "in drops": {"drip": {"bytes": 400, "every": "1ms"}},
    "late": {"latency": "20s"},
    "never": {"hang": True},
}


def told(ask: Callable[[], httpx.Response]) -> tuple[str, ...]:
    """What a call ends in: its answer, or the kind of error."""
    try:
        reply = ask()
    except httpx.TransportError as error:
        return (type(error).__name__,)
    return str(reply.status_code), reply.headers["content-type"], reply.text


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_the_same_in_process_and_over_a_connection(
    inside: Sandbox, outside: Sandbox, fault: str
) -> None:
    came = []
    for sandbox in (inside, outside):
        sandbox.looply.fault("getOrganizationWorkflows", **FAULTS[fault])
        with sandbox.looply.client(timeout=0.2) as looply:
            came.append(told(partial(looply.get, LIST)))
    assert came[0] == came[1]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("lost request", httpx.ReadError),
        ("closed", httpx.RemoteProtocolError),
        ("cut off", httpx.RemoteProtocolError),
        ("late", httpx.ReadTimeout),
        ("never", httpx.ReadTimeout),
    ],
)
def test_a_lost_call_raises_what_httpx_raises(
    inside: Sandbox, fault: str, error: type[httpx.TransportError]
) -> None:
    inside.looply.fault("getOrganizationWorkflows", **FAULTS[fault])
    with inside.looply.client(timeout=0.2) as looply, pytest.raises(error):
        looply.get(LIST)


def test_a_call_that_is_never_answered_ends_without_a_timeout(inside: Sandbox) -> None:
    inside.looply.fault("getOrganizationWorkflows", hang=True)
    with inside.looply.client(timeout=None) as looply, pytest.raises(httpx.ReadTimeout):
        looply.get(LIST)


def test_an_answer_can_be_streamed(either: Sandbox) -> None:
    with either.looply.client() as looply:
        whole = looply.get(LIST)
        with looply.stream("GET", LIST) as reply:
            raw = b"".join(reply.iter_raw())
    assert raw == whole.content
    assert whole.elapsed.total_seconds() > 0


def test_an_answer_is_read_by_lines_asynchronously(either: Sandbox) -> None:
    async def script() -> str:
        async with (
            either.looply.async_client() as looply,
            looply.stream("GET", LIST) as reply,
        ):
            return "".join([line async for line in reply.aiter_lines()])

    assert asyncio.run(script()).startswith('{"message":"success"')


def test_a_body_can_be_sent_in_pieces(either: Sandbox) -> None:
    with either.looply.client() as looply:
        reply = looply.post(
            "/resumeWorkflow/order-1001",
            content=iter([b'{"payload": ', b'{"source": "SAP"}}']),
            headers={"content-type": "application/json"},
        )
    assert reply.json()["code"] == "WORKFLOW_RESTARTED"


def test_the_answer_to_head_has_no_body(either: Sandbox) -> None:
    with either.looply.client() as looply:
        reply = looply.head("/getOrganizationWorkflows")
    assert (reply.status_code, reply.content) == (405, b"")


def test_a_header_that_is_no_ascii_arrives(either: Sandbox) -> None:
    with either.looply.client() as looply:
        reply = looply.get(LIST, headers={b"x-note": "caf\u00e9".encode("latin-1")})
    assert reply.status_code == 200
    assert either.why(1)["request"]["headers"]["x-note"] == "caf\u00e9"


def test_a_client_that_waits_may_be_called_from_a_coroutine(inside: Sandbox) -> None:
    async def script() -> int:
        with inside.looply.client() as looply:
            return looply.get(LIST).status_code

    assert asyncio.run(script()) == 200


def test_one_client_serves_several_event_loops(either: Sandbox) -> None:
    async def ask() -> int:
        async with either.looply.async_client() as looply:
            replies = await asyncio.gather(*(looply.get(LIST) for _ in range(5)))
        return sum(reply.status_code == 200 for reply in replies)

    assert [asyncio.run(ask()) for _ in range(2)] == [5, 5]


def test_a_client_under_trio_reaches_it(inside: Sandbox) -> None:
    async def script() -> list[int]:
        async with inside.looply.async_client() as client:
            first = await client.get(LIST)
            with inside.intercept():
                async with httpx.AsyncClient(headers=inside.looply.headers) as built_in:
                    again = await built_in.get("https://api.looply.io/v2/workflows" + LIST)
        return [first.status_code, again.status_code]

    assert trio.run(script) == [200, 200]


def test_a_call_under_trio_ends_with_its_timeout(inside: Sandbox) -> None:
    inside.looply.fault("getOrganizationWorkflows", hang=True)

    async def script() -> None:
        async with inside.looply.async_client() as client:
            await client.get(LIST, timeout=0.05)

    with pytest.raises(httpx.ReadTimeout):
        trio.run(script)
