"""A sandbox behind a port, started from plain Python."""

from __future__ import annotations

import unittest
from typing import Any, ClassVar
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from understudy.client import Sandbox, serve
from understudy.errors import InputError
from understudy.server.wire.thread_server import ThreadServer

DIRECT = build_opener(ProxyHandler({}))


def test_any_client_reaches_it_and_each_session_is_its_own() -> None:
    with (
        serve(vendors=["looply"], clock="frozen", seed=3) as server,
        Sandbox(server.url) as one,
        Sandbox(server.url) as other,
    ):
        url = f"{one.looply.url}/getOrganizationWorkflows?limit=1"
        with DIRECT.open(Request(url, headers=one.looply.headers), timeout=5) as reply:
            assert reply.status == 200
            assert one.why(reply)["operation"] == "getOrganizationWorkflows"
        assert (len(one.requests()), len(other.requests())) == (1, 0)
        assert one.names == ("looply",)
        assert one.clock.now == "2026-01-01T00:00:00.000Z"
    with pytest.raises(URLError):
        DIRECT.open(f"{server.url}/__admin/health", timeout=5)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"vendors": "looply"}, "vendors='looply' is no list. Write ['looply']"),
        ({"vendors": ["lopply"]}, "lopply"),
        ({"port": 4010}, "serve has no 'port'. There are vendors, documents, scenarios, "),
    ],
)
def test_what_cannot_be_served_is_told(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as refused:
        serve(**settings)
    assert told in str(refused.value)


def test_unittest_takes_server_and_session_by_enter_context() -> None:
    class Orders(unittest.TestCase):
        server: ClassVar[ThreadServer]

        @classmethod
        def setUpClass(cls) -> None:
            cls.server = cls.enterClassContext(serve(vendors=["looply"], clock="frozen"))

        def test_a_session_of_its_own(self) -> None:
            sandbox = self.enterContext(Sandbox(self.server.url))
            with sandbox.looply.client() as looply:
                reply = looply.post(
                    "/resumeWorkflow/order-1001", json={"payload": {"source": "SAP"}}
                )
            assert reply.json()["code"] == "WORKFLOW_RESTARTED"

    told = unittest.TestResult()
    unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(Orders)]).run(told)
    assert (told.testsRun, told.errors, told.failures) == (1, [], [])
