"""The clock of a session over HTTP: read, set, let on, and what happens on the way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.admin.admin_client import WAITING, AdminClient
from understudy.errors import SimulationError
from understudy.simulation.world import World

NOW = "2026-01-05T09:00:00.000Z"


def state(admin: AdminClient, session: str, execution: str = WAITING) -> str:
    path = f"/sessions/{session}/records/looply/executions/{execution}"
    return str(admin.ask("GET", path).body["state"])


def test_a_clock_says_what_comes_next(admin: AdminClient, session: str) -> None:
    told = admin.ask("GET", f"/sessions/{session}/clock").body
    assert told == {
        "now": NOW,
        "frozen": True,
        "speed": 0,
        "each_call": "0s",
        "next": {"at": "2026-01-05T09:00:25.000Z", "vendor": "looply"},
    }


def test_advancing_by_a_duration_lets_things_happen(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    told = admin.ask("POST", f"/sessions/{session}/clock/advance", {"by": "6m"}).body
    assert (told["now"], told["advanced"]) == ("2026-01-05T09:06:00.000Z", "6m")
    completed = {
        "vendor": "looply",
        "collection": "executions",
        "event": "complete",
        "from": "IN_PROGRESS",
        "to": "COMPLETED",
    }
    assert [completed | {"times": 2}] == [
        each for each in told["transitions"] if each["to"] == "COMPLETED"
    ]
    assert state(admin, session) == "COMPLETED"


def test_advancing_to_an_instant(admin: AdminClient, session: str) -> None:
    body = {"to": "2026-01-05T11:00:00+01:00"}
    told = admin.ask("POST", f"/sessions/{session}/clock/advance", body).body
    assert (told["now"], told["advanced"]) == ("2026-01-05T10:00:00.000Z", "1h")


def test_advancing_to_the_next_thing(admin: AdminClient, session: str) -> None:
    told = admin.ask("POST", f"/sessions/{session}/clock/advance", {"next": True}).body
    assert (told["now"], told["advanced"]) == ("2026-01-05T09:00:25.000Z", "25s")


def test_advancing_until_nothing_is_pending(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    admin.ask("POST", f"/sessions/{session}/clock/advance", {"idle": True})
    assert state(admin, session) == "COMPLETED"
    told = admin.ask("POST", f"/sessions/{session}/clock/advance", {"idle": True}).body
    assert (told["advanced"], told["transitions"]) == ("0s", [])


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"to": "2026-01-05T08:59:59Z"}, f"the clock cannot go back from {NOW}"),
        ({"by": "3654d"}, "3654d is more than ten years"),
        ({"by": "999999999w"}, "'999999999w' is longer than the calendar"),
        ({"to": "2040-01-01T00:00:00Z"}, "2040-01-01T00:00:00.000Z is more than ten years ahead"),
        ({"to": "9998-12-31T23:59:59-01:00"}, "the clock ends with the year 9998"),
    ],
)
def test_a_clock_does_not_go_everywhere(
    admin: AdminClient, session: str, body: Any, detail: str
) -> None:
    told = admin.ask("POST", f"/sessions/{session}/clock/advance", body)
    assert (told.status, told.answer, told.body["detail"]) == (409, "CLOCK_REFUSED", detail)
    assert admin.ask("GET", f"/sessions/{session}/clock").body["now"] == NOW


@pytest.mark.parametrize(
    "body", [{}, {"by": "1s", "next": True}, {"by": "-1s"}, {"next": False}, {"to": "tomorrow"}]
)
def test_an_advance_is_said_in_one_way(admin: AdminClient, session: str, body: Any) -> None:
    told = admin.ask("POST", f"/sessions/{session}/clock/advance", body)
    assert (told.status, told.answer) == (400, "BAD_REQUEST")


def test_what_is_left_out_stays(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/clock"
    told = admin.ask("PUT", path, {"each_call": "30s"}).body
    assert (told["now"], told["frozen"], told["each_call"]) == (NOW, True, "30s")
    told = admin.ask("PUT", path, {"at": "2026-01-06T00:00:00Z"}).body
    assert (told["now"], told["each_call"]) == ("2026-01-06T00:00:00.000Z", "30s")


def test_a_clock_is_thawed_sped_up_and_frozen(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/clock"
    told = admin.ask("PUT", path, {"speed": 1}).body
    assert (told["frozen"], told["speed"]) == (False, 1)
    told = admin.ask("PUT", path, {"at": "2026-01-06T00:00:00Z", "speed": 60}).body
    assert (told["frozen"], told["speed"]) == (False, 60)
    told = admin.ask("PUT", path, {"at": "2026-01-07T00:00:00Z"}).body
    assert (told["now"], told["frozen"]) == ("2026-01-07T00:00:00.000Z", True)


def test_what_each_call_moves_stands(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/clock"
    admin.ask("PUT", path, {"speed": 1})
    told = admin.ask("PUT", path, {"each_call": "0s"}).body
    assert told["frozen"] is False
    before = admin.ask("PUT", path, {"each_call": "1d"}).body
    assert (before["frozen"], before["each_call"]) == (True, "1d")
    admin.call("GET", "/getOrganizationWorkflows", session=session)
    after = admin.ask("PUT", path, {"speed": 60}).body
    assert after["now"] > "2026-01-06T09:00:00.000Z"
    assert (after["speed"], after["each_call"]) == (60, "0s")
    told = admin.ask("PUT", path, {"frozen": True}).body
    assert (told["frozen"], told["each_call"]) == (True, "0s")


def test_what_runs_is_moved_by_no_call(admin: AdminClient, session: str) -> None:
    both = {"speed": 60, "each_call": "30s"}
    for told in (
        admin.ask("PUT", f"/sessions/{session}/clock", both),
        admin.ask("POST", "/sessions", {"clock": both}),
    ):
        assert (told.status, told.answer, told.body["where"]) == (
            409,
            "CLOCK_REFUSED",
            "/each_call",
        )
        what = "a clock of speed 60 runs by itself; each_call moves one that stands"
        assert told.body["detail"] == what
        assert told.body["fix"] == "Leave out speed or each_call, or say speed 0"


def test_a_running_sandbox_stands_in_a_story_that_moves_with_each_call() -> None:
    admin = AdminClient(clock="real")
    story = {"understudy": 1, "clock": {"each_call": "30s"}}
    told = admin.ask("POST", "/sessions", {"name": "one", "scenario": story}).body["clock"]
    assert (told["frozen"], told["each_call"]) == (True, "30s")
    told = admin.ask("POST", "/sessions/default/scenario", {"scenario": story}).body["clock"]
    assert (told["frozen"], told["each_call"]) == (True, "30s")
    told = admin.ask("POST", "/sessions", {"clock": {"each_call": "1m"}}).body["clock"]
    assert (told["frozen"], told["each_call"]) == (True, "1m")
    body = {"scenario": story, "clock": {"speed": 60}}
    told = admin.ask("POST", "/sessions", body).body["clock"]
    assert (told["speed"], told["each_call"]) == (60, "0s")


@pytest.mark.parametrize(
    "settings",
    [
        {"speed": 0, "each_call": "1h30m"},
        {"at": "2026-01-06T00:00:00Z", "each_call": "1s500ms"},
        {"at": "2026-01-06T00:00:00Z", "speed": 60},
        {"speed": 1},
    ],
)
def test_what_a_clock_tells_can_be_sent_back(
    admin: AdminClient, session: str, settings: dict[str, Any]
) -> None:
    path = f"/sessions/{session}/clock"
    admin.ask("PUT", path, settings)
    told = admin.ask("GET", path).body
    put = admin.ask("PUT", path, told)
    assert put.status == 200, put.body
    twin = admin.ask("POST", "/sessions", {"clock": told})
    assert twin.status == 201, twin.body
    for clock in (put.body, twin.body["clock"]):
        for each in ("now", "frozen", "speed", "each_call"):
            assert told[each] == clock[each] or (each, told["frozen"]) == ("now", False)
    assert put.body["now"] >= told["now"]


def test_a_clock_that_is_read_late_does_not_go_back(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/clock"
    told = admin.ask("GET", path).body
    admin.ask("POST", f"{path}/advance", {"by": "1m"})
    refused = admin.ask("PUT", path, told)
    assert (refused.status, refused.answer) == (409, "CLOCK_REFUSED")
    passed = admin.ask("PUT", path, told | {"frozen": False, "speed": 1}).body
    assert passed["now"] >= "2026-01-05T09:01:00.000Z"
    assert (passed["frozen"], passed["speed"]) == (False, 1)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"frozen": True, "speed": 60}, "/frozen"),
        ({"frozen": False, "speed": 0}, "/frozen"),
        ({"at": "2026-01-06T00:00:00Z", "now": "2026-01-06T00:00:00Z"}, "/now"),
    ],
)
def test_a_clock_is_told_one_thing(
    admin: AdminClient, session: str, body: dict[str, Any], where: str
) -> None:
    for told in (
        admin.ask("PUT", f"/sessions/{session}/clock", body),
        admin.ask("POST", "/sessions", {"clock": body}),
    ):
        assert (told.status, told.answer, told.body["where"]) == (409, "CLOCK_REFUSED", where)


def test_frozen_alone_freezes_and_thaws(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/clock"
    assert admin.ask("PUT", path, {"frozen": False}).body["speed"] == 1
    assert admin.ask("PUT", path, {"frozen": True}).body["speed"] == 0


def test_each_call_of_a_vendor_moves_a_frozen_clock(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/clock"
    admin.ask("PUT", path, {"each_call": "30s"})
    admin.resume(session=session)
    admin.resume(session=session)
    assert admin.ask("GET", path).body["now"] == "2026-01-05T09:01:00.000Z"


@pytest.mark.parametrize(
    "body", [{"at": "2026-01-05T08:00:00Z"}, {"at": "2036-02-01T00:00:00Z"}, {"each_call": "600w"}]
)
def test_a_clock_is_not_set_everywhere(admin: AdminClient, session: str, body: Any) -> None:
    told = admin.ask("PUT", f"/sessions/{session}/clock", body)
    assert (told.status, told.answer) == (409, "CLOCK_REFUSED")


def test_a_world_that_cannot_go_on_leaves_all_as_it_was(
    admin: AdminClient, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/sessions/{session}/clock"
    admin.ask("POST", f"{path}/advance", {"by": "1s"})
    advance = World.advance

    def broken(world: World, now: int, *most: int) -> int:
        struck = advance(world, now, *most)
        if struck:
            raise SimulationError("it loops", where="some record", fix="Mend it")
        return struck

    with monkeypatch.context() as patch:
        patch.setattr(World, "advance", broken)
        told = admin.ask("POST", f"{path}/advance", {"by": "1h"})
        assert (told.status, told.answer) == (409, "CLOCK_REFUSED")
        assert (told.body["where"], told.body["fix"]) == ("some record", "Mend it")
    told = admin.ask("GET", path)
    assert told.body["now"] == "2026-01-05T09:00:01.000Z"
    assert told.body["next"]["at"] == "2026-01-05T09:00:25.000Z"


def test_advancing_in_two_steps_is_advancing_once(admin: AdminClient, session: str) -> None:
    twin = admin.ask("POST", f"/sessions/{session}/fork").body["name"]
    admin.ask("POST", f"/sessions/{session}/clock/advance", {"by": "40d"})
    for part in ("13d", "27d"):
        admin.ask("POST", f"/sessions/{twin}/clock/advance", {"by": part})
    path = "records?vendor=looply&collection=executions&limit=1000"
    assert (
        admin.ask("GET", f"/sessions/{session}/{path}").body
        == admin.ask("GET", f"/sessions/{twin}/{path}").body
    )


def test_what_falls_due_is_told_soonest_first(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/clock/due"
    told = admin.ask("GET", path).body
    moments = [each["at"] for each in told["due"]]
    assert moments == sorted(moments)
    assert told["count"] >= len(moments) > 1
    first = admin.ask("GET", f"{path}?limit=1").body["due"]
    assert first == told["due"][:1]
    assert first[0]["at"] == admin.ask("GET", f"/sessions/{session}/clock").body["next"]["at"]


def test_an_advance_tells_each_step_with_its_record(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    told = admin.ask("POST", f"/sessions/{session}/clock/advance", {"by": "10m"}).body
    steps = [each for each in told["records"] if each["id"] == WAITING]
    assert steps == [
        {
            "at": "2026-01-05T09:05:00.000Z",
            "vendor": "looply",
            "collection": "executions",
            "id": WAITING,
            "event": "complete",
            "from": "IN_PROGRESS",
            "to": "COMPLETED",
        }
    ]
