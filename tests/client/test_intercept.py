"""A client with the vendor's host built in: its calls reach the sandbox, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from understudy.client import Sandbox, UnexpectedHost
from understudy.errors import InputError
from understudy.server.wire.thread_server import ThreadServer

BASE = "https://api.looply.io/v2/workflows"
LIST = f"{BASE}/getOrganizationWorkflows"
RESUME = f"{BASE}/resumeWorkflow/order-1001"
KEY = {"x-api-key": "looply-key-northwind"}
SAP = {"payload": {"source": "SAP"}}


@pytest.fixture
def intercepting(either: Sandbox) -> Iterator[Sandbox]:
    with either.intercept():
        yield either


def asked(sandbox: Sandbox) -> list[tuple[str, int]]:
    return [(each["operation"], each["status"]) for each in sandbox.looply.requests()]


def test_httpx_reaches_the_sandbox(intercepting: Sandbox) -> None:
    with httpx.Client(base_url=BASE, headers=KEY) as client:
        reply = client.post("/resumeWorkflow/order-1001", json=SAP)
        again = client.get("/getOrganizationWorkflows", params={"limit": 2})
    assert reply.json()["code"] == "WORKFLOW_RESTARTED"
    assert str(reply.url) == RESUME
    assert again.json()["count"] == 2
    assert asked(intercepting) == [("resumeWorkflow", 200), ("getOrganizationWorkflows", 200)]


def test_httpx_without_a_client_reaches_it_too(intercepting: Sandbox) -> None:
    assert httpx.get(LIST, headers=KEY).status_code == 200
    assert asked(intercepting) == [("getOrganizationWorkflows", 200)]


def test_asynchronous_httpx_reaches_it_from_any_loop(intercepting: Sandbox) -> None:
    async def script() -> int:
        async with httpx.AsyncClient(headers=KEY) as client:
            replies = await asyncio.gather(*(client.get(LIST) for _ in range(3)))
        return sum(reply.status_code == 200 for reply in replies)

    assert [asyncio.run(script()) for _ in range(2)] == [3, 3]
    assert len(asked(intercepting)) == 6


def test_requests_reaches_it(intercepting: Sandbox) -> None:
    with requests.Session() as session:
        session.headers.update(KEY)
        reply = session.post(RESUME, json=SAP, timeout=5)
        assert reply.json()["code"] == "WORKFLOW_RESTARTED"
        assert (reply.url, reply.request.url) == (RESUME, RESUME)
        assert session.get(LIST, params={"limit": 2}, timeout=5).json()["count"] == 2
    assert asked(intercepting) == [("resumeWorkflow", 200), ("getOrganizationWorkflows", 200)]


def test_bodies_of_every_kind_arrive(intercepting: Sandbox) -> None:
    pieces = [b'{"payload": ', b'{"source": "SAP"}}']
    headers = {**KEY, "content-type": "application/json"}
    with httpx.Client(headers=headers) as client:
        assert client.post(RESUME, content=iter(pieces)).status_code == 200
    with requests.Session() as session:
        refused = session.post(RESUME, data=iter(pieces), headers=headers, timeout=5)
    assert refused.json()["code"] == "ALREADY_RESTARTED"
    assert [intercepting.why(n)["request"]["body"] for n in (1, 2)] == [SAP, SAP]


def test_every_host_of_every_vendor_is_known(intercepting: Sandbox) -> None:
    for vendor in intercepting.names:
        for server in intercepting[vendor].contract["servers"]:
            httpx.get(f"{server}/nowhere")
            assert intercepting.requests()[-1]["vendor"] == vendor


@pytest.mark.parametrize(
    "url", ["https://api.looply.com/v2", "https://eu.api.looply.io/v2", "http://example.org:8080"]
)
def test_any_other_host_is_stopped(intercepting: Sandbox, url: str) -> None:
    host = url.split("/")[2].partition(":")[0]
    told = rf"a call to {host} was stopped: while a sandbox intercepts, only .*api\.looply\.io"
    with pytest.raises(UnexpectedHost, match=told):
        httpx.get(url)
    with pytest.raises(UnexpectedHost, match=told):
        requests.get(url, timeout=1)

    async def script() -> None:
        async with httpx.AsyncClient() as client:
            await client.get(url)

    with pytest.raises(UnexpectedHost, match=told):
        asyncio.run(script())
    assert intercepting.stopped == [host] * 3
    assert asked(intercepting) == []


def test_this_machine_stays_reachable(intercepting: Sandbox, server: ThreadServer) -> None:
    assert httpx.get(f"{server.url}/__admin/health").json()["status"] == "ok"
    assert requests.get(f"{server.url}/__admin/health", timeout=5).json()["status"] == "ok"


def test_the_sandboxs_own_url_stays_reachable(intercepting: Sandbox) -> None:
    url = f"{intercepting.looply.url}/getOrganizationWorkflows"
    assert httpx.get(url, headers=KEY).status_code == 200
    assert requests.get(url, headers=KEY, timeout=5).status_code == 200
    assert len(asked(intercepting)) == 2


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_is_not_asked(
    intercepting: Sandbox, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert httpx.get(LIST, headers=KEY).status_code == 200
    assert requests.get(LIST, headers=KEY, timeout=5).status_code == 200
    assert len(asked(intercepting)) == 2


def test_an_adapter_that_retries_goes_on_doing_so(intercepting: Sandbox) -> None:
    intercepting.looply.force("getOrganizationWorkflows", 503, times=2)
    with requests.Session() as session:
        retry = Retry(3, status_forcelist=[503], respect_retry_after_header=False)
        session.mount("https://", HTTPAdapter(max_retries=retry))
        assert session.get(LIST, headers=KEY, timeout=5).status_code == 200
    assert [status for _, status in asked(intercepting)] == [503, 503, 200]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"lose": "answer"}, requests.ConnectionError),
        ({"lose": "request", "by": "close"}, requests.ConnectionError),
        ({"truncate": 10}, requests.exceptions.ChunkedEncodingError),
        ({"hang": True}, requests.ReadTimeout),
    ],
)
def test_a_fault_is_what_requests_makes_of_it(
    intercepting: Sandbox, fault: dict[str, Any], error: type[Exception]
) -> None:
    intercepting.looply.fault("getOrganizationWorkflows", **fault)
    with pytest.raises(error):
        requests.get(LIST, headers=KEY, timeout=0.3)


def test_afterwards_everything_is_as_it_was(either: Sandbox) -> None:
    before = patched()
    with either.intercept():
        assert all(now is not was for now, was in zip(patched(), before, strict=True))
    assert patched() == before
    with pytest.raises(ZeroDivisionError), either.intercept():
        _ = 1 / 0
    assert patched() == before


def patched() -> list[Any]:
    return [
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
        HTTPAdapter.send,
    ]


def test_the_newest_of_several_sandboxes_is_the_one(inside: Sandbox, outside: Sandbox) -> None:
    before = patched()
    first, second = inside.intercept(), outside.intercept()
    first.__enter__()
    httpx.get(LIST, headers=KEY)
    second.__enter__()
    httpx.get(LIST, headers=KEY)
    first.__exit__(None, None, None)  # not in the order of a stack
    httpx.get(LIST, headers=KEY)
    second.__exit__(None, None, None)
    assert (len(asked(inside)), len(asked(outside))) == (1, 2)
    assert patched() == before


def test_what_others_patched_meanwhile_stays(either: Sandbox) -> None:
    calls: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        with either.intercept():
            ours = httpx.HTTPTransport.handle_request

            def noted(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
                calls.append(str(request.url))
                return ours(self, request)

            patch.setattr(httpx.HTTPTransport, "handle_request", noted)
            httpx.get(LIST, headers=KEY)
        assert httpx.HTTPTransport.handle_request is noted
        with pytest.raises(httpx.ConnectError):
            httpx.get("http://127.0.0.1:9/")
    assert len(asked(either)) == 1
    assert (calls[0], calls[-1]) == (LIST, "http://127.0.0.1:9/")


def test_a_vendors_own_client_needs_no_base_url(intercepting: Sandbox) -> None:
    from cloudflare import Cloudflare

    with Cloudflare(api_token=intercepting.cloudflare.key) as client:
        account = "6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01"  # of the base world, the token's
        names = [each.name for each in client.workflows.list(account_id=account)]
    assert len(names) > 0
    assert {each["status"] for each in intercepting.cloudflare.requests()} == {200}


def test_of_two_sandboxes_the_one_that_has_the_host_is_asked() -> None:
    refold = "https://api.gocobalt.io/api/v2/public/workflow/create-task/execute"
    with Sandbox(vendors=["looply"]) as outer, Sandbox(vendors=["refold"]) as inner:
        with outer.intercept(), inner.intercept():
            assert httpx.get(LIST, headers=KEY).status_code == 200
            assert requests.get(LIST, headers=KEY, timeout=30).status_code == 200
            assert httpx.post(refold).status_code in (400, 401, 404)
            told = r"only api\.gocobalt\.io, api\.looply\.io, "
            with pytest.raises(UnexpectedHost, match=told):
                httpx.get("https://elsewhere.example")
        assert [len(each.requests()) for each in (outer, inner)] == [2, 1]
        assert inner.stopped == ["elsewhere.example"]


def test_of_two_with_one_vendor_the_newer_is_asked() -> None:
    with Sandbox(vendors=["looply"]) as outer, Sandbox(vendors=["looply"]) as inner:
        with outer.intercept(), inner.intercept():
            httpx.get(LIST, headers=KEY)
        assert [len(each.requests()) for each in (outer, inner)] == [0, 1]


@pytest.mark.parametrize("allowed", ["pass.invalid", "*.invalid", "PASS.invalid"])
def test_a_host_that_is_allowed_is_not_stopped(inside: Sandbox, allowed: str) -> None:
    with inside.intercept(allow=[allowed]), pytest.raises(httpx.ConnectError):
        httpx.get("http://pass.invalid")  # goes there, and nobody is
    assert inside.stopped == []


def test_what_is_allowed_is_a_list(inside: Sandbox) -> None:
    with pytest.raises(InputError, match=r"Write \['a\.example'\]"):
        inside.intercept(allow="a.example")
