"""A server in a thread of this process."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from understudy.client import create_app
from understudy.errors import UnderstudyError
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings


@pytest.fixture
def app() -> Any:
    return create_app(Settings(vendors=("looply",), clock=FROZEN))


def test_it_serves_until_it_is_closed(app: Any) -> None:
    before = set(threading.enumerate())  # a run's own sandbox may serve beside
    with ThreadServer(app) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{server.url}/__admin/health").json()["status"] == "ok"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/__admin/health")
    assert {each for each in threading.enumerate() if each.name == "understudy"} <= before


def test_several_serve_side_by_side(app: Any) -> None:
    with ThreadServer(app) as first, ThreadServer(create_app()) as second:
        assert first.url != second.url
        assert httpx.get(f"{first.url}/__admin/health").json()["vendors"] == ["looply"]
        assert len(httpx.get(f"{second.url}/__admin/health").json()["vendors"]) > 1


def test_a_function_runs_between_two_requests(app: Any) -> None:
    with ThreadServer(app) as server:
        assert server.call(threading.current_thread).name == "understudy"
        assert server.call(lambda: len(app.sandbox.sessions)) == 0
        with pytest.raises(ZeroDivisionError):
            server.call(lambda: 1 // 0)


def test_a_call_that_nobody_answers_does_not_keep_it(app: Any) -> None:
    path = "/looply/v2/workflows/getOrganizationWorkflows"
    with ThreadPoolExecutor(1) as beside, ThreadServer(app) as server:
        rule = {"operation": "getOrganizationWorkflows", "fault": {"hang": True}}
        httpx.post(f"{server.url}/__admin/sessions/default/rules", json=rule)
        waiting = beside.submit(
            httpx.get, server.url + path, headers={"x-api-key": "looply-key-northwind"}
        )
        while not server.call(lambda: len(app.sandbox.session("default").journal)):
            pass
        server.close()
        with pytest.raises(httpx.RemoteProtocolError):  # no answer: dropped
            waiting.result(10)


def test_the_logging_of_others_stays_as_it_was(app: Any) -> None:
    log = logging.getLogger("uvicorn.error")
    before = log.level
    with ThreadServer(app):
        pass
    assert log.level == before


def test_a_thread_that_is_busy_says_so(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("understudy.server.wire.thread_server.PATIENCE", 0.05)
    going_on = threading.Event()
    with ThreadServer(app) as server:
        with pytest.raises(UnderstudyError, match=r"the sandbox is busy for more than 0.05 s"):
            server.call(lambda: going_on.wait(10))
        going_on.set()
        monkeypatch.undo()
        assert server.call(lambda: 1) == 1
