"""Which requests are told to be attempts of one call: seen with the back-offs of real clients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import sleep
from typing import Any

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from tests.server.external_clients import HEADERS, Outside
from tests.server.looply_sandbox import PAYLOAD, LooplySandbox
from understudy.client import create_app
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import Settings

_numbers = count(1)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadServer(create_app(Settings(vendors=("looply",)))) as server:
        yield server.url


@pytest.fixture
def outside(url: str) -> Outside:
    """A session on a real clock, as retries go on."""
    made = Outside(url, f"attempt-{next(_numbers)}", "httpx")
    made.admin("PUT", "/clock", {"speed": 1})
    return made


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox() as made:
        yield made


def told(outside: Outside, calls: int) -> list[str | None]:
    """Which attempt each of so many requests is told to be, once they are over."""
    while len(outside.admin("GET", "/requests")["requests"]) < calls:
        sleep(0.01)
    found = [outside.admin("GET", f"/requests/{n + 1}") for n in range(calls)]
    return [each.get("attempts", {}).get("attempt") for each in found]


THREE = ["attempt 1 of 3", "attempt 2 of 3", "attempt 3 of 3"]


def test_of_requests_with_the_retries_of_urllib3(outside: Outside) -> None:
    outside.rule("resumeWorkflow", times=2, reply=503)
    retry = Retry(3, backoff_factor=0.01, status_forcelist=[503], allowed_methods=None)
    with requests.Session() as client:
        client.trust_env = False
        client.mount("http://", HTTPAdapter(max_retries=retry))
        target = f"{outside.url}/~{outside.session}/looply/v2/workflows/resumeWorkflow/order-1001"
        assert client.post(target, json=PAYLOAD, headers=HEADERS, timeout=20).status_code == 200
    assert told(outside, 3) == THREE


def test_of_a_client_that_asks_again_after_lost_answers(outside: Outside) -> None:
    outside.rule("resumeWorkflow", times=1, fault={"lose": "answer"})
    outside.rule("resumeWorkflow", times=1, fault={"hang": True})
    assert [outside.resume(timeout=0.2).wrong for _ in range(2)] == ["ReadTimeout", "ReadError"]
    assert outside.resume().status == 409
    assert told(outside, 3) == THREE


def test_of_a_client_that_does_not_wait_for_a_late_answer(outside: Outside) -> None:
    outside.rule("resumeWorkflow", times=1, fault={"latency": "300ms"})
    assert outside.resume(timeout=0.05).wrong == "ReadTimeout"
    told(outside, 1)
    why = outside.why()
    assert (why["reply"]["status"], why["record"]["after"]["state"]) == (200, "IN_PROGRESS")
    assert why["because"].endswith("its client was gone before the answer")
    assert outside.resume().status == 409
    assert told(outside, 2) == ["attempt 1 of 2", "attempt 2 of 2"]


def test_of_a_client_that_leaves_a_dripping_answer(outside: Outside) -> None:
    drip = {"bytes": 1, "every": "20ms"}
    outside.rule("resumeWorkflow", times=1, fault={"drip": drip})
    target = f"{outside.url}/~{outside.session}/looply/v2/workflows/resumeWorkflow/order-1001"
    asked: Any = {"content": json.dumps(PAYLOAD), "headers": HEADERS, "trust_env": False}
    with httpx.stream("POST", target, **asked) as reply:
        assert next(reply.iter_raw(1))
    while "left after" not in outside.why()["because"]:
        sleep(0.01)
    assert outside.resume().status == 409
    assert told(outside, 2) == ["attempt 1 of 2", "attempt 2 of 2"]


@pytest.mark.parametrize("fault", [{"latency": "300ms"}, {"hang": True}])
def test_equal_calls_at_the_same_time_are_no_attempts(outside: Outside, fault: Any) -> None:
    outside.rule("resumeWorkflow", fault=fault)
    outside.rule("resumeWorkflow", reply=503)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: outside.resume(timeout=1), range(3)))
    assert told(outside, 3) == [None, None, None]


def test_a_poll_is_no_row_of_attempts(outside: Outside) -> None:
    for _ in range(3):
        assert outside.look().status == 200
    assert told(outside, 3) == [None, None, None]


def send(looply: LooplySandbox, body: Any = PAYLOAD, **headers: str) -> int:
    pairs = (*HEADERS.items(), *((name.replace("_", "-"), each) for name, each in headers.items()))
    target = "/looply/v2/workflows/resumeWorkflow/order-1001"
    return looply.process.ask("POST", target, pairs, json.dumps(body).encode()).status


def attempt(looply: LooplySandbox, number: int | str = "latest") -> str | None:
    found: dict[str, str] = looply.admin("GET", f"/requests/{number}").get("attempts", {})
    return found.get("attempt")


def test_another_body_or_key_is_another_call(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", reply=503)
    send(looply, idempotency_key="one")
    send(looply, idempotency_key="two")
    send(looply, {"payload": {"source": "ERP"}}, idempotency_key="two")
    assert attempt(looply) is None
    send(looply, idempotency_key="two")
    assert [attempt(looply, n) for n in (1, 2, 3, 4)] == [
        None, "attempt 1 of 2", None, "attempt 2 of 2",
    ]  # fmt: skip


def test_a_back_off_of_a_minute_and_more_on_the_sessions_clock(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", reply=503)
    for wait in ("1s", "2s", "4s", "64s", "2m"):
        send(looply)
        looply.advance(by=wait)
    send(looply)
    assert attempt(looply) == "attempt 6 of 6"
    looply.advance(by="1h")
    send(looply)
    assert attempt(looply) is None


def test_who_was_told_to_wait_may_wait_so_long(looply: LooplySandbox) -> None:
    quota = {"limit": {"requests": 1, "per": "1h"}}
    looply.rule("resumeWorkflow", fault=quota)
    send(looply)
    send(looply)
    assert looply.why()["reply"]["headers"]["retry-after"] == "3600"
    looply.advance(by="1h")
    send(looply)
    assert attempt(looply) == "attempt 2 of 2"


def test_of_many_attempts_those_around_are_told(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", reply=503)
    for _ in range(50):
        send(looply)
    for number, first in ((1, 1), (30, 20), (50, 31)):
        found = looply.admin("GET", f"/requests/{number}")["attempts"]
        assert found["attempt"] == f"attempt {number} of 50"
        assert found["requests"] == [f"default.{n}" for n in range(first, first + 20)]
