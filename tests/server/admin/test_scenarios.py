"""Scenarios over HTTP: loaded into a running session, all or nothing."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.server.admin.admin_client import AdminClient

ENTRY = {
    "name": "mine",
    "id": "mine",
    "workflow": "approval",
    "process_id": "po-1",
    "state": "AWAITING_RESPONSE",
    "since": "-10m",
}
STORY: dict[str, Any] = {
    "understudy": 1,
    "scenario": "One more execution, refused once",
    "vendor": "looply",
    "clock": {"at": "2026-03-01T00:00:00Z"},
    "world": {"looply": {"executions": [ENTRY]}},
    "rules": [{"operation": "resumeWorkflow", "times": 1, "reply": "ALREADY_RESTARTED"}],
    "verify": [{"operation": "resumeWorkflow", "times": 2}],
}


def whole(admin: AdminClient, session: str) -> Any:
    """Everything a refused scenario could have changed."""
    path = f"/sessions/{session}"
    executions = "records?vendor=looply&collection=executions&limit=1000"
    return [
        admin.ask("GET", f"{path}/{executions}").body,
        admin.ask("GET", path).body,
        admin.ask("GET", f"{path}/clock").body,
        admin.ask("GET", f"{path}/rules").body,
    ]


def test_a_scenario_adds_its_world_rules_and_verifications(
    admin: AdminClient, session: str
) -> None:
    told = admin.ask("POST", f"/sessions/{session}/scenario", {"scenario": STORY})
    assert (told.status, told.answer) == (200, "LOADED")
    assert told.body == {
        "scenario": "One more execution, refused once",
        "records": 1,
        "rules": 1,
        "verifications": 1,
        "clock": {
            "now": "2026-03-01T00:00:00.000Z",
            "frozen": True,
            "speed": 0,
            "each_call": "0s",
        },
    }
    assert [admin.resume("po-1", session=session).status_code for _ in range(2)] == [409, 200]
    assert admin.ask("POST", f"/sessions/{session}/verify").status == 200
    (rule,) = admin.ask("GET", f"/sessions/{session}/rules?limit=1").body["rules"]
    assert rule["source"] == "One more execution, refused once"


def test_a_worlds_offsets_count_from_the_scenarios_clock(admin: AdminClient, session: str) -> None:
    admin.ask("POST", f"/sessions/{session}/scenario", {"scenario": STORY})
    mine = admin.ask("GET", f"/sessions/{session}/records/looply/executions/mine").body
    assert mine["state"] == "AWAITING_RESPONSE"
    assert "2026-02-28T23:00:00.000Z" < mine["created"] <= "2026-02-28T23:50:00.000Z"


@pytest.mark.parametrize(
    ("clock", "shown"),
    [
        ({"each_call": "30s"}, ("2026-01-05T09:00:00.000Z", 0, "30s")),
        ({"at": "2026-01-06T00:00:00Z", "speed": 0}, ("2026-01-06T00:00:00.000Z", 0, "0s")),
    ],
)
def test_a_clock_is_set_as_far_as_it_is_said(
    admin: AdminClient, session: str, clock: Any, shown: tuple[str, float, str]
) -> None:
    body = {"scenario": {"understudy": 1, "clock": clock}}
    told = admin.ask("POST", f"/sessions/{session}/scenario", body).body["clock"]
    assert (told["now"], told["speed"], told["each_call"]) == shown
    name = admin.ask("POST", "/sessions", body).body["name"]
    started = admin.ask("GET", f"/sessions/{name}").body["clock"]
    assert (started["frozen"], started["each_call"]) == (True, shown[2])


def test_a_shipped_scenario_is_loaded_by_name(admin: AdminClient, session: str) -> None:
    told = admin.ask("POST", f"/sessions/{session}/scenario", {"name": "looply/lost-answer"})
    assert (told.body["records"], told.body["rules"], told.body["verifications"]) == (2, 1, 2)


def test_a_loaded_world_leaves_what_was_there(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    story = {**STORY, "clock": {"at": "2026-01-05T09:00:00Z"}}
    admin.ask("POST", f"/sessions/{session}/scenario", {"scenario": story})
    path = f"/sessions/{session}/records/looply/executions"
    assert admin.ask("GET", f"{path}/mine").status == 200
    waiting = "11111111-aaaa-4bbb-8ccc-000000000001"
    assert admin.ask("GET", f"{path}/{waiting}").body["state"] == "IN_PROGRESS"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"rule": []}, "/rule"),
        ({"clock": {"at": "2026-01-01T00:00:00Z"}}, "/clock/at"),
        ({"clock": {"at": "2040-01-01T00:00:00Z"}}, ""),
        ({"rules": [{"operation": "resume", "reply": 409}]}, "/rules/0/operation"),
        ({"world": {"looply": {"executions": [ENTRY, ENTRY]}}}, "/world/looply/executions/1/id"),
    ],
)
def test_a_refused_scenario_changes_nothing(
    admin: AdminClient, session: str, changes: Any, where: str
) -> None:
    before = whole(admin, session)
    body = {"scenario": STORY | changes}
    told = admin.ask("POST", f"/sessions/{session}/scenario", body)
    assert (told.status, told.answer) == (409, "SCENARIO_REFUSED")
    assert told.body.get("where", "") == where
    assert whole(admin, session) == before


TEXT = yaml.safe_dump(STORY, sort_keys=False)


@pytest.mark.parametrize(
    "body",
    [
        STORY,
        {"scenario": STORY},
        {"scenario": TEXT},
        {"scenario": {"text": TEXT}},
    ],
)
def test_both_doors_take_a_story_in_the_same_ways(
    admin: AdminClient, session: str, body: Any
) -> None:
    assert admin.ask("POST", f"/sessions/{session}/scenario", body).body["records"] == 1
    name = admin.ask("POST", "/sessions", body).body["name"]
    for each in (session, name):
        assert admin.ask("GET", f"/sessions/{each}/records/looply/executions/mine").status == 200


@pytest.mark.parametrize("said", ["looply/lost-answer", {"name": "looply/lost-answer"}])
def test_both_doors_take_a_name_in_the_same_ways(
    admin: AdminClient, session: str, said: Any
) -> None:
    body = {"scenario": said}
    assert admin.ask("POST", f"/sessions/{session}/scenario", body).body["rules"] == 1
    assert admin.ask("POST", "/sessions", body).body["rules"] == 1


@pytest.mark.parametrize("kind", ["application/yaml", "text/yaml; charset=utf-8", "text/x-yaml"])
def test_both_doors_take_a_file_as_it_is(admin: AdminClient, session: str, kind: str) -> None:
    raw, headers = TEXT.encode(), {"content-type": kind}
    told = admin.ask("POST", f"/sessions/{session}/scenario", raw=raw, headers=headers)
    assert (told.answer, told.body["rules"]) == ("LOADED", 1)
    assert admin.ask("POST", "/sessions", raw=raw, headers=headers).body["rules"] == 1


@pytest.mark.parametrize(
    ("raw", "answer", "where"),
    [
        (TEXT.replace("reply:", "replie:").encode(), "SCENARIO_REFUSED", "text:18"),
        (b"lost-answer", "SCENARIO_REFUSED", "text:1"),
        (b"understudy: 1\nscenario: \xff", "BAD_REQUEST", "body"),
    ],
)
def test_a_files_mistake_is_told_with_its_line(
    admin: AdminClient, session: str, raw: bytes, answer: str, where: str
) -> None:
    headers = {"content-type": "application/yaml"}
    for path in (f"/sessions/{session}/scenario", "/sessions"):
        told = admin.ask("POST", path, raw=raw, headers=headers)
        assert (told.answer, told.body["where"]) == (answer, where)


def test_a_story_that_does_not_say_so_is_told_how_to(admin: AdminClient, session: str) -> None:
    body = {key: value for key, value in STORY.items() if key != "understudy"}
    told = admin.ask("POST", f"/sessions/{session}/scenario", body)
    assert (told.answer, told.body["detail"]) == ("BAD_REQUEST", "the body lacks understudy")
    assert told.body["fix"] == (
        'A scenario alone has "understudy": 1; or send it as {"scenario": ...}'
    )


def test_a_text_is_told_with_its_line(admin: AdminClient, session: str) -> None:
    text = "understudy: 1\nvendor: looply\nrules:\n  - { operation: resumeWorkflow, reply: 418 }\n"
    told = admin.ask("POST", f"/sessions/{session}/scenario", {"text": text})
    assert (told.answer, told.body["where"]) == ("SCENARIO_REFUSED", "text:4")


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("looply/lost", "looply/lost-answer"),
        ("../secret", "cloudflare/base"),
        ("/etc/hosts", "cloudflare/base"),
    ],
)
def test_an_unknown_name_is_answered_with_those_there_are(
    admin: AdminClient, session: str, name: str, there: str
) -> None:
    told = admin.ask("POST", f"/sessions/{session}/scenario", {"name": name})
    assert (told.status, told.answer) == (404, "SCENARIO_NOT_FOUND")
    assert there in told.body["exists"]


@pytest.mark.parametrize("body", [{}, {"name": "looply/base", "text": ""}, {"file": "x"}, []])
def test_a_scenario_comes_in_one_way(admin: AdminClient, session: str, body: Any) -> None:
    told = admin.ask("POST", f"/sessions/{session}/scenario", body)
    assert (told.status, told.answer) == (400, "BAD_REQUEST")
