"""Stories played by the sandbox in a session of its own, a step at a time or all of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.admin.admin_client import AdminClient

TALE = """
understudy: 1
scenario: An order is resumed twice
vendor: looply
steps:
  - name: the order is resumed
    call: resumeWorkflow
    with: { process_id: order-1001, body: { payload: { source: SAP } } }
    expect: { status: 200 }
  - advance: { by: 10s }
  - name: it is resumed again
    call: resumeWorkflow
    with: { process_id: order-1001, body: { payload: { source: SAP } } }
    expect: { status: 200 }
verify: [{ operation: resumeWorkflow, times: 2 }]
"""


@pytest.fixture
def play(admin: AdminClient) -> Any:
    told = admin.ask("POST", "/stories", {"text": TALE})
    assert told.status == 201
    yield told.body
    admin.ask("DELETE", f"/sessions/{told.body['session']}")


def test_stories_that_ship_are_listed(admin: AdminClient) -> None:
    told = admin.ask("GET", "/stories").body["stories"]
    assert told == admin.ask("GET", "/stories").body["stories"]
    names = [each["name"] for each in told]
    assert "looply/lost-answer" in names
    assert [each for each in names if each.startswith("refold/")] == [], "it is not served"


def test_a_story_is_played_a_step_at_a_time(admin: AdminClient, play: Any) -> None:
    assert (play["verdict"], play["left"]) == ("playing", 4)
    assert [each["verdict"] for each in play["steps"]] == [None] * 4
    path = f"/sessions/{play['session']}/story"
    told = admin.ask("POST", f"{path}/next", {}).body
    first = told["steps"][0]
    assert (first["sentence"], first["verdict"]) == ("the order is resumed", "passed")
    assert first["request"] == f"{play['session']}.1"
    assert told["left"] == 3
    assert admin.ask("GET", path).body == told
    told = admin.ask("POST", f"{path}/next", {"all": True}).body
    assert (told["verdict"], told["left"]) == ("failed", 0)
    assert [each["verdict"] for each in told["steps"]] == ["passed", "passed", "failed", "passed"]
    wrong = told["steps"][2]
    assert wrong["expected"] == "200"
    assert wrong["actual"].startswith('409 {"code": "ALREADY_RESTARTED"')
    assert wrong["differences"] == ["status: expected 200, got 409"]
    assert admin.ask("POST", f"{path}/next", {}).body == told, "there is nothing left to play"


def test_a_story_is_played_to_its_end_at_once(admin: AdminClient) -> None:
    told = admin.ask("POST", "/stories", {"name": "looply/lost-answer", "all": True}).body
    assert (told["verdict"], told["left"]) == ("passed", 0)
    again = admin.ask("POST", "/stories", {"name": "looply/lost-answer", "all": True}).body
    assert again["session"] != told["session"]
    assert again["steps"][0]["sentence"] == told["steps"][0]["sentence"]
    for each in (told, again):
        admin.ask("DELETE", f"/sessions/{each['session']}")


def test_the_play_is_gone_with_its_session(admin: AdminClient, play: Any) -> None:
    admin.ask("DELETE", f"/sessions/{play['session']}")
    admin.ask("POST", "/sessions", {"name": play["session"]})
    told = admin.ask("GET", f"/sessions/{play['session']}/story")
    assert told.answer == "STORY_NOT_FOUND"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("understudy: 1\nscenario: x\n", "it has no steps to play"),
        (TALE.replace("getOrg", "getOgr").replace("resumeWorkflow", "resume", 1), "resume"),
        (TALE + "variables: { key: { env: NOBODY_SETS_THIS } }\n", "has no value"),
    ],
)
def test_what_cannot_be_played_is_refused(admin: AdminClient, text: str, told: str) -> None:
    refused = admin.ask("POST", "/stories", {"text": text})
    assert refused.answer == "SCENARIO_REFUSED"
    assert told in refused.body["detail"]
