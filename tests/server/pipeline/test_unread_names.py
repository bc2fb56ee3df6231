"""A client that misspells a name gets the vendor's answer, and is told; strict, it is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from understudy.client import create_app
from understudy.server.inprocess import Answered, InProcess
from understudy.server.pipeline.unread_names import nearest
from understudy.settings import FROZEN, Settings

KEYS = {
    "cloudflare": ("authorization", "Bearer cf-token-northwind"),
    "looply": ("x-api-key", "looply-key-northwind"),
    "refold": ("x-api-key", "tk11111111-aaaa-4bbb-8ccc-000000000001"),
    "interactly": ("authorization", "Bearer interactly-key-northwind"),
    "hydracore": ("x-api-key", "hc_live_northwind"),
}
WORKFLOWS = "/cloudflare/client/v4/accounts/6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01/workflows"
INSTANCES = f"{WORKFLOWS}/order-approval/instances"
LIST = "/looply/v2/workflows/getOrganizationWorkflows"
TRIGGER = "/looply/v2/workflows/triggerworkflow/be9439c2-16b9-4de2-bb1a-9154b85af065/2"
RESUME = "/looply/v2/workflows/resumeWorkflow/order-1001"


class Client:
    """One sandbox of all vendors, without a port."""

    def __init__(self, **settings: Any) -> None:
        app = create_app(Settings(clock=FROZEN, verify_replies=True, **settings))
        self.process = InProcess(app)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        content = b"" if body is None else json.dumps(body).encode()
        told = [KEYS[path.split("/")[1]], ("content-type", "application/json")]
        told += [(name.replace("_", "-"), text) for name, text in headers.items()]
        return self.process.ask(method, path, told, content)

    def hint(self, method: str, path: str, body: Any = None, **headers: str) -> str:
        return dict(self.send(method, path, body, **headers).headers).get("x-understudy-hint", "")

    def admin(self, path: str) -> Any:
        answer = self.process.ask("GET", f"/__admin/sessions/default{path}")
        return json.loads(answer.body)


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.process.close()


@pytest.fixture
def strict() -> Iterator[Client]:
    made = Client(strict_names=True)
    yield made
    made.process.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "hint"),
    [
        ("POST", INSTANCES, {"id": "mine"}, "`id` is not read; did you mean `instance_id`?"),
        ("POST", INSTANCES, {"param": 1}, "`param` is not read; did you mean `params`?"),
        (
            "POST",
            f"{INSTANCES}/batch",
            [{"instance_id": "a"}, {"instanceId": "b"}],
            "`1/instanceId` is not read; did you mean `instance_id`?",
        ),
        (
            "GET",
            f"{INSTANCES}?state=running",
            None,
            "`state` is not read; did you mean `status`?",
        ),
        ("GET", f"{LIST}?Limit=3", None, "`Limit` is not read; did you mean `limit`?"),
        (
            "POST",
            TRIGGER,
            {"processId": "p"},
            "`processId` is not read; did you mean `process_id`?",
        ),
        (
            "POST",
            RESUME,
            {"payload": {"Source": "SAP"}},
            "`payload/Source` is not read; did you mean `source`?",
        ),
    ],
)
def test_a_name_near_a_declared_one_is_a_hint(
    client: Client, method: str, path: str, body: Any, hint: str
) -> None:
    assert hint in client.hint(method, path, body)
    assert hint in client.admin("/requests/latest")["hint"]


def test_a_header_near_a_declared_one_is_a_hint(client: Client) -> None:
    path = "/refold/api/v2/public/workflow/665f1c2ea1b2c3d400000003/execute"
    hint = client.hint("POST", path, {}, slug="x", linked_account_id="a", sync_execution="true")
    assert "sync-execution came with hyphens; the vendor reads" in hint  # in the vendor's words
    assert hint.count("sync-execution") == 1


def test_our_own_header_misspelt_is_a_hint(client: Client) -> None:
    told = client.hint("GET", LIST, x_understudy_sesion="mine")
    assert told == "`x-understudy-sesion` is not read; did you mean `x-understudy-session`?"


def test_what_clients_and_proxies_send_is_none(client: Client) -> None:
    assert client.hint("GET", f"{LIST}?limit=3", x_request_id="1", idempotency_key="k") == ""


def test_the_vendor_answers_as_it_would(client: Client) -> None:
    asked = client.send("POST", INSTANCES, {"id": "mine"})
    assert asked.status == 200
    assert "by=behaviour" in dict(asked.headers)["x-understudy"]


def test_a_name_that_is_near_none_is_told_where_somebody_asks(client: Client) -> None:
    assert client.hint("POST", TRIGGER, {"process_id": "p", "colour": 1}) == ""
    told = client.admin("/requests/latest")["unread"]
    assert told == [{"location": "body", "name": "colour", "message": "`colour` is not read"}]


def test_a_name_that_is_given_was_not_meant(client: Client) -> None:
    assert client.hint("GET", f"{LIST}?limit=3&Limit=4") == ""


def test_a_client_that_does_so_got_it_wrong(client: Client) -> None:
    for _ in range(2):
        client.send("GET", f"{LIST}?Limit=3")
    mistakes = client.admin("/coverage")["mistakes"]
    told = [(each["kind"], each["what"], each["times"]) for each in mistakes]
    assert ("unread", "query Limit", 2) in told


@pytest.mark.parametrize(
    ("path", "body"), [(TRIGGER, {"processId": "p"}), (TRIGGER, {"process_id": "p", "colour": 1})]
)
def test_strict_the_sandbox_refuses_it_itself(strict: Client, path: str, body: Any) -> None:
    answer = strict.send("POST", path, body)
    headers, told = dict(answer.headers), json.loads(answer.body)
    assert (answer.status, headers["content-type"]) == (400, "application/problem+json")
    assert "by=sandbox" in headers["x-understudy"]
    assert told["title"] == "A name that nothing reads"
    assert f"`{list(body)[-1]}` is not read" in told["detail"]
    assert "--strict-names" in told["fix"]
    mistakes = strict.admin("/coverage")["mistakes"]
    assert [(each["kind"], each["status"]) for each in mistakes] == [("unread", 400)]


def test_strict_a_call_without_such_names_is_answered(strict: Client) -> None:
    assert strict.send("POST", TRIGGER, {"process_id": "p"}, x_mine="1").status == 200


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("id", ["params", "instance_id"], "instance_id"),
        ("processID", ["process_id"], "process_id"),
        ("schedule", ["schedules"], "schedules"),
        ("code", ["mode"], ""),
        ("_", ["page", "limit"], ""),
        ("", ["page"], ""),
        ("x" * 10_000, ["page"], ""),
    ],
)
def test_how_near_a_name_must_be(name: str, known: list[str], meant: str) -> None:
    assert nearest(name, known) == meant
