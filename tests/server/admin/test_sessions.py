"""Sessions over HTTP: started, listed, reset, forked and ended."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.admin.admin_client import WAITING, Desk

AT = "2026-01-05T09:00:00Z"
RULE = {"operation": "resumeWorkflow", "reply": "ALREADY_RESTARTED"}
STORY = """\
understudy: 1
scenario: One more execution
vendor: looply
clock: { at: "2026-03-01T00:00:00Z" }
world:
  looply:
    executions:
      - { name: mine, id: mine, workflow: approval, process_id: po-1, state: AWAITING_RESPONSE }
"""


def records(desk: Desk, session: str) -> Any:
    path = f"/sessions/{session}/records?vendor=looply&collection=executions&limit=1000"
    return desk.ask("GET", path).body["records"]


def started(desk: Desk, session: str) -> str:
    """The id of an execution that is triggered now."""
    workflow = "be9439c2-16b9-4de2-bb1a-9154b85af065"
    reply = desk.call("POST", f"/triggerworkflow/{workflow}/2", session=session, json={})
    assert reply.status_code == 200
    return str(reply.json()["looply_execution_id"])


def test_a_session_starts_as_it_is_told() -> None:
    desk = Desk()
    told = desk.ask("POST", "/sessions", {"name": "shop", "seed": 7, "clock": {"at": AT}})
    assert (told.status, told.answer) == (201, "CREATED")
    assert told.headers["location"] == "/__admin/sessions/shop"
    assert told.body == {
        "name": "shop",
        "prefix": "/~shop",
        "seed": 7,
        "clock": {
            "now": "2026-01-05T09:00:00.000Z",
            "frozen": True,
            "speed": 0,
            "each_call": "0s",
        },
        "scenarios": [],
        "worlds": [],
        "rules": 0,
        "requests": 0,
    }
    assert desk.ask("GET", "/sessions/shop").body == told.body


@pytest.mark.parametrize("body", [None, {}])
def test_without_a_name_it_gets_a_free_one(body: Any) -> None:
    desk = Desk()
    names = [desk.ask("POST", "/sessions", body).body["name"] for _ in range(2)]
    assert names == ["session-1", "session-2"]


def test_a_name_is_taken_once(desk: Desk, session: str) -> None:
    told = desk.ask("POST", "/sessions", {"name": session})
    assert (told.status, told.answer) == (409, "SESSION_EXISTS")
    assert told.body["where"] == "/name"


def test_a_new_session_beyond_the_bound_is_refused() -> None:
    desk = Desk(sessions=2)
    assert desk.ask("POST", "/sessions", {"name": "one"}).status == 201
    assert desk.ask("POST", "/sessions", {"name": "two"}).status == 201
    told = desk.ask("POST", "/sessions", {"name": "three"})
    assert (told.status, told.answer) == (409, "TOO_MANY_SESSIONS")
    assert told.body["fix"] == "Delete one: DELETE /__admin/sessions/two"
    told = desk.ask("POST", "/sessions/one/fork")
    assert (told.status, told.answer) == (409, "TOO_MANY_SESSIONS")


@pytest.mark.parametrize(
    ("clock", "shown"),
    [
        ("frozen", ("2026-01-01T00:00:00.000Z", True, 0, "0s")),
        ({"at": "2027-01-01T00:00:00+02:00"}, ("2026-12-31T22:00:00.000Z", True, 0, "0s")),
        ({"each_call": "90s"}, ("2026-01-01T00:00:00.000Z", True, 0, "1m30s")),
        ({"speed": 0, "each_call": "0"}, ("2026-01-01T00:00:00.000Z", True, 0, "0s")),
    ],
)
def test_its_clock_is_the_sandboxes_but_for_what_is_said(
    desk: Desk, clock: Any, shown: tuple[str, bool, float, str]
) -> None:
    told = desk.ask("POST", "/sessions", {"clock": clock}).body["clock"]
    assert (told["now"], told["frozen"], told["speed"], told["each_call"]) == shown


@pytest.mark.parametrize(("clock", "speed"), [("real", 1), ({"at": AT, "speed": 60}, 60)])
def test_a_running_clock_runs(desk: Desk, clock: Any, speed: float) -> None:
    told = desk.ask("POST", "/sessions", {"clock": clock}).body["clock"]
    assert (told["frozen"], told["speed"]) == (False, speed)


def test_a_clock_beyond_its_end_is_refused(desk: Desk) -> None:
    clock = {"at": "9998-12-31T23:59:59-12:00"}
    told = desk.ask("POST", "/sessions", {"name": "late", "clock": clock})
    assert (told.status, told.answer) == (409, "CLOCK_REFUSED")
    assert desk.ask("GET", "/sessions/late").status == 404


def test_a_session_starts_with_a_shipped_story(desk: Desk) -> None:
    told = desk.ask("POST", "/sessions", {"scenario": "looply/lost-answer"})
    assert told.body["scenarios"] == ["The answer to a resume is lost; the retry is refused"]
    assert told.body["clock"]["now"] == "2026-01-05T09:00:00.000Z"
    assert told.body["rules"] == 1


@pytest.mark.parametrize("seed", [0, 9007199254740991])
def test_a_session_starts_with_a_text(desk: Desk, seed: int) -> None:
    told = desk.ask("POST", "/sessions", {"scenario": STORY, "seed": seed, "clock": "frozen"})
    assert told.body["scenarios"] == ["One more execution"]
    assert (told.body["clock"]["now"], told.body["seed"]) == ("2026-01-01T00:00:00.000Z", seed)
    assert desk.resume("po-1", session=told.body["name"]).status_code == 200


def test_a_session_starts_with_json(desk: Desk) -> None:
    scenario = {"understudy": 1, "scenario": "Refused", "vendor": "looply", "rules": [RULE]}
    name = desk.ask("POST", "/sessions", {"scenario": scenario}).body["name"]
    assert desk.resume(session=name).status_code == 409


def test_an_unknown_story_is_answered_with_those_there_are(desk: Desk) -> None:
    told = desk.ask("POST", "/sessions", {"scenario": "looply/lost"})
    assert (told.status, told.answer) == (404, "SCENARIO_NOT_FOUND")
    assert told.body["exists"][0] == "looply/lost-answer"


@pytest.mark.parametrize("file", ["/etc/passwd", "../../pyproject", "scenarios/looply/base.yaml"])
def test_a_name_never_means_a_file(desk: Desk, file: str) -> None:
    told = desk.ask("POST", "/sessions", {"scenario": file})
    assert (told.status, told.answer) == (404, "SCENARIO_NOT_FOUND")


def test_a_broken_text_is_told_with_its_line(desk: Desk) -> None:
    told = desk.ask("POST", "/sessions", {"name": "broken", "scenario": "understudy: 1\nrule: []"})
    assert (told.status, told.answer) == (409, "SCENARIO_REFUSED")
    assert told.body["where"] == "text:2"
    assert "rules" in told.body["fix"]
    assert desk.ask("GET", "/sessions/broken").status == 404


def test_a_world_that_cannot_be_leaves_no_session(desk: Desk) -> None:
    text = STORY.replace("workflow: approval", "workflow: nowhere")
    told = desk.ask("POST", "/sessions", {"name": "impossible", "scenario": text})
    assert (told.status, told.answer) == (409, "SCENARIO_REFUSED")
    assert told.body["where"] == "text:8"
    assert desk.ask("GET", "/sessions/impossible").status == 404


def test_sessions_are_listed_by_name_page_by_page() -> None:
    desk = Desk()
    for name in ("b", "c", "a"):
        desk.ask("POST", "/sessions", {"name": name})
    first = desk.ask("GET", "/sessions?limit=3").body
    assert [each["name"] for each in first["sessions"]] == ["a", "b", "c"]
    assert first["next"] == "c"
    second = desk.ask("GET", f"/sessions?limit=3&after={first['next']}").body
    assert [each["name"] for each in second["sessions"]] == ["default"]
    assert second["next"] is None


def test_the_default_session_is_there_before_anybody_calls() -> None:
    assert Desk().ask("GET", "/sessions/default").status == 200


def test_the_default_session_stays() -> None:
    told = Desk().ask("DELETE", "/sessions/default")
    assert (told.status, told.answer) == (409, "DEFAULT_SESSION")


def test_a_full_sandbox_lists_what_it_has() -> None:
    desk = Desk(sessions=1)
    desk.ask("POST", "/sessions", {"name": "only"})
    assert [each["name"] for each in desk.ask("GET", "/sessions").body["sessions"]] == ["only"]
    assert desk.ask("GET", "/sessions/default").body["exists"] == ["only"]


def test_an_ended_session_is_gone(desk: Desk, session: str) -> None:
    assert desk.ask("DELETE", f"/sessions/{session}").status == 204
    told = desk.ask("GET", f"/sessions/{session}")
    assert (told.status, told.answer) == (404, "SESSION_NOT_FOUND")
    assert session not in told.body["exists"]


def test_a_reset_brings_back_exactly_the_start(desk: Desk) -> None:
    body = {"scenario": STORY, "seed": 3, "clock": {"at": AT, "each_call": "1s"}}
    name = desk.ask("POST", "/sessions", body).body["name"]
    path = f"/sessions/{name}"
    before = records(desk, name), desk.ask("GET", path).body
    first = started(desk, name)
    desk.resume("po-1", session=name)
    desk.ask("POST", f"{path}/rules", RULE)
    desk.ask("POST", f"{path}/scenario", {"name": "looply/lost-answer"})
    desk.ask("PUT", f"{path}/clock", {"at": "2026-06-01T00:00:00Z", "each_call": "5m"})
    told = desk.ask("POST", f"{path}/reset")
    assert told.status == 200
    assert (records(desk, name), desk.ask("GET", path).body) == before
    assert desk.ask("GET", f"{path}/requests").body["requests"] == []
    assert started(desk, name) == first


def test_a_fork_goes_its_own_way_from_the_same_past(desk: Desk, session: str) -> None:
    desk.ask("POST", f"/sessions/{session}/rules", RULE | {"skip": 5})
    desk.resume(session=session)
    told = desk.ask("POST", f"/sessions/{session}/fork", {"name": f"{session}-twin"})
    assert (told.status, told.answer) == (201, "FORKED")
    twin = told.body["name"]
    assert told.body == desk.ask("GET", f"/sessions/{session}").body | {
        "name": twin,
        "prefix": f"/~{twin}",
    }
    assert records(desk, twin) == records(desk, session)
    assert started(desk, twin) == started(desk, session)
    desk.ask("POST", f"/sessions/{twin}/clock/advance", {"by": "5m"})
    path = f"records/looply/executions/{WAITING}"
    assert desk.ask("GET", f"/sessions/{twin}/{path}").body["state"] == "COMPLETED"
    assert desk.ask("GET", f"/sessions/{session}/{path}").body["state"] == "IN_PROGRESS"


def test_a_fork_needs_a_free_name(desk: Desk, session: str) -> None:
    told = desk.ask("POST", f"/sessions/{session}/fork", {"name": session})
    assert (told.status, told.answer) == (409, "SESSION_EXISTS")
    assert desk.ask("POST", f"/sessions/{session}/fork").status == 201
