"""Where a page can be read in two ways: what a credential says of it, and that it stays so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from understudy import resources
from understudy.client import create_app
from understudy.errors import ScenarioError
from understudy.openapi.compiler import compile_contract
from understudy.openapi.document import load
from understudy.openapi.operation import Contract
from understudy.scenarios import loader
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings
from understudy.vendors import VENDORS

NIGHTLY = "5a4f7a39-6e0c-4f9b-8a53-1f0c3c1d7e11"
HEADERS = [("x-api-key", "looply-key-northwind"), ("content-type", "application/json")]


def contract(name: str) -> Contract:
    file = resources.spec(name)
    return compile_contract(name, load(file), str(file))


@pytest.mark.parametrize(
    ("vendor", "there"),
    [
        ("looply", "unknown-action-conflicts or full-page-has-last-key"),
        ("refold", "failed-run-is-500"),
        ("interactly", "pause-and-stop-repeat"),
        ("hydracore", "created-is-200"),
    ],
)
def test_a_reading_that_there_is_not_is_told_with_those_there_are(vendor: str, there: str) -> None:
    text = f"""understudy: 1
scenario: s
world:
  {vendor}:
    credentials:
      - {{ name: mine, readings: [generous] }}
"""
    with pytest.raises(ScenarioError) as caught:
        loader.load_text(text, "mine.yaml", VENDORS, contract)
    assert str(caught.value).startswith("mine.yaml:6: ")
    assert there in str(caught.value)


class Client:
    """One sandbox in this process, asked as a client and as its owner."""

    def __init__(self, process: InProcess) -> None:
        self.process = process

    def own(self, path: str, body: Any = None, method: str = "POST") -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        answer = self.process.ask(method, f"/__admin/sessions{path}", HEADERS[1:], sent)
        assert answer.status < 300, answer.body
        return json.loads(answer.body)

    def toggled(self, session: str) -> int:
        """What a toggle to an action that is none is answered."""
        body = {"workflow_id": NIGHTLY, "workflow_version": 1, "action": "STOP"}
        path = f"/~{session}/looply/v2/workflows/toggleScheduledWorkflow"
        return self.process.ask("POST", path, HEADERS, json.dumps(body).encode()).status


def test_a_reading_goes_along_with_a_snapshot_and_a_fork() -> None:
    with InProcess(create_app(Settings(vendors=("looply",), clock=FROZEN))) as process:
        client = Client(process)
        client.own("", {"name": "one", "scenario": "looply/unknown-action-conflicts"})
        client.own("", {"name": "other"})
        assert (client.toggled("one"), client.toggled("other")) == (409, 400)
        client.own("/one/fork", {"name": "two"})
        kept = client.own("/one/snapshot", method="GET")
        client.own("/other/snapshot", kept, "PUT")
        assert (client.toggled("two"), client.toggled("other")) == (409, 409)


BOTH = ("looply/unknown-action-conflicts", "looply/empty-last-page")


@pytest.mark.parametrize("scenarios", [BOTH, BOTH[::-1]])
def test_readings_of_several_stories_hold_together(scenarios: tuple[str, ...]) -> None:
    settings = Settings(vendors=("looply",), clock=FROZEN, scenarios=scenarios)
    with InProcess(create_app(settings)) as process:
        client = Client(process)
        path = "/default/records/looply/credentials/default"
        told = client.own(path, method="GET")["fields"]["readings"]
        assert sorted(told) == ["full-page-has-last-key", "unknown-action-conflicts"]
        assert client.toggled("default") == 409


@pytest.mark.parametrize(("said", "status"), [("", 409), (", readings: []", 400)])
def test_a_reading_stays_until_it_is_taken_back(said: str, status: int) -> None:
    key = f"{{ name: default, key: looply-key-northwind, organization: org-northwind{said} }}"
    story = f"understudy: 1\nworld: {{ looply: {{ credentials: [{key}] }} }}"
    settings = Settings(vendors=("looply",), clock=FROZEN, scenarios=BOTH)
    with InProcess(create_app(settings)) as process:
        client = Client(process)
        client.own("", {"name": "mine", "scenario": story})
        assert client.toggled("mine") == status
