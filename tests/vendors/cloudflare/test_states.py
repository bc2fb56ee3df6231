"""The lifecycle's table: what each action does in each status, and the clock."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.cloudflare.harness import Harness, at

CANNOT_TERMINATE = (400, 10401)
NOT_FOUND = (404, 10400)

# A running step, a wait, and the rest; one slot, so that a second instance is queued.
AT: dict[str, dict[str, Any]] = {
    "queued": {"state": "queued", "since": "-5s"},
    "running": {"state": "running", "since": "-5s"},
    "waiting": {"state": "waiting", "since": "-5m"},
    "waitingForPause": {"state": "waitingForPause", "since": "-5s"},
    "paused": {"state": "paused", "step": "for a nod", "since": "-5m"},
    "rollingBack": {"state": "rollingBack", "step": "check", "since": "-1s"},
    "complete": {"state": "complete", "since": "-1h"},
    "errored": {"state": "errored", "step": "for a nod", "since": "-1h"},
    "terminated": {"state": "terminated", "since": "-1h"},
}
# From -> pause, resume, terminate, restart, and the status after an event that it waits for.
TABLE: dict[str, tuple[Any, Any, Any, Any, str]] = {
    "queued": ("queued", "queued", "terminated", "queued", "queued"),
    "running": ("waitingForPause", "running", "terminated", "queued", "running"),
    "waiting": ("paused", "waiting", "terminated", "queued", "running"),
    "waitingForPause": (
        "waitingForPause",
        "running",
        "terminated",
        "queued",
        "waitingForPause",
    ),
    "paused": ("paused", "queued", "terminated", "queued", "paused"),
    "rollingBack": ("rollingBack", "rollingBack", "rollingBack", "queued", "rollingBack"),
    "complete": ("complete", "complete", CANNOT_TERMINATE, "queued", "complete"),
    "errored": ("errored", "errored", CANNOT_TERMINATE, "queued", "errored"),
    "terminated": ("terminated", "terminated", CANNOT_TERMINATE, "queued", "terminated"),
}
each_row = pytest.mark.parametrize(
    ("state", "pause", "resume", "terminate", "restart", "after_event"),
    [pytest.param(state, *row, id=state) for state, row in TABLE.items()],
)
each_state = pytest.mark.parametrize("state", AT)

STEPS: list[dict[str, Any]] = [
    {"do": "check", "takes": "30s", "output": {"ok": True}, "rollback": {"takes": "1m"}},
    {"wait": "for a nod", "event": "nod"},
    {"do": "post", "takes": "5m", "output": {"document": 1}},
]


def harness(state: str) -> Harness:
    """A world with an instance of that status; of a queued one the slot is taken."""
    instances = [{"id": "i", **AT[state]}]
    if state == "queued":
        instances.insert(0, {"id": "first", "state": "running", "since": "-10s"})
        return Harness(STEPS, instances=instances, concurrency={"limit": 1})
    return Harness(STEPS, instances=instances).by_the_types()


@each_row
def test_what_each_action_answers(
    state: str, pause: Any, resume: Any, terminate: Any, restart: Any, after_event: str
) -> None:
    assert harness(state).status() == state
    assert harness(state).change("pause") == pause
    assert harness(state).change("resume") == resume
    assert harness(state).change("terminate") == terminate
    assert harness(state).change("restart") == restart
    one = harness(state)
    one.send("nod", {"by": "ada"})
    assert one.status() == after_event


@each_row
def test_a_refusal_or_no_effect_changes_nothing(
    state: str, pause: Any, resume: Any, terminate: Any, restart: Any, after_event: str
) -> None:
    for action, told in (("pause", pause), ("resume", resume), ("terminate", terminate)):
        if told in (state, CANNOT_TERMINATE):
            one = harness(state)
            before = one.record()
            one.change(action)
            assert one.record() is before


@pytest.mark.parametrize("action", ["pause", "resume", "terminate", "restart"])
def test_an_unknown_instance_is_404_for_each_action(action: str) -> None:
    assert Harness().change(action, "nobody") == NOT_FOUND


def test_an_unknown_instance_is_404_for_an_event_a_read_and_a_deletion() -> None:
    one = Harness()
    assert one.refused("POST", f"{one.path('nobody')}/events/nod", {}) == NOT_FOUND
    assert one.refused("GET", one.path("nobody")) == NOT_FOUND
    assert one.refused("DELETE", one.path("nobody")) == NOT_FOUND


@pytest.mark.parametrize("state", ["complete", "errored", "terminated"])
def test_an_event_for_what_is_over_is_taken_and_lost(state: str) -> None:
    one = harness(state)
    assert one.send("nod") == {"instanceId": "i", "timestamp": at("0s")}
    assert one.change("restart") == "queued"
    assert one.after("1h").status() == "waiting"


@pytest.mark.parametrize("state", ["running", "waitingForPause", "paused"])
def test_an_event_that_nobody_waits_for_yet_is_used_when_it_goes_on(state: str) -> None:
    one = harness(state)
    one.send("nod", {"by": "ada"})
    one.after("1m")
    if one.status() == "paused":
        assert one.change("resume") == "queued"
    assert one.after("10m").status() == "complete"
    assert one.describe()["steps"][1]["output"] == '{"by":"ada"}'


def test_the_clock_leads_from_queued_to_complete() -> None:
    one = Harness().by_the_types()
    assert one.create()["status"] == "queued"
    assert one.status() == "running"
    assert one.after("29999ms").status() == "running"
    assert one.after("1ms").status() == "waiting"
    assert one.after("10h").status() == "waiting"
    one.send("nod")
    assert one.status() == "running"
    assert one.after("5m").status() == "complete"
    told = one.describe()
    assert (told["queued"], told["start"], told["end"]) == (at("0s"), at("0s"), at("36330s"))
    assert (told["success"], told["output"], told["error"]) == (True, '{"document":1}', None)
    assert one.transitions() == ["created", "start", "step", "step", "complete"]


def test_a_busy_instance_is_paused_when_its_step_ends_and_not_before() -> None:
    one = Harness().by_the_types()
    one.create()
    one.after("10s")
    assert one.change("pause") == "waitingForPause"
    assert one.after("19999ms").status() == "waitingForPause"
    assert one.after("1ms").status() == "paused"
    assert one.steps() == [("check-1", "step", True, at("0s"), at("30s"))]
    assert one.after("9d").status() == "paused"
    assert one.change("resume") == "queued"
    assert one.status() == "waiting"


def test_the_pause_after_the_last_step_holds_back_the_end() -> None:
    one = Harness([{"do": "all", "takes": "1m", "output": 7}])
    one.create()
    one.status()
    one.change("pause")
    assert one.after("1h").status() == "paused"
    assert one.change("resume") == "queued"
    told = one.describe()
    assert (told["status"], told["output"], told["end"]) == ("complete", 7, at("1h"))


def test_a_pause_puts_the_end_of_a_sleep_off() -> None:
    one = Harness([{"sleep": "1h", "name": "rest"}, {"do": "work", "takes": "1m"}])
    one.create()
    assert one.status() == "waiting"
    assert one.change("pause") == "paused"
    one.after("20m")
    assert one.change("resume") == "queued"
    assert one.status() == "waiting"
    assert one.steps() == [("rest-1", "sleep", False, at("0s"), at("80m"))]
    assert one.after("3599s").status() == "waiting"
    assert one.after("1s").status() == "running"


def test_every_pause_of_a_sleep_counts() -> None:
    one = Harness([{"sleep": "1h", "name": "rest"}, {"do": "work", "takes": "1m"}])
    one.create()
    for _ in range(3):
        one.after("10m")
        assert one.change("pause") == "paused"
        one.after("2h")
        one.change("resume")
    assert one.after("29m").status() == "waiting"
    one.after("1m")
    assert one.steps() == [
        ("rest-1", "sleep", True, at("0s"), at("7h")),
        ("work-1", "step", None, at("7h"), None),
    ]


def test_a_declared_pause_counts_from_its_own_beginning() -> None:
    asleep = {"id": "i", "state": "paused", "step": "rest", "created": "-30m", "since": "-10m"}
    one = Harness([{"sleep": "1h", "name": "rest"}], instances=[asleep])
    one.after("50m")
    assert one.change("resume") == "queued"
    assert one.after("39m").status() == "waiting"
    assert one.after("1m").status() == "complete"


def test_an_event_during_the_pause_is_used_at_the_resume() -> None:
    one = harness("paused")
    one.send("nod", [1])
    assert one.status() == "paused"
    assert one.change("resume") == "queued"
    assert one.status() == "running"
    assert [each[2] for each in one.steps()] == [True, True, None]


def test_a_pause_takes_nothing_of_the_time_for_an_event() -> None:
    one = Harness([{"wait": "for a nod", "event": "nod", "timeout": "1h"}])
    one.create()
    one.after("10m")
    assert one.change("pause") == "paused"
    one.after("2h")
    assert one.change("resume") == "queued"
    assert one.steps() == [("for a nod-1", "waitForEvent", False, at("0s"), at("3h"))]
    assert one.after("2999s").describe()["end"] is None
    told = one.after("1s").describe()
    assert (told["status"], told["end"]) == ("errored", at("3h"))
    assert told["error"]["message"] == "Execution timed out after 3600000ms"
    assert told["error"]["message"] == "Execution timed out after 3600000ms"


def test_a_pause_taken_back_leaves_no_trace() -> None:
    one = Harness().by_the_types()
    one.create()
    one.after("10s")
    assert [one.change("pause"), one.change("resume")] == ["waitingForPause", "running"]
    assert one.after("20s").status() == "waiting"


@each_state
def test_its_status_is_counted_and_listed(state: str) -> None:
    one = harness(state)
    counts = one.counts()
    assert counts[state] == 1
    assert sum(counts.values()) == len(one.listed())
    assert one.listed(status=state) == ["i"]


def test_who_waits_for_an_event_is_told_as_running_and_who_sleeps_as_waiting() -> None:
    steps = [{"wait": "for a nod", "event": "nod"}, {"sleep": "1h"}, {"do": "post", "takes": "1m"}]
    one = Harness(steps, concurrency={"limit": 1})
    one.create("i")
    assert one.create("k")["status"] == "queued"  # and has the slot that `i` does not need
    assert [one.status("i"), one.status("k")] == ["running", "running"]
    assert (one.counts(), one.listed(status="running")) == ({"running": 2}, ["i", "k"])
    assert one.listed(status="waiting") == []
    one.send("nod")
    assert (one.status("i"), one.counts()) == ("waiting", {"running": 1, "waiting": 1})
    one.by_the_types()
    assert (one.status("k"), one.counts()) == ("waiting", {"waiting": 2})
    assert one.listed(status="waiting") == ["i", "k"]
    assert [each["status"] for each in one.result("GET", "/w/instances")] == ["waiting"] * 2


def test_a_world_may_say_of_who_waits_for_an_event_what_is_told_of_it() -> None:
    one = Harness(STEPS, instances=[{"id": "i", "state": "running", "step": "for a nod"}])
    assert (one.status(), one.record().state) == ("running", "waiting")
    one.send("nod")
    assert one.steps()[-1][0] == "post-1"


@each_state
def test_every_status_is_described_with_its_log(state: str) -> None:
    one = harness(state)
    told = one.describe()
    assert told["status"] == state
    assert told["step_count"] == len(told["steps"])
    assert told["success"] == {"complete": True, "errored": False, "terminated": False}.get(state)
    assert (told["end"] is None) == (state not in ("complete", "errored", "terminated"))
    assert one.describe(simple="true")["steps"] == []
    assert one.describe(simple="true")["step_count"] == told["step_count"]
    assert one.describe(order="desc")["steps"] == told["steps"][::-1]
