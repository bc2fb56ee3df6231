"""Declared worlds: any place on a timeline, ids of one's own, mistakes told with their place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vendors.cloudflare.harness import OURS, Harness, application, at, line
from understudy.errors import InputError
from understudy.scenarios.loader import load_value
from understudy.simulation.clock import FROZEN_START
from understudy.simulation.world import World
from understudy.vendor import Caller
from understudy.vendors.cloudflare import VENDOR
from understudy.vendors.cloudflare.records import Key

RETRY = {"limit": 2, "delay": "30s", "backoff": "exponential"}
STEPS: list[dict[str, Any]] = [
    {"do": "a", "takes": "10s", "output": 1, "rollback": {"takes": "20s"}},
    {"wait": "b", "event": "go", "timeout": "1h"},
    {"do": "c", "takes": "1m", "fails": {"times": 2}, "retry": RETRY, "rollback": {"takes": "5s"}},
    {"sleep": "1h", "name": "d"},
    {"do": "e", "takes": "1m", "output": 5},
]


def placed(**entry: Any) -> Harness:
    return Harness(STEPS, instances=[{"id": "i", **entry}])


def test_a_step_that_runs_in_its_third_attempt() -> None:
    one = placed(state="running", step="c", attempt=3, since="-10s")
    told = one.describe()["steps"][2]
    assert [(each["start"], each["success"]) for each in told["attempts"]] == [
        (at("-220s"), False),
        (at("-130s"), False),
        (at("-10s"), None),
    ]
    assert told["start"] == at("-220s")
    assert one.after("50s").status() == "waiting"
    assert one.describe()["steps"][2]["success"] is True


def test_between_two_attempts() -> None:
    one = placed(state="waiting", step="c", attempt=2, since="-10s")
    assert len(one.describe()["steps"][2]["attempts"]) == 2
    assert one.after("49999ms").status() == "waiting"
    assert one.after("1ms").status() == "running"


def test_asleep_and_awake_on_time() -> None:
    one = placed(state="waiting", step="d", since="-59m")
    assert one.steps()[3] == ("d-1", "sleep", False, at("-59m"), at("1m"))
    assert one.after("1m").status() == "running"


def test_created_in_the_past_it_lived_until_now() -> None:
    one = placed(created="-5s", events=[{"type": "go", "payload": {"by": "ada"}}])
    assert one.status() == "running"
    assert one.describe()["start"] == at("-5s")
    assert one.after("5s").describe()["steps"][1]["output"] == '{"by":"ada"}'


def test_events_are_used_up_by_the_waits_behind_it() -> None:
    events = [
        {"type": "go", "payload": 1, "at": "-20m"},
        {"type": "go", "payload": 2},
        {"type": "other"},
    ]
    one = placed(state="waiting", step="d", created="-1h", since="-1m", events=events)
    assert one.steps()[1] == ("b-1", "waitForEvent", True, at("-3590s"), at("-20m"))
    assert [each.type for each in one.record().inbox] == ["go", "other"]


def test_rolling_back_what_came_later_is_undone_already() -> None:
    one = placed(state="rollingBack", step="a", since="-15s", created="-2h")
    assert [each[:3] for each in one.steps()] == [
        ("a-1", "step", True),
        ("b-1", "waitForEvent", False),
        ("a-1", "rollback", None),
    ]
    assert one.after("5s").describe()["rollback"] == {"outcome": "complete", "error": None}


def test_ended_ones_have_what_is_said_of_them() -> None:
    one = placed(state="complete", since="-1h", output={"own": 1}, created="-9h")
    assert (one.describe()["output"], one.describe()["end"]) == ('{"own":1}', at("-1h"))
    one = placed(state="errored", step="b", since="-1h", error="lost")
    assert one.describe()["error"] == {"name": "Error", "message": "lost"}
    rollback = {"outcome": "failed", "error": {"name": "E", "message": "m"}}
    one = placed(state="terminated", step="d", since="-1h", rollback=rollback)
    assert one.describe()["rollback"] == rollback
    assert one.describe()["steps"][-1]["type"] == "termination"


def test_ids_of_ones_own_come_back_after_a_reset() -> None:
    world = {
        "base": "none",
        "accounts": [{"name": "acme", "id": "account_id"}],
        "credentials": [{"name": "default", "token": "t", "account": "acme"}],
        "workflows": [
            {
                "name": "w",
                "id": "11111111-2222-4333-8444-555555555555",
                "versions": [{"id": "11111111-2222-4333-8444-666666666666", "steps": STEPS}],
            }
        ],
        "instances": [{"id": "x", "workflow": "w", "state": "running", "since": "-1s"}],
    }
    sandbox = application().sandbox
    scenario = load_value(
        {"understudy": 1, "world": {"cloudflare": world}}, [VENDOR], sandbox.contract
    )
    session = sandbox.create("own-ids", sandbox.origin([scenario]))
    path = "/~own-ids/cloudflare/client/v4/accounts/account_id/workflows/w"

    def seen() -> list[bytes]:
        asked = (f"{path}{rest}" for rest in ("", "/versions", "/instances", "/instances/x"))
        return [line().ask("GET", each, [("authorization", "Bearer t")]).body for each in asked]

    first = seen()
    assert b"11111111-2222-4333-8444-666666666666" in first[1]
    session.advance(60_000)
    line().ask("DELETE", path, [("authorization", "Bearer t")])
    assert seen() != first
    session.reset()
    assert seen() == first


WORLD: dict[str, list[dict[str, Any]]] = {
    "accounts": [{"name": "ours", "id": "o"}, {"name": "theirs", "id": "t"}],
    "credentials": [{"name": "default", "token": "k", "account": "ours"}],
    "workflows": [{"name": "w", "steps": STEPS}],
    "instances": [],
}
UUID = "11111111-2222-4333-8444-777777777777"
MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    (
        "credentials",
        {"name": "n", "token": "k"},
        "/credentials/1/token: this is the token of 'default'",
    ),
    ("credentials", {"name": "n"}, "/credentials/1: credential 'n' is neither of the two kinds"),
    ("credentials", {"name": "n", "key": "x"}, "/credentials/1: credential 'n' is neither"),
    ("credentials", {"name": "n", "token": "x", "account": "no"}, "/account: no account 'no'"),
    ("workflows", {"name": "w"}, "/workflows/1/name: account o has a workflow 'w' already"),
    ("workflows", {"name": "w", "id": UUID, "versions": [{}]}, "/workflows/1/id: account o has"),
    ("workflows", {"name": "v", "steps": [{"do": "x", "takes": "1h"}]}, "takes 1h"),
    ("workflows", {"name": "v", "steps": [{"sleep": "366d"}]}, "step 'sleep' lasts 366d"),
    ("workflows", {"name": "v", "steps": [{"reply": 1}]}, "no `reply` step"),
    ("workflows", {"name": "v", "steps": [{"do": "x", "events": [1]}]}, "no `events`"),
    ("workflows", {"name": "v", "steps": [{"outcome": "DONE"}]}, "no outcome 'DONE'"),
    ("workflows", {"name": "v", "schedules": ["0 0 30 2 *"]}, "/workflows/1/schedules"),
    ("workflows", {"name": "v", "default_retention": {"success_retention": "-1d"}}, "-1d"),
    ("instances", {"workflow": "v"}, "/instances/0/workflow: no workflow 'v'. There are w"),
    ("instances", {"workflow": "w", "version": 2}, "has no version 2. It has 1"),
    ("instances", {"workflow": "w", "step": "z"}, "/step: its workflow has no step 'z'"),
    (
        "instances",
        {"workflow": "w", "state": "waitingForPause", "step": "b"},
        "nothing is waitingForPause at",
    ),
    ("instances", {"workflow": "w", "state": "waiting", "step": "a"}, "nothing is waiting at"),
    ("instances", {"workflow": "w", "state": "complete", "step": "a"}, "is at no step"),
    ("instances", {"workflow": "w", "state": "errored", "step": "a"}, "nothing is errored at"),
    ("instances", {"workflow": "w", "state": "running", "since": "-11s"}, "is over after 10s"),
    ("instances", {"workflow": "w", "state": "running", "since": "1m"}, "lies after the session"),
    (
        "instances",
        {"workflow": "w", "state": "running", "created": "-1s", "since": "-5s"},
        "/since",
    ),
    ("instances", {"workflow": "w", "state": "waiting", "step": "c", "attempt": 3}, "/attempt"),
    ("instances", {"workflow": "w", "state": "complete", "error": "x"}, "/error"),
]


@pytest.mark.parametrize(("collection", "entry", "told"), MISTAKES)
def test_a_mistake_is_told_with_its_place(
    collection: str, entry: dict[str, Any], told: str
) -> None:
    world = World("cloudflare", VENDOR.kinds, seed=0, now=FROZEN_START)
    section = {**WORLD, collection: [*WORLD[collection], entry]}
    with pytest.raises(InputError) as caught:
        VENDOR.populate(world, section, FROZEN_START)
    assert told in str(caught.value)
    assert str(caught.value).startswith(f"/{collection}/")


def test_a_known_workflow_may_get_versions() -> None:
    more = {"name": "w", "versions": [{"id": UUID, "steps": [{"do": "other"}]}]}
    one = Harness(STEPS, workflows=[more])
    assert one.result("GET", "/w/versions")[0]["id"] == UUID
    assert one.create()["version_id"] == UUID
    assert one.describe()["steps"][0]["name"] == "other-1"


@pytest.mark.parametrize(
    "path",
    ["/order", "/w/instances/order", f"/w/versions/{UUID}", f"/w/versions/{UUID}/graph"],
)
def test_what_is_missing_exists_once_its_explanation_is_pasted(path: str) -> None:
    one = Harness(STEPS)
    assert one.ask("GET", path)[0] == 404
    problem = list(one.session.journal)[-1].problem
    world = VENDOR.declare(problem.missing, Caller("default", OURS, Key(id="default", key="")))
    value = {"understudy": 1, "world": {"cloudflare": world}}
    one.session.load(load_value(value, [VENDOR], application().sandbox.contract))
    assert one.ask("GET", path)[0] == 200


def test_what_is_named_twice_is_told() -> None:
    world = World("cloudflare", VENDOR.kinds, seed=0, now=FROZEN_START)
    twice = [{"workflow": "w", "id": "x"}] * 2
    with pytest.raises(InputError, match="/instances/1/id: workflow 'w' has an instance 'x'"):
        VENDOR.populate(world, {**WORLD, "instances": twice}, FROZEN_START)


steps = st.lists(
    st.sampled_from(
        [
            {"do": "work", "takes": "20s", "output": 1},
            {"do": "flaky", "takes": "5s", "fails": {"times": 1}, "retry": RETRY},
            {"do": "bad", "takes": "5s", "fails": {}, "retry": {"limit": 1, "delay": "7s"}},
            {"sleep": "50s", "name": "nap"},
            {"wait": "w", "event": "go", "timeout": "100s"},
            {"parallel": [{"do": "p", "takes": "10s"}, {"do": "q", "takes": "30s"}]},
        ]
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(
    steps,
    st.lists(st.sampled_from(["pause", "resume", "restart", "send", "7s", "45s"]), max_size=8),
)
def test_looking_more_often_changes_nothing(said: list[dict[str, Any]], actions: list[str]) -> None:
    rarely, often = (Harness(said, concurrency={"limit": 1}) for _ in range(2))
    for one in (rarely, often):
        for name in ("i", "j"):
            one.create(name)
        for action in actions:
            if action == "send":
                one.send("go")
            elif action[-1] != "s":
                one.change(action)
            else:
                for _ in range(int(action[:-1]) if one is often else 1):
                    one.after("1s" if one is often else action)
    for name in ("i", "j"):
        told = [_without_ids(one.describe(name)) for one in (rarely, often)]
        assert told[0] == told[1]


def _without_ids(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key != "versionId"}
