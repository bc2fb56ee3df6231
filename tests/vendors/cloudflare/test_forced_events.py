"""What a rule makes happen to an instance, and how its workflow hastens its work."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.looply_sandbox import LooplySandbox

ACCOUNT = "6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01"
STEPS: list[Any] = [
    {"do": "check", "takes": "9m"},
    {"sleep": "2h", "name": "night"},
    {"wait": "manager", "event": "decided", "timeout": "3h"},
]


def created(sandbox: LooplySandbox, progress: Any) -> str:
    """The path of an instance of a workflow with that progress."""
    workflow = {"name": "own", "account": "northwind", "steps": STEPS, "progress": progress}
    scenario = {"understudy": 1, "world": {"cloudflare": {"workflows": [workflow]}}}
    sandbox.admin("POST", "/scenario", {"scenario": scenario})
    path = f"/accounts/{ACCOUNT}/workflows/own/instances"
    assert call(sandbox, "POST", path, {"instance_id": "one"})["success"]
    return f"{path}/one"


def call(sandbox: LooplySandbox, method: str, path: str, body: Any = None) -> Any:
    headers = (
        ("authorization", "Bearer cf-token-northwind"),
        ("content-type", "application/json"),
    )
    content = b"" if body is None else json.dumps(body).encode()
    target = f"/cloudflare/client/v4{path}"
    return json.loads(sandbox.process.ask(method, target, headers, content).body)


@pytest.mark.parametrize(
    ("progress", "busy"),
    [
        ("now", [False] * 3),
        ({"after": "2s"}, [True, True, False]),
        ({"reads": 2}, [True, True, False]),
    ],
)
def test_work_is_hastened_up_to_the_wait_for_an_event(progress: Any, busy: list[bool]) -> None:
    with LooplySandbox(vendors=("cloudflare",)) as sandbox:
        path = created(sandbox, progress)
        seen = []
        for _ in busy:
            last = call(sandbox, "GET", path)["result"]["steps"][-1]
            seen.append(last["type"] != "waitForEvent")
            sandbox.advance(by="1s")
        assert seen == busy
        steps = call(sandbox, "GET", path)["result"]["steps"]
        assert [each["name"] for each in steps][-1].startswith("manager")


def test_a_rule_pauses_an_instance_and_it_is_resumed_as_any_other() -> None:
    with LooplySandbox(vendors=("cloudflare",)) as sandbox:
        path = created(sandbox, {"after": "1h"})
        sandbox.rule("cloudflare.describeInstance", times=1, then={"event": "pause"})
        assert call(sandbox, "GET", path)["result"]["status"] == "waitingForPause"
        assert call(sandbox, "PATCH", f"{path}/status", {"status": "resume"})["success"]
        assert call(sandbox, "GET", path)["result"]["status"] == "running"
