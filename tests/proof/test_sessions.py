"""Sessions side by side over HTTP, with all vendors: nobody is told what is another's."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice, zip_longest
from random import Random
from threading import Event
from typing import Any

import pytest

from understudy.checks import answer_recipes
from understudy.client import create_app
from understudy.server.inprocess import Answered
from understudy.server.sessions.snapshot import apply_snapshot, take_snapshot
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings
from understudy.vendors import VENDORS

from .contract_client import ContractClient, ExampleCall
from .transcript import Recording, of_calls

NAMES = [vendor.name for vendor in VENDORS]
SESSIONS = 50
CALLS = 20  # of each vendor
JSON = {"content-type": "application/json"}

Sent = tuple[str, str, list[tuple[str, str]], bytes]


class Noting(Recording):
    """Keeps what was asked."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.asked: list[Sent] = []

    def ask(
        self, method: str, target: str, headers: Any = (), body: bytes = b"", timeout: Any = None
    ) -> Answered:
        self.asked.append((method, target, list(headers), body))
        return super().ask(method, target, headers, body, timeout)


def calls_of(vendor: str) -> list[Sent]:
    """Calls of every operation, right ones and those of nobody."""
    with ContractClient(vendor) as sandbox:
        sandbox.client.close()
        noting = sandbox.client = Noting(sandbox.app)
        for operation in sandbox.contract.operations:
            sandbox.send(sandbox.valid(operation))
        for operation in sandbox.contract.operations:
            for way in answer_recipes.own(sandbox, operation):
                for step in way.steps:
                    if isinstance(step, ExampleCall):
                        sandbox.send(step)
        return list(islice((each for each in noting.asked if len(each[3]) < 5_000), CALLS))


@pytest.fixture(scope="module")
def calls() -> list[Sent]:
    """All vendors' calls, one of each in turn."""
    turns = zip_longest(*map(calls_of, NAMES))
    return [each for turn in turns for each in turn if each is not None]


class Client:
    """One connection to the sandbox."""

    def __init__(self, url: str, timeout: float = 60) -> None:
        self._wire = http.client.HTTPConnection(url.partition("//")[2], timeout=timeout)

    def send(self, session: str, call: Sent) -> Any:
        """What a session is told; its own name is no part of it."""
        method, target, headers, body = call
        self._wire.request(method, f"/~{session}{target}", body or None, dict(headers))
        reply = self._wire.getresponse()
        told = [each for each in reply.getheaders() if each[0].lower() != "connection"]
        text = reply.read().decode("latin-1")
        return json.loads(json.dumps([reply.status, told, text]).replace(session, "NAME"))

    def admin(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body)
        self._wire.request(method, f"/__admin/sessions{path}", content, JSON)
        reply = self._wire.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text else None

    def close(self) -> None:
        self._wire.close()


def life(url: str, session: str, calls: Sequence[Sent]) -> list[Any]:
    client = Client(url)
    told = [client.send(session, each) for each in calls]
    client.close()
    return told


FAULTS = ({"latency": "50ms"}, {"hang": True}, {"lose": "request"})


def turmoil(url: str, calls: Sequence[Sent], seed: int, over: Event) -> set[int]:
    """What happens to other sessions meanwhile; the statuses of what was done to them."""
    chance, client, statuses = Random(seed), Client(url), set()
    names = [f"noise-{seed}-{number}" for number in range(3)]
    taken: list[Any] = []
    while not over.is_set():
        name = chance.choice(names)
        for how, path, body in (
            ("POST", "", {"name": name}),
            ("POST", f"/{name}/rules", {"operation": "*", "fault": chance.choice(FAULTS)}),
            ("CALL", name, None),
            ("GET", f"/{name}/snapshot", None),
            ("CALL", name, None),
            ("POST", f"/{name}/fork", {"name": chance.choice(names)}),
            ("PUT", f"/{chance.choice(names)}/snapshot", taken[-1] if taken else {}),
            ("POST", f"/{name}/reset", None),
            ("CALL", name, None),
            ("DELETE", f"/{chance.choice(names)}", None),
        ):
            if how == "CALL":
                hasty = Client(url, timeout=0.02)
                with suppress(OSError, http.client.HTTPException):
                    hasty.send(path, chance.choice(calls))
                hasty.close()
                continue
            status, told = client.admin(how, path, body)
            statuses.add(status)
            if how == "GET" and status == 200:
                taken.append(told)
    client.close()
    return statuses


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with ThreadServer(create_app(Settings(clock=FROZEN))) as server:
        yield server.url


def test_fifty_sessions_of_all_vendors_amid_others_that_come_and_go(
    served: str, calls: list[Sent]
) -> None:
    alone = life(served, "alone", calls)
    assert {status for status, _, _ in alone} >= {200, 201, 400, 401, 404}
    over = Event()
    with ThreadPoolExecutor(SESSIONS + 2) as threads:
        noise = [threads.submit(turmoil, served, calls, seed, over) for seed in (1, 2)]
        names = [f"one-of-many-{number}" for number in range(SESSIONS)]
        told = list(threads.map(lambda name: life(served, name, calls), names))
        over.set()
        statuses = {status for each in noise for status in each.result()}
    assert all(each == alone for each in told)
    assert {200, 201, 204} <= statuses
    assert max(statuses) < 500


@pytest.mark.parametrize("vendor", NAMES)
def test_a_restored_world_is_told_apart_by_nobody(vendor: str) -> None:
    with ContractClient(vendor) as first, ContractClient(vendor) as second:
        of_calls(first)
        taken = take_snapshot(first.app.sandbox.sessions["default"])
        apply_snapshot(second.app.sandbox.session("default"), json.loads(json.dumps(taken)))
        assert of_calls(second) == of_calls(first)
