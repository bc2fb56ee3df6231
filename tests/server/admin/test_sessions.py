"""Sessions over HTTP: started, listed, reset, forked and ended."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.admin.admin_client import WAITING, AdminClient

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


def records(admin: AdminClient, session: str) -> Any:
    path = f"/sessions/{session}/records?vendor=looply&collection=executions&limit=1000"
    return admin.ask("GET", path).body["records"]


def started(admin: AdminClient, session: str) -> str:
    """The id of an execution that is triggered now."""
    workflow = "be9439c2-16b9-4de2-bb1a-9154b85af065"
    reply = admin.call("POST", f"/triggerworkflow/{workflow}/2", session=session, json={})
    assert reply.status_code == 200
    return str(reply.json()["looply_execution_id"])


def test_a_session_starts_as_it_is_told() -> None:
    admin = AdminClient()
    told = admin.ask("POST", "/sessions", {"name": "shop", "seed": 7, "clock": {"at": AT}})
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
    assert admin.ask("GET", "/sessions/shop").body == told.body


@pytest.mark.parametrize("body", [None, {}])
def test_without_a_name_it_gets_a_free_one(body: Any) -> None:
    admin = AdminClient()
    names = [admin.ask("POST", "/sessions", body).body["name"] for _ in range(2)]
    assert names == ["session-1", "session-2"]


def test_a_name_is_taken_once(admin: AdminClient, session: str) -> None:
    told = admin.ask("POST", "/sessions", {"name": session})
    assert (told.status, told.answer) == (409, "SESSION_EXISTS")
    assert told.body["where"] == "/name"


def test_a_new_session_beyond_the_bound_is_refused() -> None:
    admin = AdminClient(sessions=2)
    assert admin.ask("POST", "/sessions", {"name": "one"}).status == 201
    assert admin.ask("POST", "/sessions", {"name": "two"}).status == 201
    told = admin.ask("POST", "/sessions", {"name": "three"})
    assert (told.status, told.answer) == (409, "TOO_MANY_SESSIONS")
    assert told.body["fix"] == "Delete one: DELETE /__admin/sessions/two"
    told = admin.ask("POST", "/sessions/one/fork")
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
    admin: AdminClient, clock: Any, shown: tuple[str, bool, float, str]
) -> None:
    told = admin.ask("POST", "/sessions", {"clock": clock}).body["clock"]
    assert (told["now"], told["frozen"], told["speed"], told["each_call"]) == shown


@pytest.mark.parametrize(("clock", "speed"), [("real", 1), ({"at": AT, "speed": 60}, 60)])
def test_a_running_clock_runs(admin: AdminClient, clock: Any, speed: float) -> None:
    told = admin.ask("POST", "/sessions", {"clock": clock}).body["clock"]
    assert (told["frozen"], told["speed"]) == (False, speed)


def test_a_clock_beyond_its_end_is_refused(admin: AdminClient) -> None:
    clock = {"at": "9998-12-31T23:59:59-12:00"}
    told = admin.ask("POST", "/sessions", {"name": "late", "clock": clock})
    assert (told.status, told.answer) == (409, "CLOCK_REFUSED")
    assert admin.ask("GET", "/sessions/late").status == 404


def test_a_session_starts_with_a_shipped_story(admin: AdminClient) -> None:
    told = admin.ask("POST", "/sessions", {"scenario": "looply/lost-answer"})
    assert told.body["scenarios"] == ["The answer to a resume is lost; the retry is refused"]
    assert told.body["clock"]["now"] == "2026-01-05T09:00:00.000Z"
    assert told.body["rules"] == 1


@pytest.mark.parametrize("seed", [0, 9007199254740991])
def test_a_session_starts_with_a_text(admin: AdminClient, seed: int) -> None:
    told = admin.ask("POST", "/sessions", {"scenario": STORY, "seed": seed, "clock": "frozen"})
    assert told.body["scenarios"] == ["One more execution"]
    assert (told.body["clock"]["now"], told.body["seed"]) == ("2026-01-01T00:00:00.000Z", seed)
    assert admin.resume("po-1", session=told.body["name"]).status_code == 200


def test_a_session_starts_with_json(admin: AdminClient) -> None:
    scenario = {"understudy": 1, "scenario": "Refused", "vendor": "looply", "rules": [RULE]}
    name = admin.ask("POST", "/sessions", {"scenario": scenario}).body["name"]
    assert admin.resume(session=name).status_code == 409


def test_an_unknown_story_is_answered_with_those_there_are(admin: AdminClient) -> None:
    told = admin.ask("POST", "/sessions", {"scenario": "looply/lost"})
    assert (told.status, told.answer) == (404, "SCENARIO_NOT_FOUND")
    assert told.body["exists"][0] == "looply/lost-answer"


@pytest.mark.parametrize("file", ["/etc/passwd", "../../pyproject", "scenarios/looply/base.yaml"])
def test_a_name_never_means_a_file(admin: AdminClient, file: str) -> None:
    told = admin.ask("POST", "/sessions", {"scenario": file})
    assert (told.status, told.answer) == (404, "SCENARIO_NOT_FOUND")


def test_a_broken_text_is_told_with_its_line(admin: AdminClient) -> None:
    told = admin.ask("POST", "/sessions", {"name": "broken", "scenario": "understudy: 1\nrule: []"})
    assert (told.status, told.answer) == (409, "SCENARIO_REFUSED")
    assert told.body["where"] == "text:2"
    assert "rules" in told.body["fix"]
    assert admin.ask("GET", "/sessions/broken").status == 404


def test_a_world_that_cannot_be_leaves_no_session(admin: AdminClient) -> None:
    text = STORY.replace("workflow: approval", "workflow: nowhere")
    told = admin.ask("POST", "/sessions", {"name": "impossible", "scenario": text})
    assert (told.status, told.answer) == (409, "SCENARIO_REFUSED")
    assert told.body["where"] == "text:8"
    assert admin.ask("GET", "/sessions/impossible").status == 404


def test_sessions_are_listed_by_name_page_by_page() -> None:
    admin = AdminClient()
    for name in ("b", "c", "a"):
        admin.ask("POST", "/sessions", {"name": name})
    first = admin.ask("GET", "/sessions?limit=3").body
    assert [each["name"] for each in first["sessions"]] == ["a", "b", "c"]
    assert first["next"] == "c"
    second = admin.ask("GET", f"/sessions?limit=3&after={first['next']}").body
    assert [each["name"] for each in second["sessions"]] == ["default"]
    assert second["next"] is None


def test_the_default_session_is_there_before_anybody_calls() -> None:
    assert AdminClient().ask("GET", "/sessions/default").status == 200


def test_the_default_session_stays() -> None:
    told = AdminClient().ask("DELETE", "/sessions/default")
    assert (told.status, told.answer) == (409, "DEFAULT_SESSION")


def test_a_full_sandbox_lists_what_it_has() -> None:
    admin = AdminClient(sessions=1)
    admin.ask("POST", "/sessions", {"name": "only"})
    assert [each["name"] for each in admin.ask("GET", "/sessions").body["sessions"]] == ["only"]
    assert admin.ask("GET", "/sessions/default").body["exists"] == ["only"]


def test_an_ended_session_is_gone(admin: AdminClient, session: str) -> None:
    assert admin.ask("DELETE", f"/sessions/{session}").status == 204
    told = admin.ask("GET", f"/sessions/{session}")
    assert (told.status, told.answer) == (404, "SESSION_NOT_FOUND")
    assert session not in told.body["exists"]


def test_a_reset_brings_back_exactly_the_start(admin: AdminClient) -> None:
    body = {"scenario": STORY, "seed": 3, "clock": {"at": AT, "each_call": "1s"}}
    name = admin.ask("POST", "/sessions", body).body["name"]
    path = f"/sessions/{name}"
    before = records(admin, name), admin.ask("GET", path).body
    first = started(admin, name)
    admin.resume("po-1", session=name)
    admin.ask("POST", f"{path}/rules", RULE)
    admin.ask("POST", f"{path}/scenario", {"name": "looply/lost-answer"})
    admin.ask("PUT", f"{path}/clock", {"at": "2026-06-01T00:00:00Z", "each_call": "5m"})
    told = admin.ask("POST", f"{path}/reset")
    assert told.status == 200
    assert (records(admin, name), admin.ask("GET", path).body) == before
    assert admin.ask("GET", f"{path}/requests").body["requests"] == []
    assert started(admin, name) == first


def test_a_fork_goes_its_own_way_from_the_same_past(admin: AdminClient, session: str) -> None:
    admin.ask("POST", f"/sessions/{session}/rules", RULE | {"skip": 5})
    admin.resume(session=session)
    told = admin.ask("POST", f"/sessions/{session}/fork", {"name": f"{session}-twin"})
    assert (told.status, told.answer) == (201, "FORKED")
    twin = told.body["name"]
    assert told.body == admin.ask("GET", f"/sessions/{session}").body | {
        "name": twin,
        "prefix": f"/~{twin}",
    }
    assert records(admin, twin) == records(admin, session)
    assert started(admin, twin) == started(admin, session)
    admin.ask("POST", f"/sessions/{twin}/clock/advance", {"by": "5m"})
    path = f"records/looply/executions/{WAITING}"
    assert admin.ask("GET", f"/sessions/{twin}/{path}").body["state"] == "COMPLETED"
    assert admin.ask("GET", f"/sessions/{session}/{path}").body["state"] == "IN_PROGRESS"


def test_a_fork_needs_a_free_name(admin: AdminClient, session: str) -> None:
    told = admin.ask("POST", f"/sessions/{session}/fork", {"name": session})
    assert (told.status, told.answer) == (409, "SESSION_EXISTS")
    assert admin.ask("POST", f"/sessions/{session}/fork").status == 201
